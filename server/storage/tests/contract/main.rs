//! What every repository promises, on both databases.
//!
//! A claim is written once and runs as `sqlite::claim` and `postgres::claim`, each on a database of
//! its own. PostgreSQL is the server that `LATCHKEY_TEST_POSTGRES` names; without one, its half
//! fails. What only one of them can promise
//! stands in `sqlite_file` and `postgres_server`.

mod support;

mod accounts;
mod api_tokens;
mod audit;
mod audit_chain;
mod authorizations;
mod clients;
mod cues;
mod deletion;
mod directory;
mod email_changes;
mod grants;
mod identities;
mod installation;
mod invitations;
mod mail;
mod mail_delivery;
mod one_time_links;
mod registrations;
mod revocations;
mod sealed;
mod seeding;
mod sessions;
mod signing_keys;

mod cancellation;
mod hostile_text;
mod inspection;
mod killed_process;
mod opening;
mod postgres_server;
mod readers;
mod schema;
mod sqlite_file;
mod throttles;
mod units;
