//! Patterns of Python's `re`, as far as spaCy's tokenizers use them.

use std::collections::HashMap;

use super::charset::CharSet;
use crate::text::unicode;

/// A pattern's tree; sets are named by their place in [`Tree::sets`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Empty,
    Set(usize),
    Start,
    End,
    Cat(Vec<Node>),
    Alt(Vec<Node>),
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
        greedy: bool,
    },
    Look {
        node: Box<Node>,
        ahead: bool,
        negate: bool,
    },
}

/// A parsed pattern.
pub(crate) struct Tree {
    pub(crate) root: Node,
    pub(crate) sets: Vec<CharSet>,
}

/// Why a pattern is not read: what was met, and at which character.
#[derive(Debug)]
pub(crate) struct PatternError(pub(crate) String);

/// Groups nested deeper than this are refused; real patterns have four levels.
const MAX_DEPTH: usize = 64;

pub(crate) fn parse(source: &str) -> Result<Tree, PatternError> {
    let mut parser = Parser {
        chars: source.chars().collect(),
        at: 0,
        depth: 0,
        ignore_case: false,
        sets: Vec::new(),
        by_set: HashMap::new(),
        folded: HashMap::new(),
    };
    parser.global_flags()?;
    let root = parser.alternatives()?;
    if parser.at < parser.chars.len() {
        return Err(parser.error("an unmatched )"));
    }
    Ok(Tree {
        root,
        sets: parser.sets,
    })
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    ignore_case: bool,
    sets: Vec<CharSet>,
    by_set: HashMap<CharSet, usize>,
    folded: HashMap<CharSet, CharSet>,
}

impl Parser {
    fn error(&self, what: &str) -> PatternError {
        PatternError(format!("{what} at character {} of a pattern", self.at))
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = text
            .chars()
            .enumerate()
            .all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    fn next(&mut self) -> Result<char, PatternError> {
        let c = self.peek().ok_or_else(|| self.error("an early end"))?;
        self.at += 1;
        Ok(c)
    }

    fn global_flags(&mut self) -> Result<(), PatternError> {
        while self.chars.get(self.at..self.at + 2) == Some(&['(', '?'])
            && self
                .chars
                .get(self.at + 2)
                .is_some_and(char::is_ascii_alphabetic)
            && self.chars.get(self.at + 2) != Some(&'P')
        {
            self.at += 2;
            loop {
                match self.next()? {
                    'u' => {}
                    'i' => self.ignore_case = true,
                    ')' => break,
                    _ => return Err(self.error("an unknown flag")),
                }
            }
        }
        Ok(())
    }

    fn alternatives(&mut self) -> Result<Node, PatternError> {
        let mut all = vec![self.sequence()?];
        while self.eat("|") {
            all.push(self.sequence()?);
        }
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Node::Alt(all)
        })
    }

    fn sequence(&mut self) -> Result<Node, PatternError> {
        let mut all = Vec::new();
        while !matches!(self.peek(), None | Some('|' | ')')) {
            let atom = self.atom()?;
            all.push(self.quantified(atom)?);
        }
        Ok(match all.len() {
            0 => Node::Empty,
            1 => all.remove(0),
            _ => Node::Cat(all),
        })
    }

    fn atom(&mut self) -> Result<Node, PatternError> {
        Ok(match self.next()? {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => self.set(CharSet::single('\n').negated()),
            '(' => self.group()?,
            '[' => self.class()?,
            '\\' => {
                let set = self.escape()?;
                self.folded_set(set)
            }
            '*' | '+' | '?' => return Err(self.error("a repetition of nothing")),
            c => self.folded_set(CharSet::single(c)),
        })
    }

    fn group(&mut self) -> Result<Node, PatternError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("too deep a nesting"));
        }
        const LOOKS: [(&str, bool, bool); 4] = [
            ("?=", true, false),
            ("?!", true, true),
            ("?<=", false, false),
            ("?<!", false, true),
        ];
        let look = LOOKS.into_iter().find(|(text, ..)| self.eat(text));
        if look.is_none() && !self.eat("?:") && self.peek() == Some('?') {
            return Err(self.error("an unknown kind of group"));
        }
        let inner = self.alternatives()?;
        if !self.eat(")") {
            return Err(self.error("an unclosed group"));
        }
        self.depth -= 1;
        Ok(match look {
            Some((_, ahead, negate)) => Node::Look {
                node: Box::new(inner),
                ahead,
                negate,
            },
            None => inner,
        })
    }

    fn quantified(&mut self, node: Node) -> Result<Node, PatternError> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.bounds() {
                Some(bounds) => bounds,
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        self.at += 1;
        if max.is_some_and(|max| max < min) {
            return Err(self.error("a repetition that ends before it begins"));
        }
        let greedy = !self.eat("?");
        Ok(Node::Repeat {
            node: Box::new(node),
            min,
            max,
            greedy,
        })
    }

    /// Reads `{m}`, `{m,}`, `{,n}` or `{m,n}` up to its last character; anything else is literal text, as in Python.
    fn bounds(&mut self) -> Option<(u32, Option<u32>)> {
        let end = self.at + self.chars[self.at..].iter().position(|&c| c == '}')?;
        let inner: String = self.chars[self.at + 1..end].iter().collect();
        let number = |s: &str, none: u32| {
            if s.is_empty() {
                Some(none)
            } else {
                s.parse::<u32>().ok().filter(|&n| n <= 1000)
            }
        };
        let bounds = match inner.split_once(',') {
            Some((m, "")) => (number(m, 0)?, None),
            Some((m, n)) => (number(m, 0)?, Some(number(n, 0)?)),
            None => {
                let n = inner.parse().ok()?;
                (n, Some(n))
            }
        };
        self.at = end;
        Some(bounds)
    }

    fn class(&mut self) -> Result<Node, PatternError> {
        let negate = self.eat("^");
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            let c = self.next()?;
            if c == ']' && !first {
                break;
            }
            first = false;
            let low = if c == '\\' {
                self.escape()?
            } else {
                CharSet::single(c)
            };
            let is_range =
                self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|&c| c != ']');
            let &[(lo, single_end)] = low.ranges() else {
                ranges.extend_from_slice(low.ranges());
                continue;
            };
            if !is_range || lo != single_end {
                ranges.push((lo, single_end));
                continue;
            }
            self.at += 1;
            let c = self.next()?;
            let high = if c == '\\' {
                self.escape()?
            } else {
                CharSet::single(c)
            };
            match high.ranges() {
                &[(hi, hi_end)] if hi == hi_end && hi >= lo => ranges.push((lo, hi)),
                _ => return Err(self.error("a bad range of characters")),
            }
        }
        let set = self.fold(CharSet::new(ranges));
        Ok(self.set(if negate { set.negated() } else { set }))
    }

    fn escape(&mut self) -> Result<CharSet, PatternError> {
        let c = self.next()?;
        let property = |bit| CharSet::new(unicode::ranges_with(bit));
        Ok(match c {
            'w' => property(unicode::WORD),
            'W' => property(unicode::WORD).negated(),
            'd' => property(unicode::RE_DIGIT),
            'D' => property(unicode::RE_DIGIT).negated(),
            's' => property(unicode::SPACE),
            'S' => property(unicode::SPACE).negated(),
            'n' => CharSet::single('\n'),
            't' => CharSet::single('\t'),
            'r' => CharSet::single('\r'),
            'x' => self.code_point(2)?,
            'u' => self.code_point(4)?,
            'U' => self.code_point(8)?,
            c if c.is_ascii_alphanumeric() => return Err(self.error("an unknown escape")),
            c => CharSet::single(c),
        })
    }

    fn code_point(&mut self, digits: usize) -> Result<CharSet, PatternError> {
        let text: String = self.chars.iter().skip(self.at).take(digits).collect();
        self.at += digits;
        let value = u32::from_str_radix(&text, 16)
            .ok()
            .filter(|&v| text.len() == digits && v <= 0x10_ffff);
        match value {
            Some(v) => Ok(CharSet::new(vec![(v, v)])),
            None => Err(self.error("a bad code point")),
        }
    }

    fn fold(&mut self, set: CharSet) -> CharSet {
        if !self.ignore_case {
            return set;
        }
        self.folded
            .entry(set)
            .or_insert_with_key(CharSet::ignoring_case)
            .clone()
    }

    fn folded_set(&mut self, set: CharSet) -> Node {
        let set = self.fold(set);
        self.set(set)
    }

    fn set(&mut self, set: CharSet) -> Node {
        let next = self.sets.len();
        let id = *self.by_set.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            next
        });
        Node::Set(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_supported_is_refused() {
        for bad in [
            "(?P<x>a)", "a**", "[z-a]", "(a", "a)", r"\q", "[abc", "(?x)a", r"\u12", "*a",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn classes_and_bounds() {
        let tree = parse(r"[\w-]{2,}[^]a]x{,3}{").unwrap();
        let Node::Cat(parts) = &tree.root else {
            panic!("{:?}", tree.root)
        };
        assert_eq!(parts.len(), 4);
        assert!(tree.sets[0].contains('-' as u32) && tree.sets[0].contains('é' as u32));
        assert!(!tree.sets[1].contains(']' as u32) && tree.sets[1].contains('b' as u32));
    }
}
