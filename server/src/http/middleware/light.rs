//! What stands before calls of programs: everything that pages have and programs need, in one layer.
//!
//! Each layer of the router costs every request an allocation or three. A call that verifies a
//! signature takes less time than all layers of a page would.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    },
};
use tower::{Layer, Service};

use super::{
    BodyAwaited,
    host::is_ours,
    log::{Asked, Counted},
};
use crate::http::{
    api::{Meter, cors},
    error::{
        api::{Kind, Problem},
        panic_message,
    },
    page_context::address_of,
    state::AppState,
};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Whom {
    /// Those who call the API: counted, and answered in browsers on the pages of some origins.
    Callers,
    /// OAuth clients: counted, and answered on any page, since no cookie counts here.
    Clients,
    /// Anybody, for what is published.
    Anybody,
}

/// The layer: request log, panic catcher, time limit, Host rule, limits, CORS and fixed headers.
#[derive(Clone)]
pub(in crate::http) struct Light {
    state: AppState,
    whom: Whom,
}

impl Light {
    /// Stands before what `whom` asks for.
    pub(in crate::http) const fn new(state: AppState, whom: Whom) -> Self {
        Self { state, whom }
    }
}

impl<S> Layer<S> for Light {
    type Service = Lit<S>;

    fn layer(&self, inner: S) -> Lit<S> {
        Lit {
            inner,
            light: self.clone(),
        }
    }
}

/// A service behind the layer.
#[derive(Clone)]
pub(in crate::http) struct Lit<S> {
    inner: S,
    light: Light,
}

impl<S> Service<Request> for Lit<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let (asked, counted) = (Asked::by(&request), Counted::of(&request));
        let state = self.light.state.clone();
        let origin = match self.light.whom {
            Whom::Callers => cors::origin(&state.api.cors, request.headers()),
            Whom::Clients => Some(HeaderValue::from_static("*")),
            Whom::Anybody => None,
        };
        let admitted = self.light.admit(&mut request, origin.as_ref());
        let answer = admitted.map(|meter| {
            let body = awaited(&mut request);
            (meter, body, self.inner.call(request))
        });
        let whom = self.light.whom;
        Box::pin(async move {
            let mut response = match answer {
                Ok((meter, body, answer)) => {
                    let mut response = in_time(&state, body, answer).await;
                    if let Some(meter) = meter {
                        meter.tell(&state.api, response.headers_mut());
                    }
                    response
                }
                Err(refused) => *refused,
            };
            let headers = response.headers_mut();
            match whom {
                Whom::Callers => cors::allow(&state.api.cors, origin, headers),
                Whom::Clients => cors::allow_any(headers),
                Whom::Anybody => {}
            }
            fixed_headers(headers, state.door.https);
            if let Some(asked) = asked {
                asked.answered(response.status());
            }
            counted.answered(&state.metrics, response.status());
            Ok(response)
        })
    }
}

impl Light {
    /// What keeps count of a call, or why it goes no further.
    fn admit(
        &self,
        request: &mut Request,
        origin: Option<&HeaderValue>,
    ) -> Result<Option<Meter>, Box<Response>> {
        let state = &self.state;
        if !is_ours(&state.door, request) {
            let at = format!("This server answers at {} only.", state.site.public_url);
            return Err(Box::new(Problem::new(Kind::WrongHost, at).into_response()));
        }
        if self.whom == Whom::Anybody {
            return Ok(None);
        }
        if let Some(answer) = cors::preflight(request, origin) {
            return Err(Box::new(answer));
        }
        let hops = state.door.proxy_hops;
        let address = address_of(hops, request.headers(), request.extensions());
        Meter::of_address(
            &state.api,
            address,
            state.services.foundation.now(),
            request,
        )
    }
}

/// Lets the time limit know whether a body is being waited for.
fn awaited(request: &mut Request) -> Option<BodyAwaited> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let body = BodyAwaited::default();
    request.extensions_mut().insert(body.clone());
    Some(body)
}

/// The answer, or that there is none: after the time limit, or after a panic.
async fn in_time(
    state: &AppState,
    body: Option<BodyAwaited>,
    answer: impl Future<Output = Result<Response, Infallible>>,
) -> Response {
    let caught = AssertUnwindSafe(answer).catch_unwind();
    match tokio::time::timeout(state.door.request_time, caught).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Err(panic)) => {
            let message = panic_message(panic.as_ref());
            tracing::error!(message, "a request handler panicked");
            Problem::new(Kind::Broken, "Something broke on our side.").into_response()
        }
        Err(_) if body.is_some_and(|body| body.get()) => {
            Problem::new(Kind::BodyTooSlow, "The body didn't come in time.").into_response()
        }
        Err(_) => {
            tracing::warn!("a call took too long");
            Problem::new(Kind::TooSlow, "It took too long.").into_response()
        }
    }
}

pub(in crate::http) fn fixed_headers(headers: &mut HeaderMap, https: bool) {
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // What doesn't say otherwise may hold something personal.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    if https {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000"),
        );
    }
}
