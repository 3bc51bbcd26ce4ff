//! The APIs that tokens can be for, what signs them, and what the JSON API lets in.

use domain::keys::signing::Algorithm;

use super::{dev, load, refusals};
use crate::config::Config;

fn api(more: &str) -> String {
    format!("[[apis]]\naudience = \"https://shop.example\"\n{more}\n")
}

/// A scope's name and its words.
type Scope = (String, String);

/// Audiences, names and scopes of what is offered beside our own.
fn offered(config: &Config) -> Vec<(String, String, Vec<Scope>)> {
    let apis = config.apis.offered(false).into_iter().skip(1);
    apis.map(|api| {
        let scopes = api.scopes.into_iter();
        let scopes = scopes.map(|scope| (scope.name, scope.description));
        (api.audience, api.name, scopes.collect())
    })
    .collect()
}

fn pair(name: &str, description: &str) -> Scope {
    (name.to_owned(), description.to_owned())
}

#[test]
fn an_api_has_an_audience_a_name_and_scopes_with_words() {
    let scopes = vec![
        pair("data:read", "See the data, all of it"),
        pair("data:write", ""),
    ];
    let wanted = [("https://shop.example".to_owned(), "Shop".to_owned(), scopes)];
    let list =
        api("name = \"Shop\"\nscopes = [\"data:read See the data, all of it\", \"data:write\"]");
    assert_eq!(offered(&load(&list, &[])), wanted);
    let environment = [
        ("LATCHKEY_APIS__0__AUDIENCE", "https://shop.example"),
        ("LATCHKEY_APIS__0__SCOPES", "a See it, b"),
    ];
    let (_, name, scopes) = offered(&load("", &environment)).remove(0);
    assert_eq!(
        name, "https://shop.example",
        "its audience, for want of a better one"
    );
    assert_eq!(scopes, [pair("a", "See it"), pair("b", "")]);
}

#[test]
fn development_declares_an_example_unless_there_are_others() {
    let (audience, _, scopes) = offered(&Config::load(dev("")).unwrap()).remove(0);
    assert_eq!(audience, "https://api.example.com");
    assert_eq!(scopes[0].0, "data:read");
    let own = Config::load(dev(&api("scopes = [\"x\"]"))).unwrap();
    assert_eq!(offered(&own)[0].0, "https://shop.example");
    assert!(offered(&load("", &[])).is_empty());
}

#[test]
fn what_no_token_could_say_is_refused() {
    let one = |file: &str| {
        let mut problems = refusals(file, &[]);
        assert_eq!(problems.len(), 1, "{file}: {problems:#?}");
        problems.remove(0)
    };
    assert!(one(&api("")).contains("at least one scope"));
    assert!(one(&api("scopes = \"a\\\"b\"")).contains("without quotes"));
    assert!(one(&api("scopes = [\"admin:all\"]")).contains("our own"));
    assert!(one(&api("scopes = [\"openid\"]")).contains("OpenID Connect"));
    assert!(one(&api("name = \"a\\u202Eb\"\nscopes = [\"x\"]")).contains("a name"));
    assert!(one(&api("scopes = [1]")).contains("a list of texts"));
    assert!(one(&api("scopes = [\"profile:read\"]")).contains("profile:read is declared twice"));
    assert!(one("[[apis]]\nscopes = [\"x\"]").contains("audience"));
    let twice = api("scopes = [\"x\"]") + &api("scopes = [\"y\"]");
    assert!(one(&twice).contains("declared twice"));
    assert!(one(&api("scopes = [\"x\"]\nscope = 1")).contains("apis[0].scopes"));
}

#[test]
fn keys_have_algorithms_and_a_span() {
    let rules = load(
        "keys.algorithms = [\"RS256\", \"EdDSA\"]\nkeys.rotate_days = 7",
        &[],
    )
    .keys
    .rules;
    assert_eq!(rules.access, [Algorithm::Rs256, Algorithm::EdDsa]);
    assert_eq!(rules.rotate_every.as_secs(), 7 * 86_400);
    for wrong in ["HS256", "none", "eddsa", "EdDSA, EdDSA", ""] {
        let problems = refusals(&format!("keys.algorithms = \"{wrong}\""), &[]);
        assert_eq!(problems.len(), 1, "{wrong}");
    }
}

#[test]
fn id_tokens_have_an_algorithm_of_their_own() {
    let id = |text: &str| load(text, &[]).keys.rules.id;
    assert_eq!(id(""), Algorithm::Rs256);
    assert_eq!(id("keys.id_algorithm = \"EdDSA\""), Algorithm::EdDsa);
    for wrong in ["HS256", "none", "RS256, EdDSA", ""] {
        let problems = refusals(&format!("keys.id_algorithm = \"{wrong}\""), &[]);
        assert_eq!(problems.len(), 1, "{wrong}");
    }
}

#[test]
fn everybody_registers_apps_only_where_that_is_said() {
    assert!(!load("", &[]).clients.by_people);
    assert!(load("clients.by_people = true", &[]).clients.by_people);
    assert!(Config::load(dev("")).unwrap().clients.by_people);
    let closed = Config::load(dev("clients.by_people = false")).unwrap();
    assert!(!closed.clients.by_people);
}

#[test]
fn the_api_is_opened_by_configuration_only() {
    assert!(Config::load(dev("")).unwrap().api.password_login);
    let closed = Config::load(dev("api.password_login = false")).unwrap();
    assert!(!closed.api.password_login);
    let config = load(
        "api.cors_origins = [\"https://app.example\", \"http://localhost:3000\"]\napi.revocations_scope = \"profile:read\"",
        &[],
    );
    assert_eq!(config.api.cors_origins.len(), 2);
    assert_eq!(
        config.api.revocations_scope.as_deref(),
        Some("profile:read")
    );
    for wrong in [
        "*",
        "https://app.example/",
        "app.example",
        "null",
        "file:///x",
        "ftp://app.example",
        "https://*.app.example",
    ] {
        let problems = refusals(&format!("api.cors_origins = \"{wrong}\""), &[]);
        assert_eq!(problems.len(), 1, "{wrong}");
    }
    assert_eq!(refusals("api.revocations_scope = \"nope\"", &[]).len(), 1);
}
