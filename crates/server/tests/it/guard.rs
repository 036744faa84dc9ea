//! Who is let in, and what every answer says about itself.

use axum::body::Body;
use axum::http::{Request, header};

use crate::support::{LISTEN, Served, request};

const OURS: &str = "http://127.0.0.1:7470";

#[test]
fn nobody_reads_without_the_token() {
    let served = Served::new();
    for path in [
        "/",
        "/search?q=meeting",
        "/search.json?q=meeting",
        "/openapi.json",
        "/nowhere",
        "/?token=00",
    ] {
        let answer = served.send(request("GET", path).body(Body::empty()).expect("a request"));
        assert_eq!(answer.status(), 403, "{path}");
        assert!(!answer.body.contains("test"), "{path} names the case");
    }
}

#[test]
fn the_token_becomes_a_cookie_and_leaves_the_address() {
    let served = Served::new();
    let token = served
        .app
        .address()
        .split_once("?token=")
        .expect("a token")
        .1
        .to_owned();
    let path = format!("/search?q=a%26b&token={token}");
    let answer = served.send(
        request("GET", &path)
            .body(Body::empty())
            .expect("a request"),
    );
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.header(header::LOCATION), "/search?q=a%26b");
    let cookie = answer.header(header::SET_COOKIE);
    assert!(cookie.starts_with("onrecord-7470="));
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/"));
    assert!(
        !cookie.contains(&token),
        "the cookie is a secret of its own"
    );
    assert_eq!(served.get("/").status(), 200);
}

#[test]
fn the_redirect_stays_here() {
    let served = Served::new();
    let token = served
        .app
        .address()
        .split_once("?token=")
        .expect("a token")
        .1
        .to_owned();
    let path = format!("//example.org/?token={token}");
    let answer = served.send(
        request("GET", &path)
            .body(Body::empty())
            .expect("a request"),
    );
    assert!(!answer.header(header::LOCATION).starts_with("//"));
}

#[test]
fn other_hosts_are_refused() {
    let served = Served::new();
    let cookie = served.cookie();
    for (host, status) in [
        (LISTEN, 200),
        ("localhost:7470", 200),
        ("[::1]:7470", 200),
        ("127.0.0.1", 403),
        ("127.0.0.1:80", 403),
        ("evil.example:7470", 403),
        ("127.0.0.1.evil.example:7470", 403),
        ("localhost:7470:7470", 403),
        ("", 403),
    ] {
        let request = Request::builder()
            .uri("/")
            .header(header::HOST, host)
            .header(header::COOKIE, &cookie);
        let answer = served.send(request.body(Body::empty()).expect("a request"));
        assert_eq!(answer.status(), status, "{host}");
    }
}

#[test]
fn forms_need_our_origin_and_the_proof() {
    let served = Served::new();
    let proof = served.proof();
    let form = format!("csrf={proof}&back=/problems&theme=dark");
    for (origin, form, status) in [
        (Some(OURS), form.as_str(), 303),
        (None, &form, 403),
        (Some("null"), &form, 403),
        (Some("http://evil.example"), &form, 403),
        (Some("http://127.0.0.1:7471"), &form, 403),
        (Some("https://127.0.0.1:7470"), &form, 403),
        (Some(OURS), "theme=dark", 403),
        (Some(OURS), "csrf=&theme=dark", 403),
    ] {
        let answer = served.post("/theme", form, origin);
        assert_eq!(answer.status(), status, "{origin:?} {form}");
    }
}

#[test]
fn a_tag_is_recorded_at_once_and_found_soon() {
    let served = Served::new();
    let found = served.json("/search.json?q=monday");
    let id = found["hits"][0]["document"]
        .as_str()
        .expect("a hit")
        .to_owned();
    let form = format!("csrf={}&back=/documents/{id}&tag=key+mail", served.proof());
    let answer = served.post(&format!("/documents/{id}/tag"), &form, Some(OURS));
    let to = answer.header(header::LOCATION);
    assert_eq!(answer.status(), 303);
    assert!(to.starts_with(&format!("/documents/{id}?done=")), "{to}");
    assert!(
        served
            .get(&format!("/documents/{id}"))
            .body
            .contains("key mail")
    );
    // The index takes it in the background.
    let is_found = || served.json("/search.json?q=tag:key")["total"] == 1;
    let found = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        is_found()
    });
    assert!(found, "within ten seconds");
}

#[test]
fn every_answer_is_guarded() {
    let served = Served::new();
    let style = served
        .get("/")
        .body
        .split_once("href=\"/assets/")
        .expect("a style")
        .1
        .to_owned();
    let style = format!("/assets/{}", style.split('"').next().expect("an address"));
    for path in ["/", "/nowhere", "/search.json?q=x", "/openapi.json", &style] {
        let answer = served.get(path);
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none';"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(
            answer.header(header::REFERRER_POLICY),
            "no-referrer",
            "{path}"
        );
        assert_eq!(
            answer.header(header::X_CONTENT_TYPE_OPTIONS),
            "nosniff",
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        let cached = answer.header(header::CACHE_CONTROL);
        assert_eq!(
            cached.contains("immutable"),
            path == style,
            "{path}: {cached}"
        );
        assert!(path == style || cached == "no-store", "{path}: {cached}");
    }
}

#[test]
fn large_requests_are_refused() {
    let served = Served::new();
    let path = format!("/search?q={}", "a".repeat(17_000));
    assert_eq!(served.get(&path).status(), 414);
    let path = format!("/search?q={}", "a+OR+".repeat(3_000));
    assert_eq!(served.get(&path).status(), 200);
}

#[test]
fn other_addresses_are_refused_before_anything_listens() {
    let served = Served::new();
    for (listen, words) in [
        ("0.0.0.0:7470", "other machines"),
        ("[::]:0", "other machines"),
    ] {
        let options = onrecord_server::Options {
            case: onrecord_workbench::CaseFolder::new("nowhere"),
            listen: listen.parse().expect("an address"),
            who: String::new(),
            worker: None,
            pipeline: || None,
        };
        let error = onrecord_server::serve(&options, &mut |_| Ok(())).expect_err("refused");
        assert!(error.to_string().contains(words), "{error}");
    }
    drop(served);
}
