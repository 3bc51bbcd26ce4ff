//! The environment: `LATCHKEY_` variables override the file, and unknown ones are refused.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::Path,
};

use toml::Value;

use super::{
    Key,
    key::{Kind, PREFIX, variable},
    nearest::nearest,
    values::{Origin, Values},
};
use crate::config::{error::ConfigError, table};

/// Begins the variables of our tests' tools.
const TOOLS: [&str; 3] = ["LATCHKEY_TEST_", "LATCHKEY_E2E_", "LATCHKEY_CHROMIUM"];
/// Names the configuration file; the command line reads it.
const CONFIG: &str = "LATCHKEY_CONFIG";

type ReadFile = fn(&Path) -> io::Result<String>;

/// Adds what the environment sets.
pub(super) fn add(values: &mut Values, environment: Vec<(OsString, OsString)>, read: ReadFile) {
    let mut ours: Vec<(String, OsString)> = environment
        .into_iter()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value))
        .filter(|(name, _)| name.starts_with(PREFIX) && !is_exempt(name))
        .collect();
    ours.sort();
    for (name, value) in &ours {
        if let Some(key) = table::keys().find(|key| key.variable() == *name) {
            add_plain(values, key, name, value);
        } else if let Some(key) = secret_of(name) {
            let variable = key.variable();
            if ours.iter().any(|(other, _)| *other == variable) {
                values.problem(ConfigError::BothGiven { variable });
            } else {
                add_file(values, key, name, value, read);
            }
        } else {
            values.problem(unknown(name));
        }
    }
}

fn is_exempt(name: &str) -> bool {
    name == CONFIG || TOOLS.iter().any(|tool| name.starts_with(tool))
}

/// The secret whose file this variable names.
fn secret_of(name: &str) -> Option<&'static Key> {
    let plain = name.strip_suffix("_FILE")?;
    table::keys().find(|key| key.is_secret() && key.variable() == plain)
}

fn add_plain(values: &mut Values, key: &'static Key, name: &str, value: &OsStr) {
    let origin = Origin::Variable(name.to_owned());
    match value.to_str() {
        Some(text) => values.set(key, coerce(key, text), origin),
        None => values.refuse_at(key, &origin, "its value is not UTF-8".to_owned()),
    }
}

/// What isn't a number stays text, and is refused as such when it is read.
fn coerce(key: &Key, text: &str) -> Value {
    match (key.kind(), text.trim().parse::<i64>()) {
        (Kind::Whole { .. }, Ok(number)) => Value::Integer(number),
        _ => Value::String(text.to_owned()),
    }
}

/// The path isn't shown: somebody may have put the secret itself there.
fn add_file(values: &mut Values, key: &'static Key, name: &str, path: &OsStr, read: ReadFile) {
    let origin = Origin::Variable(name.to_owned());
    match read(Path::new(path)) {
        Ok(text) => {
            let line = text.strip_suffix('\n').unwrap_or(&text);
            let line = line.strip_suffix('\r').unwrap_or(line);
            values.set(key, Value::String(line.to_owned()), origin);
        }
        Err(error) => {
            let problem = format!("the file that it names can't be read: {error}");
            values.refuse_at(key, &origin, problem);
        }
    }
}

fn unknown(name: &str) -> ConfigError {
    let path = name[PREFIX.len()..].replace("__", ".").to_lowercase();
    let files = table::keys()
        .filter(|key| key.is_secret())
        .map(|key| format!("{}_file", key.name()));
    let known = table::keys()
        .map(|key| key.name().to_owned())
        .chain(files)
        .chain(["config".to_owned()]);
    ConfigError::UnknownVariable {
        name: name.to_owned(),
        nearest: nearest(&path, known).map(|path| variable(&path)),
    }
}
