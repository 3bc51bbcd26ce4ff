//! `/api/v1/openapi.json`: the API as it describes itself (OpenAPI 3.1). It is made from the
//! handlers, when somebody first asks.

mod refusals;

use axum::{
    body::{Body, Bytes},
    extract::State,
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG},
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Description, RefOr, Required, Server,
        schema::{AdditionalProperties, Schema},
        security::{Http, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::{Api, admin, auth, connections, is_known, me, revocations, sessions, tokens};
use crate::http::{error::api::Document, state::AppState};

/// Every call, as its handler tells of it.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Latchkey",
        description = "What programs may ask of this server, and do, in the name of the person whose token they have. Tokens are made by people, on the web, or given at sign-in; they stand in the `Authorization` header. Lists come a page at a time: send what `next` says as `after`. Times are RFC 3339, UTC. What goes wrong is told as `application/problem+json` (RFC 9457), and its `type` never changes.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        auth::signup::sign_up,
        auth::login::sign_in,
        auth::refresh::refresh,
        auth::logout::sign_out,
        me::show,
        me::change,
        connections::list,
        sessions::list,
        sessions::end,
        tokens::list,
        tokens::revoke,
        revocations::list,
        admin::overview::show,
        admin::users::list,
        admin::users::show,
        admin::users::disable,
        admin::users::enable,
        admin::users::end_sessions,
        admin::users::revoke_tokens,
        admin::sessions::list,
        admin::sessions::show,
        admin::sessions::end,
        admin::tokens::list,
        admin::tokens::show,
        admin::tokens::revoke,
        admin::clients::list,
        admin::clients::show,
        admin::keys::list,
        admin::keys::show,
        admin::keys::rotate,
        admin::audit::list,
        admin::audit::show
    ),
    components(schemas(Document<'static>)),
    tags(
        (name = "Sign-in", description = "Accounts, and the tokens that a sign-in gives."),
        (name = "Profile", description = "Who somebody is."),
        (name = "Sessions", description = "Where somebody is signed in."),
        (name = "Tokens", description = "What somebody made for programs. Only people make tokens: a token can't."),
        (name = "Revocations", description = "What was revoked, for those who verify tokens by themselves."),
        (name = "Administration", description = "Everyone's. For administrators, whose role is looked at for each call.")
    )
)]
struct Described;

/// The bodies that take no other fields than theirs.
const CLOSED: [&str; 4] = ["NewAccount", "Credentials", "RefreshToken", "ProfileChange"];

/// The description of this server's API.
pub(in crate::http) fn described(api: &Api, issuer: &str) -> Value {
    let description = description(api, issuer);
    let mut document = serde_json::to_value(&description).unwrap_or_else(|error| {
        tracing::error!(%error, "the API can't describe itself");
        Value::Null
    });
    unwrap_lines(&mut document);
    document
}

/// Sentences come from comments, whose lines end where the page does.
fn unwrap_lines(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\n') => *text = text.replace('\n', " "),
        Value::Array(items) => items.iter_mut().for_each(unwrap_lines),
        Value::Object(members) => members.values_mut().for_each(unwrap_lines),
        _ => {}
    }
}

fn description(api: &Api, issuer: &str) -> Description {
    let mut description = Described::openapi();
    description.servers = Some(vec![Server::new(issuer)]);
    if !api.password_login {
        description.paths.paths.remove("/api/v1/auth/login");
    }
    if let Some(scope) = api.revocations_scope {
        let schemes = ["bearer", "basic"];
        let asked = schemes.map(|scheme| SecurityRequirement::new(scheme, [scope]));
        if let Some(path) = description.paths.paths.get_mut("/api/v1/revocations")
            && let Some(get) = &mut path.get
        {
            get.security = Some(asked.into());
        }
    }
    // Its access token will do instead.
    if let Some(path) = description.paths.paths.get_mut("/api/v1/auth/logout")
        && let Some(post) = &mut path.post
        && let Some(RefOr::T(body)) = &mut post.request_body
    {
        body.required = Some(Required::False);
    }
    let components = description.components.get_or_insert_default();
    for name in CLOSED {
        if let Some(Schema::Object(object)) = components.schemas.get_mut(name).and_then(plain) {
            let nothing_else = AdditionalProperties::FreeForm(false);
            object.additional_properties = Some(Box::new(nothing_else));
        }
    }
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("A token that a person made, or that a sign-in gave."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    let mut basic = Http::new(HttpAuthScheme::Basic);
    basic.description = Some(
        "For tools that know nothing else: the owner's address, and as the password a token that \
         the person made. Never the account's password."
            .to_owned(),
    );
    components.add_security_scheme("basic", SecurityScheme::Http(basic));
    refusals::complete(&mut description);
    description
}

fn plain(schema: &mut RefOr<Schema>) -> Option<&mut Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    }
}

/// The document as it goes over the wire.
pub(super) struct Ready {
    bytes: Bytes,
    tag: HeaderValue,
}

impl Ready {
    fn of(api: &Api, issuer: &str) -> Self {
        let json = described(api, issuer).to_string();
        let digest = URL_SAFE_NO_PAD.encode(&Sha256::digest(&json)[..16]);
        let tag = HeaderValue::try_from(format!("\"{digest}\""));
        Self {
            bytes: json.into(),
            tag: tag.unwrap_or(HeaderValue::from_static("\"\"")),
        }
    }
}

/// `GET /api/v1/openapi.json`
pub(super) async fn show(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let ready = state
        .api
        .description
        .get_or_init(|| Ready::of(&state.api, &state.site.public_url));
    let known = ready.tag.to_str().is_ok_and(|tag| is_known(&headers, tag));
    let mut response = Response::new(if known {
        Body::empty()
    } else {
        Body::from(ready.bytes.clone())
    });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ETAG, ready.tag.clone());
    response
}
