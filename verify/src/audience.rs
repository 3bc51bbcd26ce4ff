//! Whom a token is for.

use serde_json::Value;

use crate::refused::Refused;

/// One name or a list of names (RFC 7519 §4.1.3).
pub(crate) fn read(value: Option<Value>) -> Result<Vec<String>, Refused> {
    let text = |value| match value {
        Value::String(text) => Ok(text),
        _ => Err(Refused::MalformedClaim("aud")),
    };
    match value {
        None => Err(Refused::MissingClaim("aud")),
        Some(Value::Array(list)) => list.into_iter().map(text).collect(),
        Some(one) => Ok(vec![text(one)?]),
    }
}
