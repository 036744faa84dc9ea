//! The words of a segment with what is asked of their tree again and again.

use std::ops::Range;

use onrecord_entities::Segment;
use onrecord_record::Span;

/// A half-open range of tokens.
pub(crate) type Words = Range<u32>;

/// A word as the rules see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    /// First byte in the view.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
    /// The word that governs it; itself for a root.
    pub(crate) head: u32,
    /// Its characters.
    pub(crate) text: &'a str,
    /// Its lemma.
    pub(crate) lemma: &'a str,
    /// Fine-grained tag.
    pub(crate) tag: &'a str,
    /// Universal part of speech.
    pub(crate) pos: &'a str,
    /// Relation to its head.
    pub(crate) dep: &'a str,
    /// Entity label; empty outside.
    pub(crate) entity: &'a str,
    /// First word of its subtree.
    pub(crate) left: u32,
    /// Last word of its subtree.
    pub(crate) right: u32,
    /// Number of its sentence.
    pub(crate) sentence: u32,
    /// Number of its paragraph.
    pub(crate) paragraph: u32,
    /// Its subject, itself for none.
    pub(crate) subject: u32,
}

impl Word<'_> {
    pub(crate) fn is_space(&self) -> bool {
        self.pos == "SPACE"
    }

    pub(crate) fn is_verb(&self) -> bool {
        matches!(self.pos, "VERB" | "AUX")
    }

    pub(crate) fn is_noun(&self) -> bool {
        matches!(self.pos, "NOUN" | "PROPN" | "PRON" | "NUM" | "DET")
    }

    pub(crate) fn is_subject(&self) -> bool {
        matches!(self.dep, "nsubj" | "csubj")
    }
}

/// A segment's words, their children, sentences and paragraphs.
pub(crate) struct Tree<'a> {
    pub(crate) text: &'a str,
    pub(crate) words: Vec<Word<'a>>,
    /// As ranges of words.
    pub(crate) sentences: Vec<Words>,
    /// As ranges of words, white space left out at neither end.
    pub(crate) paragraphs: Vec<Words>,
    children: Vec<u32>,
    first_child: Vec<u32>,
}

impl<'a> Tree<'a> {
    pub(crate) fn of(segment: &'a Segment<'_>) -> Self {
        let annotated = segment.annotated;
        let sentences: Vec<Words> = annotated
            .sentences()
            .map(|range| range.start as u32..range.end as u32)
            .collect();
        let count = annotated.tokens().len() as u32;
        let mut words: Vec<Word<'a>> = annotated
            .tokens()
            .iter()
            .zip(0..)
            .map(|(token, at)| Word {
                start: token.start,
                end: token.end,
                head: if token.head < count { token.head } else { at },
                text: segment.word(token),
                lemma: annotated.lemma(token),
                tag: annotated.label(token.tag),
                pos: annotated.label(token.pos),
                dep: annotated.label(token.dep),
                entity: annotated.label(token.ent_type),
                left: at,
                right: at,
                sentence: 0,
                paragraph: 0,
                subject: at,
            })
            .collect();
        number_sentences(&mut words, &sentences);
        set_subjects(&mut words);
        let paragraphs = number_paragraphs(&mut words);
        let (children, first_child) = children(&words);
        set_edges(&mut words);
        Self {
            text: segment.text,
            words,
            sentences,
            paragraphs,
            children,
            first_child,
        }
    }

    pub(crate) fn len(&self) -> u32 {
        self.words.len() as u32
    }

    /// A word; of a number that is none, the last word of an empty text.
    pub(crate) fn word(&self, at: u32) -> Word<'a> {
        self.words.get(at as usize).copied().unwrap_or(NO_WORD)
    }

    /// Numbers of the words that a word governs, in the order of the text; of very many the first.
    pub(crate) fn children(&self, at: u32) -> &[u32] {
        let at = at as usize;
        match (self.first_child.get(at), self.first_child.get(at + 1)) {
            (Some(&from), Some(&to)) => {
                &self.children[from as usize..to.min(from + MAX_CHILDREN) as usize]
            }
            _ => &[],
        }
    }

    /// The subject of a word.
    pub(crate) fn subject(&self, at: u32) -> Option<u32> {
        Some(self.word(at).subject).filter(|&subject| subject != at)
    }

    /// The first child with one of these relations.
    pub(crate) fn child(&self, at: u32, deps: &[&str]) -> Option<u32> {
        self.children(at)
            .iter()
            .copied()
            .find(|&child| deps.contains(&self.word(child).dep))
    }

    /// A word with all that hangs on it.
    pub(crate) fn subtree(&self, at: u32) -> Words {
        let word = self.word(at);
        word.left..word.right + 1
    }

    /// Bytes of the view, white space at the ends left out.
    pub(crate) fn span(&self, words: &Words) -> Option<Span> {
        let words = self.without_space(words.clone());
        let last = words
            .end
            .checked_sub(1)
            .filter(|&last| last >= words.start)?;
        Some(Span::new(self.word(words.start).start, self.word(last).end))
    }

    pub(crate) fn without_space(&self, mut words: Words) -> Words {
        while words.start < words.end && self.word(words.start).is_space() {
            words.start += 1;
        }
        while words.end > words.start && self.word(words.end - 1).is_space() {
            words.end -= 1;
        }
        words
    }

    pub(crate) fn sentence(&self, at: u32) -> Words {
        let number = self.word(at).sentence as usize;
        self.sentences.get(number).cloned().unwrap_or(at..at + 1)
    }

    pub(crate) fn paragraph(&self, at: u32) -> Words {
        let number = self.word(at).paragraph as usize;
        self.paragraphs.get(number).cloned().unwrap_or(at..at + 1)
    }
}

/// A word of real text governs fewer; many words that share one of more are looked at in linear time.
const MAX_CHILDREN: u32 = 64;

const NO_WORD: Word<'static> = Word {
    start: 0,
    end: 0,
    head: 0,
    text: "",
    lemma: "",
    tag: "",
    pos: "",
    dep: "",
    entity: "",
    left: 0,
    right: 0,
    sentence: 0,
    paragraph: 0,
    subject: 0,
};

/// The subject of each word: of several, as broken parses have them, the nearest.
fn set_subjects(words: &mut [Word<'_>]) {
    for at in 0..words.len() as u32 {
        let Word { head, dep, .. } = words[at as usize];
        if !matches!(dep, "nsubj" | "nsubjpass") || head == at {
            continue;
        }
        let known = words[head as usize].subject;
        if known == head || at.abs_diff(head) < known.abs_diff(head) {
            words[head as usize].subject = at;
        }
    }
}

fn number_sentences(words: &mut [Word<'_>], sentences: &[Words]) {
    for (range, number) in sentences.iter().zip(0..) {
        for word in &mut words[range.start as usize..range.end as usize] {
            word.sentence = number;
        }
    }
}

/// A paragraph ends at an empty line, and at a line end after which the text starts anew.
fn number_paragraphs(words: &mut [Word<'_>]) -> Vec<Words> {
    let mut paragraphs: Vec<Words> = Vec::new();
    let mut from = 0;
    for at in 0..words.len() {
        words[at].paragraph = paragraphs.len() as u32;
        if is_paragraph_end(words, at) {
            paragraphs.push(from..at as u32 + 1);
            from = at as u32 + 1;
        }
    }
    paragraphs.push(from..words.len() as u32);
    paragraphs
}

fn is_paragraph_end(words: &[Word<'_>], at: usize) -> bool {
    let word = words[at];
    if !word.is_space() || !word.text.contains('\n') {
        return false;
    }
    let ends = at == 0
        || words[at - 1]
            .text
            .ends_with(['.', '!', '?', '"', '”', ':', '’', '\'']);
    let opens = words
        .get(at + 1)
        .is_some_and(|next| matches!(next.text, "“" | "\"" | "”" | "``"));
    ends || opens || word.text.matches('\n').count() > 1
}

fn children(words: &[Word<'_>]) -> (Vec<u32>, Vec<u32>) {
    let is_child = |word: &Word<'_>, at: u32| word.head != at;
    let mut first = vec![0_u32; words.len() + 1];
    for (word, at) in words.iter().zip(0..) {
        if is_child(word, at) {
            first[word.head as usize + 1] += 1;
        }
    }
    for at in 1..first.len() {
        first[at] += first[at - 1];
    }
    let mut next = first.clone();
    let mut children = vec![0; first.last().copied().unwrap_or(0) as usize];
    for (word, at) in words.iter().zip(0..) {
        if is_child(word, at) {
            let slot = &mut next[word.head as usize];
            children[*slot as usize] = at;
            *slot += 1;
        }
    }
    (children, first)
}

/// Leaves first, so that each word is done after all that hang on it. A circle, which only damaged
/// rows could hold, is never entered.
fn set_edges(words: &mut [Word<'_>]) {
    let mut waiting = vec![0_u32; words.len()];
    for (word, at) in words.iter().zip(0..) {
        waiting[word.head as usize] += u32::from(word.head != at);
    }
    let is_leaf = |at: &u32| waiting[*at as usize] == 0;
    let mut ready: Vec<u32> = (0..words.len() as u32).filter(is_leaf).collect();
    while let Some(at) = ready.pop() {
        let Word {
            head, left, right, ..
        } = words[at as usize];
        if head == at {
            continue;
        }
        let parent = &mut words[head as usize];
        parent.left = parent.left.min(left);
        parent.right = parent.right.max(right);
        waiting[head as usize] -= 1;
        if waiting[head as usize] == 0 {
            ready.push(head);
        }
    }
}
