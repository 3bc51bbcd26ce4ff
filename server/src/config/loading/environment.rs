//! The environment: `LATCHKEY_` variables override the file, and unknown ones are refused.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

use toml::Value;

use super::{
    Key, List,
    key::{Kind, PREFIX, variable},
    nearest::nearest,
    values::{Origin, Values},
};
use crate::config::{error::ConfigError, table};

/// Begins the variables of our tests' tools.
const TOOLS: [&str; 3] = ["LATCHKEY_TEST_", "LATCHKEY_E2E_", "LATCHKEY_CHROMIUM"];
/// Names the configuration file; the command line reads it.
const CONFIG: &str = "LATCHKEY_CONFIG";

/// Adds what the environment sets.
pub(super) fn add(values: &mut Values, environment: Vec<(OsString, OsString)>) {
    let mut ours: Vec<(String, OsString)> = environment
        .into_iter()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value))
        .filter(|(name, _)| name.starts_with(PREFIX) && !is_exempt(name))
        .collect();
    ours.sort();
    add_entries(values, &ours);
    for (name, value) in &ours {
        if of_entry(name).is_some() {
            continue;
        }
        if let Some(key) = table::keys().find(|key| key.variable() == *name) {
            add_plain(values, key, name, value);
        } else if let Some(key) = secret_of(name) {
            let variable = key.variable();
            if ours.iter().any(|(other, _)| *other == variable) {
                values.problem(ConfigError::BothGiven { variable });
            } else {
                add_file(values, key, name, value);
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

/// The key of a list's entry that this variable sets.
fn of_entry(name: &str) -> Option<(&'static List, usize, &'static Key)> {
    table::lists().find_map(|list| {
        let (number, rest) = entry_parts(list, name)?;
        let key = list
            .keys()
            .iter()
            .find(|key| key.name().to_uppercase() == rest)?;
        Some((list, number, key))
    })
}

/// The number of the entry that this variable is about, and what follows it.
fn entry_parts<'a>(list: &List, name: &'a str) -> Option<(usize, &'a str)> {
    let rest = name.strip_prefix(&variable(list.name()))?;
    let (number, rest) = rest.strip_prefix("__")?.split_once("__")?;
    // One spelling of each number, or two variables could mean one key.
    let number = number
        .parse::<usize>()
        .ok()
        .filter(|parsed| parsed.to_string() == number)?;
    Some((number, rest))
}

/// Adds what the environment sets in lists: in entries of the file, and in entries after them.
fn add_entries(values: &mut Values, ours: &[(String, OsString)]) {
    let mut set: Vec<_> = ours
        .iter()
        .filter_map(|(name, value)| of_entry(name).map(|at| (at, name, value)))
        .collect();
    set.sort_by_key(|((list, number, _), ..)| (list.name(), *number));
    for ((list, number, key), name, value) in set {
        let there = values.entries(list);
        if number > there {
            let problem = format!("entry {there} has to be set first: they count from 0");
            let place = name.clone();
            values.problem(ConfigError::Value { place, problem });
            continue;
        }
        if number == there {
            values.add_entry(list);
        }
        add_plain(values, &list.at(number, key), name, value);
    }
}

fn add_plain(values: &mut Values, key: &Key, name: &str, value: &OsStr) {
    let origin = Origin::Variable(name.to_owned());
    match value.to_str() {
        Some(text) => values.set(key, coerce(key, text), origin),
        None => values.refuse_at(key, &origin, "its value is not UTF-8".to_owned()),
    }
}

/// What isn't a number, or true or false, stays text, and is refused as such when it is read.
fn coerce(key: &Key, text: &str) -> Value {
    match (key.kind(), text.trim().parse::<i64>()) {
        (Kind::Whole { .. }, Ok(number)) => Value::Integer(number),
        (Kind::Flag { .. }, _) if text.trim() == "true" => Value::Boolean(true),
        (Kind::Flag { .. }, _) if text.trim() == "false" => Value::Boolean(false),
        _ => Value::String(text.to_owned()),
    }
}

/// The path isn't shown: somebody may have put the secret itself there.
fn add_file(values: &mut Values, key: &'static Key, name: &str, path: &OsStr) {
    let origin = Origin::Variable(name.to_owned());
    match values.secret_file(Path::new(path)) {
        Ok(text) => values.set(key, Value::String(text), origin),
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
    let entries = table::lists().flat_map(|list| {
        let number = entry_parts(list, name).map_or(0, |(number, _)| number);
        let keys = list.keys().iter();
        keys.map(move |key| format!("{}.{number}.{}", list.name(), key.name()))
    });
    let known = table::keys()
        .map(|key| key.name().to_owned())
        .chain(files)
        .chain(entries)
        .chain(["config".to_owned()]);
    ConfigError::UnknownVariable {
        name: name.to_owned(),
        nearest: nearest(&path, known).map(|path| variable(&path)),
    }
}
