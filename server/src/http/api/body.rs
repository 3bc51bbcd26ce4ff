//! The JSON of a request, read field by field, so that a refusal can point at each that won't do.

use std::fmt;

use axum::extract::{FromRequest, Request};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use crate::http::{
    error::api::{FieldError, Kind, Problem},
    forms::sent,
    state::AppState,
};

const JSON: &str = "application/json";

/// A body that has been read.
pub(super) struct Body<T>(pub(super) T);

/// What a body is read into.
pub(super) trait FromFields: Sized {
    /// Takes its fields, noting what is wrong with them.
    fn from_fields(fields: &mut Fields) -> Self;
}

impl<T: FromFields> FromRequest<AppState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = sent(&parts, body, state.door.body_bytes, JSON).await?;
        read(&bytes).map(Self)
    }
}

/// Reads a body that has come.
pub(super) fn read<T: FromFields>(bytes: &[u8]) -> Result<T, Problem> {
    let mut fields = Fields::parse(bytes)?;
    let body = T::from_fields(&mut fields);
    fields.finish(body)
}

/// What is to become of a text that may be there or not.
pub(super) enum Wish {
    /// Nothing.
    Keep,
    /// It goes.
    Clear,
    /// It becomes this.
    Set(String),
}

/// The members of an object that aren't taken yet, and what is wrong with it so far.
pub(super) struct Fields {
    sent: Vec<(String, Value)>,
    errors: Vec<FieldError>,
}

impl Fields {
    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let malformed = || {
            Problem::new(
                Kind::InvalidRequest,
                "The body isn't JSON that can be read.",
            )
        };
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let read = Sent::deserialize(&mut reader).map_err(|_| malformed())?;
        reader.end().map_err(|_| malformed())?;
        match read {
            Sent::Members(sent) => {
                let mut fields = Self {
                    sent,
                    errors: Vec::new(),
                };
                fields.refuse_twice();
                Ok(fields)
            }
            Sent::Other => Err(Problem::fields(vec![FieldError {
                // The whole document (RFC 6901 section 5).
                pointer: "".into(),
                detail: "This must be an object.".into(),
            }])),
        }
    }

    /// Which of two was meant, nobody knows (RFC 8259 section 4).
    fn refuse_twice(&mut self) {
        let mut seen = Vec::new();
        let sent = std::mem::take(&mut self.sent);
        for (name, value) in sent {
            if seen.contains(&name) {
                self.refuse(&name, "This stands here twice.");
            } else {
                seen.push(name.clone());
                self.sent.push((name, value));
            }
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.sent.iter().position(|(sent, _)| sent == name)?;
        Some(self.sent.swap_remove(at).1)
    }

    /// Notes that a field won't do.
    pub(super) fn refuse(&mut self, name: &str, detail: &'static str) {
        self.errors.push(FieldError {
            pointer: pointer(name),
            detail: detail.into(),
        });
    }

    /// A text that has to be there.
    pub(super) fn text(&mut self, name: &str) -> String {
        match self.take(name) {
            Some(Value::String(text)) => text,
            Some(_) => {
                self.refuse(name, "This must be a string.");
                String::new()
            }
            None => {
                self.refuse(name, "This is missing.");
                String::new()
            }
        }
    }

    /// A text that may be there.
    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        let value = self.take(name)?;
        if let Value::String(text) = value {
            return Some(text);
        }
        self.refuse(name, "This must be a string.");
        None
    }

    /// A text, or null, that may be there.
    pub(super) fn nullable_text(&mut self, name: &str) -> Wish {
        match self.take(name) {
            None => Wish::Keep,
            Some(Value::String(text)) => Wish::Set(text),
            Some(Value::Null) => Wish::Clear,
            Some(_) => {
                self.refuse(name, "This must be a string or null.");
                Wish::Keep
            }
        }
    }

    /// Refuses a field that is known and can't be set here.
    pub(super) fn never(&mut self, name: &str, why: &'static str) {
        if self.take(name).is_some() {
            self.refuse(name, why);
        }
    }

    fn finish<T>(mut self, body: T) -> Result<T, Problem> {
        for (name, _) in std::mem::take(&mut self.sent) {
            self.refuse(&name, "There is no such field.");
        }
        if self.errors.is_empty() {
            Ok(body)
        } else {
            Err(Problem::fields(self.errors))
        }
    }
}

/// A pointer to a member of the body (RFC 6901 section 3).
pub(super) fn pointer(name: &str) -> std::borrow::Cow<'static, str> {
    format!("/{}", name.replace('~', "~0").replace('/', "~1")).into()
}

/// A JSON document.
enum Sent {
    Members(Vec<(String, Value)>),
    Other,
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyDocument)
    }
}

struct AnyDocument;

macro_rules! other {
    ($($visit:ident: $type:ty),*) => {
        $(fn $visit<E>(self, _: $type) -> Result<Sent, E> {
            Ok(Sent::Other)
        })*
    };
}

impl<'de> Visitor<'de> for AnyDocument {
    type Value = Sent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }

    other!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<Sent, E> {
        Ok(Sent::Other)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Sent, A::Error> {
        while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        Ok(Sent::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sent, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Sent::Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Pet {
        name: String,
        of: Option<String>,
    }

    impl FromFields for Pet {
        fn from_fields(fields: &mut Fields) -> Self {
            Self {
                name: fields.text("name"),
                of: fields.optional_text("a/b~c"),
            }
        }
    }

    #[test]
    fn what_is_asked_for_is_read() {
        let pet = read::<Pet>(br#"{"name":"Rex","a/b~c":"Ada"}"#).unwrap();
        let rex = Pet {
            name: "Rex".to_owned(),
            of: Some("Ada".to_owned()),
        };
        assert_eq!(pet, rex);
    }

    #[test]
    fn everything_that_is_wrong_is_pointed_at() {
        let cases: [(&str, &[&str]); 7] = [
            ("{}", &["/name"]),
            (
                r#"{"name":1,"x":2,"a/b~c":null}"#,
                &["/name", "/a~1b~0c", "/x"],
            ),
            (r#"{"name":"a","name":"b"}"#, &["/name"]),
            (r#"{"name":"a","~/":{}}"#, &["/~0~1"]),
            ("[]", &[""]),
            ("null", &[""]),
            (r#""name""#, &[""]),
        ];
        for (sent, pointers) in cases {
            let problem = read::<Pet>(sent.as_bytes()).unwrap_err();
            assert_eq!(problem.pointers(), pointers, "{sent}");
        }
    }

    #[test]
    fn what_is_no_json_has_no_fields() {
        let deep = "[".repeat(100_000);
        for sent in [
            "",
            "{",
            "{}{}",
            "{'a':1}",
            "\u{feff}{}",
            "{\"name\":\"\\ud800\"}",
            &deep,
        ] {
            let problem = read::<Pet>(sent.as_bytes()).unwrap_err();
            assert!(problem.pointers().is_empty(), "{sent}");
        }
        assert!(read::<Pet>(b"{\"name\":\"\xff\"}").is_err());
    }
}
