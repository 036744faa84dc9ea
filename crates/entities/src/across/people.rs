//! People across documents.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::groups::Division;
use super::{Cluster, Evidence, Group, GroupKey, Seen};
use crate::names::{NameKind, ParsedName, compare, person_conflict};
use crate::within::EntityKind;
use crate::within::shape::{Shape, given_fit};

/// Most rows that one name in common holds together; a name in more company than that is everybody's.
const MOST_SHARED: usize = 48;
/// By how many times a circle must outnumber its namesake to be meant by whoever says no more than the name.
const DOMINANT: usize = 4;

/// Some rows of a group that are held to be one person.
struct Circle<'g> {
    group: usize,
    rows: Vec<&'g Seen>,
    evidence: Vec<Evidence>,
}

/// The clusters of a component's people, each under the group of its least row.
pub(super) fn clusters(groups: &[(GroupKey, &Group)]) -> Vec<(GroupKey, Cluster)> {
    let people: Vec<(GroupKey, &Group)> = groups
        .iter()
        .filter(|(_, group)| group.kind == EntityKind::Person)
        .copied()
        .collect();
    let mut circles: Vec<Circle<'_>> = Vec::new();
    for (number, (_, group)) in people.iter().enumerate() {
        if !group.is_bare() {
            circles.extend(circles_of(number, group));
        }
    }
    let full = circles.len();
    for (number, (_, group)) in people.iter().enumerate() {
        if group.is_bare() {
            circles.extend(bare_circles(number, group, &people, &circles[..full]));
        }
    }
    let mut joining = Joining {
        people: &people,
        parent: (0..circles.len()).collect(),
        why: vec![Evidence::NameAlone; circles.len()],
        circles: &circles,
    };
    joining.by_address(full);
    joining.fuller_names(full);
    joining.bare_names(full);
    joining.finish()
}

/// Divides the rows of one full name into people. Rows of one name are held to be one person's,
/// unless something says that the name has several bearers: then only what else they have in
/// common holds them together.
fn divisions(group: &Group) -> Vec<Division> {
    let rows: Vec<&Seen> = group.rows.iter().collect();
    let tied = tied(&rows);
    let mut parts: Vec<Vec<usize>> = parts(&tied);
    parts.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0]));
    let mut kept: Vec<Vec<usize>> = Vec::new();
    let mut loose: Vec<Vec<usize>> = Vec::new();
    for part in parts {
        let rivals: Vec<usize> = (0..kept.len())
            .filter(|&at| contradict(&rows, &kept[at], &part))
            .collect();
        if kept.is_empty() || rivals.len() == kept.len() {
            kept.push(part);
        } else if kept.len() == 1 {
            kept[0].extend(part);
        } else {
            loose.push(part);
        }
    }
    settle(&mut kept, loose);
    let division = |part: Vec<usize>| {
        let mut part = part;
        part.sort_unstable();
        let evidence = part.iter().map(|&row| {
            if tied[row].1 {
                tied_by(&rows, row)
            } else {
                Evidence::NameAlone
            }
        });
        Division {
            evidence: evidence.collect(),
            rows: part,
        }
    };
    kept.into_iter().map(division).collect()
}

/// The people of one full name.
fn circles_of(number: usize, group: &Group) -> impl Iterator<Item = Circle<'_>> {
    let divisions = group.division.get_or_init(|| divisions(group));
    divisions.iter().map(move |division| Circle {
        group: number,
        evidence: division.evidence.clone(),
        rows: division.rows.iter().map(|&row| &group.rows[row]).collect(),
    })
}

fn tied_by(rows: &[&Seen], row: usize) -> Evidence {
    match rows[row].addresses.is_empty() {
        true => Evidence::Context,
        false => Evidence::Address,
    }
}

/// Rows with the name alone belong to the bearer of whom nearly all speak; else to nobody.
fn settle(kept: &mut Vec<Vec<usize>>, loose: Vec<Vec<usize>>) {
    let sizes: Vec<usize> = kept.iter().map(Vec::len).collect();
    let dominates = sizes.len() < 2 || sizes[0] >= DOMINANT * sizes[1];
    for part in loose {
        if dominates && let Some(first) = kept.first_mut() {
            first.extend(part);
        } else {
            kept.push(part);
        }
    }
}

/// For each row the least row that it is tied to, and whether it is tied to any: by a mail address, or
/// by two names in their company. An office in one firm ties nobody: father and son hold it in turn. Rows of one document are two
/// bearers there, and nothing but an address brings them together.
fn tied(rows: &[&Seen]) -> Vec<(usize, bool)> {
    let documents: BTreeSet<u64> = rows.iter().map(|row| row.document).collect();
    let mut ties = Ties {
        rows,
        has_namesakes: documents.len() < rows.len(),
        parent: (0..rows.len()).collect(),
        is_tied: vec![false; rows.len()],
        parts: rows.iter().map(|row| Part::of(row)).collect(),
    };
    let mut by_address: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut by_context: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        for &address in &row.addresses {
            by_address.entry(address).or_default().push(at);
        }
        for &name in &row.context {
            let known = by_context.entry(name).or_default();
            if known.len() <= MOST_SHARED {
                known.push(at);
            }
        }
    }
    for same in by_address.values() {
        for pair in same.windows(2) {
            ties.tie(pair[0], pair[1]);
        }
    }
    let mut shared: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for same in by_context.values().filter(|same| same.len() <= MOST_SHARED) {
        for (i, &a) in same.iter().enumerate() {
            // Neighbours are enough: who shares a name with the next but one shares it with the next.
            for &b in same[i + 1..].iter().take(4) {
                *shared.entry((a, b)).or_default() += 1;
            }
        }
    }
    for (&(a, b), _) in shared.iter().filter(|(_, count)| **count >= 2) {
        ties.tie_unless_two(a, b);
    }
    (0..rows.len())
        .map(|at| (root(&mut ties.parent, at), ties.is_tied[at]))
        .collect()
}

/// Rows on their way to one another.
struct Ties<'r> {
    rows: &'r [&'r Seen],
    /// Whether a document names two of this name.
    has_namesakes: bool,
    parent: Vec<usize>,
    is_tied: Vec<bool>,
    /// Of each root, what its rows hold.
    parts: Vec<Part>,
}

/// What some rows hold.
#[derive(Default)]
struct Part {
    documents: BTreeSet<u64>,
    addresses: BTreeSet<u64>,
}

impl Part {
    fn of(row: &Seen) -> Self {
        Self {
            documents: BTreeSet::from([row.document]),
            addresses: row.addresses.iter().copied().collect(),
        }
    }
}

impl Ties<'_> {
    fn tie(&mut self, a: usize, b: usize) {
        self.is_tied[a] = true;
        self.is_tied[b] = true;
        let (a, b) = (root(&mut self.parent, a), root(&mut self.parent, b));
        if a != b {
            let gone = std::mem::take(&mut self.parts[a.max(b)]);
            let kept = &mut self.parts[a.min(b)];
            kept.documents.extend(gone.documents);
            kept.addresses.extend(gone.addresses);
            self.parent[a.max(b)] = a.min(b);
        }
    }

    /// Ties two rows unless they, or those they are tied to, are two people: in one document, or
    /// where the name has two bearers, with other mailboxes.
    fn tie_unless_two(&mut self, a: usize, b: usize) {
        let (one, other) = (root(&mut self.parent, a), root(&mut self.parent, b));
        let (left, right) = (&self.parts[one], &self.parts[other]);
        let mailboxes = self.has_namesakes
            && !left.addresses.is_empty()
            && !right.addresses.is_empty()
            && left.addresses.is_disjoint(&right.addresses);
        let is_two = one != other && (mailboxes || !left.documents.is_disjoint(&right.documents));
        if !is_two && !differ(self.rows[a], self.rows[b]) {
            self.tie(a, b);
        }
    }
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}

fn parts(tied: &[(usize, bool)]) -> Vec<Vec<usize>> {
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, &(root, _)) in tied.iter().enumerate() {
        parts.entry(root).or_default().push(row);
    }
    parts.into_values().collect()
}

/// Whether two rows of one name cannot be tied by their company alone: other offices, other
/// mailboxes, he and she.
fn differ(a: &Seen, b: &Seen) -> bool {
    let disjoint = |a: &[u32], b: &[u32]| {
        !a.is_empty() && !b.is_empty() && a.iter().all(|one| !b.contains(one))
    };
    let mailboxes = !a.addresses.is_empty()
        && !b.addresses.is_empty()
        && a.addresses.iter().all(|one| !b.addresses.contains(one));
    let genders = matches!((a.gender, b.gender), (Some(a), Some(b)) if a != b);
    genders || (disjoint(&a.roles, &b.roles) && (mailboxes || disjoint(&a.context, &b.context)))
}

/// Whether two sets of rows of one name are two people: they stand in one document apart, or their
/// offices, or genders, have nothing in common.
fn contradict(rows: &[&Seen], a: &[usize], b: &[usize]) -> bool {
    let by_document: BTreeSet<u64> = a.iter().map(|&row| rows[row].document).collect();
    if b.iter()
        .any(|&row| by_document.contains(&rows[row].document))
    {
        return true;
    }
    let union = |part: &[usize], of: &dyn Fn(&Seen) -> Vec<u32>| -> BTreeSet<u32> {
        part.iter().flat_map(|&row| of(rows[row])).collect()
    };
    let roles = |part: &[usize]| union(part, &|row| row.roles.to_vec());
    let company = |part: &[usize]| union(part, &|row| row.context.to_vec());
    let (roles_a, roles_b) = (roles(a), roles(b));
    let offices = !roles_a.is_empty() && !roles_b.is_empty() && roles_a.is_disjoint(&roles_b);
    let genders = |part: &[usize]| -> BTreeSet<_> {
        part.iter().filter_map(|&row| rows[row].gender).collect()
    };
    let (genders_a, genders_b) = (genders(a), genders(b));
    let he_and_she =
        genders_a.len() == 1 && genders_b.len() == 1 && genders_a.is_disjoint(&genders_b);
    he_and_she || (offices && company(a).is_disjoint(&company(b)))
}

/// Bare names: each row by itself, where the company tells whose it is; together, where there is no
/// fuller name to choose from.
fn bare_circles<'g>(
    number: usize,
    group: &'g Group,
    people: &[(GroupKey, &'g Group)],
    full: &[Circle<'g>],
) -> Vec<Circle<'g>> {
    let family = group.shape.key();
    let bearers = full
        .iter()
        .filter(|circle| people[circle.group].1.shape.family() == family);
    let is_one = bearers.count() <= 1 || !group.addresses.is_empty();
    let rows: Vec<&Seen> = group.rows.iter().collect();
    if is_one {
        let tied = tied(&rows);
        let evidence = (0..rows.len()).map(|row| match tied[row].1 {
            true => tied_by(&rows, row),
            false => Evidence::NameAlone,
        });
        return vec![Circle {
            group: number,
            evidence: evidence.collect(),
            rows,
        }];
    }
    let single = |row| Circle {
        group: number,
        rows: vec![row],
        evidence: vec![Evidence::NameAlone],
    };
    rows.into_iter().map(single).collect()
}

/// Whether two full names beside one mailbox are one person's: initials and left out names, short
/// forms ("Jon", "Jonathan") and other scripts. Without the mailbox Dan and Daniel are two.
fn is_variant(a: &Shape, b: &Shape) -> bool {
    if a.family() == b.family() && given_fit(a.given(), b.given()) {
        return true;
    }
    let is_address = |shape: &Shape| shape.words.iter().any(|word| word.contains('@'));
    if is_address(a) || is_address(b) {
        return false;
    }
    let parsed = |shape: &Shape| ParsedName::parse(&shape.key(), NameKind::Person);
    let (one, other) = (parsed(a), parsed(b));
    person_conflict(&one, &other).is_none() && compare(&one, &other).is_match
}

/// Circles on their way to one another.
struct Joining<'c, 'g> {
    people: &'c [(GroupKey, &'g Group)],
    circles: &'c [Circle<'g>],
    parent: Vec<usize>,
    why: Vec<Evidence>,
}

impl<'g> Joining<'_, 'g> {
    fn group(&self, circle: usize) -> &'g Group {
        self.people[self.circles[circle].group].1
    }

    fn join(&mut self, short: usize, full: usize, why: Evidence) {
        let (a, b) = (root(&mut self.parent, short), root(&mut self.parent, full));
        if a != b {
            self.parent[a] = b;
            self.why[short] = why;
        }
    }

    /// Circles with one mailbox, where the names can be one person's.
    fn by_address(&mut self, full: usize) {
        let mut by_address: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, circle) in self.circles.iter().enumerate() {
            let own: BTreeSet<u64> = circle
                .rows
                .iter()
                .flat_map(|row| row.addresses.iter().copied())
                .collect();
            for address in own {
                by_address.entry(address).or_default().push(at);
            }
        }
        for same in by_address.into_values() {
            for &one in &same {
                let (a, is_full) = (&self.group(one).shape, one < full);
                let fits = |&other: &usize| {
                    let b = &self.group(other).shape;
                    let is_part = b.family() == a.key() || b.given().contains(&a.key());
                    let is_other_form =
                        is_full && other < one && a.generation == b.generation && is_variant(a, b);
                    other != one && other < full && (is_other_form || (!is_full && is_part))
                };
                let others: Vec<usize> = same.iter().copied().filter(fits).collect();
                if let [other] = others[..] {
                    self.join(one, other, Evidence::Address);
                }
            }
        }
    }

    /// "J. Doe" and "John Q. Doe" are John Doe, where no other Doe can be meant.
    fn fuller_names(&mut self, full: usize) {
        let mut order: Vec<usize> = (0..full).collect();
        let whole = |circle: &usize| {
            let words = &self.group(*circle).shape.words;
            let long = words.iter().filter(|word| word.chars().count() > 1).count();
            std::cmp::Reverse((long, words.len()))
        };
        order.sort_by_key(whole);
        let mut families: HashMap<String, Vec<usize>> = HashMap::new();
        for at in order {
            let shape = &self.group(at).shape;
            let known = families.entry(shape.family()).or_default();
            let fits = |&&other: &&usize| {
                let other = &self.group(other).shape;
                other.words != shape.words
                    && other.generation == shape.generation
                    && given_fit(shape.given(), other.given())
            };
            let mut candidates: Vec<usize> = known.iter().filter(fits).copied().collect();
            known.push(at);
            let mut roots: Vec<usize> = Vec::new();
            candidates.retain(|&one| {
                let root = root(&mut self.parent, one);
                let is_new = !roots.contains(&root);
                roots.push(root);
                is_new
            });
            if let [one] = candidates[..] {
                self.join(at, one, Evidence::NameAlone);
            }
        }
    }

    /// A bare name is the only bearer's; of several, the one's in whose company it stands.
    fn bare_names(&mut self, full: usize) {
        let mut families: HashMap<String, Vec<usize>> = HashMap::new();
        for at in 0..full {
            let family = self.group(at).shape.family();
            families.entry(family).or_default().push(at);
        }
        for at in full..self.circles.len() {
            let circle = &self.circles[at];
            if self.parent[at] != at || circle.rows.iter().any(|row| row.is_given) {
                continue;
            }
            let Some(bearers) = families.get(&self.group(at).shape.key()) else {
                continue;
            };
            let mut by_root: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for &bearer in bearers {
                by_root
                    .entry(root(&mut self.parent, bearer))
                    .or_default()
                    .push(bearer);
            }
            let own: BTreeSet<u32> = circle
                .rows
                .iter()
                .flat_map(|row| row.context.iter().copied())
                .collect();
            let genders: BTreeSet<_> = circle.rows.iter().filter_map(|row| row.gender).collect();
            let shared = |bearers: &Vec<usize>| {
                let rows = bearers
                    .iter()
                    .flat_map(|&bearer| &self.circles[bearer].rows);
                let names: BTreeSet<u32> =
                    rows.flat_map(|row| row.context.iter().copied()).collect();
                names.intersection(&own).count()
            };
            let generation = &self.group(at).shape.generation;
            let fits = |bearers: &Vec<usize>| {
                let is_other = |&bearer: &usize| {
                    generation.is_some() && self.group(bearer).shape.generation != *generation
                };
                if bearers.iter().any(is_other) {
                    return false;
                }
                let rows = bearers
                    .iter()
                    .flat_map(|&bearer| &self.circles[bearer].rows);
                let known: BTreeSet<_> = rows.filter_map(|row| row.gender).collect();
                known.is_empty() || genders.is_empty() || !known.is_disjoint(&genders)
            };
            let mut scores: Vec<(usize, usize)> = by_root
                .iter()
                .filter(|(_, bearers)| fits(bearers))
                .map(|(&root, bearers)| (shared(bearers), root))
                .collect();
            scores.sort_by_key(|&(score, root)| (std::cmp::Reverse(score), root));
            let is_told = by_root.len() == 1 || (generation.is_some() && scores.len() == 1);
            match scores[..] {
                [(0, one)] if is_told => self.join(at, one, Evidence::NameAlone),
                [(_, one)] if is_told => self.join(at, one, Evidence::Context),
                [(best, one), (next, _), ..] if best >= 2 && best >= 2 * next => {
                    self.join(at, one, Evidence::Context);
                }
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Vec<(GroupKey, Cluster)> {
        let mut by_root: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.circles.len() {
            by_root
                .entry(root(&mut self.parent, at))
                .or_default()
                .push(at);
        }
        let cluster = |members: Vec<usize>| {
            let mut rows = Vec::new();
            for &at in &members {
                let circle = &self.circles[at];
                // What holds the circle to the others is no stronger than what holds them together.
                let bound = self.why[at];
                let is_joined = members.len() > 1 && bound != Evidence::NameAlone;
                let each = circle.rows.iter().zip(&circle.evidence).map(|(row, &own)| {
                    let evidence = if is_joined && own == Evidence::NameAlone {
                        bound
                    } else {
                        own
                    };
                    (row.id, evidence)
                });
                rows.extend(each);
            }
            rows.sort_unstable();
            if let [(_, evidence)] = &mut rows[..] {
                *evidence = Evidence::Itself;
            }
            let group = self.people[self.circles[members[0]].group].0;
            let id = rows.first().map_or(0, |&(id, _)| id);
            (
                group,
                Cluster {
                    id,
                    kind: EntityKind::Person,
                    rows,
                },
            )
        };
        by_root.into_values().map(cluster).collect()
    }
}
