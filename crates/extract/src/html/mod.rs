//! HTML, read in linear time whatever it holds: tokens, the whole text, and what the head says.
//!
//! A tree is built only for pages that the tokens show to be tame (see [`Outline::is_tame`]).

mod entities;
mod facts;
mod text;
mod tokens;

pub(crate) use facts::Facts;
pub(crate) use text::{Converted, Outline, Style, convert};
pub(crate) use tokens::{Tag, Token, Tokens};
