//! A case in a temporary folder, and the program run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program under test.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.env_remove("ONRECORD_CASE").stdin(Stdio::null());
    command
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository")
}

/// The demo leak.
pub fn leak() -> PathBuf {
    root().join("corpora/demo/leak")
}

/// The answer key of the demo.
pub fn key() -> Value {
    let text = std::fs::read_to_string(root().join("corpora/demo/key.json")).expect("the key");
    serde_json::from_str(&text).expect("the key is JSON")
}

/// A temporary folder with room for material and a case.
pub struct Bench {
    pub folder: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn case(&self) -> PathBuf {
        self.path("test.case")
    }

    /// Writes a file below the material folder and gives its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path("material").join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    pub fn material(&self) -> PathBuf {
        self.path("material")
    }

    /// The program on this case, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.arg("--case").arg(self.case()).args(arguments);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments)
            .output()
            .expect("the program starts")
    }

    /// Runs it and demands exit status 0.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The JSON lines that it prints; exit status 0 or 1.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(&[&["--json"], arguments].concat());
        let code = output.status.code();
        assert!(
            matches!(code, Some(0 | 1)),
            "{arguments:?}: {code:?}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect()
    }

    pub fn add(&self, path: &Path) {
        self.ok(&["add", "--quiet", &path.to_string_lossy()]);
    }

    pub fn status(&self) -> Value {
        self.json(&["status"]).remove(0)
    }
}

/// One number of the ledger.
pub fn number(status: &Value, level: &str, name: &str) -> u64 {
    status["ledger"][level][name]
        .as_u64()
        .expect("a number of the ledger")
}

/// Demands that every level of the ledger adds up.
pub fn assert_adds_up(status: &Value) {
    for level in ["files", "members", "parts"] {
        let sum: u64 = ["read", "partly", "unread", "copies"]
            .iter()
            .map(|name| number(status, level, name))
            .sum();
        assert_eq!(
            number(status, level, "found"),
            sum,
            "{level}: {}",
            status["ledger"]
        );
    }
    assert_eq!(status["adds_up"], true);
}

/// Everything a case says that does not depend on when or in which order it was made.
pub fn content(bench: &Bench) -> Vec<String> {
    let mut lines = Vec::new();
    for verb in [
        &["files", "--inside"][..],
        &["problems"],
        &["mail", "threads"],
        &[
            "search",
            "type:*",
            "--limit",
            "100000",
            "--no-facets",
            "--sort",
            "oldest",
        ],
    ] {
        for mut value in bench.json(verb) {
            for varying in ["took_ms", "cursor", "score"] {
                if let Some(object) = value.as_object_mut() {
                    object.remove(varying);
                }
            }
            lines.push(value.to_string());
        }
    }
    let mut status = bench.status();
    status.as_object_mut().expect("an object").remove("stages");
    lines.push(status.to_string());
    lines
}

/// Shared data unpacked into the test's cache; `None` (and a line that says so) where it is absent.
pub fn shared(archive: &str) -> Option<PathBuf> {
    let given = std::env::var_os("ONRECORD_DATA").map(PathBuf::from);
    let data = given.unwrap_or_else(|| root().join("../shared/data"));
    if !data.join(archive).is_file() {
        eprintln!("skipped: {archive} is neither below ONRECORD_DATA nor below ../shared/data");
        return None;
    }
    let name = archive
        .rsplit('/')
        .next()
        .unwrap_or(archive)
        .replace(".tar.zst", "");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    let _only_one_unpacks = UNPACKING.lock().expect("no test panics while it unpacks");
    if !folder.join("../.").exists() || !folder.with_extension("complete").is_file() {
        std::fs::create_dir_all(&folder).expect("a folder");
        let status = Command::new("tar")
            .args(["--zstd", "-xf"])
            .arg(data.join(archive))
            .arg("-C")
            .arg(&folder)
            .status()
            .expect("tar starts");
        assert!(status.success(), "tar unpacks {archive}");
        std::fs::write(folder.with_extension("complete"), "").expect("a mark");
    }
    Some(folder)
}

static UNPACKING: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// What a Python program prints; `None` (and a line that says so) where there is no Python.
pub fn python(script: &str, arguments: &[&Path]) -> Option<Value> {
    let output = match Command::new("python3")
        .arg("-c")
        .arg(script)
        .args(arguments)
        .output()
    {
        Ok(output) => output,
        Err(_) => {
            eprintln!("skipped: python3 is not installed");
            return None;
        }
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(serde_json::from_slice(&output.stdout).expect("the script prints JSON"))
}
