//! An administrator who calls.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use domain::{
    admin::AdminDesk,
    audit::note_denied,
    tokens::{Caller, Unauthorized},
};
use http::request::Parts;

use super::bearer_token::{authenticate, insufficient, invalid_token};
use crate::http::{
    api::{AdminWrite, Scope},
    error::api::Problem,
    page_context::client,
    state::AppState,
};

/// The desk of an administrator who calls with a token that has the scope `S`. The role is asked for
/// at every call; where something is changed, the database is.
pub(in crate::http) struct Staff<S> {
    /// The desk.
    pub(in crate::http) desk: AdminDesk,
    scope: PhantomData<S>,
}

impl<S: Scope> FromRequestParts<AppState> for Staff<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let mut caller = authenticate(parts, state).await?;
        if S::NAME == AdminWrite::NAME {
            caller = as_known_now(&caller, state).await?;
        }
        let client = client(state, parts, None);
        let services = &state.services;
        let desk = services.admin.desk_of_caller(&caller, &client);
        if desk.is_none() {
            let account = caller.person.account;
            note_denied(&services.foundation, account, parts.uri.path(), &client).await?;
        }
        let desk = desk.filter(|_| caller.may(S::NAME));
        Ok(Self {
            desk: desk.ok_or_else(|| insufficient(S::NAME))?,
            scope: PhantomData,
        })
    }
}

async fn as_known_now(caller: &Caller, state: &AppState) -> Result<Caller, Problem> {
    match state.services.callers.look_again(caller).await {
        Ok(caller) => Ok(caller),
        Err(Unauthorized::Refused(_)) => Err(invalid_token()),
        Err(Unauthorized::Storage(error)) => Err(error.into()),
    }
}
