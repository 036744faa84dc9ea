//! Pages, their twins, their description, and what is said when something is wrong.

use onrecord_server::PAGES;
use serde_json::Value;

use crate::support::Served;

/// An address of a page, with names filled in.
fn address(served: &Served, path: &str) -> String {
    let found = served.json("/search.json?q=*");
    let id = found["hits"][0]["document"].as_str().expect("a hit");
    path.replace("{id}", id)
}

/// Pages of things that a case without a language pipeline does not have.
fn needs_more(path: &str) -> bool {
    path.contains('{') && !path.contains("{id}")
}

#[test]
fn every_page_has_a_twin_and_is_described() {
    let served = Served::new();
    let description = served.json("/openapi.json");
    assert_eq!(description["openapi"], "3.1.0");
    let described = description["paths"].as_object().expect("paths");
    assert_eq!(described.len(), PAGES.len());
    for page in PAGES.iter().filter(|page| !needs_more(page.path)) {
        let path = address(&served, page.path);
        let html = served.get(&path);
        assert_eq!(html.status(), 200, "{path}");
        assert!(
            html.header("content-type").starts_with("text/html"),
            "{path}"
        );
        let twin = served.json(&format!("{path}.json"));
        assert_eq!(twin["format_version"], 1, "{path}");
        assert!(
            described.contains_key(&format!("{}.json", page.path)),
            "{path}"
        );
    }
    let parameters = &description["paths"]["/search.json"]["get"]["parameters"];
    let names: Vec<&Value> = parameters
        .as_array()
        .expect("a list")
        .iter()
        .map(|p| &p["name"])
        .collect();
    assert_eq!(names, ["after", "limit", "q", "sort", "with", "without"]);
}

#[test]
fn pages_hold_no_inline_script_or_style_and_nothing_from_outside() {
    let served = Served::new();
    for page in PAGES {
        let html = served.get(&address(&served, page.path)).body;
        assert!(
            !html.contains("<style") && !html.contains(" style="),
            "{}",
            page.path
        );
        assert!(
            !html.contains("<script>") && !html.contains(" onclick"),
            "{}",
            page.path
        );
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "{}",
            page.path
        );
    }
}

#[test]
fn text_of_documents_is_escaped() {
    let served = Served::new();
    let html = served.get("/search?q=monday").body;
    assert!(html.contains("The &#60;b&#62;meeting") || html.contains("The &lt;b&gt;meeting"));
    assert!(!html.contains("<b>meeting"));
}

#[test]
fn errors_have_one_shape() {
    let served = Served::new();
    for (path, status) in [
        ("/nowhere", 404),
        ("/documents/ffffffffffffffffffffffffffffffff", 404),
        ("/search?q=x&after=nonsense", 400),
        ("/search?q=x&limit=many", 400),
        ("/search?q=x&q=y", 400),
    ] {
        let html = served.get(path);
        assert_eq!(html.status(), status, "{path}");
        assert!(html.body.contains("<h1>"), "{path}");
        let twin = match path.split_once('?') {
            Some((path, query)) => format!("{path}.json?{query}"),
            None => format!("{path}.json"),
        };
        let error = &served.json(&twin)["error"];
        assert_eq!(error["status"], status, "{twin}");
        for key in ["what", "where", "what_next"] {
            assert!(
                error[key].as_str().is_some_and(|words| !words.is_empty()),
                "{twin}: {key}"
            );
        }
    }
}

#[test]
fn odd_queries_are_answered() {
    let served = Served::new();
    for query in [
        "%ff%fe",
        "%00",
        "%22open",
        "((((",
        "a%20near/99999999999%20b",
        "&&&==",
        "%",
        "from:%22",
        "*",
    ] {
        let answer = served.get(&format!("/search?q={query}"));
        assert_eq!(answer.status(), 200, "{query}");
    }
    assert_eq!(served.get("/documents/%ff").status(), 400);
}

#[test]
fn a_wrong_query_says_where() {
    let served = Served::new();
    let plain = served.json("/search.json?q=domain:x");
    assert_eq!(plain["warnings"][0]["at"], 0);
    let narrowed = served.json("/search.json?q=domain:x&with=type:message");
    assert_eq!(narrowed["warnings"][0]["at"], 0);
}

#[test]
fn facets_narrow_and_are_kept_in_the_address() {
    let served = Served::new();
    let all = served.json("/search.json?q=*")["total"].as_u64();
    assert_eq!(all, Some(2));
    assert_eq!(
        served.json("/search.json?q=*&with=type:message")["total"],
        1
    );
    assert_eq!(
        served.json("/search.json?q=&without=type:message")["total"],
        1
    );
    let html = served.get("/search?q=*&with=type:message").body;
    assert!(html.contains("Take away Kind: message"));
    assert!(html.contains("name=\"with\" value=\"type:message\""));
}
