//! Practice GitHub: its OAuth, and the two questions of its API that a sign-in asks.
//!
//! Shapes and words as in GitHub's own documentation of "Authorizing OAuth apps" and of `GET /user`
//! and `GET /user/emails`.

use app::text::Text;
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, USER_AGENT},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{
    Practice,
    act::Act,
    chooser::Verdict,
    house::House,
    params::{Params, is_our_client, proves, scheme},
    person::Person,
    sealed::{Access, Asked, open, redeem, seal},
};
use crate::config::practice::CLIENT_ID;

/// What comes back beside `access_denied`.
pub(super) const DENIED: &str = "The user has denied your application access.";

const JSON: &str = "application/json; charset=utf-8";
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Judges a request for authorization. PKCE is welcome and not asked for.
pub(super) fn judge(params: &Params, redirect_uri: &str) -> Verdict {
    if params.get("client_id") != Some(CLIENT_ID) {
        return Verdict::Stay(Text::PracticeUnknownClient);
    }
    if params
        .get("redirect_uri")
        .is_some_and(|sent| sent != redirect_uri)
    {
        return Verdict::Stay(Text::PracticeOtherAddress);
    }
    let challenge = params.owned("code_challenge");
    if challenge.is_some() && params.get("code_challenge_method") != Some("S256") {
        return Verdict::Back("invalid_request");
    }
    Verdict::Ask(Asked {
        state: params.owned("state"),
        nonce: None,
        challenge,
        scope: params.owned("scope").unwrap_or_default(),
        fresh: params.has_word("prompt", "login"),
    })
}

/// `POST /login/oauth/access_token`. What is wrong is said with status 200.
pub(super) async fn access_token(State(practice): State<Practice>, request: Request) -> Response {
    let (parts, params) = Params::of_form(&practice, request).await;
    let foundation = &practice.app.services.foundation;
    let headers = &parts.headers;
    let Some(params) = params.filter(|params| is_our_client(headers, params)) else {
        return refused(
            headers,
            "incorrect_client_credentials",
            "The client_id and/or client_secret passed are incorrect.",
        );
    };
    let redirect_uri = House::GitHub.redirect_uri(&practice.app.site.public_url);
    if params
        .get("redirect_uri")
        .is_some_and(|sent| sent != redirect_uri)
    {
        return refused(
            headers,
            "redirect_uri_mismatch",
            "The redirect_uri MUST match the registered callback URL for this application.",
        );
    }
    let code = match redeem(
        foundation,
        House::GitHub,
        params.get("code").unwrap_or_default(),
    )
    .await
    {
        Ok(code) => code,
        Err(error) => {
            tracing::error!(%error, "a practice code could not be redeemed");
            return broken();
        }
    };
    let verifier = params.get("code_verifier");
    let Some(code) = code.filter(|code| proves(verifier, code.challenge.as_deref())) else {
        return refused(
            headers,
            "bad_verification_code",
            "The code passed is incorrect or expired.",
        );
    };
    match code.act {
        Act::Slow => tokio::time::sleep(practice.slow).await,
        Act::Error => return broken(),
        _ => {}
    }
    // GitHub parts what was granted by commas.
    let scope = code.scope.split([' ', ',']).collect::<Vec<_>>().join(",");
    let access = Access {
        act: code.act,
        address: code.address,
        scope: scope.clone(),
    };
    match seal(foundation, House::GitHub, access) {
        Ok(token) => said(
            headers,
            &[
                ("access_token", &token),
                ("scope", &scope),
                ("token_type", "bearer"),
            ],
        ),
        Err(_) => broken(),
    }
}

/// `GET /api/user`
pub(super) async fn user(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    let access = match authorized(&practice, &headers) {
        Ok(access) => access,
        Err(stranger) => return stranger.into_response(),
    };
    let person = Person::of(access.act, access.address.as_deref());
    let site = House::GitHub.address(&practice.app.site.public_url);
    let url = format!("{site}/api/users/{}", person.login);
    // The address is in the profile only where somebody shows it to everybody; nobody here does.
    as_json(
        StatusCode::OK,
        &json!({
            "login": person.login,
            "id": person.number,
            "node_id": format!("practice-{}", person.number),
            "avatar_url": "",
            "gravatar_id": "",
            "url": url,
            "html_url": format!("{site}/{}", person.login),
            "type": "User",
            "user_view_type": "private",
            "site_admin": false,
            "name": person.name(),
            "company": null,
            "blog": "",
            "location": null,
            "email": null,
            "hireable": null,
            "bio": null,
            "twitter_username": null,
            "notification_email": null,
            "public_repos": 0,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": "2011-01-25T18:44:36Z",
            "updated_at": "2026-01-01T00:00:00Z",
        }),
    )
}

/// `GET /api/user/emails`
pub(super) async fn emails(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    let access = match authorized(&practice, &headers) {
        Ok(access) => access,
        Err(stranger) => return stranger.into_response(),
    };
    if !access.may(&["user", "user:email"]) {
        return problem(StatusCode::NOT_FOUND, "Not Found");
    }
    let person = Person::of(access.act, access.address.as_deref());
    let no_reply = format!(
        "{}+{}@users.noreply.github.com",
        person.number, person.login
    );
    let emails = person.email.map_or_else(|| json!([]), |email| {
        json!([
            { "email": no_reply, "primary": false, "verified": true, "visibility": null },
            { "email": email.address, "primary": true, "verified": email.verified, "visibility": "private" },
        ])
    });
    as_json(StatusCode::OK, &emails)
}

/// Who may not ask the API.
enum Stranger {
    NoName,
    NoToken,
    BadToken,
}

impl IntoResponse for Stranger {
    fn into_response(self) -> Response {
        match self {
            Self::NoName => {
                let sentence = "Request forbidden by administrative rules. Please make sure your request has a \
                                User-Agent header.\n";
                (StatusCode::FORBIDDEN, sentence).into_response()
            }
            Self::NoToken => problem(StatusCode::UNAUTHORIZED, "Requires authentication"),
            Self::BadToken => problem(StatusCode::UNAUTHORIZED, "Bad credentials"),
        }
    }
}

/// Whoever calls the API says who they are and has a token.
fn authorized(practice: &Practice, headers: &HeaderMap) -> Result<Access, Stranger> {
    if !headers.contains_key(USER_AGENT) {
        return Err(Stranger::NoName);
    }
    let token = scheme(headers, "bearer")
        .or_else(|| scheme(headers, "token"))
        .ok_or(Stranger::NoToken)?;
    let foundation = &practice.app.services.foundation;
    open(foundation, House::GitHub, token).ok_or(Stranger::BadToken)
}

fn problem(status: StatusCode, message: &str) -> Response {
    as_json(
        status,
        &json!({
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
            "status": status.as_str(),
        }),
    )
}

fn as_json(status: StatusCode, body: &Value) -> Response {
    typed(status, JSON, body.to_string())
}

fn typed(status: StatusCode, kind: &'static str, body: String) -> Response {
    let mut response = (status, body).into_response();
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn broken() -> Response {
    let page = "<!DOCTYPE html><title>500</title><p>Something went wrong.</p>";
    typed(
        StatusCode::INTERNAL_SERVER_ERROR,
        "text/html; charset=utf-8",
        page.to_owned(),
    )
}

fn refused(headers: &HeaderMap, error: &str, description: &str) -> Response {
    let about = "https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors";
    said(
        headers,
        &[
            ("error", error),
            ("error_description", description),
            ("error_uri", about),
        ],
    )
}

/// Pairs with status 200: a form, unless JSON is asked for.
fn said(headers: &HeaderMap, pairs: &[(&str, &str)]) -> Response {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("json")) {
        let body: serde_json::Map<String, Value> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect();
        return as_json(StatusCode::OK, &Value::Object(body));
    }
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    typed(StatusCode::OK, FORM, body)
}
