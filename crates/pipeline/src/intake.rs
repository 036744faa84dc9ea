//! Folds a reader's events into rows, while they come: no tree of a file is ever held.

use onrecord_extract::{Begin, End, Event, Kind, MessageInfo, Role};
use onrecord_record::{Digest, DocumentId, Problem};

use crate::language::detect_language;
use crate::rows::{DocumentRow, ItemOutcome, ItemRow, TextRow};

/// A finished row; the rows of what an item holds come before its own.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// An item ended.
    Item(Box<ItemRow>),
    /// A document is complete; follows the row of its item.
    Document(Box<DocumentRow>),
    /// A later part of a long text, handed on at once so that only one part is in memory.
    Text(TextRow),
}

/// Takes the events of one file and gives rows to a sink.
///
/// A text longer than one part becomes a document a part ("part 2 of …"), so that no more than one
/// part is in memory; later parts name the document that they continue.
#[derive(Debug, Default)]
pub struct Intake {
    open: Vec<OpenItem>,
    next_sequence: u32,
}

#[derive(Debug)]
struct OpenItem {
    sequence: u32,
    begin: Begin,
    problems: Vec<Problem>,
    texts: Vec<TextRow>,
    metadata: Vec<(String, String)>,
    message: Option<Box<MessageInfo>>,
    /// Later parts of a long text, kept as names until the document's own name is known.
    late_parts: Vec<(u32, TextRow)>,
}

impl Intake {
    /// Takes one event; finished rows go to `sink`.
    pub fn take(&mut self, event: Event, sink: &mut dyn FnMut(Row)) {
        match event {
            Event::Begin(begin) => self.begin(begin),
            Event::End(end) => self.end(end, sink),
            other => self.describe(other, sink),
        }
    }

    /// Whether every item that began has ended.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.open.is_empty() && self.next_sequence > 0
    }

    fn begin(&mut self, begin: Begin) {
        self.open.push(OpenItem {
            sequence: self.next_sequence,
            begin,
            problems: Vec::new(),
            texts: Vec::new(),
            metadata: Vec::new(),
            message: None,
            late_parts: Vec::new(),
        });
        self.next_sequence += 1;
    }

    fn describe(&mut self, event: Event, sink: &mut dyn FnMut(Row)) {
        let Some(item) = self.open.last_mut() else {
            return;
        };
        match event {
            Event::Message(message) => item.message = Some(message),
            Event::Metadata { key, value } => item.metadata.push((key, value)),
            Event::Problem(problem) => item.problems.push(problem),
            // Nobody who imports wants a single item.
            Event::Bytes(_) | Event::Inert(_) => {}
            Event::Text(text) => {
                let row = TextRow::placed(text.role.as_str(), text.text, text.places);
                if text.role == Role::Main && text.part > 0 {
                    item.late_parts.push((
                        text.part + 1,
                        TextRow {
                            text: None,
                            ..row.clone()
                        },
                    ));
                    sink(Row::Text(row));
                } else {
                    item.texts.push(row);
                }
            }
            Event::Begin(_) | Event::End(_) => {}
        }
    }

    fn end(&mut self, end: End, sink: &mut dyn FnMut(Row)) {
        let Some(mut item) = self.open.pop() else {
            return;
        };
        // The gravest first: a list that shows one problem an item shows that one.
        item.problems
            .sort_by_key(|problem| std::cmp::Reverse(problem.effect()));
        let parent = self.open.last().map(|open| open.sequence);
        let trail = self.trail(&item);
        let content = end.document.or_else(|| container_content(&end));
        let outcome = match end.kind {
            Kind::None => ItemOutcome::Unread,
            _ => ItemOutcome::of(&item.problems),
        };
        sink(Row::Item(Box::new(ItemRow {
            sequence: item.sequence,
            parent,
            level: item.begin.level,
            name: item.begin.name.clone(),
            trail: trail.clone(),
            locator: item.begin.locator.clone(),
            kind: end.kind,
            outcome,
            media_type: Some(end.media_type.clone()),
            charset: end.charset.clone(),
            size: end.size,
            sha256: end.sha256,
            blake3: end.blake3,
            content,
            found_children: end.found_children,
            unreached: end.unreached,
            problems: item.problems.clone(),
        })));
        if let Some(id) = end.document {
            document_rows(id, item, trail, &end, sink);
        }
    }

    /// Names from the file down to `item`; the file's own name is not part of it.
    fn trail(&self, item: &OpenItem) -> String {
        let holders = self
            .open
            .iter()
            .skip(1)
            .map(|open| open.begin.name.as_str());
        let own = (!self.open.is_empty()).then_some(item.begin.name.as_str());
        holders.chain(own).collect::<Vec<_>>().join("/")
    }
}

/// Names a container by its bytes, so that an archive found twice is known as a copy.
fn container_content(end: &End) -> Option<DocumentId> {
    let digest: &Digest = end.blake3.as_ref()?;
    (end.kind == Kind::Container).then(|| DocumentId::of_content(digest))
}

fn document_rows(
    id: DocumentId,
    item: OpenItem,
    trail: String,
    end: &End,
    sink: &mut dyn FnMut(Row),
) {
    let title = title(&item, end);
    let language = item
        .texts
        .first()
        .and_then(|row| detect_language(row.text.as_deref()?))
        .map(str::to_owned);
    let kind = kind_word(end, item.message.is_some(), &item.texts);
    for (number, text) in item.late_parts {
        sink(Row::Document(Box::new(DocumentRow {
            id: DocumentId::of_message(format!("{id} part {number}").as_bytes()),
            sequence: item.sequence,
            level: item.begin.level,
            trail: trail.clone(),
            kind: kind.to_owned(),
            media_type: end.media_type.clone(),
            title: format!("{title} (part {number})"),
            date: end.date,
            language: language.clone(),
            texts: vec![text],
            metadata: Vec::new(),
            continues: Some((id, number)),
            message: None,
        })));
    }
    sink(Row::Document(Box::new(DocumentRow {
        id,
        sequence: item.sequence,
        level: item.begin.level,
        trail,
        kind: kind.to_owned(),
        media_type: end.media_type.clone(),
        title,
        date: end.date,
        language,
        texts: item.texts,
        metadata: item.metadata,
        continues: None,
        message: item.message,
    })));
}

fn title(item: &OpenItem, end: &End) -> String {
    let stated = end
        .title
        .as_deref()
        .map(str::trim)
        .filter(|title| !title.is_empty());
    stated.unwrap_or(&item.begin.name).to_owned()
}

/// Media types of tables: a line a row.
const TABLES: &[&str] = &[
    "text/csv",
    "text/tab-separated-values",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
    "application/vnd.sun.xml.calc",
];

/// What a person calls a document of this media type.
fn kind_word(end: &End, is_message: bool, texts: &[TextRow]) -> &'static str {
    if is_message {
        return "message";
    }
    match end.media_type.as_str() {
        "text/html" | "application/xhtml+xml" => {
            if texts.iter().any(|text| text.role == "full") {
                "article"
            } else {
                "page"
            }
        }
        media_type if TABLES.contains(&media_type) => "table",
        "application/json"
        | "application/x-ndjson"
        | "application/jsonl"
        | "application/xml"
        | "text/xml" => "data",
        _ => "text",
    }
}
