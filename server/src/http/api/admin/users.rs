//! `/api/v1/admin/users`

use axum::extract::{Path, RawQuery, State, rejection::PathRejection};
use domain::{
    accounts::{AccountId, Role},
    admin::{AccountState, UserDetails, UserFilter, UserListing},
};
use http::StatusCode;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{done, known, named, part, text};
use crate::http::{
    api::{
        answer::Json,
        pages::{Page, Paging},
        scopes::{AdminRead, AdminWrite},
        times::rfc3339,
    },
    error::api::Problem,
    extract::Staff,
    state::AppState,
};

/// Which people.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what is read")]
pub(in crate::http::api) struct UsersFilter {
    /// Part of the name or of an address; below three characters, how one of them begins.
    #[param(nullable = false)]
    q: Option<String>,
    /// How the account stands: `active`, `disabled` or `leaving`.
    #[param(nullable = false)]
    state: Option<String>,
    /// The role: `support` or `admin`.
    #[param(nullable = false)]
    role: Option<String>,
}

/// A person with an account.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct User {
    /// The account's `sub`.
    id: String,
    /// What the person wants to be called.
    name: String,
    /// The primary address.
    email: String,
    /// `active`, `disabled` or `leaving`.
    state: &'static str,
    /// What they may do beyond their own affairs.
    roles: Vec<&'static str>,
    /// When the account was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was disabled.
    #[schema(required = true, format = DateTime)]
    disabled_at: Option<String>,
    /// When it will be deleted, unless its owner signs in.
    #[schema(required = true, format = DateTime)]
    delete_at: Option<String>,
    /// How many sessions are alive.
    sessions: i64,
    /// When one of them was last used.
    #[schema(required = true, format = DateTime)]
    last_seen_at: Option<String>,
}

/// A person with an account, and what hangs on it.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct UserInFull {
    /// As in the list.
    #[serde(flatten)]
    user: User,
    /// Every address, the primary one first.
    emails: Vec<String>,
    /// Whether there is a password. Nobody but its owner knows it.
    has_password: bool,
    /// The providers through which they sign in.
    connections: Vec<String>,
    /// How many tokens that they made are alive.
    tokens: i64,
}

impl User {
    fn of(listing: UserListing) -> Self {
        Self {
            state: match listing.state() {
                AccountState::Active => "active",
                AccountState::Disabled => "disabled",
                AccountState::Leaving => "leaving",
            },
            id: listing.subject.as_str().to_owned(),
            name: listing.name,
            email: listing.email,
            roles: listing.roles.into_iter().map(Role::as_str).collect(),
            created_at: rfc3339(listing.created_at),
            disabled_at: listing.disabled_at.map(rfc3339),
            delete_at: listing.delete_at.map(rfc3339),
            sessions: listing.sessions,
            last_seen_at: listing.last_seen_at.map(rfc3339),
        }
    }
}

impl UserInFull {
    fn of(details: UserDetails) -> Self {
        let emails = details.emails.into_iter().map(|email| email.address);
        let connections = details.connections.into_iter();
        Self {
            user: User::of(details.listing),
            emails: emails.collect(),
            has_password: details.has_password,
            connections: connections.map(|connection| connection.provider).collect(),
            tokens: details.tokens,
        }
    }
}

/// Lists everyone with an account, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/admin/users",
    operation_id = "listUsers",
    tag = "Administration",
    params(Paging, UsersFilter),
    responses((status = 200, description = "A page of them.", body = Page<User>)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn list(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    paging: Paging,
    RawQuery(query): RawQuery,
) -> Result<Json<Page<User>>, Problem> {
    let query = query.unwrap_or_default();
    known(&query, &["q", "state", "role"])?;
    let filter = UserFilter {
        text: text(&query)?,
        state: part(&query, "state", |word| match word {
            "active" => Some(AccountState::Active),
            "disabled" => Some(AccountState::Disabled),
            "leaving" => Some(AccountState::Leaving),
            _ => None,
        })?,
        role: part(&query, "role", Role::parse)?,
    };
    let after = paging.place(AccountId::parse)?;
    let rows = staff.desk.users(&filter, after, paging.most()).await?;
    Ok(Json(paging.page(rows, |row| row.id.to_string(), User::of)))
}

/// Shows a person.
#[utoipa::path(
    get,
    path = "/api/v1/admin/users/{id}",
    operation_id = "showUser",
    tag = "Administration",
    params(("id" = String, Path, description = "The account's `sub`.")),
    responses((status = 200, description = "Here they are.", body = UserInFull)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn show(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<UserInFull>, Problem> {
    let user = staff.desk.user(&named(id)?).await?;
    Ok(Json(UserInFull::of(user.ok_or_else(Problem::not_found)?)))
}

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident: $path:literal, $id:literal, $verb:ident, $told:literal;)*) => {
        $(
        $(#[$doc])*
        #[utoipa::path(
            post,
            path = $path,
            operation_id = $id,
            tag = "Administration",
            params(("id" = String, Path, description = "The account's `sub`.")),
            responses((status = 204, description = $told)),
            security(("bearer" = ["admin:write"]), ("basic" = ["admin:write"]))
        )]
        pub(in crate::http::api) async fn $name(
            State(_): State<AppState>,
            staff: Staff<AdminWrite>,
            id: Result<Path<String>, PathRejection>,
        ) -> Result<StatusCode, Problem> {
            done(staff.desk.$verb(&named(id)?).await?)
        }
        )*
    };
}

changes! {
    /// Disables a person's account: every session and token ends, and nobody signs in to it.
    disable: "/api/v1/admin/users/{id}/disable", "disableUser", disable, "It is disabled.";
    /// Enables a disabled account again.
    enable: "/api/v1/admin/users/{id}/enable", "enableUser", enable, "It is enabled.";
    /// Ends every session of a person.
    end_sessions: "/api/v1/admin/users/{id}/end-sessions", "endSessionsOfUser", end_sessions_of, "None is left.";
    /// Revokes every token that a person made.
    revoke_tokens: "/api/v1/admin/users/{id}/revoke-tokens", "revokeTokensOfUser", revoke_tokens_of, "None is left.";
}
