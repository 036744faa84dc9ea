//! Elements and attributes, written as they come. Names of elements are ours; values are anybody's.

use std::io::{self, Write};

/// Writes elements with their ends in the right order.
pub(crate) struct Writer<'w, W: Write> {
    out: &'w mut W,
    open: Vec<&'static str>,
}

impl<'w, W: Write> Writer<'w, W> {
    /// Begins a document.
    pub(crate) fn begin(out: &'w mut W) -> io::Result<Self> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        Ok(Self {
            out,
            open: Vec::new(),
        })
    }

    /// Opens an element that holds others.
    pub(crate) fn open(
        &mut self,
        name: &'static str,
        attributes: &[(&str, &str)],
    ) -> io::Result<()> {
        self.start(name, attributes)?;
        self.out.write_all(b">\n")?;
        self.open.push(name);
        Ok(())
    }

    /// Closes the element opened last.
    pub(crate) fn close(&mut self) -> io::Result<()> {
        let Some(name) = self.open.pop() else {
            return Ok(());
        };
        self.indent()?;
        writeln!(self.out, "</{name}>")
    }

    /// Writes an element without content.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.start(name, attributes)?;
        self.out.write_all(b"/>\n")
    }

    /// Writes an element that holds text.
    pub(crate) fn text(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        self.start(name, attributes)?;
        writeln!(self.out, ">{}</{name}>", escaped(text))
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.indent()?;
        write!(self.out, "<{name}")?;
        for (name, value) in attributes {
            write!(self.out, " {name}=\"{}\"", escaped(value))?;
        }
        Ok(())
    }

    fn indent(&mut self) -> io::Result<()> {
        for _ in &self.open {
            self.out.write_all(b"  ")?;
        }
        Ok(())
    }
}

/// Text that is safe in XML 1.0, inside an attribute and outside; what XML cannot hold becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // Readers turn bare ones inside an attribute into spaces.
            '\t' => safe.push_str("&#9;"),
            '\n' => safe.push_str("&#10;"),
            '\r' => safe.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn no_text_breaks_out_of_its_place() {
        assert_eq!(
            escaped("a<b & \"c\" >\u{1}\n\u{ffff}"),
            "a&lt;b &amp; &quot;c&quot; &gt;\u{fffd}&#10;\u{fffd}"
        );
    }
}
