//! Which statement holds which.

use super::candidate::Candidate;

/// For each candidate the number of the one whose content directly holds its cue. Candidates are in
/// the order of their cues.
pub(crate) fn parents(found: &[Candidate]) -> Vec<Option<u32>> {
    let mut contents: Vec<(u32, u32, u32)> = Vec::new();
    for (one, number) in found.iter().zip(0..) {
        contents.extend(
            one.content
                .iter()
                .map(|part| (part.start, part.end, number)),
        );
    }
    contents.sort_by_key(|&(start, end, number)| (start, std::cmp::Reverse(end), number));
    let mut order: Vec<u32> = (0..found.len() as u32).collect();
    order.sort_by_key(|&number| found[number as usize].head);
    let mut parents = vec![None; found.len()];
    let mut open: Vec<(u32, u32)> = Vec::new();
    let mut next = contents.into_iter().peekable();
    for number in order {
        let cue = found[number as usize].head;
        while let Some((_, end, holder)) = next.next_if(|&(start, ..)| start <= cue) {
            open.push((end, holder));
        }
        while open.last().is_some_and(|&(end, _)| end <= cue) {
            open.pop();
        }
        // What is held is smaller: so no statement ever holds itself by way of others.
        let own = (size(&found[number as usize]), std::cmp::Reverse(number));
        let holder = open.iter().rev().take(MAX_OPEN).find(|&&(end, holder)| {
            let other = (size(&found[holder as usize]), std::cmp::Reverse(holder));
            end > cue && other > own
        });
        parents[number as usize] = holder.map(|&(_, holder)| holder);
    }
    parents
}

fn size(one: &Candidate) -> u32 {
    one.content.iter().map(|part| part.end - part.start).sum()
}

/// How many contents that overlap without holding one another are looked through.
const MAX_OPEN: usize = 64;
