//! Tables whose headings say what ties two of their columns: owners, payments, officers.

use std::collections::BTreeMap;

use onrecord_entities::{DocumentEntities, Name};
use onrecord_extract::table::{Dialect, sheets};
use onrecord_network::{LinkStance, TableMapping, links_of_table};
use onrecord_record::{DocumentId, LinkId, MentionId, Span};

use super::rows::{ReadEntity, ReadLink, ReadMention};
use crate::annotate::AnnotatedText;

/// Most cells that are read: beyond that a table holds data, not names.
const MOST_CELLS: usize = 200_000;
/// Words by which a name is that of an organization; the last word of a name, or its legal form.
const HOUSES: &[&str] = &[
    "limited",
    "ltd",
    "llp",
    "lp",
    "llc",
    "inc",
    "plc",
    "corp",
    "corporation",
    "company",
    "co",
    "gmbh",
    "ag",
    "sa",
    "bv",
    "nv",
    "srl",
    "spa",
    "oy",
    "ab",
    "as",
    "trust",
    "partners",
    "holdings",
    "group",
    "fund",
    "association",
    "foundation",
    "union",
    "party",
    "bank",
    "committee",
    "council",
    "authority",
    "ministry",
    "agency",
    "office",
    "hospital",
    "university",
    "society",
    "campaign",
    "friends",
    "team",
    "club",
    "digital",
    "services",
    "estates",
];

/// A table that states ties.
pub(super) struct Table {
    mapping: TableMapping,
    /// Rows below the headings: cells with where each stands.
    rows: Vec<Vec<(Span, String)>>,
}

impl Table {
    /// The tables of a text that state ties: those of its sheets, or the text itself.
    pub(super) fn all_of(text: &str) -> Vec<Self> {
        let starts: Vec<usize> = sheets(text).map(|(_, start)| start).collect();
        if starts.is_empty() {
            return Self::of(text, 0).into_iter().collect();
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let sheets = starts.iter().zip(ends);
        sheets
            .filter_map(|(&start, end)| {
                let rows = &text[start..end];
                // What is written on a sheet besides its cells stands below an empty line.
                let rows = rows.split("\n\n").next().unwrap_or_default();
                Self::of(rows, start)
            })
            .collect()
    }

    /// `None` where the headings name no tie; `text` begins at this byte of the whole.
    fn of(text: &str, start: usize) -> Option<Self> {
        let mut rows: BTreeMap<u32, Vec<(Span, String)>> = BTreeMap::new();
        for cell in Dialect::of(text).cells(text).take(MOST_CELLS) {
            let value = cell.value(text).into_owned();
            let span = Span::new(cell.span.start + start as u32, cell.span.end + start as u32);
            rows.entry(cell.row).or_default().push((span, value));
        }
        let mut rows = rows.into_values();
        let headings = rows.next()?;
        let headings: Vec<&str> = headings.iter().map(|(_, value)| value.as_str()).collect();
        Some(Self {
            mapping: TableMapping::from_headings(&headings)?,
            rows: rows.collect(),
        })
    }

    /// Names in the cells at the ends of ties, by segment: the whole cell, whatever the recognizer made of it.
    pub(super) fn names(&self, text: &AnnotatedText) -> BTreeMap<usize, Name> {
        let ends = self.rows.iter().flat_map(|row| {
            let end = |column: usize| row.get(column).map(|(span, _)| *span);
            [end(self.mapping.from), end(self.mapping.to)]
        });
        let names = ends.flatten().filter_map(|cell| {
            let (segment, view) = segment_in(text, cell)?;
            let span = Span::new(0, view.len() as u32);
            let label = if is_house(view) { "ORG" } else { "PERSON" };
            let label = label.to_owned();
            Some((segment, Name { span, label }))
        });
        names.collect()
    }

    /// The ties of the rows; the row is the evidence.
    pub(super) fn links(
        &self,
        document: DocumentId,
        text: &AnnotatedText,
        found: &DocumentEntities,
        (mentions, entities): (&[ReadMention], &[ReadEntity]),
    ) -> Vec<ReadLink> {
        let cells: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|(_, value)| value.clone()).collect())
            .collect();
        let end = |row: usize, column: usize| -> Option<(MentionId, u32)> {
            let (cell, _) = self.rows.get(row)?.get(column)?;
            let (segment, _) = segment_in(text, *cell)?;
            let at = found
                .mentions
                .partition_point(|mention| (mention.place.segment as usize) < segment);
            let mention = mentions.get(at)?;
            let entity = mention
                .entity
                .filter(|&number| (number as usize) < entities.len())?;
            let is_there = found.mentions.get(at)?.place.segment as usize == segment;
            is_there.then_some((mention.id, entity))
        };
        let links = links_of_table(&cells, &self.mapping).into_iter();
        let links = links.filter_map(|link| {
            let (from, to) = (
                end(link.row, self.mapping.from)?,
                end(link.row, self.mapping.to)?,
            );
            let row = self.rows.get(link.row)?;
            let evidence = vec![Span::new(row.first()?.0.start, row.last()?.0.end)];
            Some(ReadLink {
                id: LinkId::of(document, [from.0, to.0], &link.kind, &evidence),
                from: from.1,
                to: to.1,
                kind: link.kind,
                role: link.role,
                amount: link.amount,
                since: link.since,
                until: link.until,
                statement: None,
                stance: LinkStance::Asserts,
                evidence,
            })
        });
        links.collect()
    }
}

/// The segment that lies in a cell, with its words.
fn segment_in(text: &AnnotatedText, cell: Span) -> Option<(usize, &str)> {
    let at = text
        .segments
        .partition_point(|segment| segment.segment.span.start < cell.start);
    let segment = &text.segments.get(at)?.segment;
    let is_inside = segment.span.end <= cell.end;
    is_inside.then(|| (at, segment.view.text()))
}

fn is_house(name: &str) -> bool {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let mut words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    let is_acronym = !name.contains(' ') && name.chars().all(|c| !c.is_lowercase());
    is_acronym || words.any(|word| HOUSES.contains(&word.as_str()) || word == "for" || word == "of")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_make_a_table_one_of_ties() {
        assert_eq!(
            Table::all_of("owner,company,share\nAnna Berg,Harbor Ltd,50\n").len(),
            1
        );
        assert!(Table::all_of("time,account\n1,anna\n").is_empty());
        assert!(Table::all_of("").is_empty());
    }

    #[test]
    fn each_sheet_is_a_table() {
        let text = "Sheet: Notes\nwords\n\nSheet: Owners\nowner\tcompany\tshare\nAnna Berg\tHarbor Ltd\t50\n\nHidden rows: 2\n";
        let tables = Table::all_of(text);
        assert_eq!(tables.len(), 1);
        let (span, value) = &tables[0].rows[0][0];
        assert_eq!(
            (&text[span.range()], tables[0].rows.len()),
            (value.as_str(), 1)
        );
    }

    #[test]
    fn houses_and_people_are_told_apart() {
        for house in [
            "Harbor Ltd",
            "PADR",
            "Friends of the Harbor",
            "Berg & Co. LLP",
        ] {
            assert!(is_house(house), "{house}");
        }
        for person in ["Anna Berg", "Magnus Berg (born 1948)"] {
            assert!(!is_house(person), "{person}");
        }
    }
}
