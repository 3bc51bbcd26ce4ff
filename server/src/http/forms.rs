//! Reading a form's body, strictly: what a browser's own form would never send is refused.

use axum::body::Body;
use http::{HeaderMap, header::CONTENT_TYPE, request::Parts};
use http_body_util::BodyExt;
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeOwned, IntoDeserializer, value::MapDeserializer};

use super::middleware::BodyAwaited;

const FORM: &str = "application/x-www-form-urlencoded";

/// A refused body is read on up to this size, so that the browser gets to see the answer.
const DRAINED: usize = 32 * 1024 * 1024;

/// Why a body was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormRefused {
    /// 415: not `application/x-www-form-urlencoded`.
    MediaType,
    /// 413: larger than any form here.
    TooLarge,
    /// 400: broken escapes or UTF-8, unknown, repeated or missing fields.
    Malformed,
}

/// Checks the media type and reads the body, at most `limit` bytes of it. Until it is there, it is the
/// client whom the time limit waits for.
pub(crate) async fn posted(
    parts: &Parts,
    body: Body,
    limit: usize,
) -> Result<Vec<u8>, FormRefused> {
    sent(parts, body, limit, FORM).await
}

/// The same for a body of any media type.
pub(super) async fn sent(
    parts: &Parts,
    body: Body,
    limit: usize,
    media_type: &str,
) -> Result<Vec<u8>, FormRefused> {
    let awaited = parts.extensions.get::<BodyAwaited>().cloned();
    let awaited = awaited.unwrap_or_default();
    awaited.set(true);
    let read = read_body(&parts.headers, body, limit, media_type).await;
    awaited.set(false);
    read
}

async fn read_body(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    wanted: &str,
) -> Result<Vec<u8>, FormRefused> {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    let mut bytes = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(FormRefused::Malformed);
        };
        let Some(data) = frame.data_ref() else {
            continue;
        };
        seen = seen.saturating_add(data.len());
        if seen <= limit {
            bytes.extend_from_slice(data);
        } else if seen > DRAINED {
            break;
        }
    }
    if seen > limit {
        return Err(FormRefused::TooLarge);
    }
    // What has no content is sent without a type by some programs.
    match media_type.as_deref() {
        Some(sent) if sent == wanted => Ok(bytes),
        None if bytes.is_empty() => Ok(bytes),
        _ => Err(FormRefused::MediaType),
    }
}

/// Names and values, each name among `known`, and once, unless it is among `repeated`: what these hold
/// is put together with spaces.
pub(super) fn pairs(
    body: &[u8],
    known: &[&str],
    repeated: &[&str],
) -> Result<Vec<(String, String)>, FormRefused> {
    let text = std::str::from_utf8(body).map_err(|_| FormRefused::Malformed)?;
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        if !known.contains(&name.as_str()) {
            return Err(FormRefused::Malformed);
        }
        let earlier = pairs.iter_mut().find(|(earlier, _)| *earlier == name);
        match earlier {
            None => pairs.push((name, value)),
            Some((_, held)) if repeated.contains(&name.as_str()) => {
                held.push(' ');
                held.push_str(&value);
            }
            Some(_) => return Err(FormRefused::Malformed),
        }
    }
    Ok(pairs)
}

/// Fills a form from its pairs.
pub(super) fn fill<F: DeserializeOwned>(pairs: &[(String, String)]) -> Result<F, FormRefused> {
    let entries = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), Present(value)));
    F::deserialize(MapDeserializer::<_, serde::de::value::Error>::new(entries))
        .map_err(|_| FormRefused::Malformed)
}

/// A value that was sent: fills a `String` and an `Option<String>` alike.
struct Present<'a>(&'a str);

impl<'de> IntoDeserializer<'de, serde::de::value::Error> for Present<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> serde::Deserializer<'de> for Present<'de> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

fn decode(text: &str) -> Result<String, FormRefused> {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let broken = |at: usize| bytes[at] == b'%' && !(hex(at + 1) && hex(at + 2));
    if (0..bytes.len()).any(broken) {
        return Err(FormRefused::Malformed);
    }
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| FormRefused::Malformed)?;
    // No field of ours is made of NUL, and PostgreSQL can't keep it.
    if decoded.contains('\0') {
        return Err(FormRefused::Malformed);
    }
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["email", "stay"];

    #[test]
    fn a_browsers_form_is_read() {
        let pairs = pairs(b"email=a%40b.c+d&stay=", KNOWN, &[]).unwrap();
        assert_eq!(
            pairs,
            [
                ("email".into(), "a@b.c d".into()),
                ("stay".into(), String::new())
            ]
        );
    }

    #[test]
    fn boxes_of_one_name_are_put_together() {
        let body = b"scope=a%3Ab&email=x&scope=c";
        let pairs = pairs(body, &["scope", "email"], &["scope"]).unwrap();
        assert_eq!(
            pairs,
            [
                ("scope".into(), "a:b c".into()),
                ("email".into(), "x".into())
            ]
        );
    }

    #[test]
    fn what_no_form_of_ours_sends_is_refused() {
        let bodies: [&[u8]; 8] = [
            b"email=1&email=2",
            b"other=1",
            b"email=%",
            b"email=%2",
            b"email=%zz",
            b"email=%ff",
            b"email=\xff",
            b"email=%00",
        ];
        for body in bodies {
            assert_eq!(
                pairs(body, KNOWN, &[]),
                Err(FormRefused::Malformed),
                "{body:?}"
            );
        }
    }
}
