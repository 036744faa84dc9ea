//! A text cut into pieces at its marks: names, statements, hits, and the words that an address names.
//!
//! Marks may overlap; the text is never altered: the pieces put together are the text.

use onrecord_workbench::{NameMark, SourceKind, StatementLine};

use crate::words;

/// Something that is marked: UTF-8 bytes of the whole text, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    start: usize,
    end: usize,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// Words of a statement; whether they are put forward as so.
    Said { put_forward: bool },
    /// Leads somewhere; the later of two such marks wins.
    Leads {
        href: String,
        title: String,
        class: &'static str,
    },
    /// A hit of the search, from 1.
    Hit { number: usize, is_current: bool },
    /// The words that the address names.
    Asked,
}

/// A stretch of text under the same marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct MarkedPiece<'a> {
    /// The words.
    pub(crate) text: &'a str,
    /// Where they lead.
    pub(crate) href: Option<&'a str>,
    /// What is said of them on hovering.
    pub(crate) title: &'a str,
    /// Classes of the style sheet.
    pub(crate) class: String,
    /// Their name in addresses.
    pub(crate) id: Option<String>,
    /// Whether they are drawn as found.
    pub(crate) is_found: bool,
}

/// Marks of names: each leads to its entity.
pub(crate) fn of_names(names: &[NameMark]) -> Vec<Mark> {
    let marks = names.iter().map(|name| Mark {
        start: name.start as usize,
        end: name.end as usize,
        what: What::Leads {
            href: format!("/entities/{}", name.entity),
            title: name.name.clone(),
            class: "name",
        },
    });
    marks.collect()
}

/// Marks of statements: what is said is underlined, the words that say so lead to the card beside the text.
pub(crate) fn of_statements(statements: &[StatementLine]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for said in statements.iter().filter(|said| !said.rejected) {
        let put_forward = words::is_put_forward(said.stance);
        for quote in &said.content {
            marks.push(Mark {
                start: quote.start as usize,
                end: quote.end as usize,
                what: What::Said { put_forward },
            });
        }
        for quote in &said.cue {
            marks.push(Mark {
                start: quote.start as usize,
                end: quote.end as usize,
                what: What::Leads {
                    href: format!("#s-{}", said.id),
                    title: speaker(said) + " " + words::said(said.stance) + " …",
                    class: "cue",
                },
            });
        }
    }
    marks
}

/// Who says it, in the words of the document where nobody is named.
pub(crate) fn speaker(said: &StatementLine) -> String {
    match &said.source_entity {
        Some(named) => named.name.clone(),
        None => {
            let quotes: Vec<&str> = said.source.iter().map(|q| q.quote.as_str()).collect();
            match (quotes.join(" … "), said.source_kind) {
                (words, _) if !words.is_empty() => format!("“{words}”"),
                (_, SourceKind::Author | SourceKind::Document) => "the document".to_owned(),
                _ => "somebody whom the program could not read out".to_owned(),
            }
        }
    }
}

/// Marks of hits, the one that is read now among them.
pub(crate) fn of_hits(places: &[(u32, u32)], current: Option<usize>) -> Vec<Mark> {
    let marks = places.iter().zip(1..).map(|(&(start, end), number)| Mark {
        start: start as usize,
        end: end as usize,
        what: What::Hit {
            number,
            is_current: current == Some(number),
        },
    });
    marks.collect()
}

/// The mark of the words that an address names.
pub(crate) fn of_span((start, end): (usize, usize)) -> Mark {
    Mark {
        start,
        end,
        what: What::Asked,
    }
}

/// Puts marks in the order in which [`Cutter`] takes them.
pub(crate) fn sorted(mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.retain(|mark| mark.start < mark.end);
    marks.sort_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end)));
    marks
}

/// Cuts stretches of a text, from its beginning to its end.
pub(crate) struct Cutter<'a> {
    marks: &'a [Mark],
    next: usize,
    open: Vec<&'a Mark>,
    /// Names in addresses are given once.
    last_hit: usize,
    asked_for: bool,
}

impl<'a> Cutter<'a> {
    /// Takes marks that are [`sorted`].
    pub(crate) fn new(marks: &'a [Mark]) -> Self {
        Self {
            marks,
            next: 0,
            open: Vec::new(),
            last_hit: 0,
            asked_for: false,
        }
    }

    /// Cuts a stretch that begins at byte `start` of the whole text; stretches come in order.
    pub(crate) fn cut(&mut self, text: &'a str, start: usize) -> Vec<MarkedPiece<'a>> {
        let end = start + text.len();
        let mut pieces = Vec::new();
        let mut at = start;
        while at < end {
            self.step(at);
            let closes = self.open.iter().map(|mark| mark.end);
            let opens = self.marks[self.next..].first().map(|mark| mark.start);
            let to = closes.chain(opens).fold(end, usize::min).max(at + 1);
            // A mark that ends within a letter takes all of it.
            let to = ceil_boundary(text, to - start) + start;
            pieces.push(self.piece(&text[at - start..to - start]));
            at = to;
        }
        pieces
    }

    fn step(&mut self, at: usize) {
        while let Some(mark) = self.marks.get(self.next).filter(|mark| mark.start <= at) {
            self.open.push(mark);
            self.next += 1;
        }
        self.open.retain(|mark| mark.end > at);
    }

    fn piece(&mut self, text: &'a str) -> MarkedPiece<'a> {
        let mut piece = MarkedPiece {
            text,
            ..MarkedPiece::default()
        };
        let mut classes: Vec<&str> = Vec::new();
        for mark in &self.open {
            match &mark.what {
                What::Said { put_forward: true } => classes.push("said"),
                What::Said { put_forward: false } => classes.push("said not-put-forward"),
                What::Leads { href, title, class } => {
                    classes.retain(|known| !matches!(*known, "name" | "cue"));
                    classes.push(class);
                    (piece.href, piece.title) = (Some(href.as_str()), title.as_str());
                }
                What::Hit { number, is_current } => {
                    piece.is_found = true;
                    if self.last_hit < *number {
                        self.last_hit = *number;
                        piece.id = Some(format!("h{number}"));
                    }
                    if *is_current {
                        classes.push("current");
                    }
                }
                What::Asked => {
                    piece.is_found = true;
                    classes.push("asked");
                    if !self.asked_for {
                        self.asked_for = true;
                        piece.id = Some("span".to_owned());
                    }
                }
            }
        }
        classes.dedup();
        piece.class = classes.join(" ");
        piece
    }
}

fn ceil_boundary(text: &str, at: usize) -> usize {
    text.ceil_char_boundary(at.min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::{Cutter, Mark, What, of_hits, of_span, sorted};

    fn name(start: usize, end: usize) -> Mark {
        Mark {
            start,
            end,
            what: What::Leads {
                href: "/entities/1".to_owned(),
                title: "Jane Roe".to_owned(),
                class: "name",
            },
        }
    }

    #[test]
    fn marks_overlap_and_the_text_stays_as_it_is() {
        let text = "Jane Roe said that she paid.";
        let mut marks = of_hits(&[(5, 13)], Some(1));
        marks.push(name(0, 8));
        marks.push(of_span((0, 28)));
        let marks = sorted(marks);
        let pieces = Cutter::new(&marks).cut(text, 0);
        let shown: Vec<_> = pieces.iter().map(|p| (p.text, p.href.is_some())).collect();
        assert_eq!(
            shown,
            [
                ("Jane ", true),
                ("Roe", true),
                (" said", false),
                (" that she paid.", false)
            ]
        );
        assert_eq!(pieces[0].id.as_deref(), Some("span"));
        assert_eq!(pieces[1].id.as_deref(), Some("h1"));
        assert!(pieces[1].class.contains("current"));
    }

    #[test]
    fn a_mark_goes_on_in_the_next_paragraph() {
        let marks = sorted(vec![of_span((2, 9))]);
        let mut cutter = Cutter::new(&marks);
        let one = cutter.cut("abcd", 0);
        let two = cutter.cut("efghij", 6);
        let found = |pieces: &[super::MarkedPiece<'_>]| -> Vec<(String, bool)> {
            let pieces = pieces.iter();
            pieces.map(|p| (p.text.to_owned(), p.is_found)).collect()
        };
        assert_eq!(
            found(&one),
            [("ab".to_owned(), false), ("cd".to_owned(), true)]
        );
        assert_eq!(
            found(&two),
            [("efg".to_owned(), true), ("hij".to_owned(), false)]
        );
    }

    #[test]
    fn marks_that_do_not_fit_the_letters_are_widened() {
        let marks = sorted(vec![of_span((1, 2)), of_span((900, 901)), of_span((3, 3))]);
        let pieces = Cutter::new(&marks).cut("über", 0);
        let whole: String = pieces.iter().map(|p| p.text).collect();
        assert_eq!(whole, "über");
    }
}
