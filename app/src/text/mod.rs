//! Every sentence a person reads, by key.

mod activity;
#[macro_use]
mod catalogue;
#[cfg(test)]
mod completeness;
mod device;
mod english;
mod fill;
mod german;
mod language;
pub mod mail;
mod problems;
pub mod time;
mod tokens;

pub use activity::activity;
pub use device::device_name;
pub use domain::language::Language;
pub use english::{Activity, Admin, Clients, Mail, OAuth, Text};
pub use fill::t_with;
pub use language::{language, reading, with_language};
pub use problems::{meter_words, password_hint, said, unreachable};
pub use tokens::{refused, scope_description};

/// The sentence behind a key, in the reader's language (see [`language`]).
pub fn t(key: Text) -> &'static str {
    key.in_language(language())
}
