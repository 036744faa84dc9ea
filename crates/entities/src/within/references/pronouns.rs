//! Pronouns.

use super::{Form, Heard, Listener, Spots};
use crate::EntityKind;
use crate::within::tables::{Gender, NOUNS};
use crate::within::view::View;

/// How many sentences back a pronoun looks.
const REACH: u32 = 2;
/// By how much one candidate must be more likely than the next.
const MARGIN: i32 = 3;
/// How likely one must be by place alone: the subject of the sentence before, or named in this one
/// with a gender that fits.
const SURE_BY_PLACE: i32 = 5;
const SURE_WITH_GENDER: i32 = 3;

/// How likely a pronoun means somebody.
struct Score {
    entity: u32,
    /// By where they were spoken of last.
    place: i32,
    /// By what is known of their gender.
    sure: i32,
}

/// The one who is ahead both with and without what is known of genders, and clearly so.
fn clear_best(scores: &mut [Score]) -> Option<u32> {
    scores.sort_by_key(|score| (std::cmp::Reverse(score.place + score.sure), score.entity));
    let (best, rest) = scores.split_first()?;
    let is_behind = |score: &Score| {
        best.place + best.sure - score.place - score.sure >= MARGIN && best.place >= score.place
    };
    let is_sure = best.place >= SURE_BY_PLACE || (best.sure > 0 && best.place >= SURE_WITH_GENDER);
    (is_sure && rest.iter().all(is_behind)).then_some(best.entity)
}

impl Listener<'_, '_> {
    /// Reads a pronoun; `None` for one that means nobody.
    pub(super) fn pronoun(
        &mut self,
        view: &View<'_, '_>,
        spots: &Spots,
        at: u32,
        segment: usize,
    ) -> Option<u32> {
        let lists = &NOUNS.pronouns;
        let word = view.lower(at);
        let person = EntityKind::Person;
        let meant = if lists.male.contains(&word) {
            (person, self.third_person(view, spots, at, Gender::Male))
        } else if lists.female.contains(&word) {
            (person, self.third_person(view, spots, at, Gender::Female))
        } else if lists.speaker.contains(&word) {
            (person, self.speaker(view, spots, at, segment))
        } else if lists.speakers.contains(&word) || lists.several.contains(&word) {
            // "We", "they": what several are meant is hardly ever said by grammar alone.
            (person, None)
        } else if lists.thing.contains(&word) && view.dep(at) != "expl" {
            let entity = match word.as_str() {
                "it" => self.of_saying(view, spots, at),
                _ => self
                    .of_clause(view, spots, at, Self::is_thing)
                    .or_else(|| self.of_said_before(view, spots, at)),
            };
            (EntityKind::Organization, entity)
        } else if lists.relative.contains(&word) {
            let entity = self.relative(view, spots, at)?;
            (person, Some(entity))
        } else {
            return None;
        };
        Some(self.mention(view, segment, at..at + 1, at, Form::Pronoun, meant))
    }

    /// "he", "she": a person whose gender fits, and who stands out among all those who could be meant.
    fn third_person(
        &mut self,
        view: &View<'_, '_>,
        spots: &Spots,
        at: u32,
        gender: Gender,
    ) -> Option<u32> {
        let now = self.sentences + view.sentence(at);
        let mut scores: Vec<Score> = Vec::new();
        for heard in self.heard.iter().rev() {
            let distance = now - heard.sentence;
            if distance > REACH {
                break;
            }
            let known = &self.draft.entities[heard.entity as usize];
            if known.kind != EntityKind::Person
                || known.is_several
                || self.present.contains(&heard.entity)
                || known.gender.is_some_and(|own| own != gender)
                || (distance == 0 && self.is_excluded(view, spots, at, heard))
            {
                continue;
            }
            let place = 4 - 2 * distance as i32 + 3 * i32::from(heard.subject_of.is_some());
            let sure = 3 * i32::from(known.gender == Some(gender));
            match scores.iter_mut().find(|score| score.entity == heard.entity) {
                // Spoken of again and again.
                Some(score) => score.place = score.place.max(place) + 1,
                None => scores.push(Score {
                    entity: heard.entity,
                    place,
                    sure,
                }),
            }
        }
        let entity = clear_best(&mut scores)?;
        self.draft.entities[entity as usize]
            .gender
            .get_or_insert(gender);
        Some(entity)
    }

    /// Grammar forbids it: "Doe praised him" is not about himself; nor does a speaker call himself "he".
    fn is_excluded(&self, view: &View<'_, '_>, spots: &Spots, at: u32, heard: &Heard) -> bool {
        let is_reflexive = view.lower(at).ends_with("self");
        let is_own = matches!(view.dep(at), "poss") || view.dep(at).starts_with("nsubj");
        let same_clause = heard.subject_of.is_some() && heard.subject_of == view.verb(at);
        if same_clause && !is_own && !is_reflexive {
            return true;
        }
        // The name in whose own description the pronoun stands: "his lawyer Doe".
        if view.way_up(at).any(|above| above == heard.token) {
            return true;
        }
        if view.is_quoted(at) && !heard.is_quoted {
            return self.speaker_of_quote(view, spots, at) == Some(heard.entity);
        }
        false
    }

    fn speaker(&self, view: &View<'_, '_>, spots: &Spots, at: u32, segment: usize) -> Option<u32> {
        let speaker = if view.is_quoted(at) {
            self.speaker_of_quote(view, spots, at)
        } else {
            self.author(segment)
        };
        let is_one = |&entity: &u32| {
            let known = &self.draft.entities[entity as usize];
            known.kind == EntityKind::Person && !known.is_several
        };
        speaker.filter(is_one)
    }

    /// The subject of the verb of saying that what stands between quotation marks hangs on.
    fn speaker_of_quote(&self, view: &View<'_, '_>, spots: &Spots, at: u32) -> Option<u32> {
        let verb = view.way_up(at).find(|&above| {
            !view.is_quoted(above) && NOUNS.phrases.saying.contains(&view.lemma(above))
        })?;
        self.entity_at(spots, view.subject(verb)?)
    }

    fn is_thing(&self, entity: u32) -> bool {
        let kind = self.draft.entities[entity as usize].kind;
        matches!(kind, EntityKind::Organization | EntityKind::Place)
    }

    /// "it", "they": the subject of the clause around, where that is one who can be meant so. Any
    /// other subject may be meant as well, and then nobody can be told.
    fn of_clause(
        &self,
        view: &View<'_, '_>,
        spots: &Spots,
        at: u32,
        fits: impl Fn(&Self, u32) -> bool,
    ) -> Option<u32> {
        for verb in view.way_up(at) {
            let Some(subject) = view.subject(verb).filter(|&subject| subject < at) else {
                continue;
            };
            if view.is_quoted(subject) != view.is_quoted(at) {
                return None;
            }
            let entity = self.entity_at(spots, subject)?;
            return fits(self, entity).then_some(entity);
        }
        None
    }

    /// "its" of the one who says so behind: "the firm may appeal, its chair said".
    fn of_said_before(&self, view: &View<'_, '_>, spots: &Spots, at: u32) -> Option<u32> {
        let saying = view.verb(at)?;
        let speaker = view.subject(saying)?;
        if !NOUNS.phrases.saying.contains(&view.lemma(saying))
            || view.way_up(at).all(|above| above != speaker)
        {
            return None;
        }
        let said = view.children(saying, "ccomp").find(|&said| said < at)?;
        let subject = view.subject(said)?;
        let entity = self.entity_at(spots, subject)?;
        (self.is_thing(entity) && view.is_quoted(subject) == view.is_quoted(at)).then_some(entity)
    }

    /// "it" in what an organization itself says: "the firm said it had paid".
    fn of_saying(&self, view: &View<'_, '_>, spots: &Spots, at: u32) -> Option<u32> {
        let own = view
            .verb(at)
            .filter(|&verb| view.subject(verb) == Some(at))?;
        let saying = view.verb(own)?;
        if !NOUNS.phrases.saying.contains(&view.lemma(saying)) || view.is_quoted(at) {
            return None;
        }
        let entity = self.entity_at(spots, view.subject(saying)?)?;
        let kind = self.draft.entities[entity as usize].kind;
        (kind == EntityKind::Organization).then_some(entity)
    }

    /// "who", "which": the noun that the clause hangs on.
    fn relative(&self, view: &View<'_, '_>, spots: &Spots, at: u32) -> Option<u32> {
        let mut below = at;
        for above in view.way_up(at) {
            if view.dep(below) == "relcl" {
                return self.entity_at(spots, above);
            }
            below = above;
        }
        None
    }
}
