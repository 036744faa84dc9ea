//! Whose name judgements bear, kept in a cookie.

use serde::Deserialize;

use super::{Act, Deed, Done};
use crate::fault::Fault;
use crate::safety::set_cookie;

/// Says who judges.
pub(super) const ACT: Act = Act { path: "/who", run };

/// Letters of a name.
const MOST_LETTERS: usize = 80;

#[derive(Deserialize)]
struct Form {
    who: String,
}

fn run(deed: &Deed) -> Result<Done, Fault> {
    let form: Form = deed.parse()?;
    let name: String = form.who.trim().chars().take(MOST_LETTERS).collect();
    if name.is_empty() {
        return Err(Fault::bad("a name needs at least one letter"));
    }
    // Encoded, so that a name with any letters fits into a cookie.
    let kept = serde_html_form::to_string([("n", &name)]).unwrap_or_default();
    let cookie = set_cookie(&deed.who_cookie, &kept);
    Ok(Done {
        cookie: Some(format!("{cookie}; Max-Age=31536000")),
        ..deed.done()
    })
}
