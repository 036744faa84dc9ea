//! What stands around every page: name of the case, search box, navigation, theme.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::assets::{self, Asset};
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
        }
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
