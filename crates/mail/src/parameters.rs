//! Media types and dispositions with their parameters (RFC 2045, RFC 2231).
//!
//! mail-parser decodes each continuation of a parameter by itself, and a file name that is cut within
//! a character loses it; so continuations are put together here before they are decoded.

use crate::charset;
use crate::transfer::hex;
use crate::words::{decode_value, unfold};

/// More parameters than any program writes.
const MAX_PARAMETERS: usize = 200;

/// A media type or disposition with its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Parameterized {
    /// `text/plain`, `attachment`; in lower case.
    pub(crate) value: String,
    parameters: Vec<(String, String)>,
}

/// One parameter as written: `name*0*=utf-8''caf%C3`.
struct Section {
    name: String,
    /// Its number among the continuations of the name; plain ones are the first.
    number: u32,
    is_encoded: bool,
    text: String,
}

impl Parameterized {
    /// A value without parameters.
    pub(crate) fn bare(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// Reads a field's value; `None` when it is empty.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let text = unfold(value.trim());
        let (kind, rest) = text.split_once(';').unwrap_or((&text, ""));
        let kind: String = kind
            .split('(')
            .next()?
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .collect();
        if kind.is_empty() {
            return None;
        }
        let parameters = join(sections(rest));
        Some(Self {
            value: kind.trim_matches(['"', ',']).to_ascii_lowercase(),
            parameters,
        })
    }

    /// The parameter with this name, in lower case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && sections.len() < MAX_PARAMETERS {
        let Some(end) = rest.find(['=', ';']) else {
            break;
        };
        if rest.as_bytes()[end] == b';' {
            rest = &rest[end + 1..];
            continue;
        }
        let (text, length) = parameter_value(&rest[end + 1..]);
        sections.push(section(rest[..end].trim(), text));
        rest = &rest[end + 1 + length..];
    }
    sections
}

fn section(name: &str, text: String) -> Section {
    let mut marks = name.split('*');
    let base = marks.next().unwrap_or_default().to_ascii_lowercase();
    let number = marks.next().unwrap_or_default().parse().unwrap_or(0);
    Section {
        name: base,
        number,
        is_encoded: name.ends_with('*'),
        text,
    }
}

/// Reads a quoted or plain value; returns it and its length with the semicolon.
fn parameter_value(text: &str) -> (String, usize) {
    let start = text.len() - text.trim_start().len();
    let Some(quoted) = text[start..].strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return (text[..end].trim().to_owned(), (end + 1).min(text.len()));
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        match letter {
            '"' => {
                let after = start + at + 2;
                let end = text[after..]
                    .find(';')
                    .map_or(text.len(), |end| after + end + 1);
                return (value, end);
            }
            // Only these two are escaped in practice; a path keeps its backslashes.
            '\\' if matches!(next, Some('"' | '\\')) => {
                value.extend(letters.next().map(|(_, letter)| letter))
            }
            _ => value.push(letter),
        }
    }
    (value, text.len())
}

/// Puts the continuations of each name together, in order of their numbers.
fn join(mut sections: Vec<Section>) -> Vec<(String, String)> {
    sections.sort_by(|one, other| {
        one.name
            .cmp(&other.name)
            .then(one.number.cmp(&other.number))
    });
    let groups = sections.chunk_by(|one, other| one.name == other.name);
    groups
        .map(|group| (group[0].name.clone(), value(group)))
        .collect()
}

fn value(group: &[Section]) -> String {
    // `name` beside `name*` is for programs that know no RFC 2231; the second says more.
    let is_encoded = group.iter().any(|section| section.is_encoded);
    if !is_encoded {
        let mut sections = group.iter().enumerate();
        let continued = sections
            .by_ref()
            .take_while(|(index, section)| section.number as usize == *index);
        return decode_value(
            &continued
                .map(|(_, section)| section.text.as_str())
                .collect::<String>(),
        )
        .into_owned();
    }
    let first_encoded = group
        .iter()
        .position(|section| section.is_encoded)
        .unwrap_or(0);
    let mut bytes = Vec::new();
    let mut label = String::new();
    for (index, section) in group[first_encoded..].iter().enumerate() {
        let mut text = section.text.as_str();
        if index == 0
            && section.is_encoded
            && let Some((charset, rest)) = text.split_once('\'')
        {
            label = charset.to_owned();
            text = rest.split_once('\'').map_or(rest, |(_, text)| text);
        }
        if section.is_encoded {
            percent_decode(text.as_bytes(), &mut bytes);
        } else {
            bytes.extend_from_slice(text.as_bytes());
        }
    }
    let declared = Some(label.as_str()).filter(|label| !label.is_empty());
    charset::decode(&bytes, declared).text.into_owned()
}

fn percent_decode(text: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if let (b'%', [high, low, after @ ..]) = (first, tail)
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
        {
            bytes.push(high << 4 | low);
            rest = after;
        } else {
            bytes.push(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, kind: &str, name: &str, expected: Option<&str>) {
        let parsed = Parameterized::parse(value).expect("not empty");
        assert_eq!(
            (parsed.value.as_str(), parsed.parameter(name)),
            (kind, expected)
        );
    }

    #[test]
    fn parameters_are_read_and_decoded() {
        check(
            "Text/Plain; charset=\"utf-8\"",
            "text/plain",
            "charset",
            Some("utf-8"),
        );
        check(
            "text/plain; charset = us-ascii (no more); x=y",
            "text/plain",
            "x",
            Some("y"),
        );
        check(
            "a/b; name*0*=utf-8''caf%C3; name*1*=%A9.txt",
            "a/b",
            "name",
            Some("café.txt"),
        );
        check(
            "a/b; name*1=\"b.txt\"; name*0=\"a\"",
            "a/b",
            "name",
            Some("ab.txt"),
        );
        check(
            "a/b; name=\"=?utf-8?Q?caf=C3=A9?=\"",
            "a/b",
            "name",
            Some("café"),
        );
        check(
            "a/b; name=old; name*=utf-8''n%C3%A9w",
            "a/b",
            "name",
            Some("néw"),
        );
        check(
            "a/b; name=my file.pdf; x=1",
            "a/b",
            "name",
            Some("my file.pdf"),
        );
        check(
            "a/b; name=\"C:\\tmp\\x \\\"y\\\".txt\"",
            "a/b",
            "name",
            Some("C:\\tmp\\x \"y\".txt"),
        );
        check(
            "a/b; boundary=\"un;closed",
            "a/b",
            "boundary",
            Some("un;closed"),
        );
        check("text", "text", "x", None);
    }
}
