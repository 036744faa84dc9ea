//! `config.cfg`: INI sections whose values are JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::LoadError;

/// The values of one `config.cfg`, by section and key.
pub(crate) struct Config {
    sections: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Config {
    /// Reads the whole file. References (`${section:key}`) stay strings: nothing that is asked for here uses them.
    pub(crate) fn parse(text: &str, file: &str) -> Result<Self, LoadError> {
        let mut sections: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
        let mut current = None;
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let trimmed = line.trim();
            if let Some(name) = trimmed.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
                current = Some(sections.entry(name.to_owned()).or_default());
            } else if let Some((key, value)) = trimmed.split_once('=') {
                let Some(section) = current.as_mut() else {
                    return Err(LoadError::damaged(
                        file,
                        offset,
                        "a value outside every section",
                    ));
                };
                let value = value.trim();
                let value =
                    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
                section.insert(key.trim().to_owned(), value);
            } else if !trimmed.is_empty() && !trimmed.starts_with(['#', ';']) {
                return Err(LoadError::damaged(
                    file,
                    offset,
                    "neither a section nor a value",
                ));
            }
            offset += line.len();
        }
        Ok(Self { sections })
    }

    /// The value, unless the section, the key or the value (`null`) is absent.
    pub(crate) fn get(&self, section: &str, key: &str) -> Option<&Value> {
        self.sections
            .get(section)?
            .get(key)
            .filter(|v| !v.is_null())
    }

    pub(crate) fn text(&self, section: &str, key: &str) -> Option<&str> {
        self.get(section, key)?.as_str()
    }

    pub(crate) fn list(&self, section: &str, key: &str) -> Vec<String> {
        let items = self.get(section, key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_json() {
        let text = "[nlp]\nlang = \"en\"\npipeline = [\"tok2vec\",\"ner\"]\n\n[components.ner]\nfactory = \"ner\"\nbeam = null\nuse = true\n";
        let c = Config::parse(text, "config.cfg").unwrap();
        assert_eq!(c.text("nlp", "lang"), Some("en"));
        assert_eq!(c.list("nlp", "pipeline"), ["tok2vec", "ner"]);
        assert!(c.get("components.ner", "beam").is_none());
    }

    #[test]
    fn a_stray_line_is_an_error_with_its_place() {
        let error = Config::parse("[a]\nb = 1\n\u{1}\u{2}", "config.cfg")
            .err()
            .expect("must fail");
        assert!(error.to_string().contains("byte 10"), "{error}");
    }
}
