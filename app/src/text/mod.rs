//! Every sentence a person reads, by key.

#[macro_use]
mod catalogue;
mod english;
#[cfg(feature = "ssr")]
pub mod mail;
mod problems;
#[cfg(feature = "ssr")]
pub mod time;

pub use english::Text;
pub use problems::{field_problem, form_problem, password_hint};

/// The sentence behind a key, in the reader's language. There is one language so far.
pub const fn t(key: Text) -> &'static str {
    key.english()
}
