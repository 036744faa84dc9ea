//! Small lists, read and compared.

use super::{Holds, ReadError, Roles, cluster, deduplicate, link, one_to_one, read_csv, read_ftm};
use crate::names::NameKind;

const PEOPLE: &str = "id;name;born;country\n\
    1;Petra Köslin;1961-05-12;Germany\n\
    2;Koslin, Petra;1961-05-12;DE\n\
    3;Robert Halvorsen;1948-01-30;NO\n\
    4;Robert Halvorsen;1975-07-02;NO\n\
    5;Igor Sokolov;1970-03-04;RU\n";

#[test]
fn a_list_is_read_by_the_names_of_its_columns() {
    let list = read_csv(PEOPLE.as_bytes(), &Roles::default()).expect("it is CSV");
    let holds: Vec<Holds> = list.columns.iter().map(|column| column.holds).collect();
    assert_eq!(holds, [Holds::Name, Holds::Date, Holds::Country]);
    assert_eq!(list.records[1].id, "2");
    assert_eq!(list.records[1].values[0].1, "Koslin, Petra");
}

#[test]
fn doubles_are_found_and_father_and_son_are_not() {
    let list = read_csv(PEOPLE.as_bytes(), &Roles::default()).expect("it is CSV");
    let found = deduplicate(&list, NameKind::Person);
    let groups = cluster(&found, list.records.len(), 0.9);
    assert_eq!(groups, [0, 0, 2, 3, 4]);
    assert!(
        found[0]
            .why
            .iter()
            .any(|why| why.column == "born" && why.bits > 0.0)
    );
}

#[test]
fn the_order_of_the_rows_changes_nothing() {
    let mut list = read_csv(PEOPLE.as_bytes(), &Roles::default()).expect("it is CSV");
    let name = |list: &super::List, at: u32| list.records[at as usize].id.clone();
    let best = |list: &super::List| {
        let found = deduplicate(list, NameKind::Person);
        let mut ids = [name(list, found[0].left), name(list, found[0].right)];
        ids.sort();
        ids
    };
    let before = best(&list);
    list.records.reverse();
    assert_eq!(before, best(&list));
}

#[test]
fn a_list_of_entities_is_linked_with_a_table() {
    let ftm = r#"{"id":"a","schema":"Person","properties":{"name":["Petra Koeslin"],"alias":["P. Köslin"],"country":["de"]}}
{"id":"b","schema":"Company","properties":{"name":["Robert Halvorsen"]}}
{"id":"c","schema":"Address","properties":{"full":["Somewhere 1"]}}
"#;
    let right = read_ftm(ftm.as_bytes(), &Roles::default()).expect("they are entities");
    assert_eq!(right.records.len(), 2);
    let mut left = read_csv(PEOPLE.as_bytes(), &Roles::default()).expect("it is CSV");
    for record in &mut left.records {
        record.kind = Some(NameKind::Person);
    }
    let found = link(&left, &right, NameKind::Person);
    let best = one_to_one(&found);
    assert_eq!(best.len(), 1, "a person is no company: {found:?}");
    assert!(best[0].left < 2 && best[0].right == 0);
}

#[test]
fn mistakes_are_told_with_the_way_out() {
    let mut roles = Roles::default();
    assert!(matches!(
        roles.say("born", "birthday"),
        Err(ReadError::UnknownRole(_))
    ));
    roles.say("bron", "date").expect("date is a role");
    let error = read_csv(PEOPLE.as_bytes(), &roles).expect_err("there is no such column");
    assert!(error.to_string().contains("it has id, name, born, country"));
    assert!(read_ftm("{".as_bytes(), &Roles::default()).is_err());
    assert!(read_csv("id\n1\n".as_bytes(), &Roles::default()).is_err());
}
