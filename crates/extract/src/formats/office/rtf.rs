//! RTF: words in every code page, notes, comments, changes, and the files packed inside.
//!
//! Source: RTF 1.9.1; [MS-OXRTFEX] for pages and texts that a mail program wrapped in RTF.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::compound::encoding;
use super::properties::Properties;

/// Deepest nesting of groups that is told apart.
const MAX_DEPTH: usize = 1_000;
/// Most bytes of one packed file, and of all words.
const MAX_BYTES: usize = 128 << 20;
/// Most fonts, files and notes.
const MAX_KEPT: usize = 65_536;

/// What an RTF document holds.
#[derive(Debug, Default)]
pub(super) struct Rtf {
    /// The running text, a paragraph a line; a line of a table has its cells apart by tabs.
    pub(super) text: String,
    /// What stands around it: headers, footnotes, comments, tracked deletions.
    pub(super) around: Vec<(Place, String)>,
    /// The web page that was wrapped in it, as a mail program does.
    pub(super) html: Option<String>,
    /// Whether a plain text was wrapped in it.
    pub(super) is_plain: bool,
    pub(super) properties: Properties,
    /// Packed objects and pictures: what they are called, and their bytes.
    pub(super) objects: Vec<Packed>,
}

/// A packed object or picture.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) is_picture: bool,
    pub(super) bytes: Vec<u8>,
}

/// Where words stand that are not of the running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Note,
    Comment,
    Deleted,
    Header,
    Footer,
    TextBox,
}

/// Destinations whose words are shown, and where.
const SHOWN: &[(&str, Place)] = &[
    ("footnote", Place::Note),
    ("annotation", Place::Comment),
    ("header", Place::Header),
    ("headerl", Place::Header),
    ("headerr", Place::Header),
    ("headerf", Place::Header),
    ("footer", Place::Footer),
    ("footerl", Place::Footer),
    ("footerr", Place::Footer),
    ("footerf", Place::Footer),
    ("shptxt", Place::TextBox),
];
/// Destinations that hold no words of the document.
const SKIPPED: &[&str] = &[
    "colortbl",
    "stylesheet",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "mmathPr",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "fldinst",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
    "sp",
    "filetbl",
    "revtbl",
    "pgptbl",
    "pntext",
    "atnid",
    "atnref",
    "atnparent",
    "atrfstart",
    "atrfend",
    "xe",
    "tc",
    "aftnsep",
    "ftnsep",
    "ftnsepc",
    "aftnsepc",
    "aftncn",
    "ftncn",
    "objclass",
    "objname",
    "template",
    "operator",
    "userprops",
    "wgrffmtfilter",
    "passwordhash",
    "picprop",
    "falt",
    "panose",
    "fontemb",
    "mhtmltag",
];
/// Facts of the document by their destinations.
const FACTS: &[(&str, &str)] = &[
    ("title", "title"),
    ("author", "creator"),
    ("subject", "subject"),
    ("company", "Company"),
    ("manager", "Manager"),
    ("category", "category"),
    ("keywords", "keywords"),
    ("doccomm", "description"),
    ("comment", "description"),
];
/// Words of control that are characters.
const CHARACTERS: &[(&str, char)] = &[
    ("par", '\n'),
    ("line", '\n'),
    ("sect", '\n'),
    ("page", '\n'),
    ("tab", '\t'),
    ("cell", '\t'),
    ("nestcell", '\t'),
    ("row", '\n'),
    ("nestrow", '\n'),
    ("emdash", '—'),
    ("endash", '–'),
    ("emspace", ' '),
    ("enspace", ' '),
    ("lquote", '‘'),
    ("rquote", '’'),
    ("ldblquote", '“'),
    ("rdblquote", '”'),
    ("bullet", '•'),
];
/// Code pages by the character set of a font.
const CHARSETS: &[(i32, u32)] = &[
    (77, 10_000),
    (128, 932),
    (129, 949),
    (130, 1361),
    (134, 936),
    (136, 950),
    (161, 1253),
    (162, 1254),
    (163, 1258),
    (177, 1255),
    (178, 1256),
    (186, 1257),
    (204, 1251),
    (222, 874),
    (238, 1250),
    (254, 437),
];

/// What the words of a group are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    Body,
    Around(Place),
    Fact(&'static str),
    Author,
    Font,
    ListText,
    Object,
    Picture,
    HtmlTag,
    Time(&'static str),
    Skipped,
}

#[derive(Debug, Clone, Copy)]
struct State {
    destination: Destination,
    encoding: &'static Encoding,
    /// Characters that stand for one in Unicode, for readers that know none.
    n_fallback: usize,
    is_hidden: bool,
    is_deleted: bool,
    /// Whether the words are RTF's rendering of what the wrapped page says in its own way.
    is_rendering: bool,
}

/// Reads a document; whatever it holds, time and memory grow with its length only.
pub(super) fn read(bytes: &[u8]) -> Rtf {
    let mut reader = Reader::new(bytes);
    while reader.at < bytes.len() && !reader.is_over {
        reader.step();
    }
    reader.flush();
    if reader.is_html {
        reader.rtf.html = Some(std::mem::take(&mut reader.html));
    }
    reader.rtf
}

/// Whether the bytes are RTF.
pub(super) fn is_rtf(head: &[u8]) -> bool {
    head.starts_with(b"{\\rtf") || head.starts_with(b"\xef\xbb\xbf{\\rtf")
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    states: Vec<State>,
    /// Groups beyond the deepest that is told apart.
    n_too_deep: usize,
    fonts: Vec<(i32, &'static Encoding)>,
    default_encoding: &'static Encoding,
    default_font: i32,
    font: i32,
    /// Bytes of one encoding that wait to be decoded together.
    pending: Vec<u8>,
    /// A half of a pair of UTF-16 units.
    high_half: Option<u16>,
    n_to_skip: usize,
    hex: Vec<u8>,
    half_byte: Option<u8>,
    html: String,
    fact: String,
    author: String,
    time: [i32; 5],
    is_html: bool,
    /// Whether the group began with the mark of what may be skipped.
    is_optional: bool,
    is_over: bool,
    rtf: Rtf,
}

impl<'b> Reader<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        let state = State {
            destination: Destination::Body,
            encoding: encoding_rs::WINDOWS_1252,
            n_fallback: 1,
            is_hidden: false,
            is_deleted: false,
            is_rendering: false,
        };
        Self {
            bytes,
            at: 0,
            states: vec![state],
            n_too_deep: 0,
            fonts: Vec::new(),
            default_encoding: encoding_rs::WINDOWS_1252,
            default_font: 0,
            font: 0,
            pending: Vec::new(),
            high_half: None,
            n_to_skip: 0,
            hex: Vec::new(),
            half_byte: None,
            html: String::new(),
            fact: String::new(),
            author: String::new(),
            time: [0; 5],
            is_html: false,
            is_optional: false,
            is_over: false,
            rtf: Rtf::default(),
        }
    }

    fn state(&mut self) -> &mut State {
        self.states
            .last_mut()
            .expect("the outermost state is never taken away")
    }

    fn step(&mut self) {
        let byte = self.bytes[self.at];
        self.at += 1;
        match byte {
            b'{' => self.begin_group(),
            b'}' => self.end_group(),
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            byte => self.byte(byte),
        }
    }

    fn begin_group(&mut self) {
        self.flush();
        self.n_to_skip = 0;
        if self.states.len() >= MAX_DEPTH {
            self.n_too_deep += 1;
        } else {
            let state = *self.state();
            self.states.push(state);
        }
        self.is_optional = false;
    }

    fn end_group(&mut self) {
        self.flush();
        self.n_to_skip = 0;
        if self.n_too_deep > 0 {
            self.n_too_deep -= 1;
            return;
        }
        if self.states.len() == 1 {
            return;
        }
        let Some(ended) = self.states.pop() else {
            return;
        };
        let outer = self.state().destination;
        if ended.destination != outer {
            self.end_destination(ended.destination);
        }
        // What follows the outermost group is no part of the document.
        self.is_over = self.states.len() == 1;
    }

    fn end_destination(&mut self, destination: Destination) {
        match destination {
            Destination::Fact(name) => {
                let fact = std::mem::take(&mut self.fact);
                self.rtf.properties.take_named(name, &fact);
            }
            Destination::Time(name) => {
                let [year, month, day, hour, minute] = std::mem::take(&mut self.time);
                // Some programs write the first day of their calendar where they know none.
                if year > 1_601 {
                    let value = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00");
                    self.rtf.properties.take_named(name, &value);
                }
            }
            Destination::Object | Destination::Picture => self.end_object(destination),
            Destination::Around(place) => {
                if let Some((known, words)) = self.rtf.around.last_mut()
                    && *known == place
                {
                    *words = words.trim().to_owned();
                }
                self.rtf.around.push((place, String::new()));
            }
            _ => {}
        }
    }

    fn end_object(&mut self, destination: Destination) {
        let bytes = std::mem::take(&mut self.hex);
        self.half_byte = None;
        if !bytes.is_empty() && self.rtf.objects.len() < MAX_KEPT {
            self.rtf.objects.push(Packed {
                is_picture: destination == Destination::Picture,
                bytes,
            });
        }
    }

    fn control(&mut self) {
        let Some(first) = self.bytes.get(self.at).copied() else {
            return;
        };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            return self.symbol(first);
        }
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let word = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        self.at += length;
        let digits = &self.bytes[self.at..];
        let sign = usize::from(digits.first() == Some(&b'-'));
        let n_digits = digits[sign..]
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let value = std::str::from_utf8(&digits[..sign + n_digits]).ok();
        let value = value.and_then(|value| value.parse::<i64>().ok());
        if n_digits > 0 {
            self.at += sign + n_digits;
        }
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(
            word,
            value.map(|value| value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32),
        );
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'\'' => {
                let digits = self.bytes.get(self.at..self.at + 2);
                let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.at += 2;
                    self.byte(byte);
                }
            }
            // Elsewhere than at the start of a group the mark says nothing.
            b'*' => self.is_optional = self.bytes[..self.at].ends_with(b"{\\*"),
            b'~' => self.character(' '),
            b'_' => self.character('-'),
            b'\r' | b'\n' => self.character('\n'),
            b'\\' | b'{' | b'}' => self.byte(symbol),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, value: Option<i32>) {
        let is_optional = std::mem::take(&mut self.is_optional);
        if word != "u" && word != "bin" {
            self.flush();
        }
        match word {
            "u" => self.unicode(value.unwrap_or(0)),
            "uc" => self.state().n_fallback = value.map_or(1, |n| n.clamp(0, 100) as usize),
            "bin" => self.binary(value),
            "ansicpg" => self.set_default_encoding(value.unwrap_or(1252) as u32),
            "mac" => self.set_default_encoding(10_000),
            "deff" => self.default_font = value.unwrap_or(0),
            "f" => self.set_font(value.unwrap_or(0)),
            "fcharset" => self.set_charset(value.unwrap_or(0)),
            "cpg" => self.set_font_encoding(encoding(value.unwrap_or(1252) as u32)),
            "plain" => {
                let encoding = self.default_encoding;
                let state = self.state();
                (state.is_hidden, state.is_deleted, state.encoding) = (false, false, encoding);
            }
            "v" => self.state().is_hidden = value != Some(0),
            "deleted" => self.state().is_deleted = value != Some(0),
            "fromhtml" => self.is_html = value == Some(1),
            "fromtext" => self.rtf.is_plain = true,
            "htmlrtf" => self.state().is_rendering = value != Some(0),
            "yr" | "mo" | "dy" | "hr" | "min" => {
                let at = ["yr", "mo", "dy", "hr", "min"]
                    .iter()
                    .position(|name| *name == word);
                self.time[at.unwrap_or(0)] = value.unwrap_or(0);
            }
            _ => self.destination(word, is_optional),
        }
    }

    fn destination(&mut self, word: &str, is_optional: bool) {
        if self.state().destination == Destination::Skipped {
            return;
        }
        let around = SHOWN.iter().find(|(name, _)| *name == word);
        let fact = FACTS.iter().find(|(name, _)| *name == word);
        let character = CHARACTERS.iter().find(|(name, _)| *name == word);
        let next = match word {
            "fonttbl" => Destination::Font,
            "objdata" => Destination::Object,
            "pict" => Destination::Picture,
            "htmltag" => Destination::HtmlTag,
            "listtext" => Destination::ListText,
            "atnauthor" => {
                self.author.clear();
                Destination::Author
            }
            "creatim" => Destination::Time("created"),
            "revtim" => Destination::Time("modified"),
            "printim" => Destination::Time("lastPrinted"),
            _ if SKIPPED.contains(&word) => Destination::Skipped,
            _ => match (around, fact, character) {
                (Some((_, place)), ..) => {
                    self.begin_around(*place);
                    Destination::Around(*place)
                }
                (_, Some((_, name)), _) => Destination::Fact(name),
                (_, _, Some((_, character))) => return self.character(*character),
                // What is optional and unknown has no words for a reader.
                _ if is_optional && !is_transparent(word) => Destination::Skipped,
                _ => return,
            },
        };
        self.state().destination = next;
    }

    fn begin_around(&mut self, place: Place) {
        if self.rtf.around.len() < MAX_KEPT {
            let mut words = String::new();
            if place == Place::Comment && !self.author.is_empty() {
                words = format!("Comment by {}: ", self.author.trim());
            }
            self.rtf.around.push((place, words));
        }
    }

    fn set_default_encoding(&mut self, code_page: u32) {
        let encoding = encoding(code_page);
        self.default_encoding = encoding;
        self.state().encoding = encoding;
    }

    fn set_font(&mut self, font: i32) {
        self.font = font;
        if self.state().destination == Destination::Font {
            return;
        }
        let known = self.fonts.iter().rev().find(|(known, _)| *known == font);
        let encoding = known.map_or(self.default_encoding, |(_, encoding)| *encoding);
        self.state().encoding = encoding;
    }

    fn set_charset(&mut self, charset: i32) {
        let known = CHARSETS.iter().find(|(known, _)| *known == charset);
        if let Some((_, code_page)) = known {
            self.set_font_encoding(encoding(*code_page));
        }
    }

    fn set_font_encoding(&mut self, encoding: &'static Encoding) {
        if self.state().destination == Destination::Font && self.fonts.len() < MAX_KEPT {
            let font = self.font;
            self.fonts.push((font, encoding));
        }
    }

    /// Bytes as they are, not as digits.
    fn binary(&mut self, length: Option<i32>) {
        let length = usize::try_from(length.unwrap_or(0)).unwrap_or(0);
        let end = self.at.saturating_add(length).min(self.bytes.len());
        let is_wanted = matches!(
            self.state().destination,
            Destination::Object | Destination::Picture
        );
        if is_wanted && self.hex.len() + length <= MAX_BYTES {
            let bytes = &self.bytes[self.at..end];
            self.hex.extend_from_slice(bytes);
        }
        self.at = end;
    }

    fn unicode(&mut self, value: i32) {
        self.flush_bytes();
        let unit = value as u16;
        match (self.high_half.take(), unit) {
            (_, 0xd800..=0xdbff) => self.high_half = Some(unit),
            (Some(high), 0xdc00..=0xdfff) => {
                let pair = char::decode_utf16([high, unit]).next();
                self.character(pair.and_then(Result::ok).unwrap_or('\u{fffd}'));
            }
            // Symbol fonts have their signs in the private area.
            (_, 0xf000..=0xf0ff) => {}
            (_, unit) => self.character(char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}')),
        }
        self.n_to_skip = self.state().n_fallback;
    }

    fn byte(&mut self, byte: u8) {
        if self.n_to_skip > 0 {
            self.n_to_skip -= 1;
            return;
        }
        match self.state().destination {
            Destination::Object | Destination::Picture => self.digit(byte),
            Destination::Skipped | Destination::Font => {}
            _ => self.pending.push(byte),
        }
    }

    fn digit(&mut self, byte: u8) {
        let Some(digit) = char::from(byte).to_digit(16) else {
            return;
        };
        match self.half_byte.take() {
            None => self.half_byte = Some(digit as u8),
            Some(high) if self.hex.len() < MAX_BYTES => self.hex.push(high << 4 | digit as u8),
            Some(_) => {}
        }
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.high_half = None;
    }

    fn flush_bytes(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let encoding = self.state().encoding;
        let text: Cow<'_, str> = encoding.decode_without_bom_handling(&bytes).0;
        self.say(&text);
        self.pending = bytes;
        self.pending.clear();
    }

    fn character(&mut self, character: char) {
        self.flush_bytes();
        self.say(character.encode_utf8(&mut [0; 4]));
    }

    fn say(&mut self, text: &str) {
        let state = *self.state();
        if self.rtf.text.len() + self.html.len() > MAX_BYTES {
            return;
        }
        match state.destination {
            Destination::HtmlTag => self.html.push_str(text),
            Destination::Fact(_) => self.fact.push_str(text),
            Destination::Author => self.author.push_str(text),
            Destination::Body | Destination::ListText | Destination::Around(_)
                if state.is_deleted =>
            {
                let has_room = self.rtf.around.len() < MAX_KEPT;
                match self.rtf.around.last_mut() {
                    Some((Place::Deleted, words)) => words.push_str(text),
                    _ if has_room => {
                        self.rtf.around.push((Place::Deleted, text.to_owned()));
                    }
                    _ => {}
                }
            }
            Destination::Around(place) => {
                if let Some((_, words)) = self
                    .rtf
                    .around
                    .iter_mut()
                    .rev()
                    .find(|(known, _)| *known == place)
                {
                    words.push_str(text);
                }
            }
            Destination::Body | Destination::ListText => self.say_body(text, state),
            _ => {}
        }
    }

    fn say_body(&mut self, text: &str, state: State) {
        if self.is_html && !state.is_rendering {
            self.html.push_str(text);
        }
        if state.is_hidden && !self.is_html && !text.trim().is_empty() {
            self.rtf.text.push_str("[hidden text: ");
            self.rtf.text.push_str(text);
            self.rtf.text.push(']');
        } else {
            self.rtf.text.push_str(text);
        }
    }
}

/// Optional groups that only wrap others.
fn is_transparent(word: &str) -> bool {
    matches!(
        word,
        "shppict"
            | "shpinst"
            | "shp"
            | "shptxt"
            | "shprslt"
            | "result"
            | "object"
            | "objattph"
            | "fldrslt"
            | "do"
            | "dptxbxtext"
            | "nesttableprops"
            | "background"
            | "listpicture"
            | "ud"
            | "upr"
    )
}

/// Undoes the packing of RTF in messages ([MS-OXRTFCP]); `None` where it is neither packed nor plain.
pub(super) fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    const WORDS: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
    const WINDOW: usize = 4_096;
    let kind = bytes.get(8..12)?;
    let body = bytes.get(16..)?;
    if kind == b"MELA" {
        return Some(body.to_vec());
    }
    if kind != b"LZFu" {
        return None;
    }
    let mut window = [0_u8; WINDOW];
    window[..WORDS.len()].copy_from_slice(WORDS);
    let mut write = WORDS.len();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(control) = body.get(at).copied() {
        at += 1;
        for bit in 0..8 {
            if control & (1 << bit) == 0 {
                let Some(byte) = body.get(at).copied() else {
                    return Some(out);
                };
                at += 1;
                out.push(byte);
                window[write] = byte;
                write = (write + 1) % WINDOW;
                continue;
            }
            let Some([high, low]) = body.get(at..at + 2) else {
                return Some(out);
            };
            at += 2;
            let (from, length) = (
                usize::from(*high) << 4 | usize::from(*low) >> 4,
                usize::from(low & 15) + 2,
            );
            if from == write {
                return Some(out);
            }
            for step in 0..length {
                let byte = window[(from + step) % WINDOW];
                out.push(byte);
                window[write] = byte;
                write = (write + 1) % WINDOW;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_their_code_pages() {
        let rtf = read(br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}}caf\'e9 {\f1 \'cf\'f0}\u381?ena\par {\*\unknown x}\*\cs7 end}");
        assert_eq!(rtf.text, "café ПрŽena\nend");
    }

    #[test]
    fn what_stands_around_is_kept_apart() {
        let rtf = read(br"{\rtf1 a{\footnote note}b{\deleted gone}c{\v secret}{\header top}{\info{\author Anna Berg}{\creatim\yr2019\mo5\dy14}}}");
        assert_eq!(rtf.text, "abc[hidden text: secret]");
        let around: Vec<_> = rtf
            .around
            .iter()
            .filter(|(_, words)| !words.is_empty())
            .cloned()
            .collect();
        assert_eq!(
            around,
            [
                (Place::Note, "note".to_owned()),
                (Place::Deleted, "gone".to_owned()),
                (Place::Header, "top".to_owned())
            ]
        );
    }

    #[test]
    fn wrapped_pages_are_unwrapped() {
        let rtf = read(br"{\rtf1\ansi\fromhtml1{\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 bold\htmlrtf }\htmlrtf0 {\*\htmltag92 </b>}}");
        assert_eq!(rtf.html.as_deref(), Some("<b>bold</b>"));
    }

    #[test]
    fn packed_rtf_is_unpacked() {
        // The example of [MS-OXRTFCP], 4.1.1.
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0,
            0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68,
            0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
            0xa0,
        ];
        let rtf = unpacked(&packed).expect("packed RTF");
        assert_eq!(rtf, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    #[test]
    fn endless_groups_cost_no_memory() {
        assert_eq!(read("{\\rtf1 ".repeat(200_000).as_bytes()).text, "");
    }
}
