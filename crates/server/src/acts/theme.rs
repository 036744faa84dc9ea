//! Light or dark, kept in a cookie.

use serde::Deserialize;

use super::{Act, Deed, Done};
use crate::fault::Fault;
use crate::frame::Theme;
use crate::safety::set_cookie;

/// Chooses the theme.
pub(super) const ACT: Act = Act {
    path: "/theme",
    run,
};

#[derive(Deserialize)]
struct Form {
    theme: Theme,
}

fn run(deed: &Deed) -> Result<Done, Fault> {
    let form: Form = deed.parse()?;
    let cookie = set_cookie(&deed.theme_cookie, form.theme.word());
    Ok(Done {
        cookie: Some(format!("{cookie}; Max-Age=31536000")),
        ..deed.done()
    })
}
