//! The rules of Latchkey: accounts, credentials, sessions, mail and their audit trail.
//!
//! Each folder holds one subject: its types, the port it needs from storage (a small trait)
//! and the service whose verbs the rest of the program calls. A verb opens a unit of work,
//! applies the rule, writes the audit event in the same unit and commits.
//! Time and randomness are passed in, and outcomes that a person sees are values, not errors.

pub mod accounts;
pub mod admin;
pub mod audit;
pub mod client;
pub mod clients;
pub mod clock;
pub mod credentials;
pub mod foundation;
pub mod installation;
pub mod keys;
pub mod language;
pub mod links;
pub mod local_path;
pub mod mail;
pub mod oauth_grants;
pub mod place;
pub mod random;
pub mod sessions;
pub mod social;
pub mod store;
pub mod throttle;
pub mod tokens;
pub mod watching;
