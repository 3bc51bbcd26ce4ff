//! The members of a JSON object, each named once.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;

use crate::refused::{Part, Refused};

/// The latest second that counts as a time: the last of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;
/// Found again in an error of `serde_json`, which keeps nothing but text.
const TWICE: &str = "a member stands here twice";

/// A JSON object that names no member twice. What lies deeper isn't looked at.
#[derive(Debug)]
pub(crate) struct Members(BTreeMap<String, Value>);

impl Members {
    pub(crate) fn parse(bytes: &[u8], part: Part) -> Result<Self, Refused> {
        let text = str::from_utf8(bytes).map_err(|_| Refused::NotUtf8(part))?;
        serde_json::from_str(text).map_err(|error| {
            if error.is_data() && error.to_string().starts_with(TWICE) {
                Refused::Duplicate(part)
            } else {
                Refused::NotJson(part)
            }
        })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// A member that is text, if it is there and is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// A claim that is text and says something, if it is there at all.
    pub(crate) fn optional_text(&mut self, name: &'static str) -> Result<Option<String>, Refused> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(Refused::MalformedClaim(name)),
        }
    }

    /// A claim that is text and says something.
    pub(crate) fn required_text(&mut self, name: &'static str) -> Result<String, Refused> {
        self.optional_text(name)?.ok_or(Refused::MissingClaim(name))
    }

    /// A claim that is a whole number, not negative, if it is there at all.
    pub(crate) fn optional_count(&self, name: &'static str) -> Result<Option<i64>, Refused> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.as_i64() {
            Some(count) if count >= 0 => Ok(Some(count)),
            _ => Err(Refused::MalformedClaim(name)),
        }
    }

    /// A claim that is a whole number, not negative.
    pub(crate) fn required_count(&self, name: &'static str) -> Result<i64, Refused> {
        self.optional_count(name)?
            .ok_or(Refused::MissingClaim(name))
    }

    /// A claim that is a time in whole seconds since 1970 and before the year 10000, if it is there
    /// at all.
    pub(crate) fn optional_time(&self, name: &'static str) -> Result<Option<i64>, Refused> {
        match self.optional_count(name)? {
            Some(seconds) if seconds > LAST_SECOND => Err(Refused::MalformedClaim(name)),
            time => Ok(time),
        }
    }

    /// A claim that is a time in whole seconds since 1970 and before the year 10000.
    pub(crate) fn required_time(&self, name: &'static str) -> Result<i64, Refused> {
        self.optional_time(name)?.ok_or(Refused::MissingClaim(name))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EachOnce)
    }
}

struct EachOnce;

impl<'de> Visitor<'de> for EachOnce {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: impl AsRef<[u8]>) -> Result<Members, Refused> {
        Members::parse(text.as_ref(), Part::Claims)
    }

    #[test]
    fn a_member_that_stands_there_twice_is_refused_whatever_its_name_or_spelling() {
        for text in [
            r#"{"exp":1,"exp":1}"#,
            r#"{"x":1,"y":2,"x":{}}"#,
            r#"{"exp":1,"\u0065xp":2}"#,
            r#"{"":1,"":1}"#,
        ] {
            assert_eq!(
                parse(text).err(),
                Some(Refused::Duplicate(Part::Claims)),
                "{text}"
            );
        }
        assert!(parse(r#"{"exp":1,"Exp":1}"#).is_ok());
    }

    #[test]
    fn what_is_no_json_object_is_refused() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
        for text in [
            "",
            "null",
            "[]",
            "\"x\"",
            "1",
            "{",
            "{}{}",
            "{} x",
            "{'a':1}",
            "{\"a\":01}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":NaN}",
            "\u{feff}{}",
            &deep,
            // A member's own text isn't taken for our reason.
            "{\"a member stands here twice\":}",
        ] {
            assert_eq!(
                parse(text).err(),
                Some(Refused::NotJson(Part::Claims)),
                "{text}"
            );
        }
        assert_eq!(
            parse(b"{\"a\":\"\xff\"}").err(),
            Some(Refused::NotUtf8(Part::Claims))
        );
    }

    #[test]
    fn times_are_whole_seconds_in_a_sane_range() {
        for value in [
            "-1",
            "1.5",
            "1e3",
            "\"1790000000\"",
            "null",
            "true",
            "[1]",
            "253402300800",
            "9223372036854775808",
            "1e400",
        ] {
            let refused = parse(format!("{{\"exp\":{value}}}"))
                .and_then(|members| members.required_time("exp"));
            assert!(
                matches!(
                    refused,
                    Err(Refused::MalformedClaim("exp") | Refused::NotJson(Part::Claims))
                ),
                "{value}: {refused:?}"
            );
        }
        for (value, time) in [
            ("0", 0),
            ("1790000000", 1_790_000_000),
            ("253402300799", LAST_SECOND),
        ] {
            let members = parse(format!("{{\"exp\":{value}}}")).expect("an object");
            assert_eq!(members.required_time("exp"), Ok(time));
        }
        let none = parse("{}").expect("an object");
        assert_eq!(none.required_time("exp"), Err(Refused::MissingClaim("exp")));
        assert_eq!(none.optional_time("nbf"), Ok(None));
    }
}
