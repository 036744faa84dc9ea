//! Ties of two names with nothing but a preposition between: "A, of the Lantern Party", "A of Leeds".

use onrecord_statements::entities::EntityKind;

use super::ends::Ends;
use super::found::Found;
use super::lexicon::{Neighbor, lexicon};

/// Finds the tie of a person's name with the name after it.
pub(crate) fn neighbors_at(ends: Ends<'_>, word: u32, found: &mut Vec<Found>) {
    let Some(name) = ends.name(word) else {
        return;
    };
    let words = ends.words(name);
    if words.end != word + 1 || ends.kind(name) != Some(EntityKind::Person) {
        return;
    }
    let tree = ends.tree;
    let is_comma = words.end < tree.len() && tree.word(words.end) == ",";
    let preposition = words.end + u32::from(is_comma);
    let mut next = preposition + 1;
    if next < tree.len() && tree.pos(next) == "DET" {
        next += 1;
    }
    if next >= tree.len() || tree.pos(preposition) != "ADP" {
        return;
    }
    let Some(other) = ends
        .name(next)
        .filter(|&other| ends.words(other).start <= next)
    else {
        return;
    };
    let Some(kind) = ends.kind(other) else {
        return;
    };
    // "Berg of Acme's board", "of Acme shares": the name is not what the preposition leads to.
    let head = tree.child(preposition, &["pobj"]);
    if !head.is_some_and(|head| ends.words(other).contains(&head))
        || tree.child(ends.words(other).end - 1, &["case"]).is_some()
    {
        return;
    }
    let name_words = tree.words(ends.words(other)).to_lowercase();
    let fits = |neighbor: &&Neighbor| neighbor.fits(tree.lemma(preposition), kind, &name_words);
    let Some(neighbor) = lexicon().neighbors.iter().find(fits) else {
        return;
    };
    found.push(Found {
        kind: neighbor.kind,
        from: name,
        to: other,
        anchor: preposition,
        verb: None,
        words: preposition..preposition + 1,
        role: Some(tree.words(preposition..ends.words(other).end).to_owned()),
        ends: false,
        needs: None,
    });
}
