//! What the server promises to whoever talks to it over HTTP, and on the command line.
//!
//! A claim is written once and runs as `sqlite::claim` and `postgres::claim`, each in a home of its
//! own: a data folder, a fresh database and a server on a free port. Time passes by a test's clock.
//! PostgreSQL is the server that `LATCHKEY_TEST_POSTGRES` names; without one, its half fails.

mod support;

mod account;
mod admin;
mod api;
mod login;
mod logout;
mod oauth;
mod reset_password;
mod signup;
mod social;
mod suggestions;
mod verify_email;

mod assets;
mod audit;
mod health;
mod invitations;
mod mail_delivery;
mod metrics;
mod outbox;
mod practice;
mod sign_up_rules;
mod signing_keys;
mod throttle;
mod unknown_pages;

mod browsers_without_scripts;
mod cookies;
mod enumeration;
mod fetch;
mod headers;
mod hostile_input;
mod hosts_and_origins;
mod https;
mod language;
mod limits;
mod mutations;
mod proxies;
mod session_store;

mod command_line;
mod crash;
mod database_trouble;
mod doctor;
mod floods;
mod full_disk;
mod keys_command;
mod log_lines;
mod master_keys;
mod races;
mod starting_and_stopping;
mod terminal;
