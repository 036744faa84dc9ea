use onrecord_record::Span;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

use super::*;

/// One line a block: its kind, level and text with line ends shown.
fn outline(text: &str) -> Vec<String> {
    let describe = |block: &Block| {
        let kind = match &block.kind {
            BlockKind::Prose => "prose".to_owned(),
            BlockKind::Quote { level, attribution } => {
                let author = attribution
                    .as_ref()
                    .and_then(|one| one.author.as_deref())
                    .unwrap_or("?");
                format!("quote {level} by {author}")
            }
            BlockKind::AttributionLine { level } => format!("attribution {level}"),
            BlockKind::ForwardHeader { level, fields } => {
                format!("header {level} of {}", fields.len())
            }
            other => format!("{other:?}").to_lowercase(),
        };
        format!(
            "{kind}: {}",
            text[block.span.range()].trim_end().replace('\n', "/")
        )
    };
    structure(text).iter().map(describe).collect()
}

#[test]
fn an_answer_above_a_quote() {
    assert_eq!(
        outline(
            "Yes.\n\nOn Mon, 2 Apr 2012 at 18:26, Anna Berg <\nanna@example.org> wrote:\n> Did you?\n>> No.\n\nBert\n"
        ),
        [
            "prose: Yes.",
            "attribution 0: On Mon, 2 Apr 2012 at 18:26, Anna Berg </anna@example.org> wrote:",
            "quote 1 by Anna Berg: > Did you?",
            "quote 2 by ?: >> No.",
            "prose: Bert",
        ]
    );
}

#[test]
fn quotes_within_quotes_have_their_own_authors() {
    assert_eq!(
        outline("> On 1 Apr 2012, Bert Dahl wrote:\n> > I paid.\n> Whom?\n> > Nobody.\n"),
        [
            "attribution 1: > On 1 Apr 2012, Bert Dahl wrote:",
            "quote 2 by Bert Dahl: > > I paid.",
            "quote 1 by ?: > Whom?",
            "quote 2 by Bert Dahl: > > Nobody.",
        ]
    );
}

#[test]
fn a_header_in_the_text_puts_what_follows_deeper() {
    let text = "See below.\n\n-----Original Message-----\nFrom: Berg, Anna [mailto:anna@example.org]\nSent: Monday, May 14, 2001 4:39 PM\n\
        To: Bert Dahl\nSubject: RE: Ledger\n\nI signed it.\n\n\tFrom: Bert Dahl\n\tSent: Sunday\n\tTo: Anna Berg\n\tSubject: Ledger\n\nSign it.\n";
    assert_eq!(
        outline(text)[..3],
        [
            "prose: See below.".to_owned(),
            format!(
                "header 0 of 4: {}",
                text[12..text.find("\n\nI signed").expect("in the text")].replace('\n', "/")
            ),
            "quote 1 by Berg, Anna: I signed it.".to_owned(),
        ]
    );
    assert_eq!(outline(text)[4], "quote 2 by Bert Dahl: Sign it.");
    let blocks = structure(text);
    let BlockKind::ForwardHeader { fields, .. } = &blocks[1].kind else {
        panic!("a header")
    };
    let values: Vec<&str> = fields
        .iter()
        .map(|field| &text[field.value.range()])
        .collect();
    assert_eq!(
        values[1..],
        ["Monday, May 14, 2001 4:39 PM", "Bert Dahl", "RE: Ledger"]
    );
}

#[test]
fn forwards_of_other_programs() {
    let apple = "FYI\n\nBegin forwarded message:\n\n> From: Anna Berg <anna@example.org>\n> Date: 2 April 2012\n> Subject: Ledger\n> \n> I signed.\n";
    assert_eq!(
        outline(apple).last().map(String::as_str),
        Some("quote 1 by Anna Berg: > I signed.")
    );
    let gmail = "---------- Forwarded message ---------\nFrom: Anna Berg <anna@example.org>\nDate: Mon, 2 Apr 2012\nSubject: Ledger\nTo: <b@example.org>\n\nI signed.\n";
    assert_eq!(outline(gmail)[1], "quote 1 by Anna Berg: I signed.");
    let outlook = "See.\n\n________________________________\nVon: Anna Berg\nGesendet: Montag\nAn: Bert\nBetreff: Kasse\n\nJa.\n";
    assert_eq!(outline(outlook)[2], "quote 1 by Anna Berg: Ja.");
}

#[test]
fn endings_are_told_from_prose() {
    assert_eq!(
        outline(
            "We meet at ten.\n\nBest regards,\nAnna Berg\n\n_______________________________\nLedger mailing list\nledger@example.org\n"
        ),
        [
            "prose: We meet at ten.",
            "signature: Best regards,/Anna Berg",
            "listfooter: _______________________________/Ledger mailing list/ledger@example.org",
        ]
    );
    assert_eq!(
        outline("Text.\n-- \nAnna\n\nOn 2 Apr 2012, B wrote:\n> x\n")[1],
        "signature: -- /Anna"
    );
    let notice = "Text.\n\nThis e-mail is confidential. If you are not the intended recipient, notify the sender and delete this e-mail.\n";
    assert!(outline(notice)[1].starts_with("disclaimer"));
    assert_eq!(
        outline("We said thanks,\nand then it was over. Thanks to all.\n").len(),
        1
    );
}

#[test]
fn tables_and_code_are_no_running_text() {
    assert_eq!(
        outline("Owners:\n\nName  Share  Since\nAnna  10     2001\nBert  90     2002\n").len(),
        2
    );
    assert_eq!(
        outline("int main() {\n  return 0;\n}\n")[0]
            .split(':')
            .next(),
        Some("code")
    );
}

fn joined(text: &str, flowed: bool) -> Vec<String> {
    rejoin(text, &structure(text), flowed)
        .into_iter()
        .map(|(_, view)| view.text().to_owned())
        .collect()
}

#[test]
fn a_name_over_a_line_break_is_whole_and_its_quote_exact() {
    let text = "> The contract of the ledger company was signed in May by Anna\n> Berg, who has denied it since then, and by nobody else.\n";
    let blocks = structure(text);
    let (_, view) = &rejoin(text, &blocks, false)[0];
    let at = view.text().find("Anna Berg").expect("a whole name") as u32;
    let stored = view.stored_span(Span::new(at, at + 9));
    assert_eq!(&text[stored.range()], "Anna\n> Berg");
}

#[test]
fn only_wrapped_lines_are_joined() {
    let text = "Dear Anna,\nthe board met on Monday in the new offices of the company in\r\nOslo to speak of the ledger.\n- one\n- two\nBert\n";
    assert_eq!(
        joined(text, false).concat(),
        "Dear Anna,\nthe board met on Monday in the new offices of the company in Oslo to speak of the ledger.\n- one\n- two\nBert\n"
    );
}

#[test]
fn flowed_text_says_itself_where_it_goes_on() {
    assert_eq!(
        joined("one \ntwo\nthree\n From x\n", true).concat(),
        "one two\nthree\nFrom x\n"
    );
    assert_eq!(joined("> one \n> two\n", true).concat(), "one two\n");
}

const PIECES: &[&str] = &[
    "> ",
    ">> ",
    "\n",
    "\r\n",
    "On 2 Apr 2012, Anna <a@example.org> wrote:",
    "From: Anna\nSent: x\nTo: y\nSubject: z\n",
    "-----Original Message-----\n",
    "-- \n",
    "Regards,\nAnna\n",
    "_____________\nx mailing list\n",
    "é ü – text ",
    "word word word word word word word word word word word word word",
    "a  b  c\na  b  c\na  b  c\n",
    " ",
    "\t",
    "：",
    "To: a,\n b\n",
    "İ wrote:",
    "> On 2012 schrieb:",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn blocks_cover_the_text_and_views_lead_back(
        picks in proptest::collection::vec(0..PIECES.len(), 0..30), flowed in proptest::bool::ANY
    ) {
        let text: String = picks.iter().map(|pick| PIECES[*pick]).collect();
        let blocks = structure(&text);
        let mut at = 0;
        for block in &blocks {
            prop_assert_eq!(block.span.start, at);
            prop_assert!(!block.span.is_empty());
            at = block.span.end;
        }
        prop_assert_eq!(at as usize, text.len());
        for (index, view) in rejoin(&text, &blocks, flowed) {
            for (at, letter) in view.text().char_indices() {
                let stored = view.stored_span(Span::new(at as u32, (at + letter.len_utf8()) as u32));
                prop_assert!(blocks[index].span.contains(stored));
                let quote = &text[stored.range()];
                prop_assert!(quote.starts_with(letter) || letter == ' ');
            }
        }
    }

    #[test]
    fn any_text_has_a_structure(text in "\\PC{0,200}") {
        let blocks = structure(&text);
        prop_assert_eq!(blocks.iter().map(|block| block.span.len() as usize).sum::<usize>(), text.len());
        prop_assert!(rejoin(&text, &blocks, false).len() <= blocks.len());
    }
}
