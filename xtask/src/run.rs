//! Running programs, finding the workspace, measuring CPU time.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// Where builds go: outside of the clone in CI, so that the next run finds what this one built.
pub(crate) fn target() -> PathBuf {
    if let Some(given) = std::env::var_os("CARGO_TARGET_DIR") {
        return root().join(given);
    }
    root().join("target")
}

/// Runs a program and fails when it does.
pub(crate) fn run(program: impl AsRef<OsStr>, arguments: &[&str]) -> anyhow::Result<()> {
    run_in(&root(), program, arguments)
}

/// Runs a program in a folder and fails when it does.
pub(crate) fn run_in(
    folder: &Path,
    program: impl AsRef<OsStr>,
    arguments: &[&str],
) -> anyhow::Result<()> {
    let program = program.as_ref();
    let shown = format!("{} {}", program.to_string_lossy(), arguments.join(" "));
    eprintln!("$ {shown}");
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("failed ({status}): {shown}");
    }
    Ok(())
}

/// Runs a program and gives what it writes to stdout.
pub(crate) fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> anyhow::Result<String> {
    let program = program.as_ref();
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", program.to_string_lossy()))?;
    if !output.status.success() {
        bail!(
            "failed: {} {}",
            program.to_string_lossy(),
            arguments.join(" ")
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program with text on its stdin and gives what it writes to stdout.
pub(crate) fn feed(
    program: impl AsRef<OsStr>,
    arguments: &[&str],
    input: &str,
) -> anyhow::Result<String> {
    let program = program.as_ref();
    let shown = format!("{} {}", program.to_string_lossy(), arguments.join(" "));
    let path = std::env::temp_dir().join(format!("onrecord-input-{}", std::process::id()));
    std::fs::write(&path, input)?;
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stdin(std::fs::File::open(&path)?)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {shown}"))?;
    std::fs::remove_file(&path)?;
    if output.status.code().is_none_or(|code| code > 1) {
        bail!("failed ({}): {shown}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be found.
pub(crate) fn has(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// Builds `onrecord` and says where it is.
pub(crate) fn onrecord(release: bool) -> anyhow::Result<PathBuf> {
    let mut arguments = vec!["build", "--quiet", "--package", "onrecord"];
    if release {
        arguments.push("--release");
    }
    run("cargo", &arguments)?;
    let profile = if release { "release" } else { "debug" };
    Ok(target().join(profile).join("onrecord"))
}

/// Builds an example of a crate, optimized but not linked as a whole, and says where it is.
pub(crate) fn example(package: &str, name: &str) -> anyhow::Result<PathBuf> {
    run(
        "cargo",
        &[
            "build",
            "--quiet",
            "--release",
            "--config",
            "profile.release.lto=false",
            "--package",
            package,
            "--example",
            name,
        ],
    )?;
    Ok(target().join("release/examples").join(name))
}

/// Gives a program text on stdin, and gives what it writes to stdout.
pub(crate) fn fed(program: &Path, arguments: &[&str], input: &str) -> anyhow::Result<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut stdin = child.stdin.take().context("stdin is piped")?;
    let written = std::thread::scope(|scope| {
        let writer = scope.spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output();
        (writer.join(), output)
    });
    let output = written.1?;
    if !output.status.success() {
        bail!("failed: {}", program.display());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The program that `--program` names, or else `onrecord` built from this tree.
pub(crate) fn program(arguments: &[String]) -> anyhow::Result<String> {
    let built = match option(arguments, "--program") {
        Some(given) => PathBuf::from(given),
        None => onrecord(false)?,
    };
    Ok(built.to_string_lossy().into_owned())
}

/// The folder of shared test data, where there is one.
pub(crate) fn data() -> Option<PathBuf> {
    let given = std::env::var_os("ONRECORD_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| root().join("../shared/data"));
    folder.join("README.md").is_file().then_some(folder)
}

/// Unpacks an archive of the shared data into the cache, once; gives its folder.
pub(crate) fn unpacked(archive: &str) -> anyhow::Result<PathBuf> {
    let data = data().context(
        "the shared data is not here: name its folder with ONRECORD_DATA, or put it at ../shared/data",
    )?;
    let name = Path::new(archive)
        .file_name()
        .context("an archive has a name")?;
    let folder = target()
        .join("data")
        .join(name.to_string_lossy().replace(".tar.zst", ""));
    if !folder.join(".complete").is_file() {
        std::fs::create_dir_all(&folder)?;
        let (from, to) = (data.join(archive), folder.to_string_lossy().into_owned());
        run(
            "tar",
            &["--zstd", "-xf", &from.to_string_lossy(), "-C", &to],
        )?;
        std::fs::write(folder.join(".complete"), "")?;
    }
    Ok(folder)
}

/// What a program used.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    pub(crate) cpu_seconds: f64,
    pub(crate) wall_seconds: f64,
    pub(crate) peak_mb: f64,
}

/// Runs a program quietly and measures it with GNU time; exit status 0 or 1 is success.
pub(crate) fn measure(program: &str, arguments: &[&str]) -> anyhow::Result<Usage> {
    if !Path::new("/usr/bin/time").is_file() {
        bail!("GNU time is needed to measure: apt-get install time");
    }
    let report = std::env::temp_dir().join(format!("onrecord-usage-{}", std::process::id()));
    let status = Command::new("/usr/bin/time")
        .args(["-q", "-f", "%U %S %e %M", "-o"])
        .arg(&report)
        .arg(program)
        .args(arguments)
        // Whatever the user has set up elsewhere must not change what is measured.
        .env(
            "XDG_DATA_HOME",
            std::env::temp_dir().join("onrecord-measure"),
        )
        .env_remove("ONRECORD_MODEL")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    if status.code().is_none_or(|code| code > 1) {
        bail!("failed ({status}): {program} {}", arguments.join(" "));
    }
    let text = std::fs::read_to_string(&report)?;
    std::fs::remove_file(&report)?;
    let line = text.lines().last().unwrap_or_default();
    let numbers: Vec<f64> = line.split(' ').filter_map(|n| n.parse().ok()).collect();
    let [user, system, wall, kilobytes] = numbers[..] else {
        bail!("no usage in \"{line}\"")
    };
    Ok(Usage {
        cpu_seconds: user + system,
        wall_seconds: wall,
        peak_mb: kilobytes / 1024.0,
    })
}

/// Bytes below a folder.
pub(crate) fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

/// The value after an option, as in `--runs 5`.
pub(crate) fn option<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}
