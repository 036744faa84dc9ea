//! What a desk expects of names, and what must hold of any text at all.

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::{
    Conflict, MAX_PARTS, NameKind, ParsedName, Role, blocking_keys, compare, conflict, similarity,
};

const KINDS: [NameKind; 4] = [
    NameKind::Person,
    NameKind::Company,
    NameKind::Organization,
    NameKind::Vessel,
];

fn pair(kind: NameKind, left: &str, right: &str) -> (ParsedName, ParsedName) {
    (
        ParsedName::parse(left, kind),
        ParsedName::parse(right, kind),
    )
}

#[track_caller]
fn match_all(kind: NameKind, pairs: &[(&str, &str)]) {
    for (left, right) in pairs {
        let (l, r) = pair(kind, left, right);
        let found = compare(&l, &r);
        assert!(found.is_match, "{left} | {right}: {found:?}");
        let shared = blocking_keys(&l)
            .iter()
            .any(|key| blocking_keys(&r).contains(key));
        assert!(shared, "{left} | {right} would not meet");
    }
}

#[track_caller]
fn match_none(kind: NameKind, pairs: &[(&str, &str)]) {
    for (left, right) in pairs {
        let (l, r) = pair(kind, left, right);
        let found = compare(&l, &r);
        assert!(!found.is_match, "{left} | {right}: {found:?}");
    }
}

#[test]
fn people_are_known_again() {
    match_all(
        NameKind::Person,
        &[
            ("Köslin, Petra", "petra koslin"),
            ("Dr. Bill Ashdown", "William Ashdown"),
            ("P. Koslin", "Petra Koslin"),
            ("Hendrik van der Meer", "Hendrik Vandermeer"),
            ("Abd al-Rahman Haddad", "Abdelrahman Haddad"),
            ("Muhammad Karimi", "Mohammed Karimi"),
            ("Игорь Соколов", "Igor Sokolov"),
            ("Νίκος Παπαδόπουλος", "Nikos Papadopoulos"),
            ("محمد كريمي", "Mohammed Karimi"),
            ("Chou En-lai", "Zhou Enlai"),
            ("周恩来", "Zhou Enlai"),
            ("Ruth O'Hara", "Ruth OHara"),
        ],
    );
}

#[test]
fn people_are_kept_apart() {
    match_none(
        NameKind::Person,
        &[
            ("Anna Berg", "Petra Berg"),
            ("K. Berg", "Petra Berg"),
            ("Ivan Petrovich Sokolov", "Ivan Sergeevich Sokolov"),
            ("Robert Halvorsen Jr.", "Robert Halvorsen Sr."),
        ],
    );
}

#[test]
fn firms_are_known_again() {
    match_all(
        NameKind::Company,
        &[
            ("Holm Ltd.", "Holm Limited"),
            (
                "OOO Vega",
                "Общество с ограниченной ответственностью \"Vega\"",
            ),
            ("First Nordic Bank", "1st Nordic Bank"),
            ("Meridian Data Holdings", "MDH"),
            ("The Orion Group", "Orion Group plc"),
            ("S.C. Wells & Son", "SC Wells and Son"),
        ],
    );
    match_none(
        NameKind::Company,
        &[
            ("Polaris Fund II", "Polaris Fund III"),
            ("Nordic Timber AB", "Baltic Timber AB"),
        ],
    );
}

#[test]
fn conflicts_are_told_by_kind() {
    let of = |kind, left, right| {
        let (left, right) = pair(kind, left, right);
        conflict(&left, &right)
    };
    let person = NameKind::Person;
    assert_eq!(
        of(person, "Anna Berg", "Petra Berg"),
        Some(Conflict::GivenName)
    );
    assert_eq!(of(person, "J. Berg", "K. Berg"), Some(Conflict::Initial));
    assert_eq!(
        of(person, "Tom Berg Jr", "Tom Berg III"),
        Some(Conflict::Suffix)
    );
    assert_eq!(of(person, "Mr Berg", "Mrs Berg"), Some(Conflict::Sex));
    assert_eq!(
        of(person, "Daniel Costa", "Daniela Costa"),
        Some(Conflict::GivenName)
    );
    assert_eq!(of(person, "Berg", "Anna Berg"), None);
    assert_eq!(
        of(NameKind::Company, "Holm Ltd", "Holm GmbH"),
        Some(Conflict::LegalForm)
    );
    assert_eq!(
        of(NameKind::Company, "Holm 2 Ltd", "Holm 3 Ltd"),
        Some(Conflict::Number)
    );
    assert_eq!(of(NameKind::Company, "MDH", "Meridian Data Holdings"), None);
}

#[test]
fn parts_have_roles() {
    let name = ParsedName::parse("Dr. Anna K. von Berg, PhD", NameKind::Person);
    let roles: Vec<(&str, Role)> = name
        .parts()
        .iter()
        .map(|part| (name.word(part), part.role))
        .collect();
    assert_eq!(
        roles,
        [
            ("dr", Role::Title),
            ("anna", Role::Given),
            ("k", Role::Initial),
            ("von", Role::Particle),
            ("berg", Role::Family),
            ("phd", Role::Suffix),
        ]
    );
}

#[test]
fn a_name_of_a_megabyte_costs_no_more_than_a_long_one() {
    for hostile in ["a ", "ab'", "x.", "  ", "王", "\u{301}", "1 "] {
        let text = hostile.repeat(1_000_000 / hostile.len());
        for kind in KINDS {
            let name = ParsedName::parse(&text, kind);
            assert!(name.parts().len() <= MAX_PARTS);
            let score = similarity(&name, &name);
            assert!(score == 0.0 || score == 1.0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_two_texts_can_be_compared(left in any::<String>(), right in any::<String>(), kind in 0usize..4) {
        let (left, right) = pair(KINDS[kind], &left, &right);
        let score = similarity(&left, &right);
        prop_assert!((0.0..=1.0).contains(&score));
        prop_assert_eq!(score, compare(&left, &right).score);
        prop_assert_eq!(conflict(&left, &right), conflict(&right, &left));
    }

    #[test]
    fn names_of_common_words_can_be_compared(words in proptest::collection::vec(0usize..WORDS.len(), 0..9), cut in 0usize..9, kind in 0usize..4) {
        let text: Vec<&str> = words.iter().map(|&at| WORDS[at]).collect();
        let (left, right) = text.split_at(cut.min(text.len()));
        let (left, right) = pair(KINDS[kind], &left.join(" "), &right.join(" "));
        prop_assert!((0.0..=1.0).contains(&similarity(&left, &right)));
        prop_assert_eq!(conflict(&left, &right).is_some(), conflict(&right, &left).is_some());
    }
}

const WORDS: [&str; 18] = [
    "Anna", "Ana", "Anne", "J.", "K.", "Jr", "Sr", "von", "al-Amin", "Abd al", "Dr.", "GmbH",
    "Ltd", "2", "II", "of", "Bank", "Bill",
];
