//! `[api]`: what the JSON API lets in.

use domain::tokens::OWN_SCOPES;
use url::Url;

use super::{Key, loading::Values};

const PASSWORD_LOGIN: Key = Key::flag(
    "api.password_login",
    false,
    "Whether programs may sign people in with their password, at /api/v1/auth/login. With --dev they \
     may unless this says otherwise.",
);
const REVOCATIONS_SCOPE: Key = Key::text(
    "api.revocations_scope",
    "",
    "The scope that a token needs to follow the revocation feed, one of Latchkey's own. Empty means \
     that everybody may: it names nobody.",
);
const PER_TOKEN: Key = Key::whole(
    "api.calls_per_token",
    6000,
    0..=10_000_000,
    "The calls that one token may make in a minute, on each node. 0 means as many as it likes.",
);
const PER_ADDRESS: Key = Key::whole(
    "api.calls_per_address",
    12_000,
    0..=10_000_000,
    "The calls that one address may make in a minute, on each node; IPv6 counts by /64. 0 means as \
     many as it likes.",
);
const CORS_ORIGINS: Key = Key::text(
    "api.cors_origins",
    "",
    "The origins whose pages may call the API from a browser, such as \"https://app.example.com\". \
     Empty means none.",
);

pub(super) static KEYS: [Key; 5] = [
    PASSWORD_LOGIN,
    REVOCATIONS_SCOPE,
    PER_TOKEN,
    PER_ADDRESS,
    CORS_ORIGINS,
];

/// What the JSON API lets in.
#[derive(Clone, Debug)]
pub struct Api {
    /// Whether programs may sign people in with their password.
    pub password_login: bool,
    /// The scope that the feed asks for.
    pub revocations_scope: Option<String>,
    /// Calls of a token in a minute; 0 for no limit.
    pub calls_per_token: u32,
    /// Calls of an address in a minute; 0 for no limit.
    pub calls_per_address: u32,
    /// The origins whose pages may call.
    pub cors_origins: Vec<String>,
}

impl Api {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let password_login = values.flag(&PASSWORD_LOGIN);
        let by_dev = values.dev() && !values.is_given(&PASSWORD_LOGIN);
        if by_dev {
            values.resolve(&PASSWORD_LOGIN, "true");
        }
        let revocations_scope = read_scope(values);
        let calls_per_token = values.whole(&PER_TOKEN);
        let calls_per_address = values.whole(&PER_ADDRESS);
        let cors_origins = read_origins(values);
        Some(Self {
            password_login: password_login? || by_dev,
            revocations_scope: Some(revocations_scope?).filter(|scope| !scope.is_empty()),
            calls_per_token: calls_per_token?,
            calls_per_address: calls_per_address?,
            cors_origins: cors_origins?,
        })
    }
}

/// The scope, or nothing at all where everybody may.
fn read_scope(values: &mut Values) -> Option<String> {
    let scope = values.text(&REVOCATIONS_SCOPE)?;
    if scope.is_empty() || OWN_SCOPES.contains(&scope.as_str()) {
        return Some(scope);
    }
    let wanted = format!("one of {}", OWN_SCOPES.join(", "));
    values.mismatch(&REVOCATIONS_SCOPE, &wanted)
}

fn read_origins(values: &mut Values) -> Option<Vec<String>> {
    let origins = values.words(&CORS_ORIGINS)?;
    let is_origin = |text: &String| {
        // A star stands for nothing here: an origin is compared as a whole.
        let plain = !text.contains('*');
        let parsed = Url::parse(text).ok();
        let parsed = parsed.filter(|url| plain && matches!(url.scheme(), "http" | "https"));
        parsed.is_some_and(|url| url.origin().ascii_serialization() == *text)
    };
    if origins.iter().all(is_origin) {
        return Some(origins);
    }
    values.mismatch(
        &CORS_ORIGINS,
        "origins: scheme, host and port only, such as \"https://app.example.com\"",
    )
}
