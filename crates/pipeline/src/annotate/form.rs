//! Names that the form of a message shows: fields of headers, lines of signatures, greetings, titles.

use super::names::{Found, ORG, PERSON};
use super::words;

/// Fields whose values are people and addresses.
const PEOPLE_FIELDS: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "sender",
    "von",
    "an",
    "kopie",
    "de",
    "à",
    "para",
    "da",
    "a",
    "van",
    "aan",
    "från",
    "till",
    "发件人",
    "收件人",
    "抄送",
];
/// Fields that name nobody.
const OTHER_FIELDS: &[&str] = &[
    "date",
    "sent",
    "gesendet",
    "datum",
    "envoyé",
    "enviado",
    "fecha",
    "data",
    "verzonden",
    "importance",
    "attachments",
    "发送时间",
    "日期",
];
/// The field of free text.
const SUBJECTS: &[&str] = &[
    "subject",
    "betreff",
    "objet",
    "asunto",
    "assunto",
    "oggetto",
    "onderwerp",
    "主题",
];
/// Between the one who sends and the one in whose name.
const ON_BEHALF: &[&str] = &[
    " on behalf of ",
    " im Auftrag von ",
    " de la part de ",
    " en nombre de ",
];
/// After a name in a header, before what is none.
const AFTER_NAME: &[&str] = &[
    " via ",
    " <",
    "<",
    " (",
    " [",
    "[",
    " - ",
    "(",
    "\"",
    " on behalf of ",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Field {
    #[default]
    None,
    People,
    Other,
    Subject,
}

/// Reads a header line by line: a list of recipients may go on in the next.
#[derive(Debug, Default)]
pub(super) struct HeaderReader {
    field: Field,
    is_complete: bool,
}

impl HeaderReader {
    /// Whether the form shows all that the last line names.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    pub(super) fn read(&mut self, view: &str) -> Vec<Found> {
        let line = view.trim_start_matches(['*', '_', ' ', '\t']);
        let value = field(line).map(|(field, value)| {
            self.field = field;
            value
        });
        if value.is_none() && words::opens_quote(line) {
            self.field = Field::None;
        }
        if value.is_none() && self.field == Field::None {
            let announced = words::announced(line).and_then(|name| person(view, name));
            self.is_complete = announced.is_some();
            return announced.into_iter().collect();
        }
        self.is_complete = matches!(self.field, Field::People | Field::Other);
        if self.field != Field::People {
            return Vec::new();
        }
        let entries = recipients(value.unwrap_or(line));
        entries
            .into_iter()
            .filter_map(|name| person(view, name))
            .collect()
    }
}

fn field(line: &str) -> Option<(Field, &str)> {
    let (name, value) = line.split_once([':', '：'])?;
    let name = name.trim_end_matches(['*', '_', ' ', '\u{a0}']);
    let kinds = [
        (PEOPLE_FIELDS, Field::People),
        (OTHER_FIELDS, Field::Other),
        (SUBJECTS, Field::Subject),
    ];
    let lower = name.to_lowercase();
    let found = kinds
        .iter()
        .find(|(names, _)| names.contains(&lower.as_str()));
    found.map(|(_, field)| (*field, value))
}

/// The entries of a list of recipients. A comma divides only behind an address: `Berg, Anna` is one name.
fn recipients(value: &str) -> Vec<&str> {
    let mut entries = Vec::new();
    let (mut start, mut has_address, mut is_quoted, mut depth) = (0, false, false, 0u32);
    for (at, letter) in value.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            '@' => has_address = true,
            ',' | ';' if !is_quoted && depth == 0 && (has_address || letter == ';') => {
                entries.push(&value[start..at]);
                (start, has_address) = (at + 1, false);
            }
            _ => {}
        }
    }
    entries.push(&value[start..]);
    let halves = entries.into_iter().flat_map(|entry| {
        let behalf = ON_BEHALF.iter().find_map(|phrase| entry.split_once(phrase));
        let (first, second) = behalf.map_or((entry, None), |(a, b)| (a, Some(b)));
        [Some(first), second].into_iter().flatten()
    });
    halves.collect()
}

/// The person or organization with whose name an entry begins.
fn person(view: &str, entry: &str) -> Option<Found> {
    let marks = [' ', '\t', '"', '\'', '*', ',', '“', '”'];
    let inner = entry.trim_start_matches(marks);
    let ends = AFTER_NAME.iter().filter_map(|mark| inner.find(mark));
    let end = ends.min().unwrap_or(inner.len());
    let name = words::without_title(inner[..end].trim_end_matches(marks));
    if name.contains(['@', ':', '/']) || name.is_empty() {
        return None;
    }
    if words::may_be_person(&name.replace(',', ", ")) {
        return Some(Found::shown(view, name, PERSON));
    }
    let is_list = name.split([' ', '-']).any(words::is_machine);
    let is_organization = words::names_organization(name) && !is_list;
    is_organization.then(|| Found::shown(view, name, ORG))
}

/// Reads a signature line by line: the person comes first, then office and organization.
#[derive(Debug, Default)]
pub(super) struct SignatureReader {
    n_lines: usize,
    has_person: bool,
}

/// Lines above the name: a farewell, the organization, a rule.
const LINES_ABOVE: usize = 4;

impl SignatureReader {
    pub(super) fn read(&mut self, view: &str) -> Vec<Found> {
        if words::is_farewell(view) || !view.contains(char::is_alphabetic) {
            return Vec::new();
        }
        self.n_lines += 1;
        let mut found = Vec::new();
        let may_be_here = !self.has_person && self.n_lines <= LINES_ABOVE;
        if let Some(name) = words::person_of_line(view).filter(|_| may_be_here) {
            self.has_person = true;
            found.push(Found::shown(view, name, PERSON));
        }
        found.extend(organization(view));
        found.extend(companies(view));
        found
    }
}

/// "Head of Sales, Harbor Ltd", "Analyst | Harbor": what follows an office.
fn organization(view: &str) -> Option<Found> {
    let cells = view
        .split([',', '|'])
        .flat_map(|cell| cell.split(" // "))
        .map(str::trim)
        .collect::<Vec<_>>();
    let is_office = |cell: &str| {
        let mut words = cell.split_whitespace();
        cell.split_whitespace().count() <= 6 && words.any(|word| words::is_in(words::ROLES, word))
    };
    let at = cells.windows(2).position(|pair| is_office(pair[0]))? + 1;
    // A cell that is one half of "Tressel, Bode & Quill" is none.
    let cell = cells[at].split(" (").next()?;
    let cell = ["the ", "The "].iter().fold(cell, |cell, article| {
        cell.strip_prefix(article).unwrap_or(cell)
    });
    let is_name = cell.starts_with(char::is_uppercase)
        && !cell.contains(['@', ':', '/', '+'])
        && !cell.bytes().any(|byte| byte.is_ascii_digit())
        && cell.split_whitespace().count() <= 8
        && !is_office(cell)
        && !cell
            .split_whitespace()
            .next_back()
            .is_some_and(|word| words::is_in(words::PLACES, word));
    is_name.then(|| Found::shown(view, cell, ORG))
}

/// Names in running text: after a greeting, after a title, beside what only a person can be, before a
/// legal form.
pub(super) fn running(view: &str) -> Vec<Found> {
    let mut found = greeted(view);
    found.extend(titled(view));
    found.extend(introduced(view));
    found.extend(companies(view));
    found
}

/// "Dear Anna," and "Anna," on lines of their own or at their beginning.
fn greeted(view: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut is_after_blank = true;
    for line in view.lines() {
        let is_start = std::mem::replace(&mut is_after_blank, line.trim().is_empty());
        if !is_start || line.trim().is_empty() {
            continue;
        }
        let greeting = words::after_greeting(line).map(|rest| rest.trim_start_matches([' ', ',']));
        let end_of = |text: &str| text.find([',', ':', '!', '.', '-']).unwrap_or(text.len());
        let name = match greeting {
            Some(rest) => &rest[..end_of(rest)],
            // Without a greeting only a line that is nothing but a name.
            None => match line.trim_end().strip_suffix([',', '!']) {
                Some(name) if name.split_whitespace().count() <= 2 => name,
                _ => continue,
            },
        };
        let name = words::without_title(name.trim());
        let is_short = name.split_whitespace().count() <= 3;
        if is_short && words::may_be_person(name) {
            found.push(Found::shown(view, name, PERSON));
        }
    }
    found
}

/// "Mr Berg", "Senator Anna Berg": capitalized words after a title.
fn titled(view: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut words = words_of(view).peekable();
    while let Some(title) = words.next() {
        let is_title = title.starts_with(char::is_uppercase)
            && words::is_in(words::PERSONAL_TITLES, title)
            && title.trim_end_matches('.').chars().all(char::is_alphabetic);
        if !is_title {
            continue;
        }
        let mut name: Option<&str> = None;
        while let Some(word) = words.peek() {
            let core = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            let core = ["'s", "’s"]
                .iter()
                .fold(core, |core, ending| core.trim_end_matches(ending));
            if !is_name_word(core) || gap(view, name.unwrap_or(title), core).contains("\n\n") {
                break;
            }
            let ends_here = core.len() < word.len();
            name = Some(through(view, name.unwrap_or(core), core));
            words.next();
            if ends_here || name.is_some_and(|name| name.split_whitespace().count() >= 3) {
                break;
            }
        }
        let name = name.filter(|name| words::may_be_person(name));
        found.extend(name.map(|name| Found::shown(view, name, PERSON)));
    }
    found
}

/// Words between a name's comma and the role that its bearer has, at most: "a", "the senator's".
const MOST_BEFORE_ROLE: usize = 5;

/// "Anna Berg, a spokeswoman for Harbor", "Anna Berg, who".
fn introduced(view: &str) -> Vec<Found> {
    let words: Vec<&str> = words_of(view).collect();
    let mut found = Vec::new();
    for (at, last) in words.iter().enumerate().skip(1) {
        let Some(core) = last.strip_suffix(',') else {
            continue;
        };
        if !is_name_word(core) || !introduces(&words[at + 1..], words::PERSON_ROLES) {
            continue;
        }
        let first = (at.saturating_sub(2)..at)
            .rev()
            .take_while(|&before| is_name_word(words[before]))
            .last();
        // The capital of the first word of a sentence says little.
        let is_start = |at: usize| at == 0 || words[at - 1].ends_with(['.', '!', '?', ':']);
        let first = first.filter(|&first| at - first == 1 || !is_start(first));
        let name = first.map(|first| words::without_title(through(view, words[first], core)));
        let name = name.filter(|name| name.contains(' '));
        let name = name.filter(|name| words::may_be_person(name) && !name.contains('\n'));
        found.extend(name.map(|name| Found::shown(view, name, PERSON)));
    }
    found
}

/// Whether a name goes on like a person's: ", a partner at Harbor".
pub(super) fn goes_on_as_person(behind: &str) -> bool {
    let Some(rest) = behind.strip_prefix(", ") else {
        return false;
    };
    let words: Vec<&str> = words_of(rest).take(MOST_BEFORE_ROLE + 1).collect();
    introduces(&words, words::ROLES) || introduces(&words, words::PERSON_ROLES)
}

/// Whether these words say of the one named before them what only a person can be.
fn introduces(words: &[&str], roles: words::List) -> bool {
    let is_article =
        |word: &str| matches!(word, "a" | "an" | "the" | "his" | "her" | "its" | "their");
    if words.first() == Some(&"who") {
        return true;
    }
    if !words.first().is_some_and(|word| is_article(word)) {
        return false;
    }
    let said = words[1..].iter().take(MOST_BEFORE_ROLE);
    for word in said {
        let core = word.trim_end_matches([',', '.', ';']);
        if words::is_in(roles, core) && core.starts_with(char::is_lowercase) {
            return true;
        }
        let is_part = word.len() == core.len() && !words::is_in(words::JOINING, core);
        if !is_part {
            return false;
        }
    }
    false
}

fn is_name_word(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
        && word.chars().count() > 1
}

/// Words of a company's name, at most.
const MOST_WORDS: usize = 8;

/// Capitalized words that end in a legal form.
fn companies(view: &str) -> Vec<Found> {
    let words: Vec<&str> = words_of(view).collect();
    let mut found: Vec<Found> = Vec::new();
    for (at, form) in words.iter().enumerate() {
        let core = form.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_form = form.starts_with(char::is_uppercase)
            && words::is_in(words::FORMS, core)
            && core.chars().all(|c| c.is_alphabetic() || c == '.');
        if !is_form {
            continue;
        }
        let mut first = at;
        while first > 0 && at - first < MOST_WORDS {
            let before = words[first - 1];
            let apart = gap(view, before, words[first]);
            if apart.contains('\n') && apart.trim().is_empty() && apart.matches('\n').count() > 1
                || !belongs(before, first - 1, &words)
            {
                break;
            }
            first -= 1;
        }
        // A joining word or a parenthesis does not begin a name.
        while first < at
            && (matches!(words[first], "&" | "and" | "of" | "The" | "the")
                || words[first].starts_with('('))
        {
            first += 1;
        }
        if first < at {
            let begin = words[first].trim_start_matches(|c: char| !c.is_alphanumeric());
            found.push(Found::shown(view, through(view, begin, core), ORG));
        }
    }
    found
}

/// Whether a word goes with the company's name behind it.
fn belongs(word: &str, at: usize, words: &[&str]) -> bool {
    let core = word.trim_matches(|c: char| matches!(c, '(' | ')'));
    let is_capitalized = core.starts_with(char::is_uppercase)
        && core
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '.'))
        && !core.ends_with('.');
    // "Tressel, Bode & Quill LLP": a comma is inside of a name where an ampersand follows.
    let is_listed = word.ends_with(',')
        && word.starts_with(char::is_uppercase)
        && words.get(at + 2).is_some_and(|next| *next == "&");
    (is_capitalized || is_listed || word == "&") && !word.ends_with("),")
}

/// Words between white space.
fn words_of(view: &str) -> impl Iterator<Item = &str> {
    view.split_whitespace()
}

/// From the beginning of one part of a text to the end of another.
fn through<'t>(view: &'t str, first: &str, last: &str) -> &'t str {
    let start = first.as_ptr() as usize - view.as_ptr() as usize;
    let end = last.as_ptr() as usize - view.as_ptr() as usize + last.len();
    &view[start..end.max(start)]
}

/// What stands between two parts of a text.
fn gap<'t>(view: &'t str, before: &str, after: &str) -> &'t str {
    let start = before.as_ptr() as usize - view.as_ptr() as usize + before.len();
    let end = after.as_ptr() as usize - view.as_ptr() as usize;
    view.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: Vec<Found>, view: &str) -> Vec<(String, String)> {
        let found = found.into_iter();
        found
            .map(|f| (view[f.start..f.end].to_owned(), f.label))
            .collect()
    }

    fn check(found: Vec<Found>, view: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        assert_eq!(shown(found, view), expected, "{view}");
    }

    #[test]
    fn fields_of_a_header_name_people_and_offices() {
        for (line, expected) in [
            (
                "From: Anna Berg <a@b.example>",
                &[("Anna Berg", PERSON)][..],
            ),
            (
                "Cc: \"Berg, Anna\" <a@b.example>; Carl Dorn <c@d.example>",
                &[("Berg, Anna", PERSON), ("Carl Dorn", PERSON)],
            ),
            (
                "To: Harbor Press Office <p@b.example>",
                &[("Harbor Press Office", ORG)],
            ),
            ("An: x-users@b.example", &[]),
            (
                "From: X-users <x@b.example> on behalf of \"Berg, Anna - 05 via X-users\" <x@b.example>",
                &[("Berg, Anna", PERSON)],
            ),
            ("收件人: 李明 <l@b.example>", &[("李明", PERSON)]),
            ("Sent: Tuesday, May 21, 2024 9:00 AM", &[]),
            (
                "On 2 April 2012, Carl Dorn wrote:",
                &[("Carl Dorn", PERSON)],
            ),
        ] {
            check(HeaderReader::default().read(line), line, expected);
        }
    }

    #[test]
    fn a_signature_names_its_person_and_where_they_work() {
        let mut reader = SignatureReader::default();
        check(reader.read("Regards,"), "Regards,", &[]);
        check(
            reader.read("Anna Berg"),
            "Anna Berg",
            &[("Anna Berg", PERSON)],
        );
        let line = "Head of Sales, Harbor for All (branch)";
        check(reader.read(line), line, &[("Harbor for All", ORG)]);
        let line = "Tressel, Bode & Quill LLP | Port Dorn";
        check(
            reader.read(line),
            line,
            &[("Tressel, Bode & Quill LLP", ORG)],
        );
        check(reader.read("Carl Dorn"), "Carl Dorn", &[]);
    }

    #[test]
    fn greetings_titles_and_forms_show_names_in_running_text() {
        for (view, expected) in [
            (
                "Dear Ms Berg,\n\nyes.",
                &[("Berg", PERSON), ("Berg", PERSON)][..],
            ),
            ("Anna,\n\nyes.", &[("Anna", PERSON)]),
            ("All,\n\nyes.", &[]),
            (
                "We asked Senator Anna Berg's office.",
                &[("Anna Berg", PERSON)],
            ),
            (
                "Paid by Harbor Lines (Corr) Limited.",
                &[("Harbor Lines (Corr) Limited", ORG)],
            ),
            ("It was very Limited.", &[]),
            (
                "It paid Anna Berg, a former spokeswoman for Harbor.",
                &[("Anna Berg", PERSON)],
            ),
            ("Yes. Anna Berg, who left, came.", &[("Anna Berg", PERSON)]),
            ("Then Anna Berg, who left, came.", &[]),
            ("But Minister Berg, who left, came.", &[]),
            ("Harbor Lines, a leader in lines, paid.", &[]),
            ("Anna Berg, the firm that pays a lawyer, left.", &[]),
            ("Mr, they said.", &[]),
        ] {
            check(running(view), view, expected);
        }
    }
}
