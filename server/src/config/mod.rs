//! The configuration: `latchkey.toml`, overridden key by key by the environment.
//!
//! Each section has a file with its keys (name, default, bounds, sentence), its typed form and the
//! rules its values obey. What a [`Config`] holds has been checked; `loading` finds the values and
//! collects everything that is wrong with them.

mod accounts;
mod api;
mod apis;
mod audit;
mod clients;
mod data;
mod database;
mod error;
mod hashing;
mod http;
mod keys;
mod links;
mod listen;
mod loading;
mod log;
mod passwords;
mod public_url;
mod sample;
mod secret;
mod secrets;
mod sessions;
mod smtp;
mod social;
mod table;
mod throttle;
mod tls;

#[cfg(test)]
mod tests;

use std::path::Path;

use domain::{credentials::HashingPoolConfig, tokens::Apis};

pub use accounts::Accounts;
pub use api::Api;
pub use audit::Audit;
pub use clients::Clients;
pub use data::Data;
pub use database::Database;
pub use error::{ConfigError, ConfigErrors};
pub use hashing::Hashing;
pub use http::Http;
pub use keys::Keys;
pub use links::Links;
pub use listen::Listen;
pub use loading::{DEFAULT_FILE, Key, List, Sources};
pub use log::{Log, LogFormat, LogLevel};
pub use passwords::Passwords;
pub use public_url::{PublicUrl, PublicUrlError};
pub use sample::sample;
pub use secret::Secret;
pub use secrets::Secrets;
pub use sessions::Sessions;
pub use smtp::{Smtp, SmtpTls};
pub(crate) use social::practice;
pub use social::{Social, SocialProtocol, SocialProvider};
pub(crate) use table::is_secret;
pub use table::{docs, keys, lists};
pub use throttle::Throttle;
pub use tls::{Tls, TlsFiles};

use loading::{Shown, Values};

/// Everything that can be set, checked and resolved. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Started with `--dev`. A flag only, never a key.
    pub dev: bool,
    /// Where people and programs reach this installation.
    pub public_url: PublicUrl,
    /// `[listen]`
    pub listen: Listen,
    /// `[tls]`
    pub tls: Tls,
    /// `[data]`
    pub data: Data,
    /// `[database]`
    pub database: Database,
    /// `[smtp]`; `None`: mail stays queued.
    pub smtp: Option<Smtp>,
    /// `[accounts]`
    pub accounts: Accounts,
    /// `[passwords]`
    pub passwords: Passwords,
    /// `[hashing]`
    pub hashing: Hashing,
    /// `[sessions]`
    pub sessions: Sessions,
    /// `[links]`
    pub links: Links,
    /// `[throttle]`
    pub throttle: Throttle,
    /// `[http]`
    pub http: Http,
    /// `[log]`
    pub log: Log,
    /// `[secrets]`
    pub secrets: Secrets,
    /// `[social]`
    pub social: Social,
    /// `[keys]`
    pub keys: Keys,
    /// `[audit]`
    pub audit: Audit,
    /// `[api]`
    pub api: Api,
    /// `[clients]`
    pub clients: Clients,
    /// `[[apis]]`, our own first.
    pub apis: Apis,
    shown: Vec<Shown>,
}

impl Config {
    /// Reads and checks the configuration of this process: `path`, or else `latchkey.toml` in the
    /// working directory if it is there; the environment; and the secret files that it names.
    ///
    /// # Errors
    /// Everything that is wrong, together. A missing file is an error only if `path` names it.
    pub fn from_machine(path: Option<&Path>, dev: bool) -> Result<Self, ConfigErrors> {
        Self::load(Sources::of_machine(path, dev)?)
    }

    /// Reads and checks the configuration that `sources` hold.
    ///
    /// # Errors
    /// Everything that is wrong, together.
    pub fn load(sources: Sources) -> Result<Self, ConfigErrors> {
        let mut values = Values::gather(sources);
        let config = if values.complete() {
            Self::read(&mut values)
        } else {
            None
        };
        let (shown, problems) = values.finish();
        match config {
            Some(config) if problems.is_empty() => Ok(Self { shown, ..config }),
            _ => Err(ConfigErrors::from(problems)),
        }
    }

    /// Every section is read before the first refusal counts, so that all refusals are collected.
    fn read(values: &mut Values) -> Option<Self> {
        let public_url = PublicUrl::read(values);
        let listen = Listen::read(values, public_url.as_ref());
        let tls = Tls::read(values, public_url.as_ref());
        let data = Data::read(values);
        let database = Database::read(values, data.as_ref());
        let smtp = Smtp::read(values, public_url.as_ref());
        let mail_leaves = matches!(smtp, Ok(Some(_)));
        let accounts = Accounts::read(values, mail_leaves);
        let passwords = Passwords::read(values);
        let hashing = Hashing::read(values);
        let sessions = Sessions::read(values);
        let links = Links::read(values);
        let throttle = Throttle::read(values);
        let http = Http::read(values);
        let log = Log::read(values);
        let secrets = Secrets::read(values);
        let social = Social::read(values, public_url.as_ref());
        let keys = Keys::read(values);
        let audit = Audit::read(values, data.as_ref());
        let api = Api::read(values);
        let clients = Clients::read(values);
        let apis = apis::read(values, public_url.as_ref());
        Some(Self {
            dev: values.dev(),
            public_url: public_url?,
            listen: listen?,
            tls: tls?,
            data: data?,
            database: database?,
            smtp: smtp.ok()?,
            accounts: accounts?,
            passwords: passwords?,
            hashing: hashing?,
            sessions: sessions?,
            links: links?,
            throttle: throttle?,
            http: http?,
            log: log?,
            secrets: secrets?,
            social: social?,
            keys: keys?,
            audit: audit?,
            api: api?,
            clients: clients?,
            apis: apis?,
            shown: Vec::new(),
        })
    }

    /// Every key, the value in force, and where it is from: `default`, `file` or `environment`.
    /// A secret that is set reads `(secret)`.
    pub fn describe(&self) -> Vec<(String, String, &'static str)> {
        self.shown
            .iter()
            .map(|shown| (shown.key.clone(), shown.value.clone(), shown.source))
            .collect()
    }

    /// How the hashing pool is to be set up.
    pub const fn hashing_pool(&self) -> HashingPoolConfig {
        HashingPoolConfig {
            engine: self.passwords.engine,
            params: self.passwords.params,
            threads: self.hashing.threads,
            queue_per_thread: self.hashing.queue_per_thread,
        }
    }
}
