//! One sentence or more for each way of attributing, and for each stance.

use onrecord_entities::DocumentKind;
use onrecord_statements::Stance;

use crate::reading::{pipeline, statements, words};

/// `(text, source, cue, content, stance)` of one statement that must be among those of the text.
const SENTENCES: &[(&str, &str, &str, &str, Stance)] = &[
    (
        "The firm said that it had paid nothing.",
        "The firm",
        "said",
        "that it had paid nothing",
        Stance::Asserts,
    ),
    (
        "“We bought models, not names,” Anna Berg said on Friday.",
        "Anna Berg",
        "said",
        "“We bought models, not names,”",
        Stance::Asserts,
    ),
    (
        "“It is declared,” said Gideon Strake. “It is legal and it is all he ever gave us.”",
        "Gideon Strake",
        "said",
        "“It is declared,” … “It is legal and it is all he ever gave us.”",
        Stance::Asserts,
    ),
    (
        "Between 55,000 and 65,000 names were passed on, according to a former adviser.",
        "a former adviser",
        "according to",
        "Between 55,000 and 65,000 names were passed on",
        Stance::Asserts,
    ),
    (
        "The names, she said, were bought in March.",
        "she",
        "said",
        "The names … were bought in March",
        Stance::Asserts,
    ),
    (
        "Ms Berg told reporters that the list was gone.",
        "Ms Berg",
        "told",
        "that the list was gone",
        Stance::Asserts,
    ),
    (
        "The agency denied it had bought any names.",
        "The agency",
        "denied",
        "it had bought any names",
        Stance::Denies,
    ),
    (
        "The spokeswoman did not deny that the campaign had received the list.",
        "The spokeswoman",
        "did not deny",
        "that the campaign had received the list",
        Stance::DeclinesComment,
    ),
    (
        "The authority confirmed that it had opened an inquiry.",
        "The authority",
        "confirmed",
        "that it had opened an inquiry",
        Stance::Confirms,
    ),
    (
        "Mr Ardrey disputed the figure.",
        "Mr Ardrey",
        "disputed",
        "the figure",
        Stance::Disputes,
    ),
    (
        "The party declined to comment.",
        "The party",
        "declined to comment",
        "",
        Stance::DeclinesComment,
    ),
    (
        "It would not say whether the campaign was part of it.",
        "It",
        "would not say",
        "whether the campaign was part of it",
        Stance::DeclinesComment,
    ),
    (
        "The firm did not respond to requests for comment.",
        "The firm",
        "did not respond to requests for comment",
        "",
        Stance::DeclinesComment,
    ),
    (
        "The auditors have yet to find a trace of a payment.",
        "The auditors",
        "have yet to find a trace of",
        "a payment",
        Stance::ReportsNoEvidence,
    ),
    (
        "Police found no evidence that she knew of the list.",
        "Police",
        "found no evidence that",
        "she knew of the list",
        Stance::ReportsNoEvidence,
    ),
    (
        "The senator asked whether the names had been sold.",
        "The senator",
        "asked",
        "whether the names had been sold",
        Stance::Asks,
    ),
    (
        "Wendlow alleged that the minister had approved the list.",
        "Wendlow",
        "alleged",
        "that the minister had approved the list",
        Stance::Alleges,
    ),
    (
        "Ms Quarrendon said the firm may appeal.",
        "Ms Quarrendon",
        "said",
        "the firm may appeal",
        Stance::Hypothetical,
    ),
    (
        "He walked back his claim that the bridge was safe.",
        "He",
        "walked back",
        "his claim that the bridge was safe",
        Stance::Retracts,
    ),
    (
        "She promised to publish the letter.",
        "She",
        "promised",
        "to publish the letter",
        Stance::Hypothetical,
    ),
    (
        "The minister called the report a lie.",
        "The minister",
        "called",
        "the report a lie",
        Stance::Denies,
    ),
];

#[test]
fn each_way_of_saying_it_is_found() {
    let Some(pipeline) = pipeline() else { return };
    let mut wrong = Vec::new();
    for &(text, source, cue, content, stance) in SENTENCES {
        let found: Vec<_> = statements(pipeline, text, DocumentKind::Article)
            .iter()
            .map(|one| {
                (
                    words(text, &one.source),
                    words(text, &one.cue),
                    words(text, &one.content),
                    one.stance,
                )
            })
            .collect();
        let wanted = (
            source.to_owned(),
            cue.to_owned(),
            content.to_owned(),
            stance,
        );
        if !found.contains(&wanted) {
            wrong.push(format!("{wanted:?} is not in {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_passed_on_names_who_passes_it_on() {
    let Some(pipeline) = pipeline() else { return };
    let text = "The Herald writes that an adviser told its reporter that the chairman is lying.";
    let found = statements(pipeline, text, DocumentKind::Article);
    let cues: Vec<String> = found.iter().map(|one| words(text, &one.cue)).collect();
    assert_eq!(cues, ["writes", "told"]);
    assert_eq!(
        (found[0].parent, found[0].via.as_slice()),
        (None, [].as_slice())
    );
    assert_eq!(
        (found[1].parent, found[1].via.as_slice()),
        (Some(0), [0].as_slice())
    );
}

#[test]
fn a_speaker_named_once_speaks_on_in_the_next_paragraph() {
    let Some(pipeline) = pipeline() else { return };
    let text = "“We bought nothing,” Anna Berg said. “Nobody asked us.\n\n“And nobody ever will.”\n\nThe list is gone.";
    let found = statements(pipeline, text, DocumentKind::Article);
    let said = found.iter().find(|one| words(text, &one.cue) == "said");
    let content = said.map(|one| words(text, &one.content));
    assert_eq!(
        content.as_deref(),
        Some("“We bought nothing,” … “Nobody asked us … “And nobody ever will.”")
    );
}

#[test]
fn a_message_is_said_by_its_sender_question_and_plan_apart() {
    let Some(pipeline) = pipeline() else { return };
    let text = "Segment F is the petition. We bought it in March. Where do the names come from? There will be a study.";
    let found = statements(pipeline, text, DocumentKind::Message);
    let own: Vec<_> = found
        .iter()
        .filter(|one| one.cue.is_empty())
        .map(|one| (words(text, &one.content), one.stance))
        .collect();
    assert_eq!(
        own,
        [
            (
                "Segment F is the petition. We bought it in March.".to_owned(),
                Stance::Asserts
            ),
            ("Where do the names come from?".to_owned(), Stance::Asks),
            ("There will be a study.".to_owned(), Stance::Hypothetical),
        ]
    );
}

#[test]
fn the_same_text_gives_the_same_statements() {
    let Some(pipeline) = pipeline() else { return };
    let text = SENTENCES
        .iter()
        .map(|(text, ..)| *text)
        .collect::<Vec<_>>()
        .join("\n\n");
    let first = statements(pipeline, &text, DocumentKind::Message);
    assert_eq!(first, statements(pipeline, &text, DocumentKind::Message));
}
