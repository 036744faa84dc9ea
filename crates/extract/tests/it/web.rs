//! Web pages: the article to read, the whole text beside it.

use onrecord_extract::Role;
use onrecord_record::ProblemCode;

use crate::data;
use crate::tree::{job, read, run};

#[test]
fn an_article_is_told_from_its_page() {
    let item = read(
        "article.html",
        include_bytes!("../../../../corpora/extract/article.html"),
    );
    insta::assert_snapshot!(item.show());
}

#[test]
fn a_page_without_article_has_its_whole_text() {
    let item = read(
        "a.html",
        b"<html><title>Menu</title><ul><li>One<li>Two</ul>",
    );
    assert_eq!(
        (item.text().as_str(), item.texts.len()),
        ("- One\n- Two\n", 1)
    );
    assert_eq!(item.end.title.as_deref(), Some("Menu"));
}

#[test]
fn the_character_set_of_a_page_is_the_stated_one() {
    let html = "<html><head><meta charset=windows-1251></head><p>Привет</p></html>";
    let item = read("a.html", &encoding_rs::WINDOWS_1251.encode(html).0);
    assert_eq!(item.text(), "Привет\n");
}

#[test]
fn pages_that_would_explode_as_a_tree_have_their_whole_text() {
    let words = "The ledger was closed on Friday, and nobody asked who had signed it. ".repeat(10);
    for html in [
        "<div>".repeat(100_000),
        "<p><b><i><a>".repeat(50_000),
        format!("<p {}>", "a=x ".repeat(100_000)),
    ] {
        let item = read("a.html", format!("{html}{words}").as_bytes());
        assert_eq!(item.text().trim(), words.trim());
        assert_eq!(item.codes(), [ProblemCode::TooLarge]);
    }
}

/// Token F1 against the bodies of the article-extraction benchmark, whole text counted where no
/// article was found.
#[test]
fn articles_of_the_benchmark_are_found() {
    let Some(folder) = data::unpacked("articles/articles.tar.zst") else {
        return;
    };
    let Some(truth) = data::files(&folder)
        .into_iter()
        .find(|path| path.ends_with("ground-truth.json"))
    else {
        println!("skipped: no benchmark of articles in the shared data");
        return;
    };
    let pages = truth.parent().expect("a file lies in a folder");
    let truth: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&truth).expect("it is there")).expect("JSON");
    let (mut sum, mut n_pages) = (0.0, 0_u32);
    for path in data::files(pages) {
        let stem = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.split('.').next())
            .unwrap_or_default()
            .to_owned();
        let Some(body) = truth
            .get(&stem)
            .and_then(|entry| entry.get("articleBody"))
            .and_then(|body| body.as_str())
        else {
            continue;
        };
        let mut file = std::fs::File::open(&path).expect("it is there");
        let item = run(&job(&path.to_string_lossy()), &mut file);
        let page = item.all().into_iter().find(|item| !item.texts.is_empty());
        let found: String = page.map_or_else(String::new, |page| {
            page.texts
                .iter()
                .filter(|text| text.role == Role::Main)
                .map(|text| text.text.as_str())
                .collect()
        });
        sum += f1(body, &found);
        n_pages += 1;
    }
    assert!(n_pages > 0, "the benchmark's pages lie beside its truth");
    let mean = sum / f64::from(n_pages);
    println!("mean token F1 {mean:.3} on {n_pages} pages");
    assert!(mean > 0.93, "mean token F1 {mean:.3} on {n_pages} pages");
}

fn f1(truth: &str, found: &str) -> f64 {
    let count = |text: &str| {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for word in text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
        {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
        counts
    };
    let (truth, found) = (count(truth), count(found));
    let shared: usize = truth
        .iter()
        .map(|(word, n)| (*n).min(found.get(word).copied().unwrap_or(0)))
        .sum();
    let all: usize = truth.values().sum::<usize>() + found.values().sum::<usize>();
    if all == 0 {
        1.0
    } else {
        2.0 * shared as f64 / all as f64
    }
}
