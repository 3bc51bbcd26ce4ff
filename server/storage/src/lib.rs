//! The ports of [`domain`] on SQLite and PostgreSQL.
//!
//! One `$1` SQL text per question serves both. [`unit_of_work`] is the only file that knows which
//! database it speaks to; the repositories beside it are plain functions over it.

mod accounts;
mod api_tokens;
mod audit;
mod audit_chain;
mod audit_reading;
mod authorizations;
mod backup;
mod clients;
mod connect;
mod directory;
mod email_changes;
mod grants;
mod group_commit;
mod identities;
mod inspection;
mod installation;
mod invitations;
mod known_browsers;
mod later;
mod mail;
mod migrations;
mod one_time_links;
mod probe;
mod question;
mod readers;
mod registrations;
mod revocations;
mod sealed;
mod search_texts;
#[cfg(feature = "seeding")]
pub mod seeding;
mod sessions;
mod signing_keys;
#[cfg(feature = "testing")]
pub mod testing;
mod throttles;
mod unit_of_work;
mod value;
mod watching;

pub use backup::{BackupError, backup};
pub use connect::{ConnectError, Database, DatabaseUrl, Pool, PoolSizes};
pub use inspection::{Inspection, Shape, damage};
