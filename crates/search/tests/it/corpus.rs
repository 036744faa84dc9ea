//! Documents that own their values, and a corpus made of words that are hard to search.

use onrecord_record::{Digest, DocumentId};
use onrecord_search::{IndexDocument, IndexWriter};

use crate::random::Random;

#[derive(Debug, Clone, Default)]
pub struct Document {
    pub name: String,
    pub kind: &'static str,
    pub media_type: Option<&'static str>,
    pub title: String,
    pub texts: Vec<String>,
    pub from: Vec<String>,
    pub to: Vec<String>,
    pub headers: Vec<(String, String)>,
    pub date: Option<i64>,
    pub path: String,
    pub custodian: &'static str,
    pub has_attachment: bool,
    pub language: Option<&'static str>,
    pub tags: Vec<&'static str>,
}

impl Document {
    pub fn id(&self) -> DocumentId {
        DocumentId::of_content(&Digest::of(self.name.as_bytes()))
    }

    pub fn upsert(&self, writer: &mut IndexWriter) {
        let list = |values: &[String]| -> Vec<String> { values.to_vec() };
        let (from, to) = (list(&self.from), list(&self.to));
        let from: Vec<&str> = from.iter().map(String::as_str).collect();
        let to: Vec<&str> = to.iter().map(String::as_str).collect();
        let texts: Vec<(&str, &str)> = self
            .texts
            .iter()
            .map(|text| ("main", text.as_str()))
            .collect();
        let headers = self.headers.iter();
        let headers: Vec<(&str, &str)> = headers
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let document = IndexDocument {
            media_type: self.media_type,
            title: &self.title,
            texts: &texts,
            from: &from,
            to: &to,
            headers: &headers,
            date: self.date,
            paths: &[&self.path],
            custodians: &[self.custodian],
            has_attachment: self.has_attachment,
            language: self.language,
            tags: &self.tags,
            ..IndexDocument::new(self.id(), self.kind)
        };
        writer.upsert(&document).expect("the document is indexed");
    }
}

const WORDS: &[&str] = &[
    "the",
    "of",
    "a",
    "to",
    "pay",
    "pays",
    "paid",
    "payment",
    "Payments",
    "payee",
    "company",
    "companies",
    "company's",
    "Company’s",
    "die",
    "dying",
    "dies",
    "sky",
    "skies",
    "ski",
    "skis",
    "hope",
    "hoping",
    "hopping",
    "possible",
    "possibly",
    "possibility",
    "café",
    "cafés",
    "Cafe",
    "naïve",
    "naive",
    "Straße",
    "strasse",
    "Łódź",
    "lodz",
    "O'Brien",
    "o’brien",
    "brien",
    "don't",
    "e-mail",
    "e-mails",
    "email",
    "j.smith@acme.com",
    "acme.com",
    "acme",
    "smith",
    "Smith,",
    "1,500",
    "1500",
    "1,500.00",
    "2001-05-14",
    "東京",
    "東",
    "京都",
    "русский",
    "русская",
    "ΣΊΣΥΦΟΣ",
    "universal",
    "university",
    "universe",
    "news",
    "new",
    "generate",
    "general",
    "generally",
    "ab",
    "abc",
    "abcd",
    "bac",
    "acb",
    "it",
    "its",
    "it's",
    "is",
    "as",
    "US",
    "use",
    "using",
    "co\u{ad}operate",
    "cooperate",
    "ﬁne",
    "fine",
    "½",
    "x²",
    "(draft)",
    "\"quoted\"",
    "and",
    "or",
    "not",
    "near/5",
    "from:",
    "a/b",
];

/// Many short documents over few words, so that all kinds of matches and near misses occur.
pub fn synthetic(n: usize) -> Vec<Document> {
    let mut random = Random(7);
    (0..n)
        .map(|number| synthetic_document(number, &mut random))
        .collect()
}

fn synthetic_document(number: usize, random: &mut Random) -> Document {
    let words = |random: &mut Random, n: usize| -> String {
        let words: Vec<&str> = (0..n).map(|_| random.one_of(WORDS)).collect();
        words.join(random.one_of(&[" ", " ", "\n", ", ", ". "]))
    };
    let mut texts = Vec::new();
    for _ in 0..=random.below(2) {
        let n = random.below(80);
        texts.push(words(random, n));
    }
    let n_title = random.below(6);
    let people = [
        "Ken O'Brien <ken@acme.com>",
        "\"Łukasz, A.\" <al@mail.acme.com>",
        "pay@café.fr",
        "",
    ];
    Document {
        name: format!("synthetic {number}"),
        kind: random.one_of(&["email", "article", "file"]),
        media_type: [None, Some("application/pdf"), Some("text/html")][random.below(3)],
        title: words(random, n_title),
        texts,
        from: vec![random.one_of(&people).to_owned()],
        to: (0..random.below(3))
            .map(|_| random.one_of(&people).to_owned())
            .collect(),
        headers: vec![
            ("X-Mailer".to_owned(), words(random, 3)),
            ("x-mailer".to_owned(), words(random, 2)),
            ("Received".to_owned(), words(random, 5)),
        ],
        date: (random.below(5) > 0).then(|| 946_684_800 + random.below(200_000_000) as i64),
        path: format!(
            "mail/{}/{number}.eml",
            random.one_of(&["inbox", "Sent Items", "2001"])
        ),
        custodian: random.one_of(&["Ken Lay", "M. Lokay"]),
        has_attachment: random.below(4) == 0,
        language: [None, Some("en"), Some("de")][random.below(3)],
        tags: if random.below(5) == 0 {
            vec!["important", "to check"]
        } else {
            Vec::new()
        },
    }
}
