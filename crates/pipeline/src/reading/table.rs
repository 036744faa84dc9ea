//! Tables whose headings say what ties two of their columns: owners, payments, officers.

use std::collections::BTreeMap;

use onrecord_entities::{DocumentEntities, Name};
use onrecord_extract::table::Dialect;
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
    /// `None` where the headings name no tie.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut rows: BTreeMap<u32, Vec<(Span, String)>> = BTreeMap::new();
        for cell in Dialect::of(text).cells(text).take(MOST_CELLS) {
            let value = cell.value(text).into_owned();
            rows.entry(cell.row).or_default().push((cell.span, value));
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
        assert!(Table::of("owner,company,share\nAnna Berg,Harbor Ltd,50\n").is_some());
        assert!(Table::of("time,account\n1,anna\n").is_none());
        assert!(Table::of("").is_none());
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
