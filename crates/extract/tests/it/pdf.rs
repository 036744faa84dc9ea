//! PDF: running text of pages, where its lines stand, and what lies beside the text.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use onrecord_extract::{Kind, RenderError, load_pdfium, render_page};
use onrecord_record::{Locator, ProblemCode};

use crate::data;
use crate::tree::{Item, read};

/// Loads pdfium from where `cargo xtask pdfium` puts it; false, and a word about it, where it is not.
fn has_pdfium() -> bool {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or(home);
    let library = data.map(|data| data.join("onrecord/pdfium/libpdfium.so"));
    let Some(library) = library.filter(|library| library.is_file()) else {
        println!("skipped: no pdfium library (cargo xtask pdfium)");
        return false;
    };
    load_pdfium(&library).expect("an installed library loads");
    true
}

/// A PDF of these objects, numbered from 1; the first is its catalog, the second its information.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    let _ = write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(file, "{offset:010} 00000 n ");
    }
    let size = objects.len() + 1;
    let _ = write!(
        file,
        "trailer << /Size {size} /Root 1 0 R /Info 2 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

fn stream(content: &str) -> String {
    format!(
        "<< /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

/// A document whose pages paint these contents; `more` goes into each page's dictionary.
fn document(contents: &[String], info: &str, more: &str, others: &[String]) -> Vec<u8> {
    let n = contents.len();
    let kids: String = (0..n)
        .map(|page| format!("{} 0 R ", 5 + 2 * page))
        .collect();
    let mut objects = vec![
        format!(
            "<< /Type /Catalog /Pages 3 0 R {} >>",
            if others.is_empty() { "" } else { CATALOG }
        ),
        format!("<< {info} >>"),
        format!("<< /Type /Pages /Count {n} /Kids [ {kids}] >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    for (page, content) in contents.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F 4 0 R >> >> {more} >>",
            6 + 2 * page
        ));
        objects.push(stream(content));
    }
    objects.extend(others.iter().cloned());
    pdf(&objects)
}

/// What the catalog of a document of one page names among `others`.
const CATALOG: &str = "/AcroForm << /Fields [ 7 0 R ] /DA (/F 10 Tf) >> \
    /Names << /EmbeddedFiles << /Names [ (list.csv) 10 0 R ] >> >> /Outlines 12 0 R";

/// Lines of 11 points from `top` downwards.
fn column(left: u32, top: u32, lines: &[&str]) -> String {
    let mut content = String::new();
    for (step, line) in (0..).zip(lines) {
        let _ = writeln!(
            content,
            "BT /F 11 Tf {left} {} Td ({line}) Tj ET",
            top - 14 * step
        );
    }
    content
}

fn texts_of(contents: &[String]) -> Item {
    read("a.pdf", &document(contents, "", "", &[]))
}

#[test]
fn wrapped_lines_are_joined_and_divided_words_made_whole() {
    if !has_pdfium() {
        return;
    }
    let item = texts_of(&[column(
        60,
        700,
        &[
            "The harbor office paid the firm twice in that year, and nobody in the coun-",
            "cil asked why. A well-known adviser said that the second sum was a mistake,",
            "though the ledger names him as the one who had signed for it, and the well-",
            "known adviser is not named.",
            "Payments",
        ],
    )]);
    assert_eq!(
        item.text(),
        "The harbor office paid the firm twice in that year, and nobody in the council asked why. \
         A well-known adviser said that the second sum was a mistake, though the ledger names him as \
         the one who had signed for it, and the well-known adviser is not named.\nPayments\n"
    );
}

#[test]
fn places_name_page_and_line() {
    if !has_pdfium() {
        return;
    }
    let item = texts_of(&[
        column(60, 700, &["Page one."]),
        column(60, 700, &["Page two."]),
    ]);
    let text = &item.texts[0];
    assert_eq!(text.text, "Page one.\n\nPage two.\n");
    let quoted = |at: usize| &text.text[text.places[at].span.range()];
    assert_eq!(
        text.places.len(),
        4,
        "two pages and two lines: {:?}",
        text.places
    );
    assert_eq!(
        text.places[0].locator,
        Locator::Page {
            page: 1,
            area: None
        }
    );
    assert!(quoted(0).starts_with("Page one."));
    assert_eq!((quoted(1), quoted(3)), ("Page one.", "Page two."));
    let Locator::Page {
        page: 2,
        area: Some(area),
    } = text.places[3].locator
    else {
        panic!("a line has its box: {:?}", text.places[3]);
    };
    assert!(area.left > 59.0 && area.left < 61.0, "{area:?}");
    assert!(
        area.top > 125.0 && area.bottom < 150.0,
        "from the upper edge: {area:?}"
    );
}

#[test]
fn a_mark_above_the_line_does_not_cut_the_sentence() {
    if !has_pdfium() {
        return;
    }
    let content = "BT /F 11 Tf 60 700 Td (The firm denied this) Tj 5 Ts /F 6 Tf (3) Tj 0 Ts /F 11 Tf ( on Friday.) Tj ET";
    assert_eq!(
        texts_of(&[content.to_owned()]).text(),
        "The firm denied this3 on Friday.\n"
    );
}

#[test]
fn a_mark_behind_a_number_leaves_the_number_as_it_is() {
    if !has_pdfium() {
        return;
    }
    let content = "BT /F 11 Tf 60 700 Td (They paid 83,190) Tj 5 Ts /F 6 Tf (2) Tj 0 Ts /F 11 Tf ( on Friday.) Tj ET";
    assert_eq!(
        texts_of(&[content.to_owned()]).text(),
        "They paid 83,190² on Friday.\n"
    );
}

#[test]
fn running_lines_do_not_cut_sentences() {
    if !has_pdfium() {
        return;
    }
    let page = |number: u32, lines: &[&str]| {
        format!(
            "{}{}{}",
            column(60, 800, &["Kestrin Partners, confidential"]),
            column(60, 700, lines),
            column(300, 40, &[&format!("Page {number} of 4")])
        )
    };
    let full = "The council met on Monday and spoke of the payment for a long time, until the";
    let item = texts_of(&[
        page(
            1,
            &[
                full,
                "chairman asked who had signed for the sum that was paid to the firm in the",
            ],
        ),
        page(2, &["harbor. Nobody answered him."]),
        page(3, &["Third."]),
        page(4, &["Fourth."]),
    ]);
    let text = item.text();
    assert!(
        text.contains("paid to the firm in the harbor. Nobody answered him."),
        "{text}"
    );
    assert_eq!(
        text.matches("Kestrin Partners, confidential").count(),
        4,
        "nothing is lost: {text}"
    );
    assert_eq!(text.matches("Page 2 of 4").count(), 1);
}

#[test]
fn what_lies_beside_the_text_is_told() {
    if !has_pdfium() {
        return;
    }
    let others = [
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Anna Berg) /Rect [120 690 300 710] /P 5 0 R >>".to_owned(),
        "<< /Type /Annot /Subtype /Text /Rect [400 400 420 420] /Contents (who is this?) /T (E. Fink) >>".to_owned(),
        "<< /Type /Annot /Subtype /Link /Rect [60 600 200 620] /A << /S /URI /URI (https://example.org/a) >> >>".to_owned(),
        "<< /Type /Filespec /F (list.csv) /UF (list.csv) /EF << /F 11 0 R >> >>".to_owned(),
        stream("owner,share\nBerg,50\n"),
        "<< /Type /Outlines /First 13 0 R /Last 13 0 R /Count 1 >>".to_owned(),
        "<< /Title (The first part) /Parent 12 0 R >>".to_owned(),
    ];
    let info = "/Title (Minutes) /Author (E. Fink) /CreationDate (D:20190314090000+01'00')";
    let content = column(60, 697, &["Signed by"]);
    let item = read(
        "a.pdf",
        &document(&[content], info, "/Annots [ 7 0 R 8 0 R 9 0 R ]", &others),
    );
    insta::assert_snapshot!(item.show());
}

#[test]
fn pages_without_letters_are_told() {
    if !has_pdfium() {
        return;
    }
    let drawn = "0 0 100 100 re f".to_owned();
    let words = column(60, 700, &["Words."]);
    let some = texts_of(&[words.clone(), drawn.clone(), String::new(), drawn.clone()]);
    assert_eq!(
        some.codes(),
        [ProblemCode::PagesWithoutText],
        "{}",
        some.show()
    );
    assert!(
        some.problems[0].message.starts_with("pages 2, 4 of 4"),
        "{}",
        some.show()
    );
    let all = texts_of(&[drawn.clone(), drawn]);
    assert_eq!(
        all.codes(),
        [ProblemCode::ScanWithoutText],
        "{}",
        all.show()
    );
}

#[test]
fn broken_files_are_told() {
    if !has_pdfium() {
        return;
    }
    let whole = document(&[column(60, 700, &["Words."])], "", "", &[]);
    for cut in [9, 40, whole.len() / 2] {
        let item = read("a.pdf", &whole[..cut]);
        assert!(
            item.end.kind == Kind::None || item.text().is_empty(),
            "{}",
            item.show()
        );
    }
    let mut loops = String::from_utf8(whole).expect("it is ASCII");
    loops = loops.replace("/Kids [ 5 0 R ]", "/Kids [ 3 0 R ]");
    read("a.pdf", loops.as_bytes());
}

#[test]
fn a_page_is_drawn_with_its_words() {
    if !has_pdfium() {
        return;
    }
    let file = document(&[column(60, 700, &["Anna met Jo."])], "", "", &[]);
    let picture = render_page(&file, &[], 1, 300).expect("it is drawn");
    assert!(picture.png.starts_with(b"\x89PNG\r\n"));
    assert_eq!((picture.width_px, picture.height_px), (300, 425));
    let words: Vec<&str> = picture
        .words
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    assert_eq!(words, ["Anna", "met", "Jo."]);
    assert!(picture.words[0].area.right < picture.words[1].area.left);
    let huge = render_page(&file, &[], 1, u32::MAX).expect("it is drawn");
    assert!(huge.width_px <= 4_096 && huge.height_px <= 4_096);
    for page in [0, 2] {
        assert!(matches!(
            render_page(&file, &[], page, 300),
            Err(RenderError::Failed { .. })
        ));
    }
}

#[test]
fn real_pdfs_are_accounted_for() {
    let Some(folder) = data::unpacked("documents/documents.tar.zst").filter(|_| has_pdfium())
    else {
        return;
    };
    let (mut n_read, mut n_locked) = (0, 0);
    for path in data::files(&folder.join("pdf")) {
        let item = read("a.pdf", &fs::read(&path).expect("it is there"));
        let codes = item.codes();
        assert!(
            !codes.contains(&ProblemCode::ReaderFailed),
            "{}: {}",
            path.display(),
            item.show()
        );
        n_read += usize::from(!item.text().is_empty());
        n_locked += usize::from(codes.contains(&ProblemCode::Locked));
        for text in &item.texts {
            for place in &text.places {
                assert!(
                    text.text.get(place.span.range()).is_some(),
                    "{}",
                    path.display()
                );
            }
        }
    }
    println!("{n_read} with text, {n_locked} locked");
    assert!(
        n_read > 220 && n_locked >= 2,
        "{n_read} with text, {n_locked} locked"
    );
}
