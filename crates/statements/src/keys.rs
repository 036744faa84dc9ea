//! Ids of what rows across documents name.

use onrecord_record::InvalidId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! id_of_16_bytes {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:032x}", u128::from_be_bytes(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                let number = hex.then(|| u128::from_str_radix(text, 16).ok()).flatten();
                number.map(|number| Self(number.to_be_bytes())).ok_or_else(|| InvalidId(text.to_owned(), 32))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id_of_16_bytes!(
    /// Names a statement: derived from its text's id and the span of its cue, or of its content.
    StatementId
);
id_of_16_bytes!(
    /// Names an entity across documents: the least of its mentions' ids. An unnamed actor has one of its
    /// own in each document.
    EntityId
);
id_of_16_bytes!(
    /// Names a claim: the least id of its statements.
    ClaimId
);
