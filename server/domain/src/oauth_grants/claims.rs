//! Claims that are asked for one by one (OpenID Connect Core section 5.5).

use serde_json::{Map, Value};

/// How somebody proved who they are, in the one word that there is for it: with one factor.
pub const ACR: &str = "aal1";

/// What ID tokens and userinfo can say of a person.
pub const CLAIMS: [&str; 4] = ["name", "locale", "email", "email_verified"];

/// What is asked for beyond scopes, as words: `userinfo.name`, `id_token.email`. And what has to be so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsRequest {
    /// The claims, each once.
    pub words: Vec<String>,
    /// As whom somebody has to be signed in: `sub` of the ID token.
    pub subject: Option<String>,
    /// Whether a way of proving who one is was made a condition, and isn't [`ACR`] (section 5.5.1.1).
    pub unmet: bool,
}

impl ClaimsRequest {
    /// Reads the parameter; `None`: it isn't an object of objects. What isn't known is left out.
    pub fn parse(text: &str) -> Option<Self> {
        let Value::Object(members) = serde_json::from_str(text).ok()? else {
            return None;
        };
        let mut asked = Self::default();
        for place in ["userinfo", "id_token"] {
            match members.get(place) {
                None | Some(Value::Null) => {}
                Some(Value::Object(claims)) => asked.read(place, claims)?,
                Some(_) => return None,
            }
        }
        Some(asked)
    }

    /// Without what a client of these scopes may not ask for: a claim is as much as the scope that it
    /// belongs to.
    pub(super) fn within(mut self, scopes: &[String]) -> Self {
        let allowed = |word: &String| {
            let name = word.split_once('.').map_or(word.as_str(), |(_, name)| name);
            scopes.iter().any(|scope| scope == scope_of(name))
        };
        self.words.retain(allowed);
        self
    }

    fn read(&mut self, place: &str, claims: &Map<String, Value>) -> Option<()> {
        for (name, wish) in claims {
            if !matches!(wish, Value::Null | Value::Object(_)) {
                return None;
            }
            if CLAIMS.contains(&name.as_str()) {
                self.words.push(format!("{place}.{name}"));
            }
            match name.as_str() {
                "sub" => {
                    let value = wish.get("value").and_then(Value::as_str);
                    self.subject = value.map(str::to_owned);
                }
                "acr" if place == "id_token" => self.unmet |= is_unmet(wish),
                _ => {}
            }
        }
        Some(())
    }
}

fn is_unmet(wish: &Value) -> bool {
    if wish.get("essential") != Some(&Value::Bool(true)) {
        return false;
    }
    let one = wish.get("value");
    let several = wish.get("values").and_then(Value::as_array);
    let mut wanted = one
        .into_iter()
        .chain(several.into_iter().flatten())
        .peekable();
    wanted.peek().is_some() && wanted.all(|acr| acr.as_str() != Some(ACR))
}

/// The scope that a claim belongs to (section 5.4).
fn scope_of(name: &str) -> &'static str {
    match name {
        "email" | "email_verified" => super::EMAIL,
        _ => super::PROFILE,
    }
}

/// Whether a claim may be told at a place: by a scope, or because it was asked for by itself.
pub(super) fn is_told(name: &str, place: &str, scopes: &[String], words: &[String]) -> bool {
    let by_scope = scope_of(name);
    let asked = || {
        words.iter().any(|word| {
            word.strip_prefix(place)
                .and_then(|rest| rest.strip_prefix('.'))
                == Some(name)
        })
    };
    // Where there is an access token, userinfo tells what scopes are for (section 5.4).
    (place == "userinfo" && scopes.iter().any(|scope| scope == by_scope)) || asked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_that_are_known_are_taken_up() {
        let text = r#"{"userinfo":{"name":{"essential":true},"address":null},
            "id_token":{"email":null,"auth_time":{"essential":true}},"other":1}"#;
        let asked = ClaimsRequest::parse(text).unwrap();
        assert_eq!(asked.words, ["userinfo.name", "id_token.email"]);
        assert!(!asked.unmet && asked.subject.is_none());
    }

    #[test]
    fn no_claim_is_asked_for_beyond_the_scopes_of_a_client() {
        let text = r#"{"userinfo":{"name":null,"email":null},"id_token":{"email_verified":null}}"#;
        let within = |scopes: &[&str]| {
            let scopes: Vec<String> = scopes.iter().map(ToString::to_string).collect();
            ClaimsRequest::parse(text).unwrap().within(&scopes).words
        };
        assert!(within(&["openid"]).is_empty());
        assert_eq!(within(&["openid", "profile"]), ["userinfo.name"]);
        let of_email = ["userinfo.email", "id_token.email_verified"];
        assert_eq!(within(&["openid", "email"]), of_email);
    }

    #[test]
    fn what_has_to_be_so_is_known() {
        let sub = ClaimsRequest::parse(r#"{"id_token":{"sub":{"value":"x"}}}"#).unwrap();
        assert_eq!(sub.subject.as_deref(), Some("x"));
        for (acr, unmet) in [
            (r#"{"essential":true,"values":["aal2"]}"#, true),
            (r#"{"essential":true,"value":"aal3"}"#, true),
            (r#"{"essential":true,"values":["aal2","aal1"]}"#, false),
            (r#"{"values":["aal2"]}"#, false),
            (r#"{"essential":true}"#, false),
            ("null", false),
        ] {
            let asked = ClaimsRequest::parse(&format!(r#"{{"id_token":{{"acr":{acr}}}}}"#));
            assert_eq!(asked.unwrap().unmet, unmet, "{acr}");
        }
    }

    #[test]
    fn what_is_no_request_for_claims_is_refused() {
        for text in [
            "",
            "[]",
            "null",
            "{\"userinfo\":[]}",
            "{\"id_token\":{\"name\":true}}",
            "{",
        ] {
            assert_eq!(ClaimsRequest::parse(text), None, "{text}");
        }
    }

    #[test]
    fn scopes_speak_for_userinfo_and_single_claims_for_their_place() {
        let scopes = ["openid".to_owned(), "email".to_owned()];
        let words = ["id_token.name".to_owned()];
        assert!(is_told("email", "userinfo", &scopes, &words));
        assert!(!is_told("email", "id_token", &scopes, &words));
        assert!(is_told("name", "id_token", &scopes, &words));
        assert!(!is_told("name", "userinfo", &scopes, &words));
    }
}
