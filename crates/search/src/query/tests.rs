use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::*;

fn understood(text: &str) -> String {
    let parsed = Query::parse(text);
    assert_eq!(parsed.warnings, [], "{text}");
    parsed.understood
}

/// What is understood, and where the warnings are.
fn warned(text: &str) -> (String, Vec<usize>) {
    let parsed = Query::parse(text);
    let places = parsed.warnings.iter().map(|warning| warning.at).collect();
    (parsed.understood, places)
}

#[test]
fn words_are_joined_by_and_and_bound_tighter_than_or() {
    assert_eq!(understood("a b OR c NOT d"), "(a AND b) OR (c AND NOT d)");
    assert_eq!(
        understood("(budget OR invoice) -draft"),
        "(budget OR invoice) AND NOT draft"
    );
    assert_eq!(understood("NOT NOT a"), "a");
    assert_eq!(understood("  "), "*");
    assert_eq!(understood("a && (b || c)"), "a AND (b OR c)");
}

#[test]
fn words_have_forms() {
    assert_eq!(
        understood("Payments \"Payments\" =paid pay* pay~ payments~ pay~2"),
        "payments AND \"payments\" AND \"paid\" AND pay* AND pay~1 AND payments~2 AND pay~2"
    );
    assert_eq!(understood("\"The Café’s owner*\""), "\"the cafe owner*\"");
    assert_eq!(
        understood("e-mails j.smith@enron.com"),
        "e-mails AND \"j smith enron com\""
    );
    assert_eq!(understood("1,500.00 東京"), "\"1500 00\" AND \"東 京\"");
}

#[test]
fn fields_take_words_phrases_and_groups() {
    assert_eq!(
        understood("from:lay FROM:\"ken lay\" subject:(budget OR \"gas price\")"),
        "from:lay AND from:\"ken lay\" AND (subject:budget OR subject:\"gas price\")"
    );
    assert_eq!(
        understood("header.X-Mailer:Outlook -type:pdf tag:*"),
        "header.x-mailer:outlook AND NOT type:pdf AND tag:*"
    );
    assert_eq!(
        understood("title:report from: ken"),
        "subject:report AND from:ken"
    );
    assert_eq!(
        understood("has:attachment path:inbox/2001"),
        "has:attachment AND path:\"inbox 2001\""
    );
}

#[test]
fn dates_are_days_months_years_and_ranges() {
    assert_eq!(understood("date:2001"), "date:2001");
    assert_eq!(
        understood("date:2001-05..2002 date:..2001-05-14 date:2003.."),
        "date:2001-05..2002 AND date:..2001-05-14 AND date:2003.."
    );
    assert_eq!(
        understood("date:(2001 OR 2003) date:\"2004-02\""),
        "(date:2001 OR date:2003) AND date:2004-02"
    );
}

#[test]
fn near_joins_words_phrases_and_alternatives() {
    assert_eq!(
        understood("gas near/5 \"price cap\""),
        "gas near/5 \"price cap\""
    );
    assert_eq!(
        understood("a near/5 b NEAR/3 c w/2 d e"),
        "(((a near/5 b) near/3 c) near/2 d) AND e"
    );
    assert_eq!(
        understood("from:(ken near/2 (lay OR skil*))"),
        "from:(ken near/2 (lay OR skil*))"
    );
    assert_eq!(understood("NOT a near/5 b"), "NOT (a near/5 b)");
}

#[test]
fn what_is_wrong_is_said_and_still_tried() {
    for (text, read, places) in [
        ("\"open phrase", "\"open phrase\"", vec![0]),
        ("(a b", "a AND b", vec![0]),
        ("a) b", "a AND b", vec![1]),
        ("a AND", "a", vec![2]),
        ("AND a", "a", vec![0]),
        ("a OR OR b", "a OR b", vec![2]),
        ("OR a", "a", vec![0]),
        ("a OR", "a", vec![2]),
        ("NOT", "*", vec![0]),
        ("form:lay", "\"form lay\"", vec![0]),
        ("date:20x1", "*", vec![5]),
        ("date:2001..soon a", "date:2001.. AND a", vec![11]),
        ("date:2003..2001", "date:2001..2003", vec![5]),
        ("from:", "*", vec![0]),
        ("a near/5", "a", vec![2]),
        ("near/5 a", "a", vec![0]),
        ("a near/5 from:b", "a AND from:b", vec![2]),
        ("a near/9999 b", "a near/200 b", vec![2]),
        ("() a", "a", vec![0]),
        ("a & b", "a AND b", vec![2]),
        ("fo*bar", "\"fo bar\"", vec![2]),
        ("x~7", "x~2", vec![1]),
        ("\"a b\"~5", "\"a b\"", vec![5]),
        ("has:legs", "has:legs", vec![4]),
        ("cats or dogs", "cats AND or AND dogs", vec![5]),
    ] {
        assert_eq!(warned(text), (read.to_owned(), places), "{text}");
    }
}

#[test]
fn what_only_looks_odd_is_not_warned_about() {
    for text in ["http://example.org/a?b", "10:30", "C++", "and so on", "-5"] {
        assert_eq!(Query::parse(text).warnings, [], "{text}");
    }
}

#[test]
fn nesting_is_bounded() {
    for unit in [
        "(",
        "(a ",
        "-(",
        "from:(",
        "NOT ",
        "-",
        "a near/3 ",
        "(a OR ",
        "\"",
        ")",
    ] {
        let text = unit.repeat(100_000);
        let parsed = Query::parse(&text);
        assert!(
            !parsed.warnings.is_empty() || unit == "-" || unit == "\"",
            "{unit}"
        );
        assert!(parsed.warnings.len() <= 100);
    }
    let balanced = format!("{}a{} b", "(".repeat(100_000), ")".repeat(100_000));
    let (read, places) = warned(&balanced);
    assert_eq!((read.as_str(), places.len()), ("a AND b", 1));
}

/// Texts that look like queries.
fn queries() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Zéß東']{1,6}",
        proptest::sample::select(
            &[
                "AND",
                "OR",
                "NOT",
                "near/3",
                "w/2",
                "(",
                ")",
                "\"",
                "-",
                "=",
                "*",
                "~",
                "~1",
                ":",
                "..",
                "from:",
                "subject:",
                "date:",
                "header.x:",
                "tag:",
                "2001",
                "2002-05",
                "1,500",
                "”",
                " ",
                " ",
                " ",
            ][..]
        )
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

#[test]
fn odd_words_are_understood_the_same_again() {
    for text in ["=ß~2001", &format!("{}-ttt", "w".repeat(300))] {
        let first = Query::parse(text);
        assert!(
            first
                .warnings
                .iter()
                .all(|warning| text.is_char_boundary(warning.at))
        );
        assert_eq!(Query::parse(&first.understood).understood, first.understood);
    }
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(4_000))]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let parsed = Query::parse(&text);
        assert!(parsed.warnings.iter().all(|warning| text.is_char_boundary(warning.at)));
    }

    #[test]
    fn what_is_understood_is_understood_the_same_again(text in queries()) {
        let first = Query::parse(&text);
        assert!(first.warnings.iter().all(|warning| text.is_char_boundary(warning.at)));
        let second = Query::parse(&first.understood);
        assert_eq!(first.query, second.query, "{} → {}", text, first.understood);
        assert_eq!(first.understood, second.understood);
    }
}
