//! Numbers of list items in Word documents: styles, numberings and their counters.

use std::collections::BTreeMap;

use super::xml::{Node, Xml};

/// Levels of a list.
const LEVELS: usize = 9;
/// Most styles that one style is based on, one after the other.
const MAX_BASES: usize = 16;
/// Most styles and lists that are kept.
const MAX_KEPT: usize = 65_536;

/// Which list, and how deep in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ListPlace {
    /// Number of the list; 0 for none.
    pub(crate) list: Option<u32>,
    /// Level, from 0.
    pub(crate) level: Option<usize>,
}

/// Paragraph styles as far as they make list items.
#[derive(Debug, Default)]
pub(crate) struct Styles(BTreeMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    place: ListPlace,
}

impl Styles {
    /// Reads `styles.xml`.
    pub(crate) fn read(xml: &mut Xml<'_>) -> Self {
        let mut styles = BTreeMap::new();
        let mut current: Option<(String, Style)> = None;
        loop {
            match xml.next() {
                Node::Open => match (xml.name(), &mut current) {
                    ("style", _) => {
                        current = xml.attribute("styleId").map(|id| (id, Style::default()));
                    }
                    ("basedOn", Some((_, style))) => style.based_on = xml.attribute("val"),
                    ("numId", Some((_, style))) => style.place.list = number(xml),
                    ("ilvl", Some((_, style))) => style.place.level = level(xml),
                    _ => {}
                },
                Node::Close if xml.name() == "style" && styles.len() < MAX_KEPT => {
                    styles.extend(current.take());
                }
                Node::End => return Self(styles),
                _ => {}
            }
        }
    }

    /// The list of a paragraph: what it states itself counts before what its style states.
    pub(crate) fn place(&self, style: Option<&str>, stated: ListPlace) -> ListPlace {
        let mut place = stated;
        let mut next = style;
        for _ in 0..MAX_BASES {
            let Some(style) = next.and_then(|id| self.0.get(id)) else {
                break;
            };
            place.list = place.list.or(style.place.list);
            place.level = place.level.or(style.place.level);
            next = style.based_on.as_deref();
        }
        place
    }
}

/// The `val` of a tag as a number.
fn number(xml: &Xml<'_>) -> Option<u32> {
    xml.attribute("val")?.parse().ok()
}

/// The `val` of a tag as a level.
fn level(xml: &Xml<'_>) -> Option<usize> {
    number(xml).map(|level| level as usize)
}

/// Reads the `numPr` that has just opened.
pub(crate) fn stated_place(xml: &mut Xml<'_>) -> ListPlace {
    let mut place = ListPlace::default();
    loop {
        match xml.next() {
            Node::Open if xml.name() == "numId" => place.list = number(xml),
            Node::Open if xml.name() == "ilvl" => place.level = level(xml),
            Node::Close if xml.name() == "numPr" => return place,
            Node::End => return place,
            _ => {}
        }
    }
}

/// The lists of a document, and how far each has been counted.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    kinds: BTreeMap<u32, Vec<Level>>,
    lists: BTreeMap<u32, List>,
    counts: BTreeMap<u32, Vec<Option<u32>>>,
}

#[derive(Debug, Default)]
struct List {
    kind: u32,
    restarts: BTreeMap<usize, u32>,
    /// Levels that the list defines in its own way.
    own_levels: BTreeMap<usize, Level>,
    is_used: bool,
}

#[derive(Debug, Clone, Default)]
struct Level {
    start: u32,
    format: String,
    text: String,
}

impl Numbering {
    /// Reads `numbering.xml`.
    pub(crate) fn read(xml: &mut Xml<'_>) -> Self {
        let mut numbering = Self::default();
        let (mut kind, mut list, mut at) = (None, None, 0);
        loop {
            match xml.next() {
                Node::Open => match xml.name() {
                    "abstractNum" => {
                        (kind, list) = (id(xml, "abstractNumId"), None);
                        numbering.add_kind(kind);
                    }
                    "num" => {
                        (list, kind) = (id(xml, "numId"), None);
                        numbering.add_list(list);
                    }
                    "lvl" | "lvlOverride" => at = id(xml, "ilvl").map_or(0, |level| level as usize),
                    "abstractNumId" => numbering.set_kind(list, number(xml)),
                    "startOverride" => numbering.set_restart(list, at, number(xml)),
                    name @ ("start" | "numFmt" | "lvlText") => {
                        let name = name.to_owned();
                        numbering.set_level((kind, list), at, &name, xml.attribute("val"));
                    }
                    _ => {}
                },
                Node::End => return numbering,
                _ => {}
            }
        }
    }

    fn add_kind(&mut self, kind: Option<u32>) {
        if let Some(kind) = kind
            && self.kinds.len() < MAX_KEPT
        {
            let level = Level {
                start: 1,
                ..Level::default()
            };
            self.kinds.insert(kind, vec![level; LEVELS]);
        }
    }

    fn add_list(&mut self, list: Option<u32>) {
        if let Some(list) = list
            && self.lists.len() < MAX_KEPT
        {
            self.lists.insert(list, List::default());
        }
    }

    fn set_kind(&mut self, list: Option<u32>, kind: Option<u32>) {
        if let (Some(list), Some(kind)) = (list.and_then(|list| self.lists.get_mut(&list)), kind) {
            list.kind = kind;
        }
    }

    fn set_restart(&mut self, list: Option<u32>, at: usize, start: Option<u32>) {
        if let (Some(list), Some(start)) = (list.and_then(|list| self.lists.get_mut(&list)), start)
        {
            list.restarts.insert(at.min(LEVELS - 1), start);
        }
    }

    fn set_level(
        &mut self,
        (kind, list): (Option<u32>, Option<u32>),
        at: usize,
        name: &str,
        value: Option<String>,
    ) {
        let levels = kind.and_then(|kind| self.kinds.get_mut(&kind));
        let mut level = levels.and_then(|levels| levels.get_mut(at));
        if let Some(list) = list.and_then(|list| self.lists.get_mut(&list))
            && at < LEVELS
        {
            level = Some(list.own_levels.entry(at).or_insert_with(|| Level {
                start: 1,
                ..Level::default()
            }));
        }
        let Some(level) = level else {
            return;
        };
        let value = value.unwrap_or_default();
        match name {
            "start" => level.start = value.parse().unwrap_or(1),
            "numFmt" => level.format = value,
            _ => level.text = value,
        }
    }

    /// Counts an item; what stands before it, with a space after it. Empty where it has no number.
    pub(crate) fn next(&mut self, place: ListPlace) -> String {
        let at = place.level.unwrap_or(0).min(LEVELS - 1);
        let list = place.list.filter(|list| *list != 0);
        let Some(list) = list.and_then(|list| self.lists.get_mut(&list)) else {
            return String::new();
        };
        let Some(levels) = self.kinds.get(&list.kind) else {
            return String::new();
        };
        let counts = self
            .counts
            .entry(list.kind)
            .or_insert_with(|| vec![None; LEVELS]);
        if !std::mem::replace(&mut list.is_used, true) {
            for (level, start) in &list.restarts {
                counts[*level] = start.checked_sub(1);
            }
        }
        let mut levels = levels.clone();
        for (own, level) in &list.own_levels {
            levels[*own] = level.clone();
        }
        let start = levels[at].start;
        counts[at] = Some(counts[at].map_or(start, |count| count.saturating_add(1)));
        counts[at + 1..].fill(None);
        label(&levels, counts, at)
    }
}

fn id(xml: &Xml<'_>, name: &str) -> Option<u32> {
    xml.attribute(name)?.parse().ok()
}

/// The number of an item as its level writes it: `%1.%2)` with each level's count in its format.
fn label(levels: &[Level], counts: &[Option<u32>], at: usize) -> String {
    let level = &levels[at];
    match level.format.as_str() {
        "none" => return String::new(),
        "bullet" => return "• ".to_owned(),
        _ => {}
    }
    let mut label = String::new();
    let mut characters = level.text.chars();
    while let Some(c) = characters.next() {
        let digit = (c == '%').then(|| characters.clone().next()).flatten();
        match digit.and_then(|digit| digit.to_digit(10)) {
            Some(digit @ 1..=9) => {
                characters.next();
                let index = digit as usize - 1;
                let count = counts[index].unwrap_or(levels[index].start);
                label.push_str(&counted(count, &levels[index].format));
            }
            _ => label.push(c),
        }
    }
    if !label.is_empty() {
        label.push(' ');
    }
    label
}

/// A count in a format of ECMA-376 (17.18.59); formats of other scripts are written in digits.
pub(crate) fn counted(count: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letters(count),
        "upperLetter" => letters(count).to_uppercase(),
        "lowerRoman" => roman(count).to_lowercase(),
        "upperRoman" => roman(count),
        "decimalZero" => format!("{count:02}"),
        "ordinal" => format!("{count}{}", ordinal_ending(count)),
        _ => count.to_string(),
    }
}

fn ordinal_ending(count: u32) -> &'static str {
    match (count % 100, count % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// `a` … `z`, `aa`, `bb`, as Word counts.
fn letters(count: u32) -> String {
    let Some(index) = count.checked_sub(1) else {
        return String::new();
    };
    let letter = char::from(b'a' + (index % 26) as u8);
    String::from(letter).repeat(1 + (index / 26).min(20) as usize)
}

fn roman(count: u32) -> String {
    const NUMERALS: &[(u32, &str)] = &[
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if count == 0 || count > 9_999 {
        return count.to_string();
    }
    let (mut rest, mut roman) = (count, String::new());
    for (value, numeral) in NUMERALS {
        while rest >= *value {
            roman.push_str(numeral);
            rest -= value;
        }
    }
    roman
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_in_their_formats() {
        for (count, format, text) in [
            (4, "lowerRoman", "iv"),
            (1_994, "upperRoman", "MCMXCIV"),
            (28, "lowerLetter", "bb"),
            (7, "decimalZero", "07"),
            (7, "chineseCounting", "7"),
        ] {
            assert_eq!(counted(count, format), text);
        }
    }

    #[test]
    fn items_are_counted_by_level() {
        let xml = r#"<w:numbering><w:abstractNum w:abstractNumId="3">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
            </w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num></w:numbering>"#;
        let mut numbering = Numbering::read(&mut Xml::new(Box::new(xml.as_bytes())));
        let mut next = |level| {
            numbering.next(ListPlace {
                list: Some(1),
                level: Some(level),
            })
        };
        assert_eq!(
            [next(0), next(0), next(1), next(1), next(0), next(1)],
            ["1. ", "2. ", "2.a) ", "2.b) ", "3. ", "3.a) "]
        );
    }
}
