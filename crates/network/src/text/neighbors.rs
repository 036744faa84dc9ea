//! Ties of two names with nothing but a preposition or a possessive between: "A, of the Lantern Party",
//! "Sweden's A", "Acme in Leeds".

use onrecord_statements::entities::EntityKind;

use super::ends::Ends;
use super::found::Found;
use super::lexicon::{Holder, Neighbor, lexicon};

/// Finds the tie of a name with the name after it, from the last word of the first.
pub(crate) fn neighbors_at(ends: Ends<'_>, word: u32, found: &mut Vec<Found>) {
    let Some(first) = ends
        .name(word)
        .filter(|&name| ends.words(name).end == word + 1)
    else {
        return;
    };
    let Some((between, second)) = next_name(ends, word) else {
        return;
    };
    let fits = |neighbor: &&Neighbor| fits(ends, neighbor, between, first, second);
    let Some(neighbor) = lexicon().neighbors.iter().find(fits) else {
        return;
    };
    let tree = ends.tree;
    let (from, to) = in_order(neighbor, first, second);
    // "President A of B" says more.
    let is_pair = |known: &Found| {
        ends.entity(known.from) == ends.entity(from) && ends.entity(known.to) == ends.entity(to)
    };
    if found.iter().any(is_pair) {
        return;
    }
    let role = match neighbor.after {
        Holder::To => tree.words(between..ends.words(second).end),
        Holder::From => tree.words(ends.words(first).start..between + 1),
    };
    found.push(Found {
        kind: neighbor.kind,
        from,
        to,
        anchor: between,
        verb: None,
        adjective: None,
        words: between..between + 1,
        role: Some(role.to_owned()),
        ends: false,
        needs: None,
    });
}

/// "Anna Berg (R-Tex.)", "Anna Berg, D-Mass.,": the party of a politician, where the text names it.
pub(crate) fn party_at(ends: Ends<'_>, word: u32, found: &mut Vec<Found>) {
    let tree = ends.tree;
    let is_last = |&name: &u32| {
        ends.words(name).end == word + 1 && ends.kind(name) == Some(EntityKind::Person)
    };
    let Some(name) = ends.name(word).filter(is_last) else {
        return;
    };
    let mark = word + 1;
    if mark + 1 >= tree.len() || !matches!(tree.word(mark), "(" | ",") {
        return;
    }
    let Some((initial, state)) = tree.word(mark + 1).split_at_checked(1) else {
        return;
    };
    let goes_on = state.starts_with('-') || state.is_empty() && starts_with_dash(ends, mark + 2);
    let kind = lexicon()
        .types
        .iter()
        .position(|known| known.name == "Membership");
    let parties = &lexicon().adjectives.initials;
    let names = parties.get(initial).filter(|_| goes_on);
    let (Some(kind), Some(names)) = (kind, names) else {
        return;
    };
    let Some(party) = ends.first_of(names) else {
        return;
    };
    let is_end = |&at: &u32| matches!(tree.word(at), ")" | ",");
    let behind = mark + 2..tree.len().min(mark + 6);
    let end = behind.clone().find(is_end).unwrap_or(behind.start);
    found.push(Found {
        kind,
        from: name,
        to: party,
        anchor: mark + 1,
        verb: None,
        adjective: Some(mark + 1),
        words: mark + 1..end,
        role: Some(tree.words(mark + 1..end).to_owned()),
        ends: false,
        needs: None,
    });
}

fn starts_with_dash(ends: Ends<'_>, word: u32) -> bool {
    word < ends.tree.len() && ends.tree.word(word).starts_with('-')
}

/// What stands between a name and the next, which is all that the next hangs on.
fn next_name(ends: Ends<'_>, word: u32) -> Option<(u32, u32)> {
    let tree = ends.tree;
    let is_comma = word + 1 < tree.len() && tree.word(word + 1) == ",";
    let between = word + 1 + u32::from(is_comma);
    if between + 1 >= tree.len() {
        return None;
    }
    let is_possessive = tree.tag(between) == "POS" && !is_comma;
    let is_opened = tree.word(between) == "(" && !is_comma;
    if !is_possessive && !is_opened && tree.pos(between) != "ADP" {
        return None;
    }
    let is_article = tree.pos(between + 1) == "DET" && between + 2 < tree.len();
    let next = between + 1 + u32::from(is_article);
    let name = ends
        .name(next)
        .filter(|&name| ends.words(name).start <= next)?;
    let last = ends.words(name).end - 1;
    // "Berg of Acme's board", "of Acme shares": the name is not what is led to.
    let own_word = |at: u32| ends.words(name).contains(&at);
    let leads_on = tree.child(last, &["case"]).is_some()
        || !ends.words(name).any(|at| {
            tree.head(at).is_none_or(|head| !own_word(head))
                && !matches!(tree.dep(at), "compound" | "poss" | "amod" | "nmod")
        });
    let is_right = if is_opened {
        last + 1 < tree.len() && tree.word(last + 1) == ")"
    } else if is_possessive {
        // "Sweden's Anna Berg": the first belongs to the second itself.
        ends.words(ends.name(word)?)
            .any(|at| tree.dep(at) == "poss" && tree.head(at).is_some_and(own_word))
    } else {
        let own = ends.words(ends.name(word)?);
        tree.child(between, &["pobj"]).is_some_and(own_word)
            && (is_comma || tree.head(between).is_some_and(|head| own.contains(&head)))
    };
    (is_right && !leads_on).then_some((between, name))
}

fn in_order(neighbor: &Neighbor, first: u32, second: u32) -> (u32, u32) {
    match neighbor.after {
        Holder::To => (first, second),
        Holder::From => (second, first),
    }
}

fn fits(ends: Ends<'_>, neighbor: &Neighbor, between: u32, first: u32, second: u32) -> bool {
    let (from, to) = in_order(neighbor, first, second);
    let word = if ends.tree.tag(between) == "POS" {
        "'s"
    } else {
        ends.tree.lemma(between)
    };
    let kinds = ends.kind(from).zip(ends.kind(to));
    let other = ends.tree.words(ends.words(to)).to_lowercase();
    let is_person_in_full =
        ends.kind(from) != Some(EntityKind::Person) || ends.words(from).len() > 1;
    // "Berg at Harvard" may be a visit.
    let needs_full_name = matches!(word, "'s" | "at");
    ends.entity(from) != ends.entity(to)
        && (!needs_full_name || is_person_in_full)
        && kinds.is_some_and(|(from, to)| neighbor.from.has(from) && neighbor.to.has(to))
        && neighbor.between.iter().any(|known| known == word)
        && (neighbor.words.is_empty()
            || other
                .split(' ')
                .any(|part| neighbor.words.iter().any(|word| word == part)))
}
