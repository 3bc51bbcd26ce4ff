//! Every sentence a person reads, by key.

#[macro_use]
mod catalogue;
mod device;
mod english;
pub mod mail;
mod problems;
pub mod time;

pub use device::device_name;
pub use english::Text;
pub use problems::{meter_words, password_hint, said, unreachable};

/// The sentence behind a key, in the reader's language. There is one language so far.
pub const fn t(key: Text) -> &'static str {
    key.english()
}
