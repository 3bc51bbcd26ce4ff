//! A layer for axum routers that asks for tokens, and their claims as an extractor.

mod answers;
mod authorization;
mod layer;

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};

pub use layer::{RequireToken, RequireTokenService};

use crate::{claims::Claims, client::Verifier};

impl Verifier {
    /// A layer that lets a request through only with a good token in its `Authorization` header.
    /// Behind it, [`Claims`] is an extractor.
    pub fn require_token(&self) -> RequireToken {
        RequireToken::new(self.clone(), "")
    }

    /// Like [`Verifier::require_token`], and the token needs these scopes: one name, or several with
    /// spaces between them.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use latchkey_verify::{Claims, Verifier};
    ///
    /// async fn data(claims: Claims) -> String {
    ///     format!("hello, {}", claims.sub)
    /// }
    ///
    /// fn router(verifier: &Verifier) -> Router {
    ///     Router::new()
    ///         .route("/api/data", get(data))
    ///         .route_layer(verifier.require_scope("data:read"))
    /// }
    /// ```
    pub fn require_scope(&self, scopes: &str) -> RequireToken {
        RequireToken::new(self.clone(), scopes)
    }
}

/// A handler asks for [`Claims`] where no layer checked a token. The answer is 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no token was checked on the way to this handler: its route has no require_token layer")]
pub struct NotChecked;

impl IntoResponse for NotChecked {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        answers::server_error()
    }
}

impl<S: Sync> FromRequestParts<S> for Claims {
    type Rejection = NotChecked;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NotChecked> {
        parts.extensions.get().cloned().ok_or(NotChecked)
    }
}
