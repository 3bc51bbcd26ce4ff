//! From the file and the environment to values: finds, overrides, coerces, and collects what is
//! wrong. Knows no particular key.

mod environment;
mod file;
mod key;
mod list;
mod nearest;
mod sources;
mod values;

pub use key::Key;
pub use list::List;
pub use sources::{DEFAULT_FILE, Sources};
pub(crate) use values::{Shown, Values};
