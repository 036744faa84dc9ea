//! The same answers as spaCy, on every instruction set; and as bytes.

use onrecord_language::{Annotated, Isa, Labels};
use serde_json::{Value, json};

use crate::models::{fixture, load};

/// An annotation in the form of the fixtures.
fn shown(text: &str, a: &Annotated) -> Value {
    let (mut at, mut chars) = (0, 0);
    let mut tokens = Vec::new();
    for t in a.tokens() {
        chars += text[at..t.start as usize].chars().count();
        at = t.start as usize;
        let len = text[t.start as usize..t.end as usize].chars().count();
        tokens.push(json!([
            chars,
            len,
            a.label(t.tag),
            a.label(t.pos),
            a.label(t.morph),
            a.lemma(t),
            t.head,
            a.label(t.dep),
            t.ent_iob as u8,
            a.label(t.ent_type),
            u8::from(t.starts_sentence)
        ]));
    }
    let ents: Vec<_> = a
        .entities()
        .map(|e| json!([e.first, e.last, a.label(e.label)]))
        .collect();
    json!({ "text": text, "tokens": tokens, "ents": ents })
}

fn compare(language: &str) {
    for isa in Isa::ALL.into_iter().filter(|i| i.is_available()) {
        let Some(pipeline) = load(language, isa) else {
            return;
        };
        let mut workspace = pipeline.workspace();
        for expected in fixture(language) {
            let text = expected["text"].as_str().expect("a fixture has a text");
            let found = shown(text, &pipeline.annotate(text, &mut workspace));
            let (a, b) = (
                expected["tokens"].as_array().unwrap(),
                found["tokens"].as_array().unwrap(),
            );
            for (a, b) in a.iter().zip(b) {
                assert_eq!(a, b, "{} in {text:?}", isa.name());
            }
            assert_eq!(expected, found, "{} in {text:?}", isa.name());
        }
    }
}

#[test]
fn english_is_spacys() {
    compare("en");
}

#[test]
fn french_is_spacys() {
    compare("fr");
}

#[test]
fn bytes_lead_back_without_the_pipeline() {
    let Some(pipeline) = load("en", Isa::best()) else {
        return;
    };
    let kept = pipeline.labels().to_bytes();
    let labels = std::sync::Arc::new(Labels::from_bytes(&kept).expect("labels lead back"));
    let mut workspace = pipeline.workspace();
    let prose: Vec<String> = fixture("en")
        .iter()
        .take(11)
        .map(|f| f["text"].as_str().unwrap().to_owned())
        .collect();
    let text = prose.join("\n\n");
    let annotated = pipeline.annotate(&text, &mut workspace);
    let bytes = annotated.encode();
    assert_eq!(Annotated::decode(&bytes, &labels), Ok(annotated.clone()));
    let each = bytes.len() as f64 / annotated.tokens().len() as f64;
    assert!(each < 14.0, "{each} bytes a token");
}

#[test]
fn a_workspace_changes_nothing() {
    let Some(pipeline) = load("en", Isa::best()) else {
        return;
    };
    let texts: Vec<String> = fixture("en")
        .iter()
        .map(|f| f["text"].as_str().unwrap().to_owned())
        .collect();
    let mut kept = pipeline.workspace();
    let first: Vec<_> = texts
        .iter()
        .map(|t| pipeline.annotate(t, &mut kept))
        .collect();
    let again: Vec<_> = texts
        .iter()
        .rev()
        .map(|t| pipeline.annotate(t, &mut kept))
        .collect();
    let fresh: Vec<_> = texts
        .iter()
        .map(|t| pipeline.annotate(t, &mut pipeline.workspace()))
        .collect();
    assert_eq!(first, fresh);
    assert!(again.iter().rev().eq(&fresh));
}

#[test]
fn threads_share_a_pipeline() {
    let Some(pipeline) = load("en", Isa::best()) else {
        return;
    };
    let text = "The board of Halden & Voss met in Geneva on 3 May.";
    let one = pipeline.annotate(text, &mut pipeline.workspace());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(pipeline.annotate(text, &mut pipeline.workspace()), one));
        }
    });
}
