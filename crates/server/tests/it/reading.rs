//! Reading: marks, spans, places, layouts, originals, conversations, lists.

use crate::support::Served;

/// Two messages of one conversation, the first of which is missing, and a web page made to do harm.
const MATERIAL: &[(&str, &str)] = &[
    (
        "answer.eml",
        "From: Ben <ben@b.example>\nTo: ada@a.example\nSubject: Re: Harbor\n\
         Date: Wed, 4 Mar 2020 10:00:00 +0000\nMessage-ID: <2@b.example>\n\
         References: <1@a.example>\nIn-Reply-To: <1@a.example>\n\n\
         Agreed.\n\nOn Tue, 3 Mar 2020, Ada wrote:\n> Shall we meet at the harbor?\n",
    ),
    (
        "next.eml",
        "From: Ada <ada@a.example>\nTo: ben@b.example\nSubject: Re: Harbor\n\
         Date: Thu, 5 Mar 2020 10:00:00 +0000\nMessage-ID: <3@a.example>\n\
         References: <1@a.example> <2@b.example>\nIn-Reply-To: <2@b.example>\n\n\
         At noon, then. The harbor office is closed. \u{dc}ber alles.\n",
    ),
    (
        "page.html",
        "<html><head><title>Offer</title><script>alert(1)</script></head><body onload=alert(2)>\
         <h1>Offer</h1><p>A <a href=\"https://shop.example/\">shop</a> with words enough.</p>\
         <img src=\"https://px.example/t.gif\" width=1 height=1></body></html>",
    ),
];

fn served() -> Served {
    Served::with(MATERIAL)
}

fn first(served: &Served, q: &str) -> String {
    let found = served.json(&format!("/search.json?q={q}"));
    found["hits"][0]["document"]
        .as_str()
        .expect("a hit")
        .to_owned()
}

#[test]
fn hits_are_marked_numbered_and_stepped_through() {
    let served = served();
    let id = first(&served, "%22office%20is%22");
    let page = served
        .get(&format!("/documents/{id}?q=noon+OR+closed"))
        .body;
    assert!(page.contains("<mark id=\"h1\">noon</mark>"), "{page}");
    assert!(page.contains("<mark id=\"h2\">closed</mark>"));
    assert!(page.contains("Hit <b>1</b> of 2"));
    assert!(
        page.contains("hit=2&#38;q=noon")
            || page.contains("hit=2&amp;q=noon")
            || page.contains("hit=2")
    );
    let twin = served.json(&format!("/documents/{id}.json?q=noon"));
    assert_eq!(twin["hits"]["total"], 1);
    assert_eq!(twin["result"]["number"], 1);
    assert_eq!(twin["result"]["total"], 1);
    let plain = served
        .get(&format!("/documents/{id}?q=noon&hide=hits"))
        .body;
    assert!(!plain.contains("<mark"));
}

#[test]
fn a_span_is_marked_and_cited_and_a_wrong_one_refused() {
    let served = served();
    let id = first(&served, "%22office%20is%22");
    let twin = served.json(&format!("/documents/{id}.json"));
    let text = twin["texts"][0]["text"].as_str().expect("a text");
    let start = text.find("The harbor").expect("it is there");
    let span = format!("{start}-{}", start + "The harbor office".len());
    let page = served.get(&format!("/documents/{id}?span={span}")).body;
    assert!(page.contains("<mark id=\"span\">The harbor office</mark>"));
    assert!(page.contains("“The harbor office”") && page.contains("SHA-256"));
    assert_eq!(
        served.get(&format!("/documents/{id}?span=9-3")).status(),
        400
    );
    assert_eq!(served.get(&format!("/documents/{id}?span=x")).status(), 400);
    // A span beyond the text, or within a letter, harms nobody.
    for odd in [
        "999990-999999",
        "0-1",
        &format!("{}-{}", text.len() - 14, text.len() - 13),
    ] {
        assert_eq!(
            served.get(&format!("/documents/{id}?span={odd}")).status(),
            200,
            "{odd}"
        );
    }
}

#[test]
fn what_is_protected_is_not_cited() {
    let served = served();
    let id = first(&served, "%22office%20is%22");
    let form = format!("csrf={}&back=/&reason=source", served.proof());
    let origin = Some("http://127.0.0.1:7470");
    assert_eq!(
        served
            .post(&format!("/documents/{id}/protect"), &form, origin)
            .status(),
        303
    );
    let page = served.get(&format!("/documents/{id}")).body;
    assert!(page.contains("withheld from citations") && !page.contains("id=\"citation\""));
}

#[test]
fn layouts_are_inert_and_framed_apart() {
    let served = served();
    let id = first(&served, "shop");
    let twin = served.json(&format!("/documents/{id}.json?view=layout"));
    let page = &twin["layout"]["page"];
    assert_eq!(page["n_pixels"], 1);
    assert_eq!(page["links"][0]["address"], "https://shop.example/");
    let frame = served.get(&format!("/documents/{id}/frame"));
    assert!(frame.body.contains("Offer"));
    for forbidden in ["<script", "<img", "onload", "href", "src="] {
        assert!(!frame.body.contains(forbidden), "{forbidden}");
    }
    let policy = frame.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox;"));
    assert!(!policy.contains("script-src") && !policy.contains("allow-"));
}

#[test]
fn originals_are_saved_as_they_came() {
    let served = served();
    let id = first(&served, "%22office%20is%22");
    let saved = served.get(&format!("/documents/{id}/original"));
    assert_eq!(saved.status(), 200);
    assert_eq!(saved.body, MATERIAL[1].1);
    assert!(
        saved
            .header("content-disposition")
            .starts_with("attachment; filename=\"next.eml\"")
    );
    assert_eq!(saved.header("content-type"), "application/octet-stream");
    assert_eq!(
        served
            .get("/documents/ffffffffffffffffffffffffffffffff/original")
            .status(),
        404
    );
}

#[test]
fn a_conversation_shows_its_gap_and_folds_quotes() {
    let served = served();
    let list = served.json("/threads.json?missing=true");
    assert_eq!(list["total"], 1);
    let id = list["conversations"][0]["id"].as_str().expect("an id");
    let page = served.get(&format!("/threads/{id}")).body;
    assert!(page.contains("A message is missing here."));
    assert!(page.contains("Referred to by"));
    assert!(page.contains("<details class=\"folded\"><summary>Quoted"));
}

#[test]
fn links_of_documents_are_told_and_not_followed() {
    let served = served();
    let page = served
        .get("/leaving?to=https%3A%2F%2Fbank.example%40evil.example%2F")
        .body;
    assert!(page.contains("evil.example") && page.contains("no part of where it leads"));
    assert!(!page.contains("href=\"https:"));
}

#[test]
fn lists_are_paged_and_odd_cursors_refused() {
    let served = served();
    assert_eq!(
        served.json("/files.json")["files"].as_array().map(Vec::len),
        Some(3)
    );
    assert_eq!(
        served.json("/files.json?outcome=unread")["files"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
    assert_eq!(served.get("/files?after=nonsense").status(), 400);
    assert_eq!(served.get("/problems?after=1.2").status(), 400);
}

#[test]
fn an_import_refuses_what_is_no_material() {
    let served = served();
    let origin = Some("http://127.0.0.1:7470");
    for path in ["relative", "/no/such/path", ""] {
        let form = format!("csrf={}&back=/imports&path={path}", served.proof());
        let status = served.post("/imports/add", &form, origin).status();
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    assert_eq!(served.json("/imports.json")["phase"], "idle");
}

#[test]
fn a_name_that_nobody_bears_is_said() {
    let served = served();
    let found = served.json("/search.json?q=harbor+entity:%22Jane+Roe%22");
    assert_eq!(found["total"], 0);
    let message = found["warnings"][0]["message"].as_str().expect("a warning");
    assert!(message.contains("nobody in the case is called"));
    assert_eq!(
        served.json("/complete.json?field=from&begins=ada")["suggestions"][0]["value"],
        "ada@a.example"
    );
}
