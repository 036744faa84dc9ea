//! The compiled form of a pattern: sets resolved to kinds, and what each part may begin and end with.

use super::charset::KindSet;
use super::parse::Node;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Op {
    Empty,
    Set(KindSet),
    Start,
    End,
    Cat(Vec<Op>),
    Alt(Vec<Op>),
    Repeat {
        op: Box<Op>,
        min: u32,
        max: Option<u32>,
        greedy: bool,
    },
    Ahead {
        op: Box<Op>,
        negate: bool,
    },
    Behind {
        op: Box<Op>,
        negate: bool,
    },
    /// A look-behind at a fixed run of sets, by far the most frequent one.
    BehindRun {
        sets: Vec<KindSet>,
        negate: bool,
    },
}

impl Op {
    pub(super) fn compile(node: &Node, members: &[KindSet]) -> Self {
        let inner = |n: &Node| Box::new(Self::compile(n, members));
        let each = |all: &[Node]| all.iter().map(|n| Self::compile(n, members)).collect();
        match node {
            Node::Empty => Self::Empty,
            Node::Set(i) => Self::Set(members[*i]),
            Node::Start => Self::Start,
            Node::End => Self::End,
            Node::Cat(all) => Self::Cat(each(all)),
            Node::Alt(all) => Self::Alt(each(all)),
            Node::Repeat {
                node,
                min,
                max,
                greedy,
            } => Self::Repeat {
                op: inner(node),
                min: *min,
                max: *max,
                greedy: *greedy,
            },
            Node::Look {
                node,
                ahead: true,
                negate,
            } => Self::Ahead {
                op: inner(node),
                negate: *negate,
            },
            Node::Look {
                node,
                ahead: false,
                negate,
            } => {
                let op = inner(node);
                match op.fixed_run() {
                    Some(sets) => Self::BehindRun {
                        sets,
                        negate: *negate,
                    },
                    None => Self::Behind {
                        op,
                        negate: *negate,
                    },
                }
            }
        }
    }

    fn fixed_run(&self) -> Option<Vec<KindSet>> {
        match self {
            Self::Set(set) => Some(vec![*set]),
            Self::Cat(all) => all
                .iter()
                .map(|op| {
                    if let Self::Set(set) = op {
                        Some(*set)
                    } else {
                        None
                    }
                })
                .collect(),
            _ => None,
        }
    }

    pub(super) fn has_look_around(&self) -> bool {
        match self {
            Self::Empty | Self::Set(_) | Self::Start | Self::End => false,
            Self::Cat(all) | Self::Alt(all) => all.iter().any(Self::has_look_around),
            Self::Repeat { op, .. } => op.has_look_around(),
            Self::Ahead { .. } | Self::Behind { .. } | Self::BehindRun { .. } => true,
        }
    }

    /// The kinds that a match may begin with, or that must follow a match of nothing; and whether nothing at all,
    /// followed by anything, may match.
    pub(super) fn first(&self) -> (KindSet, bool) {
        match self {
            Self::Cat(all) => sequence_edge(
                all.iter(),
                |op| match op {
                    Self::Ahead { op, negate: false } => Some(op.first()),
                    _ => None,
                },
                Self::first,
            ),
            _ => self.edge(Self::first),
        }
    }

    /// The kinds that a match may end with; and whether a match may be empty.
    pub(super) fn last(&self) -> (KindSet, bool) {
        match self {
            Self::Cat(all) => sequence_edge(all.iter().rev(), |_| None, Self::last),
            _ => self.edge(Self::last),
        }
    }

    fn edge(&self, side: fn(&Self) -> (KindSet, bool)) -> (KindSet, bool) {
        match self {
            Self::Set(set) => (*set, false),
            Self::Alt(all) => all
                .iter()
                .map(side)
                .fold((KindSet::default(), false), |(set, empty), (s, e)| {
                    (set.union(s), empty | e)
                }),
            Self::Repeat { op, min, .. } => {
                let (set, empty) = side(op);
                (set, empty || *min == 0)
            }
            _ => (KindSet::default(), true),
        }
    }

    pub(super) fn is_tied_to_start(&self) -> bool {
        match self {
            Self::Start => true,
            Self::Cat(all) => all.first().is_some_and(Self::is_tied_to_start),
            Self::Alt(all) => all.iter().all(Self::is_tied_to_start),
            _ => false,
        }
    }

    pub(super) fn is_tied_to_end(&self) -> bool {
        match self {
            Self::End => true,
            Self::Cat(all) => all.last().is_some_and(Self::is_tied_to_end),
            Self::Alt(all) => all.iter().all(Self::is_tied_to_end),
            _ => false,
        }
    }
}

/// The edge of a sequence: parts that may be empty let the next one through, look-ahead narrows what may follow.
fn sequence_edge<'a>(
    parts: impl Iterator<Item = &'a Op>,
    look: impl Fn(&'a Op) -> Option<(KindSet, bool)>,
    side: fn(&Op) -> (KindSet, bool),
) -> (KindSet, bool) {
    let mut found = KindSet::default();
    let mut guard = KindSet::ALL;
    for op in parts {
        if let Some((set, empty)) = look(op) {
            if !empty {
                guard = guard.intersection(set);
            }
            continue;
        }
        let (set, empty) = side(op);
        found = found.union(set.intersection(guard));
        if !empty {
            return (found, false);
        }
    }
    if guard == KindSet::ALL {
        (found, true)
    } else {
        (found.union(guard), false)
    }
}
