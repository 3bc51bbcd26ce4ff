//! The layer and its service.

use std::{
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{http::Request, response::Response};
use tower::{Layer, Service};

use super::{answers, authorization::Sent};
use crate::{client::Verifier, refused::Refused, scopes::Scopes};

/// Lets requests through that bring a good token with the needed scopes.
///
/// The token is read from the `Authorization` header and from nowhere else. Without one the answer
/// is 401; with one that isn't accepted, 401 `invalid_token`; with too few scopes, 403
/// `insufficient_scope`; with two headers, 400 `invalid_request` (RFC 6750 §3); and 503 as long as
/// the issuer's keys were never to be had. The reason why a token isn't accepted is logged at the
/// level `debug`.
#[derive(Clone, Debug)]
pub struct RequireToken {
    verifier: Verifier,
    needed: Arc<Scopes>,
}

/// A service behind [`RequireToken`].
#[derive(Clone, Debug)]
pub struct RequireTokenService<S> {
    inner: S,
    verifier: Verifier,
    needed: Arc<Scopes>,
}

impl RequireToken {
    pub(super) fn new(verifier: Verifier, scopes: &str) -> Self {
        Self {
            verifier,
            needed: Arc::new(Scopes::parse(scopes)),
        }
    }
}

impl<S> Layer<S> for RequireToken {
    type Service = RequireTokenService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequireTokenService {
            inner,
            verifier: self.verifier.clone(),
            needed: Arc::clone(&self.needed),
        }
    }
}

impl<S, B> Service<Request<B>> for RequireTokenService<S>
where
    S: Service<Request<B>, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The one that is ready goes along, its copy stays and will be asked anew.
        let copy = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, copy);
        let (verifier, needed) = (self.verifier.clone(), Arc::clone(&self.needed));
        Box::pin(async move {
            let token = match Sent::of(request.headers()) {
                Sent::Nothing => return Ok(answers::unauthorized()),
                Sent::TooMuch => return Ok(answers::invalid_request()),
                Sent::Token(token) => token,
            };
            let claims = match verifier.check(token).await {
                Ok(claims) => claims,
                Err(reason) => {
                    tracing::debug!(%reason, "An access token isn't accepted");
                    return Ok(match reason {
                        Refused::KeysOutOfReach => answers::unavailable(),
                        _ => answers::invalid_token(),
                    });
                }
            };
            if !needed.iter().all(|scope| claims.has_scope(scope)) {
                return Ok(answers::insufficient_scope(&needed));
            }
            request.extensions_mut().insert(claims);
            inner.call(request).await
        })
    }
}
