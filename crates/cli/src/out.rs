//! Writing results: JSON lines, sizes, marked text.

use std::io::{IsTerminal, Write};

use serde::Serialize;

/// Whether there was anything to show; decides the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Something,
    Nothing,
}

impl From<bool> for Found {
    fn from(found: bool) -> Self {
        if found {
            Found::Something
        } else {
            Found::Nothing
        }
    }
}

/// Writes one object on a line of its own.
pub(crate) fn json_line(out: &mut impl Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Standard output, buffered; flushed when it is dropped or by `flush`.
pub(crate) fn stdout() -> std::io::BufWriter<std::io::StdoutLock<'static>> {
    std::io::BufWriter::new(std::io::stdout().lock())
}

/// Whether the reader of our output went away: that is success.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(std::io::ErrorKind::BrokenPipe)
    })
}

/// A size as a person reads it.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} bytes");
    }
    let mut value = bytes as f64;
    let mut unit = "bytes";
    for next in UNITS {
        if value < 999.5 {
            break;
        }
        value /= 1_000.0;
        unit = next;
    }
    if value < 9.95 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// A count with its noun, in the plural where it is due.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Text from documents may hold control characters that take over a terminal: they are shown.
pub(crate) fn inert(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => '\u{fffd}',
            // Marks that reorder what is seen could make a name read as another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// [`inert`], on one line.
pub(crate) fn one_line(text: &str) -> String {
    inert(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words of a document on one line, without the marks of quoting that stand at the start of its lines.
pub(crate) fn quoted(text: &str) -> String {
    let lines = text.lines().enumerate().map(|(number, line)| match number {
        0 => line,
        _ => line.trim_start_matches(['>', ' ']),
    });
    one_line(&lines.collect::<Vec<_>>().join(" "))
}

/// How matching words are shown: bold on a terminal, between stars elsewhere.
pub(crate) fn marked(text: &str, highlights: &[(u32, u32)]) -> String {
    let (open, close) = if std::io::stdout().is_terminal() {
        ("\x1b[1m", "\x1b[0m")
    } else {
        ("**", "**")
    };
    let mut marked = String::new();
    let mut at = 0;
    for &(start, end) in highlights {
        let (Some(before), Some(word)) = (
            text.get(at..start as usize),
            text.get(start as usize..end as usize),
        ) else {
            continue;
        };
        marked.push_str(&inert(before));
        marked.push_str(open);
        marked.push_str(&inert(word));
        marked.push_str(close);
        at = end as usize;
    }
    marked.push_str(&inert(text.get(at..).unwrap_or_default()));
    marked
}

#[cfg(test)]
mod tests {
    use super::{grouped, inert, size};

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_500), "1.5 kB");
        assert_eq!(size(72_400_000), "72 MB");
    }

    #[test]
    fn a_document_cannot_drive_the_terminal() {
        assert_eq!(inert("a\x1b[2Jb\u{202e}c\n"), "a\u{fffd}[2Jb\u{fffd}c\n");
    }
}
