//! `/api/v1/me`: whose token it is.

use app::actions::Field;
use axum::extract::State;
use domain::{
    accounts::{AUTOMATIC_LANGUAGE, Profile},
    language::Language,
    tokens::{Caller, Unauthorized},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    answer::Json,
    body::{Body, Fields, FromFields, Wish},
    field_errors::refused,
    scopes::{ProfileRead, ProfileWrite},
    times::rfc3339,
};
use crate::http::{
    error::api::Problem,
    extract::{Bearer, Visitor, invalid_token},
    state::AppState,
};

/// A person, as their own tokens see them.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// The lasting, opaque name of the account: what tokens say in `sub`.
    sub: String,
    /// What the person wants to be called.
    #[schema(example = "Ada Lovelace")]
    name: String,
    /// The primary address.
    #[schema(example = "ada@example.com")]
    email: String,
    /// Whether its owner confirmed it. Always true: accounts are only born that way.
    email_verified: bool,
    /// The language that the person chose (BCP 47); null leaves it to their browser.
    #[schema(required = true, example = "en")]
    locale: Option<&'static str>,
    /// When the account was born.
    #[schema(format = DateTime)]
    created_at: String,
    /// Whether it has the administrator's role.
    admin: bool,
}

impl Me {
    fn of(caller: Caller) -> Self {
        let person = caller.person;
        Self {
            sub: caller.claims.sub,
            name: person.name.clone(),
            email: person.email.clone(),
            email_verified: true,
            locale: person.language.map(Language::tag),
            created_at: rfc3339(person.created_at),
            admin: person.admin,
        }
    }
}

/// Tells whose token it is.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "getMe",
    tag = "Profile",
    responses((status = 200, description = "The token's owner.", body = Me)),
    security(("bearer" = ["profile:read"]), ("basic" = ["profile:read"]))
)]
pub(super) async fn show(bearer: Bearer<ProfileRead>) -> Json<Me> {
    Json(Me::of(bearer.caller))
}

/// What a person tells of themselves. What is left out stays as it is.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what `Change` reads")]
pub(super) struct ProfileChange {
    /// What the person wants to be called: 1 to 100 characters.
    #[schema(nullable = false, min_length = 1, max_length = 100)]
    name: Option<String>,
    /// The language that the person reads (BCP 47), one of those offered; null leaves it to their
    /// browser.
    #[schema(example = "de", min_length = 2)]
    locale: Option<String>,
}

pub(super) struct Change {
    name: Option<String>,
    locale: Wish,
}

impl FromFields for Change {
    fn from_fields(fields: &mut Fields) -> Self {
        for secret in ["email", "password"] {
            fields.never(
                secret,
                "A token can't change this: sign in on the web for it.",
            );
        }
        Self {
            name: fields.optional_text("name"),
            locale: fields.nullable_text("locale"),
        }
    }
}

/// Changes name and language of the token's owner. Address and password can't be changed by a token.
#[utoipa::path(
    patch,
    path = "/api/v1/me",
    operation_id = "changeMe",
    tag = "Profile",
    request_body = ProfileChange,
    responses((status = 200, description = "The owner as changed.", body = Me)),
    security(("bearer" = ["profile:write"]), ("basic" = ["profile:write"]))
)]
pub(super) async fn change(
    State(state): State<AppState>,
    bearer: Bearer<ProfileWrite>,
    Visitor(client): Visitor,
    Body(change): Body<Change>,
) -> Result<Json<Me>, Problem> {
    let services = &state.services;
    let account = bearer.caller.person.account;
    let profile = Profile {
        name: change.name.as_deref(),
        language: match &change.locale {
            Wish::Keep => "",
            Wish::Clear => AUTOMATIC_LANGUAGE,
            // To the service, nothing means that it stays, and our word for null is no tag.
            Wish::Set(tag) if tag.is_empty() || tag == AUTOMATIC_LANGUAGE => "?",
            Wish::Set(tag) => tag,
        },
    };
    let saved = services.accounts.save_profile(account, profile, &client);
    if let Err(problems) = saved.await? {
        let name = problems.name.map(|problem| (Field::Name, problem.into()));
        let mut problem = refused(name);
        if problems.unknown_language {
            problem = problem.and("locale", "This language isn't offered.");
        }
        return Err(problem);
    }
    match services.callers.look_again(&bearer.caller).await {
        Ok(caller) => Ok(Json(Me::of(caller))),
        Err(Unauthorized::Refused(_)) => Err(invalid_token()),
        Err(Unauthorized::Storage(error)) => Err(error.into()),
    }
}
