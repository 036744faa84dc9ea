use proptest::prelude::{
    Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest,
};

use super::*;

fn message(number: u8, id: &str, references: &[&str]) -> ThreadInput {
    ThreadInput {
        id: DocumentId([number; 16]),
        message_id: Some(id.to_owned()),
        references: references.iter().map(|id| (*id).to_owned()).collect(),
        in_reply_to: Vec::new(),
        thread_index: None,
        subject: Some(format!("subject {number}")),
        date: Some(DateTime::utc(i64::from(number) * 60)),
        from: Some("Anna Berg".to_owned()),
    }
}

/// One line a message: depth, its id (a question mark where it is missing).
fn outline(threads: &[Thread]) -> String {
    let mut lines = Vec::new();
    for thread in threads {
        for node in &thread.messages {
            let id = node.message_id.as_deref().unwrap_or("-");
            let mark = if node.document.is_none() { "?" } else { "" };
            lines.push(format!("{}{id}{mark}", ".".repeat(node.depth as usize)));
        }
        lines.push(String::new());
    }
    lines.join("\n")
}

#[test]
fn answers_stand_under_what_they_answer_in_order_of_date() {
    let messages = [
        message(4, "d", &["a", "b"]),
        message(1, "a", &[]),
        message(3, "c", &["a"]),
        message(2, "b", &["a"]),
        message(9, "x", &[]),
    ];
    assert_eq!(outline(&group_threads(&messages)), "a\n.b\n..d\n.c\n\nx\n");
}

#[test]
fn missing_messages_are_gaps_that_say_who_names_them() {
    let messages = [
        message(1, "a", &[]),
        message(3, "c", &["a", "b"]),
        message(4, "d", &["a", "b"]),
    ];
    let threads = group_threads(&messages);
    assert_eq!(outline(&threads), "a\n.b?\n..c\n..d\n");
    assert_eq!(threads[0].missing, 1);
    assert_eq!(
        threads[0].messages[1].referenced_by,
        [DocumentId([3; 16]), DocumentId([4; 16])]
    );
    assert_eq!(threads[0].subject.as_deref(), Some("subject 1"));
}

#[test]
fn a_subject_alone_never_joins() {
    let mut messages = [message(1, "a", &[]), message(2, "b", &[])];
    for message in &mut messages {
        message.subject = Some("Re: budget".to_owned());
    }
    assert_eq!(group_threads(&messages).len(), 2);
}

#[test]
fn in_reply_to_joins_and_decides_between_references() {
    let mut answer = message(3, "c", &["b", "a"]);
    answer.in_reply_to = vec!["b".to_owned()];
    let messages = [message(1, "a", &[]), message(2, "b", &["a"]), answer];
    assert_eq!(outline(&group_threads(&messages)), "a\n.b\n..c\n");
    let mut alone = message(4, "d", &[]);
    alone.in_reply_to = vec!["a".to_owned()];
    assert_eq!(
        outline(&group_threads(&[message(1, "a", &[]), alone])),
        "a\n.d\n"
    );
}

#[test]
fn loops_are_cut_at_the_earliest() {
    let messages = [
        message(1, "a", &["c"]),
        message(2, "b", &["a"]),
        message(3, "c", &["b"]),
    ];
    assert_eq!(outline(&group_threads(&messages)), "a\n.b\n..c\n");
    assert_eq!(outline(&group_threads(&[message(1, "a", &["a"])])), "a\n");
}

#[test]
fn two_documents_with_one_message_id_keep_both_their_places() {
    let messages = [
        message(1, "a", &[]),
        message(2, "b", &["a"]),
        message(3, "b", &["a"]),
        message(4, "c", &["b"]),
    ];
    assert_eq!(outline(&group_threads(&messages)), "a\n.b\n..c\n.b\n");
    let alone = [message(1, "a", &[]), message(2, "a", &[])];
    assert_eq!(outline(&group_threads(&alone)), "a\na\n");
}

#[test]
fn thread_index_joins_and_shows_gaps() {
    let with_index = |number: u8, length: usize| {
        let mut input = message(number, &format!("m{number}"), &[]);
        input.thread_index = Some((0..length).map(|at| at as u8).collect());
        input
    };
    let threads = group_threads(&[with_index(1, 22), with_index(3, 32)]);
    assert_eq!(outline(&threads), "m1\n.-?\n..m3\n");
    assert_eq!(threads[0].messages[1].referenced_by, [DocumentId([3; 16])]);
    assert_eq!(
        outline(&group_threads(&[with_index(1, 22), with_index(2, 27)])),
        "m1\n.m2\n"
    );
    assert_eq!(
        group_threads(&[with_index(1, 21), with_index(2, 21)]).len(),
        2
    );
}

#[test]
fn a_very_deep_thread_needs_no_stack() {
    let id = |number: usize| format!("m{number}");
    let messages: Vec<ThreadInput> = (0..100_000)
        .map(|number: usize| ThreadInput {
            id: DocumentId((number as u128).to_be_bytes()),
            message_id: Some(id(number)),
            references: number.checked_sub(1).map(id).into_iter().collect(),
            in_reply_to: Vec::new(),
            thread_index: None,
            subject: None,
            date: None,
            from: None,
        })
        .collect();
    let threads = group_threads(&messages);
    assert_eq!(threads.len(), 1);
    assert_eq!(
        threads[0].messages.last().map(|node| node.depth),
        Some(99_999)
    );
}

fn any_input() -> impl Strategy<Value = ThreadInput> {
    let id = || (0..12u8).prop_map(|number| format!("m{number}"));
    (
        any::<u8>(),
        proptest::option::of(id()),
        proptest::collection::vec(id(), 0..4),
        proptest::collection::vec(id(), 0..2),
        proptest::option::of(proptest::collection::vec(0..2u8, 20..34)),
        proptest::option::of(0..5i64),
    )
        .prop_map(
            |(number, message_id, references, in_reply_to, thread_index, date)| ThreadInput {
                id: DocumentId([number; 16]),
                message_id,
                references,
                in_reply_to,
                thread_index,
                subject: None,
                date: date.map(DateTime::utc),
                from: None,
            },
        )
}

fn distinct(mut messages: Vec<ThreadInput>) -> Vec<ThreadInput> {
    messages.sort_by_key(|message| message.id);
    messages.dedup_by_key(|message| message.id);
    messages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn input_order_makes_no_difference(
        (messages, shuffled) in proptest::collection::vec(any_input(), 0..20)
            .prop_map(distinct)
            .prop_flat_map(|messages| (Just(messages.clone()), Just(messages).prop_shuffle()))
    ) {
        let threads = group_threads(&messages);
        prop_assert_eq!(&threads, &group_threads(&shuffled));
        let mut documents: Vec<_> =
            threads.iter().flat_map(|thread| &thread.messages).filter_map(|node| node.document).collect();
        documents.sort_unstable();
        prop_assert_eq!(documents, messages.iter().map(|message| message.id).collect::<Vec<_>>());
        for thread in &threads {
            for (index, node) in thread.messages.iter().enumerate() {
                prop_assert!(node.parent.is_none_or(|parent| (parent as usize) < index));
                prop_assert_eq!(node.document.is_none(), !node.referenced_by.is_empty());
            }
        }
    }
}
