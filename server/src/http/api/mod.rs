//! `/api/v1`: what programs may ask and do, one resource a file.
//!
//! No cookie is read here: who calls says so by a token (`extract/bearer_token.rs`). What goes wrong
//! is told by `error/api.rs`, and what stands before every call is one layer (`middleware/light.rs`).

mod admin;
mod answer;
mod auth;
mod body;
mod connections;
pub(super) mod cors;
pub(super) mod docs;
mod field_errors;
mod limits;
mod me;
mod not_modified;
mod openapi;
mod pages;
mod revocations;
mod routes;
mod scopes;
mod sessions;
mod state;
mod times;
mod tokens;

pub(super) use limits::{Meter, TokenCount};
pub(super) use not_modified::is_known;
pub(super) use routes::router;
pub(super) use scopes::{AdminWrite, Scope};
pub(super) use state::Api;

use super::error::api::{Kind, Problem};

/// Too many passwords are being checked.
fn busy(retry_after_seconds: u32) -> Problem {
    let problem = Problem::new(Kind::Busy, "Too many passwords are being checked.");
    problem.retry_after(retry_after_seconds)
}
