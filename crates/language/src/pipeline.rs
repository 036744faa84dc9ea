//! A loaded pipeline, and what one thread needs to run it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::annotated::{Annotated, EntityIob, Token};
use crate::error::LoadError;
use crate::labels::Labels;
use crate::model::{self, LoadOptions, ModelInfo, Parts};
use crate::nets::BLOCK;
use crate::nets::edges::{Edges, deprojectivize};
use crate::nets::exact::Exact;
use crate::nets::kernels::Isa;
use crate::nets::ner;
use crate::nets::parser::ParseState;
use crate::nets::tok2vec::EncoderState;
use crate::nets::transition::{Encoding, Shares};
use crate::pieces::{MAX_CHARS, pieces};
use crate::rules::ruler::{Decided, Outcome, RulerState};
use crate::text::lexemes::{Lexemes, Norms, Token as Cut, WordRules};
use crate::text::tokenizer::TokenizerState;

/// A spaCy 3.8 CNN pipeline.
///
/// It is read-only once loaded: share it between threads, and give each thread a [`Workspace`] of its own.
///
/// ```no_run
/// use onrecord_language::{LoadOptions, Pipeline};
/// # fn main() -> Result<(), onrecord_language::LoadError> {
/// let pipeline = Pipeline::load("models/en_core_web_sm".as_ref(), &LoadOptions::default())?;
/// let mut workspace = pipeline.workspace();
/// let text = "Ada Lovelace wrote to Charles Babbage in 1843.";
/// let annotated = pipeline.annotate(text, &mut workspace);
/// for entity in annotated.entities() {
///     let bytes = annotated.bytes(entity.first as usize..entity.last as usize);
///     println!("{} {}", annotated.label(entity.label), &text[bytes]);
/// }
/// # Ok(()) }
/// ```
pub struct Pipeline {
    pub(crate) parts: Parts,
    labels: Arc<Labels>,
    /// Tells this pipeline's workspaces from those of others.
    number: u64,
}

static PIPELINES: AtomicU64 = AtomicU64::new(1);

/// What one thread keeps between texts: caches of words, and buffers. Nothing in it changes any result.
///
/// It belongs to the pipeline that made it; with another pipeline it starts anew. Its size is bounded (about 60 MB, and
/// while a text is annotated about 100 bytes for each of its tokens).
#[derive(Default)]
pub struct Workspace {
    owner: u64,
    words: Lexemes,
    tokenizer: TokenizerState,
    shared: EncoderState,
    own: EncoderState,
    shared_exact: Exact,
    own_exact: Exact,
    shares: Shares,
    parse: ParseState,
    edges: Edges,
    ruler: RulerState,
    lemmas: Lemmas,
    tokens: Vec<Cut>,
    classes: Vec<u16>,
    heads: Vec<u32>,
    deps: Vec<u16>,
    decided: Vec<Decided>,
    outcomes: Vec<Outcome>,
    entities: Vec<(u8, u16)>,
    scores: Vec<f32>,
}

/// Lemmas that a thread has found, by word and analysis.
#[derive(Default)]
struct Lemmas {
    /// By word, part of speech and morphology, or by the ruler's lemma: place in `all`.
    found: HashMap<(u32, u16, u16, u16), u32>,
    numbers: HashMap<Box<str>, u32>,
    all: Vec<Box<str>>,
    /// For each lemma, the last text that used it, and its number there.
    in_text: Vec<(u64, u32)>,
    text: u64,
}

impl Pipeline {
    /// Loads a pipeline from its package folder: the one that holds `config.cfg`, or the one around it.
    ///
    /// # Errors
    /// A file that is missing, damaged or of a kind that is not supported; files whose hashes are unknown, unless
    /// [`LoadOptions::trust`] takes them.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, LoadError> {
        model::load_folder(path, options).map(Self::new)
    }

    /// Loads a pipeline from the bytes of its wheel.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_wheel(bytes: &[u8], options: &LoadOptions) -> Result<Self, LoadError> {
        model::load_wheel(bytes, options).map(Self::new)
    }

    fn new(mut parts: Parts) -> Self {
        let labels = Arc::new(std::mem::replace(&mut parts.labels, Labels::new()));
        Self {
            parts,
            labels,
            number: PIPELINES.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// What the pipeline says of itself.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.parts.info
    }

    /// The strings that label numbers stand for.
    #[must_use]
    pub fn labels(&self) -> &Arc<Labels> {
        &self.labels
    }

    /// The instruction set that it runs on.
    #[must_use]
    pub fn isa(&self) -> Isa {
        self.parts.isa
    }

    /// A workspace for one thread.
    #[must_use]
    pub fn workspace(&self) -> Workspace {
        Workspace {
            owner: self.number,
            ..Workspace::default()
        }
    }

    /// Annotates a text; only the result is allocated anew.
    ///
    /// A text of more than [`MAX_CHARS`] characters is cut at the ends of paragraphs into pieces that are annotated each
    /// by itself, since spaCy takes no more at once. Of a text of 4 GiB or more only the first pieces that lie below that
    /// are annotated; callers store texts in parts of 16 MiB at most.
    #[must_use]
    pub fn annotate(&self, text: &str, workspace: &mut Workspace) -> Annotated {
        self.annotate_pieces(text, MAX_CHARS, workspace)
    }

    /// Annotates several texts, one result each, in order.
    #[must_use]
    pub fn annotate_all(&self, texts: &[&str], workspace: &mut Workspace) -> Vec<Annotated> {
        texts
            .iter()
            .map(|text| self.annotate(text, workspace))
            .collect()
    }

    pub(crate) fn annotate_pieces(
        &self,
        text: &str,
        max_chars: usize,
        workspace: &mut Workspace,
    ) -> Annotated {
        let mut all: Option<Annotated> = None;
        for piece in pieces(text, max_chars).take_while(|p| u32::try_from(p.end).is_ok()) {
            let offset = piece.start as u32;
            let next = self.annotate_piece(&text[piece], workspace);
            match &mut all {
                None => all = Some(next),
                Some(all) => all.append(next, offset),
            }
        }
        all.unwrap_or_else(|| Annotated::empty(Arc::clone(&self.labels)))
    }

    fn annotate_piece(&self, text: &str, ws: &mut Workspace) -> Annotated {
        ws.start(self.number);
        let parts = &self.parts;
        parts.tokenizer.tokenize(
            text,
            &mut ws.tokenizer,
            &mut ws.words,
            &Words(parts),
            &mut ws.tokens,
        );
        self.tag_and_parse(ws);
        self.apply_rules(ws);
        self.recognize(ws);
        self.collect(text, ws)
    }

    fn tag_and_parse(&self, ws: &mut Workspace) {
        let n = ws.tokens.len();
        ws.classes.clear();
        ws.heads.clear();
        ws.deps.clear();
        let Some(net) = &self.parts.tok2vec else {
            return;
        };
        let (words, tokens) = (ws.words.all(), ws.tokens.as_slice());
        let mut encoding = Encoding {
            net,
            state: &mut ws.shared,
            words,
            tokens,
        };
        let (scores, classes) = (&mut ws.scores, &mut ws.classes);
        let mut tag = |from: usize, to: usize, vectors: &[f32], exact: &mut Exact| {
            if let Some((tagger, _)) = &self.parts.tagger {
                tagger.classify(
                    vectors,
                    (from, to),
                    net,
                    words,
                    tokens,
                    exact,
                    scores,
                    classes,
                );
            }
        };
        let exact = &mut ws.shared_exact;
        match &self.parts.parser {
            Some(parser) => {
                let (heads, deps) = (&mut ws.heads, &mut ws.deps);
                parser.parse(
                    &mut ws.parse,
                    &mut ws.shares,
                    &mut encoding,
                    exact,
                    self.parts.root,
                    heads,
                    deps,
                    tag,
                );
                ws.edges.compute(heads);
                let is_space = |i: usize| words[tokens[i].lexeme as usize].is_space;
                if deprojectivize(heads, deps, &ws.edges, &self.parts.decorations, is_space) {
                    ws.edges.compute(heads);
                }
            }
            None => {
                for from in (0..n).step_by(BLOCK) {
                    let to = (from + BLOCK).min(n);
                    let vectors = encoding.encode(from, to);
                    tag(from, to, vectors, exact);
                }
            }
        }
    }

    fn apply_rules(&self, ws: &mut Workspace) {
        let classes = self.parts.tagger.as_ref().map(|t| &t.1.classes);
        ws.decided.clear();
        ws.decided
            .extend(ws.tokens.iter().enumerate().map(|(i, token)| {
                let word = &ws.words.all()[token.lexeme as usize];
                let (tag, pos, _) = self.class(classes, &ws.classes, i);
                let dep = ws.deps.get(i).copied().unwrap_or(0);
                Decided {
                    tag,
                    pos,
                    dep,
                    lower_class: word.lower_class,
                    is_space: word.is_space,
                }
            }));
        ws.outcomes.clear();
        match &self.parts.ruler {
            Some(ruler) => ruler.apply(&ws.decided, &mut ws.ruler, &mut ws.outcomes),
            None => ws.outcomes.resize(ws.tokens.len(), Outcome::default()),
        }
    }

    fn class(
        &self,
        classes: Option<&Vec<(u16, u16, u16)>>,
        of: &[u16],
        token: usize,
    ) -> (u16, u16, u16) {
        let class = of.get(token).and_then(|&c| classes?.get(usize::from(c)));
        class.copied().unwrap_or_default()
    }

    fn recognize(&self, ws: &mut Workspace) {
        ws.entities.clear();
        let Some((recognizer, own)) = &self.parts.ner else {
            return;
        };
        let (net, state, exact) = match (own, &self.parts.tok2vec) {
            (Some(own), _) => (own, &mut ws.own, &mut ws.own_exact),
            (None, Some(shared)) => (shared, &mut ws.shared, &mut ws.own_exact),
            (None, None) => return,
        };
        let mut encoding = Encoding {
            net,
            state,
            words: ws.words.all(),
            tokens: &ws.tokens,
        };
        let starts: &[bool] = if self.parts.parser.is_some() {
            &ws.edges.starts
        } else {
            &[]
        };
        recognizer.recognize(
            &mut ws.shares,
            &mut encoding,
            exact,
            starts,
            0,
            &mut ws.scores,
            &mut ws.entities,
        );
    }

    fn collect(&self, text: &str, ws: &mut Workspace) -> Annotated {
        let classes = self.parts.tagger.as_ref().map(|t| &t.1.classes);
        let mut out = Annotated::empty(Arc::clone(&self.labels));
        out.tokens.reserve_exact(ws.tokens.len());
        ws.lemmas.text += 1;
        for (i, cut) in ws.tokens.iter().enumerate() {
            let (tag, pos, morph) = self.class(classes, &ws.classes, i);
            let outcome = ws.outcomes[i];
            let (pos, morph) = (outcome.pos.unwrap_or(pos), outcome.morph.unwrap_or(morph));
            let word = &text[cut.start as usize..cut.end as usize];
            let lemma = self.lemma(word, cut.lexeme, pos, morph, outcome.lemma, &mut ws.lemmas);
            let lemma = ws.lemmas.number_in_text(lemma, &mut out);
            let (iob, ent_type) = ws.entities.get(i).copied().unwrap_or((ner::OUTSIDE, 0));
            out.tokens.push(Token {
                start: cut.start,
                end: cut.end,
                head: ws.heads.get(i).copied().unwrap_or(i as u32),
                lemma,
                tag: outcome.tag.unwrap_or(tag),
                pos,
                morph,
                dep: outcome
                    .dep
                    .unwrap_or_else(|| ws.deps.get(i).copied().unwrap_or(0)),
                ent_type,
                ent_iob: match iob {
                    ner::BEGINS => EntityIob::Begins,
                    ner::INSIDE => EntityIob::Inside,
                    _ => EntityIob::Outside,
                },
                starts_sentence: ws.edges.starts.get(i).copied().unwrap_or(i == 0),
            });
        }
        out
    }

    fn lemma(
        &self,
        word: &str,
        lexeme: u32,
        pos: u16,
        morph: u16,
        ruled: Option<u16>,
        lemmas: &mut Lemmas,
    ) -> u32 {
        let key = (lexeme, pos, morph, ruled.map_or(0, |r| r + 1));
        if let Some(&lemma) = lemmas.found.get(&key) {
            return lemma;
        }
        let ruled = ruled.and_then(|r| self.parts.ruler.as_ref()?.lemmas.get(usize::from(r)));
        let lemma = match (ruled, &self.parts.lemmatizer) {
            (Some(lemma), _) => lemma.to_string(),
            (None, Some(lemmatizer)) => {
                lemmatizer.lemma(word, self.labels.text(pos), self.labels.text(morph))
            }
            (None, None) => String::new(),
        };
        let number = lemmas.number(&lemma);
        lemmas.found.insert(key, number);
        number
    }
}

impl Workspace {
    /// Makes ready for a text: forgets words where too many are kept, or where they are another pipeline's.
    fn start(&mut self, owner: u64) {
        if self.owner != owner {
            *self = Self {
                owner,
                ..Self::default()
            };
        }
        if self.words.is_full() || self.tokenizer.is_full() || self.lemmas.is_full() {
            self.words.forget();
            self.tokenizer.forget();
            self.shared.forget();
            self.own.forget();
            self.shared_exact.forget();
            self.own_exact.forget();
            self.lemmas = Lemmas::default();
        }
        // The edges of the last text are not those of this one, should there be no parser.
        self.edges.starts.clear();
    }
}

/// Lemmas kept.
const MAX_LEMMAS: usize = 64 * 1024;

impl Lemmas {
    fn is_full(&self) -> bool {
        self.found.len() > 2 * MAX_LEMMAS || self.all.len() > MAX_LEMMAS
    }

    fn number(&mut self, lemma: &str) -> u32 {
        if let Some(&n) = self.numbers.get(lemma) {
            return n;
        }
        let n = self.all.len() as u32;
        self.numbers.insert(lemma.into(), n);
        self.all.push(lemma.into());
        self.in_text.push((0, 0));
        n
    }

    /// The number of a lemma in the result, to which it is added the first time.
    fn number_in_text(&mut self, lemma: u32, out: &mut Annotated) -> u32 {
        let seen = &mut self.in_text[lemma as usize];
        if seen.0 != self.text {
            out.lemmas.push_str(&self.all[lemma as usize]);
            *seen = (self.text, out.lemma_ends.len() as u32);
            out.lemma_ends.push(out.lemmas.len() as u32);
        }
        seen.1
    }
}

/// The rules by which words get their features.
struct Words<'p>(&'p Parts);

impl WordRules for Words<'_> {
    fn norms(&self) -> &Norms {
        &self.0.norms
    }

    fn lower_class(&self, lower: &str) -> u16 {
        self.0.ruler.as_ref().map_or(0, |r| r.lower_class(lower))
    }

    fn sequences(&self, word: &str) -> u16 {
        self.0.tokenizer.sequences_from(word)
    }
}
