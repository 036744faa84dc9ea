//! What documents before 2007 say of themselves: property sets ([MS-OLEPS]).

use super::compound::{Compound, in_code_page, u16_at, u32_at, u64_at, utf16};
use super::properties::{Properties, file_time};
use crate::reading::{Flow, Reading};

/// Properties of the summary, by their numbers.
const SUMMARY: &[(u32, &str)] = &[
    (2, "title"),
    (3, "subject"),
    (4, "creator"),
    (5, "keywords"),
    (6, "description"),
    (7, "Template"),
    (8, "lastModifiedBy"),
    (9, "revision"),
    (11, "lastPrinted"),
    (12, "created"),
    (13, "modified"),
    (18, "Application"),
];
/// Properties of the document summary, by their numbers.
const DOCUMENT_SUMMARY: &[(u32, &str)] = &[(2, "category"), (14, "Manager"), (15, "Company")];
/// Most properties of a set.
const MAX_PROPERTIES: usize = 1_000;

/// Tells the properties of an open compound file.
pub(super) fn tell(reading: &mut Reading<'_, '_>, compound: &mut Compound<'_>) -> Flow {
    let mut properties = Properties::default();
    if let Some(bytes) = compound.stream("\u{5}SummaryInformation") {
        take_section(&bytes, 0, SUMMARY, &mut properties);
    }
    if let Some(bytes) = compound.stream("\u{5}DocumentSummaryInformation") {
        take_section(&bytes, 0, DOCUMENT_SUMMARY, &mut properties);
        take_custom(&bytes, &mut properties);
    }
    properties.tell(reading)
}

/// A section of a property set: values by their numbers.
struct Section<'b> {
    bytes: &'b [u8],
    code_page: u32,
    /// `(number, offset)` of each property.
    places: Vec<(u32, usize)>,
}

impl<'b> Section<'b> {
    /// The n-th section of a set.
    fn of(set: &'b [u8], number: usize) -> Option<Self> {
        let n_sections = u32_at(set, 24)? as usize;
        if number >= n_sections {
            return None;
        }
        let start = u32_at(set, 28 + 20 * number + 16)? as usize;
        let bytes = set.get(start..)?;
        let n_properties = (u32_at(bytes, 4)? as usize).min(MAX_PROPERTIES);
        let place = |at: usize| {
            Some((
                u32_at(bytes, 8 + 8 * at)?,
                u32_at(bytes, 12 + 8 * at)? as usize,
            ))
        };
        let places: Vec<(u32, usize)> = (0..n_properties).map_while(place).collect();
        let stated = places.iter().find(|(number, _)| *number == 1);
        let code_page = stated
            .and_then(|(_, at)| u16_at(bytes, at + 4))
            .unwrap_or(1252);
        Some(Self {
            bytes,
            code_page: u32::from(code_page),
            places,
        })
    }

    /// A value as text; `None` for what has no text.
    fn value(&self, at: usize) -> Option<String> {
        let kind = u32_at(self.bytes, at)?;
        let value = at + 4;
        Some(match kind {
            2 => (u16_at(self.bytes, value)? as i16).to_string(),
            3 => (u32_at(self.bytes, value)? as i32).to_string(),
            5 => f64::from_bits(u64_at(self.bytes, value)?).to_string(),
            11 => if u16_at(self.bytes, value)? == 0 {
                "no"
            } else {
                "yes"
            }
            .to_owned(),
            30 => self.text(value)?,
            31 => {
                let length = u32_at(self.bytes, value)? as usize;
                let end = length.checked_mul(2)?.checked_add(value + 4)?;
                trimmed(&utf16(self.bytes.get(value + 4..end)?))
            }
            64 => file_time(u64_at(self.bytes, value)?)?.to_string(),
            _ => return None,
        })
    }

    /// A text in the section's code page, with its length before it.
    fn text(&self, at: usize) -> Option<String> {
        let length = u32_at(self.bytes, at)? as usize;
        let bytes = self.bytes.get(at + 4..(at + 4).checked_add(length)?)?;
        Some(trimmed(&in_code_page(bytes, self.code_page)))
    }

    /// Names of custom properties, by their numbers.
    fn names(&self) -> Vec<(u32, String)> {
        let Some((_, start)) = self.places.iter().find(|(number, _)| *number == 0) else {
            return Vec::new();
        };
        let n_names = (u32_at(self.bytes, *start).unwrap_or(0) as usize).min(MAX_PROPERTIES);
        let (mut at, mut names) = (start + 4, Vec::new());
        for _ in 0..n_names {
            let Some((name, next)) = self.name(at) else {
                break;
            };
            names.push(name);
            at = next;
        }
        names
    }

    fn name(&self, at: usize) -> Option<((u32, String), usize)> {
        let number = u32_at(self.bytes, at)?;
        let length = u32_at(self.bytes, at + 4)? as usize;
        let is_wide = self.code_page == 1200;
        let n_bytes = if is_wide {
            length.checked_mul(2)?
        } else {
            length
        };
        let end = (at + 8).checked_add(n_bytes)?;
        let name = trimmed(&in_code_page(self.bytes.get(at + 8..end)?, self.code_page));
        let next = if is_wide {
            end.next_multiple_of(4)
        } else {
            end
        };
        Some(((number, name), next))
    }
}

/// Texts end with zeros, which are no part of them.
fn trimmed(text: &str) -> String {
    text.split('\0')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn take_section(set: &[u8], number: usize, names: &[(u32, &str)], properties: &mut Properties) {
    let Some(section) = Section::of(set, number) else {
        return;
    };
    for (number, name) in names {
        let place = section.places.iter().find(|(known, _)| known == number);
        if let Some(value) = place.and_then(|(_, at)| section.value(*at)) {
            properties.take_named(name, &value);
        }
    }
}

fn take_custom(set: &[u8], properties: &mut Properties) {
    let Some(section) = Section::of(set, 1) else {
        return;
    };
    for (number, name) in section.names() {
        let place = section
            .places
            .iter()
            .find(|(known, _)| *known == number && number > 1);
        if let Some(value) = place.and_then(|(_, at)| section.value(*at)) {
            properties.say(&format!("custom-{name}"), &value);
        }
    }
}
