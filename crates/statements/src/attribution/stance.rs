//! How firmly it is said: by the tree, with negation and modality, not by the cue alone.

use super::candidate::{Candidate, CueKind, Link, is_negated};
use super::lexicon::{Frames, lexicon, listed};
use super::quotes::Quotations;
use super::tree::{Tree, Words};
use crate::statement::{Certainty, Manner, Polarity, Stance};

/// What the words say of the firmness of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Firmness {
    pub(crate) stance: Stance,
    pub(crate) certainty: Certainty,
    pub(crate) polarity: Polarity,
    pub(crate) manner: Manner,
}

/// Firmness of an attribution.
pub(crate) fn firmness(tree: &Tree<'_>, quotations: &Quotations, one: &Candidate) -> Firmness {
    let root = root(tree, &one.content);
    let clause = root.map_or(Clause::default(), |root| Clause::of(tree, root));
    let stance = stance(tree, one, root, &clause);
    Firmness {
        stance,
        certainty: certainty(one, stance, &clause),
        polarity: polarity(stance, one, &clause),
        manner: manner(tree, quotations, one),
    }
}

/// Firmness of a sentence that nobody but its author says.
pub(crate) fn of_sentence(tree: &Tree<'_>, sentence: &Words) -> (Stance, Certainty, Polarity) {
    let Some(root) = root(tree, std::slice::from_ref(sentence)) else {
        return (Stance::Asserts, Certainty::Certain, Polarity::Positive);
    };
    let clause = Clause::of(tree, root);
    let asks = tree
        .without_space(sentence.clone())
        .rev()
        .take(3)
        .any(|at| tree.word(at).text == "?");
    let stance = match () {
        () if asks => Stance::Asks,
        () if clause.finds_nothing => Stance::ReportsNoEvidence,
        () if clause.denies => Stance::Denies,
        () if clause.is_open() => Stance::Hypothetical,
        () => Stance::Asserts,
    };
    (
        stance,
        clause.certainty.unwrap_or(Certainty::Certain),
        clause.polarity(),
    )
}

/// Words of a content in which its main verb is looked for.
const MAX_ROOT: usize = 80;

/// The verb that governs a content, else the word that does.
fn root(tree: &Tree<'_>, content: &[Words]) -> Option<u32> {
    let within = |at: u32| content.iter().any(|part| part.contains(&at));
    let words = || content.iter().flat_map(Clone::clone).take(MAX_ROOT);
    let governs = |&at: &u32| {
        let word = tree.word(at);
        !word.is_space() && word.pos != "PUNCT" && (word.head == at || !within(word.head))
    };
    let verb = words().find(|at| governs(at) && tree.word(*at).is_verb());
    verb.or_else(|| words().find(governs))
}

/// What the main clause of a content shows.
#[derive(Debug, Clone, Copy, Default)]
struct Clause {
    negated: bool,
    finds_nothing: bool,
    denies: bool,
    disputes: bool,
    confirms: bool,
    conditional: bool,
    modal: Option<Certainty>,
    certainty: Option<Certainty>,
}

impl Clause {
    fn of(tree: &Tree<'_>, root: u32) -> Self {
        let finds_nothing = finds_nothing(tree, root);
        Self {
            negated: is_negated(tree, root) || has_no(tree, root),
            finds_nothing,
            denies: !finds_nothing && denies(tree, root),
            disputes: listed(&lexicon().doubtful, predicate(tree, root)) && !is_negated(tree, root),
            confirms: confirms(tree, root),
            conditional: is_conditional(tree, root),
            modal: modal(tree, root),
            certainty: sureness(tree, root),
        }
    }

    /// What might be, or will be.
    fn is_open(&self) -> bool {
        self.conditional || self.modal.is_some()
    }

    fn polarity(&self) -> Polarity {
        if self.negated {
            Polarity::Negative
        } else {
            Polarity::Positive
        }
    }
}

fn stance(tree: &Tree<'_>, one: &Candidate, root: Option<u32>, clause: &Clause) -> Stance {
    let stance = if one.kind == CueKind::Verb {
        of_verb(tree, one, root)
    } else {
        one.entry.stance
    };
    if stance != Stance::Asserts || one.link == Link::Nothing {
        return stance;
    }
    match () {
        () if is_question(tree, one) => Stance::Asks,
        () if clause.finds_nothing => Stance::ReportsNoEvidence,
        () if clause.denies => Stance::Denies,
        () if clause.negated && (insists(tree, one) || answers_charge(tree, one, root)) => {
            Stance::Denies
        }
        () if calls_it(tree, one, &lexicon().falsehood) => Stance::Denies,
        () if clause.disputes || calls_it(tree, one, &lexicon().doubtful) => Stance::Disputes,
        () if clause.confirms => Stance::Confirms,
        () if root.is_some_and(|root| charges(tree, one, root)) => Stance::Alleges,
        () if clause.is_open() => Stance::Hypothetical,
        () => Stance::Asserts,
    }
}

/// Stance of a verb with its negation, its modality and what hangs on it.
fn of_verb(tree: &Tree<'_>, one: &Candidate, root: Option<u32>) -> Stance {
    let negated = one.negated;
    match one.entry.stance {
        _ if is_unproven(tree, one.head) => Stance::ReportsNoEvidence,
        Stance::Asks if matches!(one.link, Link::Person | Link::Infinitive) => Stance::Hypothetical,
        Stance::Asks if root.is_some() || one.link == Link::Preposition => Stance::Asks,
        // Neither a denial nor a confirmation.
        Stance::Denies | Stance::Confirms if negated => Stance::DeclinesComment,
        Stance::Disputes if negated => Stance::Asserts,
        Stance::Alleges | Stance::Retracts if negated => Stance::Asserts,
        Stance::DeclinesComment if negated => Stance::Asserts,
        Stance::DeclinesComment if !matches!(one.link, Link::Nothing | Link::Phrase) => {
            Stance::Hypothetical
        }
        Stance::Asserts if negated => unsaid(tree, one),
        stance => stance,
    }
}

/// "Would not say whether", "does not believe that".
fn unsaid(tree: &Tree<'_>, one: &Candidate) -> Stance {
    let lemma = tree.word(one.head).lemma;
    if listed(&lexicon().declining.words, lemma) || listed(&lexicon().declining.answers, lemma) {
        return Stance::DeclinesComment;
    }
    match lemma {
        "believe" | "think" | "accept" | "agree" | "buy" | "consider" => Stance::Disputes,
        "show" | "indicate" | "suggest" | "prove" | "find" => Stance::ReportsNoEvidence,
        _ => Stance::Asserts,
    }
}

/// Whether a verb says that something was looked for in vain.
pub(crate) fn is_unproven(tree: &Tree<'_>, verb: u32) -> bool {
    no_evidence(tree, verb).is_some()
}

/// The noun of "found no evidence", "have yet to find a trace", "there is no sign".
pub(crate) fn no_evidence(tree: &Tree<'_>, verb: u32) -> Option<u32> {
    let lexicon = lexicon();
    let word = tree.word(verb);
    let searches = listed(&lexicon.no_evidence_verbs, word.lemma) || word.lemma == "be";
    let noun = tree
        .child(verb, &["dobj", "attr", "nsubjpass"])
        .filter(|&noun| searches && listed(&lexicon.no_evidence_nouns, tree.word(noun).lemma))?;
    let none = tree
        .child(noun, &["det"])
        .is_some_and(|det| is_no(tree.word(det).text));
    let yet = |at: u32| {
        tree.children(at)
            .iter()
            .any(|&child| tree.word(child).lemma == "yet")
    };
    let waits =
        word.dep == "xcomp" && (yet(word.head) || yet(verb)) || yet(verb) && is_negated(tree, verb);
    (none || is_negated(tree, verb) || waits).then_some(noun)
}

fn is_no(word: &str) -> bool {
    word.eq_ignore_ascii_case("no") || word.eq_ignore_ascii_case("neither")
}

fn finds_nothing(tree: &Tree<'_>, root: u32) -> bool {
    let subject = tree.subject(root).filter(|&subject| {
        let det = tree.child(subject, &["det"]);
        let evidence = listed(&lexicon().no_evidence_nouns, tree.word(subject).lemma);
        evidence && det.is_some_and(|det| is_no(tree.word(det).text))
    });
    is_unproven(tree, root)
        || subject.is_some()
        || tree
            .child(root, &["xcomp"])
            .is_some_and(|verb| is_unproven(tree, verb))
}

/// "No payment was made", "there is no payment", "nobody paid".
fn has_no(tree: &Tree<'_>, root: u32) -> bool {
    tree.children(root).iter().any(|&child| {
        let word = tree.word(child);
        let role = matches!(word.dep, "nsubj" | "nsubjpass" | "attr" | "dobj");
        let none = matches!(
            word.lemma.to_lowercase().as_str(),
            "nobody" | "none" | "nothing" | "neither"
        );
        let det = || {
            tree.child(child, &["det"])
                .is_some_and(|det| is_no(tree.word(det).text))
        };
        role && (none || det())
            || matches!(word.dep, "advmod" | "preconj") && matches!(word.lemma, "never" | "neither")
    })
}

/// "That is untrue", "it is not true", "there was no such call", "I never saw it".
fn denies(tree: &Tree<'_>, root: u32) -> bool {
    let lexicon = lexicon();
    let lemma = predicate(tree, root);
    let negated = is_negated(tree, root);
    let such = tree.children(root).iter().any(|&child| {
        let all = tree.children(child);
        all.iter().any(|&at| is_no(tree.word(at).text))
            && all.iter().any(|&at| tree.word(at).lemma == "such")
    });
    let never = tree
        .children(root)
        .iter()
        .any(|&child| tree.word(child).lemma == "never");
    let own = tree
        .subject(root)
        .is_some_and(|subject| tree.word(subject).pos == "PRON");
    listed(&lexicon.falsehood, lemma) && !negated
        || listed(&lexicon.truth, lemma) && negated
        || lemma == "truth" && has_no(tree, root)
        || such
        || never && own
}

/// A quoted question: "“Who knew?” she said".
fn is_question(tree: &Tree<'_>, one: &Candidate) -> bool {
    let first = one.content.first().map(|part| tree.sentence(part.start));
    let last = first.and_then(|sentence| {
        let part = one.content.first()?;
        let end = sentence.end.min(part.end);
        (end.saturating_sub(3)..end).find(|&at| tree.word(at).text == "?")
    });
    last.is_some()
}

/// "Says that the manager sold the food": a charge against somebody else, put as plain fact.
fn charges(tree: &Tree<'_>, one: &Candidate, root: u32) -> bool {
    let wrong = |at: u32| listed(&lexicon().wrongdoing, tree.word(at).lemma);
    let other = tree.subject(root).is_some_and(|subject| {
        let word = tree.word(subject);
        word.pos == "PROPN" || word.pos == "NOUN"
    });
    one.kind == CueKind::Verb
        && one.speaker.is_some()
        && other
        && (wrong(root) || tree.child(root, &["xcomp"]).is_some_and(wrong))
        && !is_negated(tree, root)
        && tree.child(root, &["auxpass"]).is_none()
}

/// "Called the report false", "described it as misleading".
fn calls_it(tree: &Tree<'_>, one: &Candidate, words: &[String]) -> bool {
    let all = || one.content.iter().flat_map(Clone::clone).take(MAX_ROOT);
    let names = one.entry.frames.has(Frames::AS) || matches!(one.link, Link::Person | Link::As);
    names
        && !one.negated
        && matches!(one.link, Link::Person | Link::As | Link::Object)
        && all().any(|at| listed(words, tree.word(at).lemma))
}

/// "Insists that nobody was told".
fn insists(tree: &Tree<'_>, one: &Candidate) -> bool {
    matches!(
        tree.word(one.head).lemma,
        "insist" | "swear" | "protest" | "assure"
    )
}

/// "Said he had not taken it": of oneself, where the text speaks of a charge.
fn answers_charge(tree: &Tree<'_>, one: &Candidate, root: Option<u32>) -> bool {
    let Some(root) = root.filter(|_| one.entry.frames.has(Frames::QUOTE)) else {
        return false;
    };
    let own = tree.subject(root).is_some_and(|subject| {
        matches!(
            tree.word(subject).lemma.to_lowercase().as_str(),
            "he" | "she" | "they" | "i" | "we"
        )
    });
    let sentence = tree.sentence(one.head);
    let from = sentence.start.saturating_sub(NEARBY);
    let charged = || {
        (from..sentence.end.min(from + 2 * NEARBY))
            .any(|at| listed(&lexicon().charge_words, tree.word(at).lemma))
    };
    own && charged()
}

/// Words before a sentence in which a charge is looked for.
const NEARBY: u32 = 40;

/// "That is correct", said of what was said before.
fn confirms(tree: &Tree<'_>, root: u32) -> bool {
    let before = tree.subject(root).is_some_and(|subject| {
        matches!(
            tree.word(subject).lemma.to_lowercase().as_str(),
            "that" | "it" | "this"
        )
    });
    before
        && !is_negated(tree, root)
        && listed(&lexicon().truth, predicate(tree, root))
        && tree
            .child(root, &["ccomp", "acomp"])
            .is_some_and(|at| tree.child(at, &["ccomp"]).is_none())
}

fn predicate<'a>(tree: &Tree<'a>, root: u32) -> &'a str {
    let predicate = tree.child(root, &["acomp", "attr", "oprd"]);
    predicate.map_or("", |at| tree.word(at).lemma)
}

/// "If it was made, it would be …"; "should the office find it".
fn is_conditional(tree: &Tree<'_>, root: u32) -> bool {
    tree.children(root).iter().any(|&child| {
        let word = tree.word(child);
        let mark = tree
            .child(child, &["mark"])
            .map_or("", |mark| tree.word(mark).text);
        let inverted = || {
            let first = tree.word(word.left);
            first.tag == "MD" && first.head == child && first.text.eq_ignore_ascii_case("should")
        };
        let open = mark.eq_ignore_ascii_case("if") || mark.eq_ignore_ascii_case("unless");
        word.dep == "advcl" && (open || inverted())
    })
}

/// How likely is what a modal verb, or a verb of intention, speaks of.
fn modal(tree: &Tree<'_>, root: u32) -> Option<Certainty> {
    let of_aux = tree.children(root).iter().find_map(|&child| {
        let word = tree.word(child);
        match word.text.to_lowercase().as_str() {
            _ if word.dep != "aux" || word.tag != "MD" => None,
            "will" | "wo" | "'ll" | "’ll" | "shall" | "would" | "'d" | "’d" => {
                Some(Certainty::Probable)
            }
            "may" | "might" | "could" => Some(Certainty::Possible),
            _ => None,
        }
    });
    let word = tree.word(root);
    let ahead = tree.child(root, &["xcomp"]).is_some();
    let going = word.lemma == "go" && word.tag == "VBG" && ahead;
    let expected = ahead && listed(&lexicon().expected, word.lemma);
    of_aux.or((going || expected).then_some(Certainty::Probable))
}

fn sureness(tree: &Tree<'_>, root: u32) -> Option<Certainty> {
    let lexicon = lexicon();
    let of_adverb = tree.children(root).iter().find_map(|&child| {
        let lemma = tree.word(child).lemma;
        if listed(&lexicon.possible, lemma) {
            Some(Certainty::Possible)
        } else if listed(&lexicon.probable, lemma) {
            Some(Certainty::Probable)
        } else {
            None
        }
    });
    of_adverb.or(modal(tree, root))
}

/// Whether, to the source, it is so: a denial of what was not so says that it was.
fn polarity(stance: Stance, one: &Candidate, clause: &Clause) -> Polarity {
    match (stance, clause.polarity()) {
        // "Never said that", "does not believe that".
        (Stance::Asserts, Polarity::Positive) if one.negated => Polarity::Negative,
        (Stance::ReportsNoEvidence, _) => Polarity::Negative,
        (Stance::Denies, _) if clause.denies => Polarity::Negative,
        (Stance::Denies | Stance::Disputes | Stance::Retracts, Polarity::Positive) => {
            Polarity::Negative
        }
        (Stance::Denies | Stance::Disputes | Stance::Retracts, Polarity::Negative) => {
            Polarity::Positive
        }
        (_, polarity) => polarity,
    }
}

fn certainty(one: &Candidate, stance: Stance, clause: &Clause) -> Certainty {
    let own = one.entry.certainty;
    match stance {
        Stance::Asks | Stance::DeclinesComment | Stance::ReportsNoEvidence => Certainty::Unknown,
        Stance::Denies | Stance::Retracts => Certainty::Certain,
        Stance::Disputes => Certainty::Probable,
        Stance::Hypothetical if clause.conditional => Certainty::Unknown,
        Stance::Hypothetical | Stance::Asserts if own == Certainty::Certain => {
            clause.certainty.unwrap_or(Certainty::Certain)
        }
        _ => own,
    }
}

/// Content between marks, without them, or partly so.
fn manner(tree: &Tree<'_>, quotations: &Quotations, one: &Candidate) -> Manner {
    let is_word = |at: &u32| !tree.word(*at).is_space() && tree.word(*at).pos != "PUNCT";
    let quoted = |at: u32| quotations.at(at).is_some() && quotations.at(at) != one.inside;
    let words = || one.content.iter().flat_map(Clone::clone).filter(is_word);
    let all = words().count();
    match words().filter(|&at| quoted(at)).count() {
        0 => Manner::Indirect,
        some if some == all => Manner::Direct,
        _ => Manner::Mixed,
    }
}
