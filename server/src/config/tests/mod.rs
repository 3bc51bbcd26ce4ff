//! What the configuration promises, through its front door.

mod apis;
mod defaults;
mod precedence;
mod reference;
mod refusals;
mod secrets;
mod smtp;
mod social;
mod tls;
mod unknown;

use std::{ffi::OsString, io, path::Path};

use super::{Config, Sources};

/// Reads no real file: the path is a name of this table.
fn read_secret_file(path: &Path) -> io::Result<String> {
    match path.to_str() {
        Some("/run/secrets/url") => Ok("postgres://app:pa55word@db/latchkey\n".to_owned()),
        Some("/run/secrets/windows") => Ok("postgres://app:pa55word@db/latchkey\r\n".to_owned()),
        Some("/run/secrets/client") => Ok("pa55word\n".to_owned()),
        Some("/run/secrets/two-clients") => Ok("pa55word\npa55word\n".to_owned()),
        Some("/run/secrets/empty") => Ok("\n".to_owned()),
        Some("/run/secrets/two-lines") => Ok("sqlite:a \n\n".to_owned()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    }
}

fn sources(file: &str, environment: &[(&str, &str)]) -> Sources {
    let os = |text: &&str| OsString::from(*text);
    Sources {
        file: (!file.is_empty()).then(|| ("latchkey.toml".into(), file.to_owned())),
        environment: environment
            .iter()
            .map(|(name, value)| (os(name), os(value)))
            .collect(),
        dev: false,
        read_secret_file,
    }
}

fn load(file: &str, environment: &[(&str, &str)]) -> Config {
    Config::load(sources(file, environment)).unwrap()
}

fn dev(file: &str) -> Sources {
    Sources {
        dev: true,
        ..sources(file, &[])
    }
}

/// The error text, line by line.
fn refusals(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    lines(sources(file, environment))
}

fn lines(sources: Sources) -> Vec<String> {
    let errors = Config::load(sources).unwrap_err();
    errors.to_string().lines().map(str::to_owned).collect()
}
