//! With nothing set.

use std::{collections::BTreeSet, path::Path, time::Duration};

use domain::{
    accounts::SignUpPolicy,
    credentials::{Argon2Params, EngineChoice},
    keys::signing::KeyRules,
    sessions::Lifetimes,
};

use super::{dev, load};
use crate::config::{Config, Key, LogFormat, LogLevel, Sources, docs, keys};

/// Every key and its default, written as in TOML.
const DEFAULTS: &str = r#"
public_url = "http://localhost:8080"
listen.address = "127.0.0.1:8080"
listen.redirect_address = ""
listen.metrics_address = ""
tls.certificate = ""
tls.private_key = ""
data.folder = "data"
database.url = ""
database.readers = 4
database.writers = 4
smtp.host = ""
smtp.port = 0
smtp.tls = "starttls"
smtp.plaintext_host = ""
smtp.ca_file = ""
smtp.username = ""
smtp.password = ""
smtp.from = ""
smtp.helo_name = ""
smtp.timeout_seconds = 30
accounts.signup = ""
accounts.allowed_domains = ""
passwords.min_length = 15
passwords.engine = "auto"
passwords.memory_kib = 19456
passwords.iterations = 2
passwords.parallelism = 1
hashing.threads = 0
hashing.queue_per_thread = 32
sessions.idle_hours = 2
sessions.absolute_hours = 12
sessions.persistent_idle_hours = 168
sessions.persistent_absolute_hours = 720
links.confirm_hours = 24
links.reset_minutes = 60
links.invite_hours = 168
throttle.free_failures = 5
throttle.first_wait_seconds = 1
throttle.longest_wait_seconds = 900
throttle.known_browsers_only_from = 100
throttle.known_browser_failures = 10
throttle.address_failures = 60
throttle.address_minutes = 10
throttle.signups_per_address = 20
throttle.recoveries_per_address = 60
throttle.provider_starts_per_address = 300
http.body_bytes = 65536
http.request_seconds = 30
http.header_seconds = 10
http.max_connections = 4096
http.proxy_hops = 0
http.shutdown_seconds = 10
log.format = "auto"
log.level = "info"
secrets.master_key = ""
social.allow_private_addresses = false
social.timeout_seconds = 10
social.github.client_id = ""
social.github.client_secret = ""
social.github.client_secret_file = ""
social.google.client_id = ""
social.google.client_secret = ""
social.google.client_secret_file = ""
keys.algorithms = "EdDSA"
keys.id_algorithm = "RS256"
keys.rotate_days = 30
audit.checkpoints = "audit-checkpoints.jsonl"
audit.keep_days = 400
api.password_login = false
api.revocations_scope = ""
api.calls_per_token = 6000
api.calls_per_address = 12000
api.cors_origins = ""
clients.by_people = false
"#;

#[test]
fn the_keys_and_their_defaults_are_the_documented_ones() {
    let lines: Vec<String> = keys()
        .map(|key| format!("{} = {}", key.name(), key.default()))
        .collect();
    assert_eq!(lines.join("\n"), DEFAULTS.trim());
}

#[test]
fn a_file_of_defaults_changes_nothing() {
    let values = |config: Config| -> Vec<(String, String)> {
        config
            .describe()
            .into_iter()
            .map(|(key, value, _)| (key, value))
            .collect()
    };
    assert_eq!(values(load(DEFAULTS, &[])), values(load("", &[])));
}

#[test]
fn no_configuration_at_all_works() {
    let config = Config::load(Sources::default()).unwrap();
    assert!(!config.dev);
    assert_eq!(config.public_url.issuer(), "http://localhost:8080");
    assert_eq!(config.listen.address.to_string(), "127.0.0.1:8080");
    assert!(config.listen.redirect_address.is_none() && config.tls.files.is_none());
    assert!(config.listen.metrics_address.is_none());
    assert_eq!(config.data.folder, Path::new("data"));
    assert_eq!(config.database.url.reveal(), "sqlite:data/latchkey.db");
    assert_eq!((config.database.readers, config.database.writers), (4, 4));
    assert!(config.smtp.is_none());
    assert_eq!(config.accounts.signup, SignUpPolicy::Closed);
    assert!(config.accounts.allowed_domains.is_empty());
    assert_eq!(config.passwords.policy().min_length, 15);
    assert_eq!(config.sessions.lifetimes(), Lifetimes::default());
    assert_eq!(config.links.confirm_lifetime, Duration::from_hours(24));
    assert_eq!(config.links.invite_lifetime, Duration::from_hours(168));
    assert_eq!(config.throttle.signups_per_address, 20);
    assert_eq!(config.http.body_bytes, 65_536);
    assert_eq!(config.http.request_timeout, Duration::from_secs(30));
    assert_eq!(config.http.header_timeout, Duration::from_secs(10));
    assert_eq!(config.http.max_connections, 4096);
    assert_eq!(config.http.proxy_hops, 0);
    assert_eq!(config.http.shutdown_timeout, Duration::from_secs(10));
    assert_eq!(config.log.format, LogFormat::Json);
    assert_eq!(config.log.level, LogLevel::Info);
    assert!(config.secrets.master_key.is_none());
    assert!(config.social.providers.is_empty() && !config.social.allow_private_addresses);
    assert_eq!(config.social.timeout, Duration::from_secs(10));
    assert_eq!(config.keys.rules, KeyRules::default());
    assert!(!config.api.password_login && config.api.cors_origins.is_empty());
    assert_eq!(config.apis.offered(false).len(), 1);
}

#[test]
fn the_hashing_pool_is_set_up_as_configured() {
    let pool = load("", &[]).hashing_pool();
    assert_eq!(pool.engine, EngineChoice::Auto);
    assert_eq!(pool.params, Argon2Params::default());
    assert_eq!((pool.threads, pool.queue_per_thread.get()), (None, 32));
    let pool = load("hashing.threads = 3\npasswords.engine = \"argon2\"", &[]).hashing_pool();
    assert_eq!(pool.threads.map(usize::from), Some(3));
    assert_eq!(pool.engine, EngineChoice::Reference);
}

#[test]
fn development_opens_sign_up_and_logs_for_people_unless_told_otherwise() {
    let config = Config::load(dev("")).unwrap();
    assert!(config.dev);
    assert_eq!(config.accounts.signup, SignUpPolicy::Open);
    assert_eq!(config.log.format, LogFormat::Human);
    let config = Config::load(dev("accounts.signup = \"closed\"\nlog.format = \"json\"")).unwrap();
    assert_eq!(config.accounts.signup, SignUpPolicy::Closed);
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn sign_up_has_three_policies() {
    for (word, policy) in [
        ("open", SignUpPolicy::Open),
        ("invite", SignUpPolicy::Invite),
        ("closed", SignUpPolicy::Closed),
    ] {
        let config = load(&format!("accounts.signup = \"{word}\""), &[]);
        assert_eq!(config.accounts.signup, policy);
    }
}

#[test]
fn every_key_has_a_sentence_and_a_name_of_its_own() {
    let documented: BTreeSet<&str> = docs().iter().map(|(key, _)| *key).collect();
    let known: BTreeSet<&str> = keys().map(Key::name).collect();
    assert_eq!(documented, known);
    assert_eq!(docs().len(), known.len());
    for (key, doc) in docs() {
        assert!(doc.ends_with('.') && doc.len() > 20, "{key}: {doc}");
        assert!(!doc.contains("  ") && !doc.contains('\n'), "{key}: {doc}");
    }
}

#[test]
fn every_key_is_read() {
    for key in keys() {
        let text = format!("{} = [1]", key.name());
        let problem = super::refusals(&text, &[]).join("\n");
        let start = format!("\"{}\" in latchkey.toml: found a list, wanted ", key.name());
        assert!(problem.starts_with(&start), "{problem}");
        assert_eq!(problem.lines().count(), 1, "{problem}");
    }
}
