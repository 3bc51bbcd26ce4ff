//! `/api/v1/revocations`: what was revoked, for those who verify tokens by themselves.

mod events;
mod form;

use axum::{
    body::Body,
    extract::{FromRequestParts, Request, State},
    response::{IntoResponse, Response},
};
use domain::tokens::Caller;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, VARY},
    request::Parts,
};
use utoipa::{IntoParams, ToSchema};

use super::{answer::Json, not_modified::is_known, pages::parameter};
use crate::http::{
    error::api::{Kind, Problem},
    extract::{authenticate, insufficient},
    page_context::address_of,
    state::AppState,
};
use form::{Form, asked_for};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// From where on.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of what `since` reads")]
pub(super) struct Since {
    /// Only what came after this number: `seq` of an earlier answer.
    #[param(nullable = false, minimum = 0)]
    since: Option<i64>,
}

/// What was revoked.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of latchkey_verify's Feed")]
pub(super) struct Revocations {
    /// What was revoked and has not expired by itself.
    items: Vec<Revocation>,
    /// Always null: the list has no further pages.
    #[schema(required = true)]
    next: Option<String>,
    /// The number of the latest revocation. It rises with each one.
    #[schema(minimum = 0)]
    seq: i64,
    /// Only what came after this number is here; without it, everything is.
    #[schema(nullable = false)]
    since: Option<i64>,
}

/// One thing revoked.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "the schema of latchkey_verify::revocation::Revoked"
)]
pub(super) struct Revocation {
    /// The first 16 bytes of SHA-256 over what is revoked, as base64url: it names nobody.
    #[schema(example = "AAAAAAAAAAAAAAAAAAAAAA")]
    id: String,
    /// When it can be forgotten, in seconds since 1970.
    exp: i64,
}

/// Tells what was revoked: as JSON with an entity tag, as server-sent events, or signed (JWS, `typ`
/// `revocations+jwt`), as `Accept` says. Asks for a token only where the operator wants that.
#[utoipa::path(
    get,
    path = "/api/v1/revocations",
    operation_id = "listRevocations",
    tag = "Revocations",
    params(
        Since,
        ("Last-Event-ID" = Option<i64>, Header, description = "The `id` of the last event: where a stream goes on.", nullable = false),
        ("If-None-Match" = Option<String>, Header, description = "The entity tag of a copy.", nullable = false)
    ),
    responses(
        (status = 200, description = "What was revoked. A stream has an event `revoked` for each change, with the same JSON as its data and `seq` as its id.",
            content(
                (Revocations = "application/json"),
                (String = "text/event-stream"),
                (String = "application/jwt")
            ),
            headers(("ETag" = String, description = "Of the JSON."))),
        (status = 304, description = "The copy is up to date.")
    ),
    security((), ("bearer" = []), ("basic" = []))
)]
pub(super) async fn list(
    State(state): State<AppState>,
    Follower(caller): Follower,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers();
    let network = address_of(state.door.proxy_hops, headers, request.extensions()).network();
    let since = since(request.uri().query(), headers)?;
    let feed = &state.services.feed;
    match asked_for(headers) {
        Form::Json => {
            let page = feed.page(since).await?;
            let tag = format!("W/\"{}\"", page.seq);
            let mut response = if is_known(headers, &tag) {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                response
            } else {
                Json(page).into_response()
            };
            if let Ok(tag) = HeaderValue::try_from(tag) {
                response.headers_mut().insert(ETAG, tag);
            }
            Ok(shared(response, caller.as_ref()))
        }
        Form::Signed => {
            let mut response = Response::new(Body::from(feed.signed(since).await?));
            let jwt = HeaderValue::from_static("application/jwt");
            response.headers_mut().insert(CONTENT_TYPE, jwt);
            Ok(shared(response, caller.as_ref()))
        }
        Form::Events => events::stream(state.clone(), network, caller, since)
            .map(|response| shared(response, None))
            .map(|mut response| {
                let no_store = HeaderValue::from_static("no-store");
                response.headers_mut().insert(CACHE_CONTROL, no_store);
                response
            }),
    }
}

/// A copy may be kept, and is asked after each time.
fn shared(mut response: Response, caller: Option<&Caller>) -> Response {
    let headers = response.headers_mut();
    let kept = if caller.is_some() {
        "private, no-cache"
    } else {
        "no-cache"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.append(VARY, HeaderValue::from_static("accept"));
    response
}

/// Whoever may follow: anybody, or who has the scope that the operator asks for.
pub(super) struct Follower(Option<Caller>);

impl FromRequestParts<AppState> for Follower {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Some(scope) = state.api.revocations_scope else {
            return Ok(Self(None));
        };
        let caller = authenticate(parts, state).await?;
        if caller.may(scope) {
            Ok(Self(Some(caller)))
        } else {
            Err(insufficient(scope))
        }
    }
}

/// From where on: what a stream knew last goes before what its address says.
fn since(query: Option<&str>, headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let malformed = |name: &str| {
        Problem::new(
            Kind::InvalidRequest,
            format!("{name} is no number of a revocation."),
        )
    };
    if let Some(last) = headers.get(LAST_EVENT_ID) {
        let number = last.to_str().ok().and_then(number);
        return number.map(Some).ok_or_else(|| malformed("Last-Event-ID"));
    }
    match parameter(query.unwrap_or_default(), "since")? {
        Some(typed) => number(&typed).map(Some).ok_or_else(|| malformed("since")),
        None => Ok(None),
    }
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_to_go_on_from_is_a_number() {
        let none = HeaderMap::new();
        assert_eq!(since(None, &none).unwrap(), None);
        assert_eq!(since(Some("since=7"), &none).unwrap(), Some(7));
        for odd in [
            "since=",
            "since=-1",
            "since=+1",
            "since=x",
            "since=9223372036854775808",
            "since=1&since=1",
        ] {
            assert!(since(Some(odd), &none).is_err(), "{odd}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(LAST_EVENT_ID, HeaderValue::from_static("9"));
        assert_eq!(since(Some("since=7"), &headers).unwrap(), Some(9));
        headers.insert(LAST_EVENT_ID, HeaderValue::from_static("x"));
        assert!(since(None, &headers).is_err());
    }
}
