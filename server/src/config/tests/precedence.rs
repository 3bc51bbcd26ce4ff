//! Default, then file, then environment.

use std::path::Path;

use super::{load, refusals};
use crate::config::{Config, Key, keys};

fn described(config: &Config, key: &str) -> (String, &'static str) {
    let found = config.describe().into_iter().find(|(name, ..)| name == key);
    found.map(|(_, value, source)| (value, source)).unwrap()
}

#[test]
fn the_environment_overrides_the_file_and_the_file_the_default() {
    let file = "public_url = \"https://file.example\"\n[http]\nproxy_hops = 1\nbody_bytes = 2048";
    let environment = [
        ("LATCHKEY_PUBLIC_URL", "https://environment.example"),
        ("LATCHKEY_HTTP__PROXY_HOPS", " 2 "),
        ("PATH", "/bin"),
        ("LATCHKEYS", "not ours"),
    ];
    let config = load(file, &environment);
    assert_eq!(config.public_url.issuer(), "https://environment.example");
    assert_eq!(config.http.proxy_hops, 2);
    assert_eq!(config.http.body_bytes, 2048);
    assert_eq!(config.http.max_connections, 4096);
    let own = |value: &str, source| (value.to_owned(), source);
    assert_eq!(
        described(&config, "http.proxy_hops"),
        own("2", "environment")
    );
    assert_eq!(described(&config, "http.body_bytes"), own("2048", "file"));
    assert_eq!(
        described(&config, "http.max_connections"),
        own("4096", "default")
    );
}

#[test]
fn every_key_can_be_set_by_its_variable() {
    for key in keys() {
        let value = match key.name() {
            "database.url" => "sqlite:other.db".to_owned(),
            "secrets.master_key" => "A".repeat(43),
            _ => key
                .default()
                .as_str()
                .map_or_else(|| key.default().to_string(), str::to_owned),
        };
        let config = load("", &[(&key.variable(), &value)]);
        assert_eq!(described(&config, key.name()).1, "environment");
    }
}

#[test]
fn variables_are_named_after_the_path() {
    let names: Vec<String> = keys().map(Key::variable).collect();
    for name in [
        "LATCHKEY_PUBLIC_URL",
        "LATCHKEY_DATABASE__URL",
        "LATCHKEY_LISTEN__ADDRESS",
    ] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn what_is_empty_or_automatic_is_described_by_what_it_means() {
    let config = load("data.folder = \"//srv/latchkey/\"", &[]);
    assert_eq!(config.data.folder, Path::new("/srv/latchkey"));
    let own = |value: &str| (value.to_owned(), "default");
    assert_eq!(described(&config, "accounts.signup"), own("closed"));
    assert_eq!(described(&config, "log.format"), own("json"));
    assert_eq!(
        described(&config, "database.url"),
        own("sqlite:/srv/latchkey/latchkey.db")
    );
    assert_eq!(described(&config, "secrets.master_key"), own(""));
}

#[test]
fn an_overridden_value_is_not_judged() {
    let file = "listen.address = \"nonsense\"";
    assert_eq!(refusals(file, &[]).len(), 1);
    let config = load(file, &[("LATCHKEY_LISTEN__ADDRESS", "[::1]:1")]);
    assert_eq!(config.listen.address.to_string(), "[::1]:1");
}
