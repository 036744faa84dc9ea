//! What stands around every page: name of the case, search box, navigation, theme.

use axum::http::HeaderMap;
use onrecord_workbench::{JudgementLine, Workbench};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::assets::{self, Asset};
use crate::fault::Fault;
use crate::pages::PAGES;
use crate::safety::cookie;

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Every theme, in the order in which it is offered.
const THEMES: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

impl Theme {
    /// Its word in cookies, forms and style sheets.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme that the browser was told to keep.
    fn of(headers: &HeaderMap, name: &str) -> Self {
        let kept = cookie(headers, name);
        let mut themes = THEMES.iter().copied();
        themes
            .find(|theme| Some(theme.word()) == kept)
            .unwrap_or_default()
    }
}

/// What the base template shows.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// What the case is called; empty for whoever has not shown the token.
    pub(crate) case_name: String,
    /// What the search box holds.
    pub(crate) q: String,
    /// Path of the page in [`PAGES`].
    pub(crate) current: &'static str,
    /// Path and query of this page.
    pub(crate) here: String,
    /// Theme.
    pub(crate) theme: Theme,
    /// The proof that a form comes from a page of ours.
    pub(crate) csrf: String,
    /// In whose name judgements are recorded.
    pub(crate) who: String,
    /// The number of the last judgement that the page may show.
    pub(crate) seen: u64,
    /// The judgement that led here.
    pub(crate) recorded: Option<JudgementLine>,
    /// Whether what rests on judgements is being derived.
    pub(crate) is_applying: bool,
    /// Why it could not be derived.
    pub(crate) failed: Option<String>,
}

/// The name that the browser was told to judge under.
pub(crate) fn who(headers: &HeaderMap, cookie_name: &str) -> Option<String> {
    let kept = cookie(headers, cookie_name)?;
    let pairs: Vec<(String, String)> = serde_html_form::from_str(kept).ok()?;
    let name = pairs.into_iter().next()?.1;
    Some(name).filter(|name| !name.trim().is_empty())
}

/// A place in the navigation.
pub(crate) struct Place {
    pub(crate) label: &'static str,
    pub(crate) href: &'static str,
    pub(crate) is_current: bool,
}

impl Frame {
    /// The frame of a page of an open case.
    pub(crate) fn new(app: &App, headers: &HeaderMap, here: String) -> Self {
        Self {
            case_name: app.case_name.clone(),
            q: String::new(),
            current: "",
            here,
            theme: Theme::of(headers, &app.secrets.theme_cookie),
            csrf: app.secrets.csrf.clone(),
            who: who(headers, &app.secrets.who_cookie).unwrap_or_else(|| app.who.clone()),
            seen: 0,
            recorded: None,
            is_applying: false,
            failed: None,
        }
    }

    /// A frame that tells a stranger nothing of the case.
    pub(crate) fn bare(here: String) -> Self {
        Self {
            case_name: String::new(),
            q: String::new(),
            current: "",
            here,
            theme: Theme::Auto,
            csrf: String::new(),
            who: String::new(),
            seen: 0,
            recorded: None,
            is_applying: false,
            failed: None,
        }
    }

    /// Takes up what was decided last, and the judgement that led here.
    pub(crate) fn see(&mut self, bench: &Workbench) -> Result<(), Fault> {
        self.seen = bench.last_judgement()?;
        self.is_applying = !bench.judgements_are_applied()?;
        // An id that names nothing is no reason not to show the page.
        self.recorded = self
            .parameter("done")
            .and_then(|id| bench.judgement(&id).ok());
        Ok(())
    }

    /// A parameter of this page's address.
    fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.here.split_once('?')?;
        let pairs: Vec<(String, String)> = serde_html_form::from_str(query).ok()?;
        let mut found = pairs.into_iter().filter(|(given, _)| given == name);
        found.next().map(|(_, value)| value)
    }

    /// This page's address without what tells of the judgement that led here.
    pub(crate) fn back(&self) -> String {
        let Some((path, query)) = self.here.split_once('?') else {
            return self.here.clone();
        };
        let mut pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
        pairs.retain(|(name, _)| name != "done" && name != "was");
        let query = serde_html_form::to_string(&pairs).unwrap_or_default();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// Where taking the judgement back leads: to where it was made.
    pub(crate) fn was(&self) -> String {
        self.parameter("was").unwrap_or_else(|| self.back())
    }

    /// Whether the case may be shown.
    pub(crate) fn is_open(&self) -> bool {
        !self.csrf.is_empty()
    }

    /// The pages that the header leads to.
    pub(crate) fn places(&self) -> Vec<Place> {
        let pages = PAGES.iter();
        pages
            .filter_map(|page| {
                Some(Place {
                    label: page.nav?,
                    href: page.path,
                    is_current: page.path == self.current,
                })
            })
            .collect()
    }

    pub(crate) fn themes(&self) -> [Theme; 3] {
        THEMES
    }

    pub(crate) fn style(&self) -> &'static str {
        assets::address(Asset::Style)
    }

    pub(crate) fn keys(&self) -> &'static str {
        assets::address(Asset::Keys)
    }

    pub(crate) fn judging(&self) -> &'static str {
        assets::address(Asset::Judging)
    }

    pub(crate) fn icon(&self) -> &'static str {
        assets::address(Asset::Icon)
    }

    pub(crate) fn reading(&self) -> &'static str {
        assets::address(Asset::Reading)
    }

    pub(crate) fn complete(&self) -> &'static str {
        assets::address(Asset::Complete)
    }

    pub(crate) fn imports(&self) -> &'static str {
        assets::address(Asset::Imports)
    }
}
