//! Properties of Outlook objects ([MS-OXPROPS]), whatever they are stored in.

use std::collections::BTreeMap;

use onrecord_record::DateTime;

use super::compound::{encoding, in_code_page, u64_at, utf16};
use super::properties::file_time;

/// Numbers of the properties that are read.
pub(super) mod id {
    pub(in super::super) const SUBJECT: u16 = 0x0037;
    pub(in super::super) const SUBMITTED: u16 = 0x0039;
    pub(in super::super) const SENT_FOR_NAME: u16 = 0x0042;
    pub(in super::super) const SENT_FOR_ADDRESS: u16 = 0x0065;
    pub(in super::super) const TOPIC: u16 = 0x0070;
    pub(in super::super) const THREAD_INDEX: u16 = 0x0071;
    pub(in super::super) const HEADERS: u16 = 0x007d;
    pub(in super::super) const RECIPIENT_KIND: u16 = 0x0c15;
    pub(in super::super) const SENDER_NAME: u16 = 0x0c1a;
    pub(in super::super) const SENDER_ADDRESS: u16 = 0x0c1f;
    pub(in super::super) const DELIVERED: u16 = 0x0e06;
    pub(in super::super) const BODY: u16 = 0x1000;
    pub(in super::super) const RTF: u16 = 0x1009;
    pub(in super::super) const HTML: u16 = 0x1013;
    pub(in super::super) const MESSAGE_ID: u16 = 0x1035;
    pub(in super::super) const REFERENCES: u16 = 0x1039;
    pub(in super::super) const IN_REPLY_TO: u16 = 0x1042;
    pub(in super::super) const NAME: u16 = 0x3001;
    pub(in super::super) const ADDRESS: u16 = 0x3003;
    pub(in super::super) const CREATED: u16 = 0x3007;
    pub(in super::super) const DATA: u16 = 0x3701;
    pub(in super::super) const SHORT_FILE_NAME: u16 = 0x3704;
    pub(in super::super) const FILE_NAME: u16 = 0x3707;
    pub(in super::super) const MEDIA_TYPE: u16 = 0x370e;
    pub(in super::super) const CONTENT_ID: u16 = 0x3712;
    pub(in super::super) const SMTP_ADDRESS: u16 = 0x39fe;
    pub(in super::super) const INTERNET_CODE_PAGE: u16 = 0x3fde;
    pub(in super::super) const CODE_PAGE: u16 = 0x3ffd;
    pub(in super::super) const SENDER_SMTP: u16 = 0x5d01;
    pub(in super::super) const SENT_FOR_SMTP: u16 = 0x5d02;
}

/// A value as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// Text in the code page of the object.
    Bytes8(Vec<u8>),
    /// Text in UTF-16.
    Wide(Vec<u8>),
    Binary(Vec<u8>),
    /// Numbers, moments, flags: eight bytes.
    Fixed([u8; 8]),
}

impl Value {
    /// A value of a stated type.
    pub(super) fn of(kind: u16, bytes: Vec<u8>) -> Self {
        match kind {
            0x1e => Self::Bytes8(bytes),
            0x1f => Self::Wide(bytes),
            0x02 | 0x03 | 0x04 | 0x05 | 0x06 | 0x07 | 0x0a | 0x0b | 0x14 | 0x40 => {
                let mut fixed = [0; 8];
                let n = bytes.len().min(8);
                fixed[..n].copy_from_slice(&bytes[..n]);
                Self::Fixed(fixed)
            }
            _ => Self::Binary(bytes),
        }
    }
}

/// The properties of one object.
#[derive(Debug, Default)]
pub(super) struct Object {
    values: BTreeMap<u16, Value>,
    code_page: u32,
}

impl Object {
    pub(super) fn new(values: BTreeMap<u16, Value>) -> Self {
        let mut object = Self {
            values,
            code_page: 1252,
        };
        let stated = object
            .number(id::CODE_PAGE)
            .or_else(|| object.number(id::INTERNET_CODE_PAGE));
        object.code_page = stated.unwrap_or(1252);
        object
    }

    /// The code page of the message that the object belongs to.
    pub(super) fn code_page(&self) -> u32 {
        self.code_page
    }

    pub(super) fn with_code_page(mut self, code_page: u32) -> Self {
        self.code_page = code_page;
        self
    }

    /// A text; `None` where it is absent or empty.
    pub(super) fn text(&self, id: u16) -> Option<String> {
        let text = match self.values.get(&id)? {
            Value::Wide(bytes) => utf16(bytes),
            Value::Bytes8(bytes) => in_code_page(bytes, self.code_page).into_owned(),
            Value::Binary(_) | Value::Fixed(_) => return None,
        };
        let text = text.trim_end_matches('\0').to_owned();
        (!text.trim().is_empty()).then_some(text)
    }

    /// A number.
    pub(super) fn number(&self, id: u16) -> Option<u32> {
        match self.values.get(&id)? {
            Value::Fixed(bytes) => super::compound::u32_at(bytes, 0),
            _ => None,
        }
    }

    /// A moment.
    pub(super) fn moment(&self, id: u16) -> Option<DateTime> {
        match self.values.get(&id)? {
            Value::Fixed(bytes) => file_time(u64_at(bytes, 0)?),
            _ => None,
        }
    }

    /// Bytes as they are.
    pub(super) fn binary(&self, id: u16) -> Option<&[u8]> {
        match self.values.get(&id)? {
            Value::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The web version of a message, from bytes in their own code page or from text.
    pub(super) fn html(&self) -> Option<String> {
        let Some(bytes) = self.binary(id::HTML) else {
            return self.text(id::HTML);
        };
        let code_page = self.number(id::INTERNET_CODE_PAGE).unwrap_or(65_001);
        let (text, ..) = encoding(code_page).decode(bytes);
        Some(text.trim_end_matches('\0').to_owned())
    }
}
