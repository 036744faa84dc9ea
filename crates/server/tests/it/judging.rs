//! Judging: recorded, told, taken back; two people at once; what is protected.

use axum::http::header;

use crate::support::Served;

const ORIGIN: &str = "http://127.0.0.1:7470";

impl Served {
    /// The id of a document.
    fn document(&self) -> String {
        let found = self.json("/search.json?q=*");
        found["hits"][0]["document"]
            .as_str()
            .expect("a hit")
            .to_owned()
    }

    /// Sends a form to `/judge`; gives where it leads.
    fn judge(&self, fields: &[(&str, &str)]) -> String {
        let proof = self.proof();
        let mut form = vec![("csrf", proof.as_str()), ("back", "/checked")];
        form.extend(fields);
        let form = serde_html_form::to_string(&form).expect("a form");
        let answer = self.post("/judge", &form, Some(ORIGIN));
        assert_eq!(answer.status(), 303, "{}", answer.body);
        answer.header(header::LOCATION).to_owned()
    }

    fn seen(&self) -> String {
        let page = self.get("/checked").body;
        let log = self.json("/judgements.json");
        let n = log["judgements"].as_array().expect("a list").len();
        assert!(page.contains("<h1>"));
        n.to_string()
    }
}

#[test]
fn a_judgement_is_told_with_a_way_to_take_it_back() {
    let served = Served::new();
    let document = served.document();
    let told = served.judge(&[("verb", "pin"), ("on", &document), ("seen", "0")]);
    let id = told
        .strip_prefix("/checked?done=")
        .expect("the judgement's id");
    let page = served.get(&told).body;
    assert!(
        page.contains("Recorded.") && page.contains("tester"),
        "{page}"
    );
    assert!(page.contains(">Undo<"));
    assert_eq!(
        served.json("/checked.json")["lines"][0]["document"],
        *document
    );
    served.judge(&[("verb", "undo"), ("on", id)]);
    assert_eq!(
        served.json("/checked.json")["lines"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
    let log = served.json("/judgements.json");
    assert_eq!(log["judgements"][0]["verb"], "undo");
    assert_eq!(log["judgements"][1]["undone"], true);
}

#[test]
fn what_was_decided_meanwhile_is_shown_and_asked_about() {
    let served = Served::new();
    let document = served.document();
    served.judge(&[("verb", "protect"), ("on", &document), ("seen", "0")]);
    // Somebody whose page is from before that one.
    let asked = served.judge(&[("verb", "unprotect"), ("on", &document), ("seen", "0")]);
    assert!(asked.starts_with("/judge?"), "{asked}");
    assert_eq!(
        served.json("/judgements.json")["judgements"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let page = served.get(&asked).body;
    assert!(
        page.contains("Somebody decided meanwhile") && page.contains("protected"),
        "{page}"
    );
    let told = served.judge(&[
        ("verb", "unprotect"),
        ("on", &document),
        ("seen", &served.seen()),
    ]);
    assert!(told.starts_with("/checked?done="), "{told}");
    // Two notes contradict nothing.
    for text in ["one", "two"] {
        let told = served.judge(&[
            ("verb", "note"),
            ("on", &document),
            ("text", text),
            ("seen", "0"),
        ]);
        assert!(told.contains("done="), "{told}");
    }
}

#[test]
fn a_form_that_is_sent_twice_counts_once() {
    let served = Served::new();
    let document = served.document();
    let fields = [
        ("verb", "checked"),
        ("on", document.as_str()),
        ("seen", "0"),
    ];
    assert_eq!(served.judge(&fields), served.judge(&fields));
    assert_eq!(
        served.json("/judgements.json")["judgements"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn what_is_protected_is_withheld_from_the_sheet_which_says_so() {
    let served = Served::new();
    let document = served.document();
    served.judge(&[("verb", "pin"), ("on", &document)]);
    let title = served.json("/checked.json")["lines"][0]["title"].clone();
    let title = title.as_str().expect("a title");
    assert!(
        served
            .json("/checked/sheet.json")
            .to_string()
            .contains(title)
    );
    served.judge(&[("verb", "protect"), ("on", &document)]);
    let sheet = served.json("/checked/sheet.json");
    assert_eq!(sheet["withheld"], true);
    assert!(!sheet.to_string().contains(title) && !sheet.to_string().contains(&document));
    assert!(
        served
            .get("/checked/sheet")
            .body
            .contains("Something was withheld")
    );
    assert!(
        served
            .get("/checked")
            .body
            .contains("Withheld from the sheet")
    );
}

#[test]
fn whoever_judges_is_named_by_a_cookie() {
    let served = Served::new();
    let form = format!(
        "csrf={}&back=/judgements&who=Jos%C3%A9+%3B+%22x%22",
        served.proof()
    );
    let answer = served.post("/who", &form, Some(ORIGIN));
    assert_eq!(answer.status(), 303);
    let cookie = answer.header(header::SET_COOKIE);
    assert!(cookie.starts_with("onrecord-who-7470=n=Jos%C3%A9") && cookie.contains("HttpOnly"));
    assert_eq!(
        cookie.matches(';').count(),
        4,
        "the name sets nothing else: {cookie}"
    );
    let empty = served.post(
        "/who",
        &format!("csrf={}&who=+", served.proof()),
        Some(ORIGIN),
    );
    assert_eq!(empty.status(), 400);
}

#[test]
fn people_judge_while_another_process_writes() {
    let served = Served::new();
    let document = served.document();
    let lock = std::fs::File::open(served.case.join("writer.lock")).expect("the lock");
    lock.try_lock().expect("nobody holds it");
    let told = served.judge(&[("verb", "note"), ("on", &document), ("text", "seen")]);
    assert!(told.contains("done="), "{told}");
}

#[test]
fn judgements_that_name_nothing_are_refused() {
    let served = Served::new();
    let proof = served.proof();
    for (form, status) in [
        ("verb=burn&on=aa", 400),
        ("verb=checked", 400),
        ("verb=checked&on=ffffffffffff", 404),
        ("verb=same&on=nobody&on=noone", 404),
        ("verb=grade&on=nobody&grade=Z", 400),
        ("verb=note&on=statement:00&text=x", 404),
    ] {
        let answer = served.post("/judge", &format!("csrf={proof}&{form}"), Some(ORIGIN));
        assert_eq!(answer.status(), status, "{form}: {}", answer.body);
    }
    assert_eq!(
        served.json("/judgements.json")["judgements"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
}

#[test]
fn a_list_is_kept_and_compared() {
    let served = Served::new();
    let list = "name,born\nAnna Example,1970\n";
    let form = [
        ("csrf", served.proof()),
        ("name", "members.csv".into()),
        ("text", list.into()),
    ];
    let form = serde_html_form::to_string(form).expect("a form");
    let answer = served.post("/xref/lists", &form, Some(ORIGIN));
    assert_eq!(answer.status(), 303, "{}", answer.body);
    let page = served.get(answer.header(header::LOCATION));
    assert_eq!(page.status(), 200, "{}", page.body);
    assert_eq!(served.json("/xref.json")["lists"][0]["records"], 1);
    assert_eq!(served.get("/xref/..%2Fcase").status(), 404);
}
