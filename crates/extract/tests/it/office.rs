//! Office documents, made here: what each reader must find besides the running text.

use onrecord_extract::{Kind, Role};
use onrecord_record::{Locator, ProblemCode};

use crate::archives::{Entry, zip};
use crate::tree::{Item, read};

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package of XML parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut entries = vec![Entry::plain("[Content_Types].xml", b"<Types/>")];
    entries.extend(
        parts
            .iter()
            .map(|(name, part)| Entry::plain(name, part.as_bytes())),
    );
    zip(&entries)
}

/// References of a part: `(id, kind, target)`.
fn references(of: &[(&str, &str, &str)]) -> String {
    let reference = |(id, kind, target): &(&str, &str, &str)| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
    };
    let all: Vec<String> = of.iter().map(reference).collect();
    format!("<Relationships>{}</Relationships>", all.concat())
}

fn said<'i>(item: &'i Item, key: &str) -> Option<&'i str> {
    let found = item.metadata.iter().find(|(known, _)| known == key);
    found.map(|(_, value)| value.as_str())
}

#[test]
fn a_letter_is_read_with_all_that_stands_around_it() {
    let document = r#"<w:document><w:body>
        <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>First item</w:t></w:r></w:p>
        <w:p><w:r><w:t xml:space="preserve">The port was </w:t></w:r>
          <w:del w:author="Anna Berg" w:date="2019-05-14T10:00:00Z"><w:r><w:delText>never </w:delText></w:r></w:del>
          <w:ins w:author="Anna Berg" w:date="2019-05-14T10:00:00Z"><w:r><w:t>quietly </w:t></w:r></w:ins>
          <w:commentRangeStart w:id="7"/><w:r><w:t>sold</w:t></w:r><w:commentRangeEnd w:id="7"/>
          <w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>to Jo</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>owner</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>share</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
        <w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></wps:txbx></mc:Choice>
          <mc:Fallback><w:p><w:r><w:t>In a box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>
        </w:body></w:document>"#;
    let numbering = r#"<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    let bytes = package(&[
        (
            "_rels/.rels",
            &references(&[("r1", "officeDocument", "word/document.xml")]),
        ),
        (
            "docProps/core.xml",
            "<c><dc:title>Sale</dc:title><dc:creator>Jo Moss</dc:creator><dcterms:modified>2019-05-15T08:00:00Z</dcterms:modified></c>",
        ),
        ("word/document.xml", document),
        (
            "word/_rels/document.xml.rels",
            &references(&[
                ("r1", "numbering", "numbering.xml"),
                ("r2", "comments", "comments.xml"),
                ("r3", "footnotes", "footnotes.xml"),
                ("r4", "header", "header1.xml"),
            ]),
        ),
        ("word/numbering.xml", numbering),
        (
            "word/comments.xml",
            r#"<w:comments><w:comment w:id="7" w:author="Jo Moss" w:date="2019-05-15T08:00:00Z"><w:p><w:r><w:t>By whom?</w:t></w:r></w:p></w:comment></w:comments>"#,
        ),
        (
            "word/footnotes.xml",
            r#"<w:footnotes><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>See the ledger.</w:t></w:r></w:p></w:footnote></w:footnotes>"#,
        ),
        (
            "word/header1.xml",
            "<w:hdr><w:p><w:r><w:t>Secret</w:t></w:r></w:p></w:hdr>",
        ),
        ("word/embeddings/note.txt", "An embedded note.\n"),
    ]);
    let item = read("letter.docx", &bytes);
    assert_eq!(
        item.text(),
        "III. First item\n\nThe port was quietly sold[1][hidden text: to Jo]\n\nowner\tshare\n\nIn a box\n\n\
         Notes\n\n[1] See the ledger.\n\nComments\n\nComment by Jo Moss, 2019-05-15 on “sold”: By whom?\n\n\
         Tracked changes\n\nDeleted by Anna Berg, 2019-05-14, after “The port was”: “never”\n\n\
         Inserted by Anna Berg, 2019-05-14, after “The port was”: “quietly”\n\nHeaders\n\nSecret\n"
    );
    assert_eq!(said(&item, "author"), Some("Jo Moss"));
    assert_eq!(item.end.title.as_deref(), Some("Sale"));
    assert_eq!(
        item.named("word/embeddings/note.txt").text(),
        "An embedded note.\n"
    );
    assert_eq!(item.problems, []);
}

#[test]
fn sheets_are_tables_whose_rows_have_places() {
    let sheet = r#"<worksheet><cols><col min="2" max="2" hidden="1"/></cols><sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>company</t></is></c></row>
        <row r="3" hidden="1"><c r="A3" t="s"><v>1</v></c><c r="C3" s="1"><v>43599</v></c><c r="D3" t="str"><f>A1</f><v>cached</v></c></row>
        </sheetData></worksheet>"#;
    let bytes = package(&[
        (
            "_rels/.rels",
            &references(&[("r1", "officeDocument", "xl/workbook.xml")]),
        ),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="Owners" r:id="r1"/><sheet name="Old" state="veryHidden" r:id="r2"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &references(&[
                ("r1", "worksheet", "worksheets/sheet1.xml"),
                ("r2", "worksheet", "worksheets/sheet2.xml"),
                ("r3", "sharedStrings", "sharedStrings.xml"),
                ("r4", "styles", "styles.xml"),
            ]),
        ),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>owner</t></si><si><r><t>Anna </t></r><r><t>Berg</t></r></si></sst>",
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="d mmm yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            &references(&[("r1", "comments", "../comments1.xml")]),
        ),
        (
            "xl/comments1.xml",
            r#"<comments><authors><author>Jo Moss</author></authors><commentList><comment ref="A3" authorId="0"><text><t>Who is she?</t></text></comment></commentList></comments>"#,
        ),
        (
            "xl/worksheets/sheet2.xml",
            r#"<worksheet><sheetData><row r="1"><c r="A1"><v>0.5</v></c></row></sheetData></worksheet>"#,
        ),
    ]);
    let item = read("owners.xlsx", &bytes);
    assert_eq!(
        item.text(),
        "Sheet: Owners\nowner\tcompany\nAnna Berg\t\t14 May 2019\tcached\n\nHidden rows: 3\n\nHidden columns: B\n\n\
         Comment by Jo Moss on A3: Who is she?\n\nSheet: Old (hidden sheet)\n0.5\n"
    );
    let places: Vec<(String, &str)> = item.texts[0]
        .places
        .iter()
        .map(|place| {
            (
                place.locator.to_string(),
                &item.texts[0].text[place.span.range()],
            )
        })
        .collect();
    assert_eq!(
        places[1],
        (
            "sheet Owners, row 3".to_owned(),
            "Anna Berg\t\t14 May 2019\tcached"
        )
    );
    assert_eq!(
        (said(&item, "delimiter"), said(&item, "hidden-sheets")),
        (Some("tab"), Some("Old"))
    );
}

#[test]
fn slides_are_pages_with_notes() {
    let slide = |attribute: &str, text: &str| {
        format!("<p:sld {attribute}><p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:sld>")
    };
    let bytes = package(&[
        (
            "_rels/.rels",
            &references(&[("r1", "officeDocument", "ppt/presentation.xml")]),
        ),
        (
            "ppt/presentation.xml",
            r#"<p:presentation><p:sldIdLst><p:sldId r:id="r2"/><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>"#,
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            &references(&[
                ("r1", "slide", "slides/slide1.xml"),
                ("r2", "slide", "slides/slide2.xml"),
            ]),
        ),
        ("ppt/slides/slide1.xml", &slide("show=\"0\"", "Second")),
        ("ppt/slides/slide2.xml", &slide("", "First")),
        (
            "ppt/slides/_rels/slide2.xml.rels",
            &references(&[
                ("r1", "notesSlide", "../notesSlides/notesSlide1.xml"),
                ("r2", "chart", "../charts/chart1.xml"),
            ]),
        ),
        (
            "ppt/notesSlides/notesSlide1.xml",
            "<p:notes><a:p><a:r><a:t>Say it slowly</a:t></a:r></a:p></p:notes>",
        ),
        (
            "ppt/charts/chart1.xml",
            "<c:chart><c:title><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:title><c:ser><c:tx><c:v>Port</c:v></c:tx><c:cat><c:v>2018</c:v></c:cat><c:val><c:v>4</c:v></c:val></c:ser></c:chart>",
        ),
    ]);
    let item = read("talk.pptx", &bytes);
    assert_eq!(
        item.text(),
        "First\n\nChart: Sales\n\nPort: 2018 4\n\nNotes\n\nSay it slowly\n\n(hidden slide)\n\nSecond\n"
    );
    let pages = item.texts[0]
        .places
        .iter()
        .map(|place| place.locator.clone());
    let page = |page| Locator::Page { page, area: None };
    assert_eq!(pages.collect::<Vec<_>>(), [page(1), page(2)]);
}

#[test]
fn open_documents_are_read() {
    let content = r#"<office:document-content><office:body><office:text>
        <text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>
        <text:p>The port<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>ledger</text:p></text:note-body></text:note> was
           <text:s text:c="2"/>sold.<office:annotation><dc:creator>Jo Moss</dc:creator><dc:date>2019-05-14T10:00:00</dc:date><text:p>By whom?</text:p></office:annotation></text:p>
        </office:text></office:body></office:document-content>"#;
    let parts: Vec<Entry> = [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
        ("meta.xml", "<m><dc:creator>Jo Moss</dc:creator><meta:initial-creator>Anna Berg</meta:initial-creator></m>"),
    ]
    .iter()
    .map(|(name, part)| Entry::plain(name, part.as_bytes()))
    .collect();
    let item = read("letter.odt", &zip(&parts));
    assert_eq!(
        item.text(),
        "• item\n\nThe port[1] was   sold.\n\nNotes\n\n[1] ledger\n\nComments\n\nComment by Jo Moss, 2019-05-14: By whom?\n"
    );
    assert_eq!(
        (said(&item, "author"), said(&item, "last-modified-by")),
        (Some("Anna Berg"), Some("Jo Moss"))
    );
}

#[test]
fn books_are_read_in_the_order_of_their_spine() {
    let parts: Vec<Entry> = [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", r#"<container><rootfiles><rootfile full-path="o/book.opf"/></rootfiles></container>"#),
        ("o/book.opf", r#"<package><metadata><dc:title>Ports</dc:title></metadata><manifest><item id="b" href="two.html" media-type="application/xhtml+xml"/><item id="a" href="one%20.html" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>"#),
        ("o/one .html", "<html><body><p>One</p></body></html>"),
        ("o/two.html", "<html><body><p>Two</p></body></html>"),
    ]
    .iter()
    .map(|(name, part)| Entry::plain(name, part.as_bytes()))
    .collect();
    let item = read("ports.epub", &zip(&parts));
    assert_eq!(
        (item.text().as_str(), item.end.title.as_deref()),
        ("One\n\nTwo\n", Some("Ports"))
    );
}

#[test]
fn outlook_messages_are_messages() {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("in memory");
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    file.create_storage("/__recip_version1.0_#00000000")
        .expect("in memory");
    file.create_storage("/__attach_version1.0_#00000000")
        .expect("in memory");
    let mut put = |path: &str, bytes: &[u8]| {
        use std::io::Write as _;
        let mut stream = file.create_stream(path).expect("in memory");
        stream.write_all(bytes).expect("in memory");
    };
    put("/__properties_version1.0", &[0; 32]);
    put("/__substg1.0_0037001F", &wide("The port"));
    put("/__substg1.0_1000001F", &wide("It was sold.\r\n"));
    put("/__substg1.0_0C1A001F", &wide("Anna Berg"));
    put("/__substg1.0_5D01001F", &wide("anna@example.org"));
    put("/__substg1.0_1035001F", &wide("<1@example.org>"));
    put(
        "/__recip_version1.0_#00000000/__properties_version1.0",
        &[0; 8],
    );
    put(
        "/__recip_version1.0_#00000000/__substg1.0_3001001F",
        &wide("Jo Moss"),
    );
    put(
        "/__recip_version1.0_#00000000/__substg1.0_39FE001F",
        &wide("jo@example.org"),
    );
    put(
        "/__attach_version1.0_#00000000/__properties_version1.0",
        &[0; 8],
    );
    put(
        "/__attach_version1.0_#00000000/__substg1.0_3707001F",
        &wide("note.txt"),
    );
    put(
        "/__attach_version1.0_#00000000/__substg1.0_37010102",
        b"A note.\n",
    );
    file.flush().expect("in memory");
    let item = read("port.msg", &file.into_inner().into_inner());
    let message = item.message.as_ref().expect("a message");
    assert_eq!(item.end.kind, Kind::Message);
    assert_eq!(message.from[0].address.as_deref(), Some("anna@example.org"));
    assert_eq!(message.to[0].name.as_deref(), Some("Jo Moss"));
    assert_eq!(
        (message.message_id.as_deref(), message.n_attachments),
        (Some("1@example.org"), 1)
    );
    assert_eq!(
        (item.texts[0].role, item.text().as_str()),
        (Role::Main, "It was sold.\n")
    );
    assert_eq!(item.named("note.txt").text(), "A note.\n");
    // The same message as mail is the same document.
    let mail = read("port.eml", b"From: Anna Berg <anna@example.org>\r\nSubject: The port\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nIt was sold.\r\n--b\r\nContent-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\nA note.\n\r\n--b--\r\n");
    assert_eq!(item.end.document, mail.end.document);
}

#[test]
fn documents_that_need_a_password_are_locked() {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("in memory");
    file.create_stream("/EncryptedPackage").expect("in memory");
    file.flush().expect("in memory");
    let item = read("plan.docx", &file.into_inner().into_inner());
    assert_eq!(
        (item.codes(), item.end.kind),
        (vec![ProblemCode::Locked], Kind::None)
    );
}

#[test]
fn pictures_say_who_took_them() {
    let mut bytes = b"\xff\xd8\xff\xe0".to_vec();
    bytes.extend_from_slice(br#"<x:xmpmeta><rdf:Description photoshop:City="Mombera" xmp:CreateDate="2019-05-14T10:00:00Z"><dc:creator><rdf:Seq><rdf:li>Anna Berg</rdf:li></rdf:Seq></dc:creator></rdf:Description></x:xmpmeta>"#);
    let item = read("port.jpg", &bytes);
    assert_eq!(
        (said(&item, "author"), said(&item, "city")),
        (Some("Anna Berg"), Some("Mombera"))
    );
    assert_eq!(
        (item.codes(), item.end.kind),
        (vec![ProblemCode::PictureWithoutText], Kind::Document)
    );
}

#[test]
fn bombs_in_documents_are_bounded() {
    let deep = format!("<w:document>{}", "<w:p><w:tbl><w:tr><w:tc>".repeat(100_000));
    let wide = format!(
        "<w:document><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:document>",
        "x".repeat(40 << 20)
    );
    for document in [deep, wide] {
        let item = read("a.docx", &package(&[("word/document.xml", &document)]));
        assert_eq!(item.end.kind, Kind::Document);
    }
    let rows: String = (1..50)
        .map(|row| format!("<row r=\"{row}\"><c r=\"XFD{row}\"><v>1</v></c></row>"))
        .collect();
    let item = read(
        "a.xlsx",
        &package(&[
            (
                "xl/workbook.xml",
                r#"<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                &references(&[("r1", "worksheet", "s.xml")]),
            ),
            ("xl/s.xml", &format!("<worksheet>{rows}</worksheet>")),
        ]),
    );
    assert!(item.text().len() < 50 * 100);
}
