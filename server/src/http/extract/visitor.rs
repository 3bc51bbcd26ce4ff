//! The caller's side of a call: address and program. No cookie marks a browser here.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use domain::client::Client;
use http::request::Parts;

use crate::http::{page_context::client, state::AppState};

/// Who calls, whoever they are.
pub(in crate::http) struct Visitor(pub(in crate::http) Client);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self(client(state, parts, None)))
    }
}
