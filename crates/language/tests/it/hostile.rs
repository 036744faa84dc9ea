//! Text made to hurt: no panic, nothing lost, and no more than linear work (the sizes would not end otherwise).

use onrecord_language::{Annotated, Isa};
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use crate::models::load;

/// What holds for any annotation of any text.
fn check(text: &str, a: &Annotated) {
    let n = a.tokens().len() as u32;
    let mut at = 0;
    for t in a.tokens() {
        assert!(t.start >= at && t.end > t.start && t.head < n);
        assert!(
            matches!(&text[at as usize..t.start as usize], "" | " "),
            "only single spaces are in no token"
        );
        at = t.end;
    }
    assert!(matches!(&text[at as usize..], "" | " "));
    assert_eq!(
        a.sentences().map(|s| s.len()).sum::<usize>(),
        a.tokens().len()
    );
}

#[test]
fn odd_texts_are_annotated_whole() {
    let Some(pipeline) = load("en", Isa::best()) else {
        return;
    };
    let mut workspace = pipeline.workspace();
    let n = 20_000;
    let texts = [
        "x".repeat(n * 5),
        "(".repeat(n) + &")".repeat(n),
        "....)".repeat(n),
        "a.b@c:".repeat(n),
        "http://10.0.0.1/".repeat(n / 4),
        "word ".repeat(n),
        "\u{200b}\u{202e}\u{feff}".repeat(n),
        "。、「」".repeat(n),
        "\n".repeat(n),
        " \t\u{a0}".repeat(n / 4),
        "😀".repeat(n),
        "a\u{301}".repeat(n),
        "'s".repeat(n),
        "the man who said that ".repeat(n / 5),
        ":) ".repeat(n),
        "\0\u{7f}\u{fffd}".repeat(n / 4),
    ];
    for text in &texts {
        check(text, &pipeline.annotate(text, &mut workspace));
    }
}

#[test]
fn french_patterns_stay_linear() {
    let Some(pipeline) = load("fr", Isa::best()) else {
        return;
    };
    let mut workspace = pipeline.workspace();
    for text in [
        "aaaa。".repeat(20_000),
        "l'".repeat(40_000),
        "aéro-l'".repeat(20_000),
        "。".repeat(60_000),
        "anti-".repeat(20_000),
    ] {
        check(&text, &pipeline.annotate(&text, &mut workspace));
    }
}

#[test]
fn a_text_beyond_the_limit_goes_in_pieces() {
    let Some(pipeline) = load("en", Isa::best()) else {
        return;
    };
    let paragraph = "Ada met Charles in London.\n\n";
    let text = paragraph.repeat(onrecord_language::MAX_CHARS / paragraph.len() + 3);
    let annotated = pipeline.annotate(&text, &mut pipeline.workspace());
    check(&text, &annotated);
    let last = annotated.tokens().len() - 1;
    assert_eq!(annotated.tokens()[last].end as usize, text.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_text_is_annotated_whole(pieces in prop::collection::vec(any::<String>(), 0..8)) {
        thread_local! {
            static PIPELINE: Option<onrecord_language::Pipeline> = load("en", Isa::Portable);
        }
        PIPELINE.with(|pipeline| {
            if let Some(pipeline) = pipeline {
                let text = pieces.concat();
                check(&text, &pipeline.annotate(&text, &mut pipeline.workspace()));
            }
        });
    }
}
