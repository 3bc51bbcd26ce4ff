//! `/api/v1/admin/*`: what administrators see and do, for programs.

pub(super) mod audit;
pub(super) mod clients;
pub(super) mod keys;
pub(super) mod overview;
pub(super) mod sessions;
pub(super) mod tokens;
pub(super) mod users;

use axum::extract::{Path, rejection::PathRejection};
use domain::admin::{AdminDesk, SearchText, StaffOutcome};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::pages::parameter;
use crate::http::error::api::{Kind, Problem};

/// Whose something is.
#[derive(Serialize, ToSchema)]
pub(super) struct Owner {
    /// The account's `sub`.
    id: String,
    /// What the person wants to be called.
    name: String,
    /// The primary address.
    email: String,
}

/// The name in a path.
fn named(id: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    id.map(|Path(id)| id).map_err(|_| Problem::not_found())
}

/// A filter by a part of name or address.
fn text(query: &str) -> Result<Option<SearchText>, Problem> {
    Ok(parameter(query, "q")?.and_then(|typed| SearchText::parse(&typed)))
}

/// A part of a filter that has to be one of a few words, or of a certain form.
fn part<T>(
    query: &str,
    name: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(typed) = parameter(query, name)? else {
        return Ok(None);
    };
    let detail = format!("{name} isn't anything to filter by.");
    let read = read(&typed).ok_or_else(|| Problem::new(Kind::InvalidRequest, detail))?;
    Ok(Some(read))
}

/// Refuses parts of a filter that nobody knows: what was meant would find less.
fn known(query: &str, names: &[&str]) -> Result<(), Problem> {
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        if !names.contains(&&*name) && !matches!(&*name, "limit" | "after") {
            let known = names.join(", ");
            let detail = format!("There is no such parameter here. Known: limit, after, {known}.");
            return Err(Problem::new(Kind::InvalidRequest, detail));
        }
    }
    Ok(())
}

/// A filter by person.
async fn person(
    query: &str,
    desk: &AdminDesk,
) -> Result<Option<domain::accounts::AccountId>, Problem> {
    let Some(subject) = parameter(query, "user")? else {
        return Ok(None);
    };
    let user = desk.user(&subject).await?;
    let unknown = || Problem::new(Kind::InvalidRequest, "user isn't anybody's id.");
    Ok(Some(user.ok_or_else(unknown)?.listing.id))
}

/// The answer to a change: it is so now, whoever made it so.
fn done(outcome: StaffOutcome) -> Result<StatusCode, Problem> {
    match outcome {
        StaffOutcome::Done(_) | StaffOutcome::Unchanged => Ok(StatusCode::NO_CONTENT),
        StaffOutcome::Unknown => Err(Problem::not_found()),
        StaffOutcome::LastAdministrator => Err(Problem::new(
            Kind::Conflict,
            "Nobody else would be an administrator.",
        )),
        StaffOutcome::Yourself => Err(Problem::new(
            Kind::Conflict,
            "You can't do this to your own account.",
        )),
    }
}
