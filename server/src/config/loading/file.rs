//! The file: known keys become values, the others become problems.

use toml::{Table, Value};

use super::{
    Key, List,
    nearest::nearest,
    values::{Origin, Values, found},
};
use crate::config::{error::ConfigError, table};

/// Adds what the file sets. `false` when it can't be understood at all.
pub(super) fn add(values: &mut Values, file: &str, text: &str) -> bool {
    match text.parse::<Table>() {
        Ok(table) => {
            walk(values, file, "", table);
            true
        }
        Err(error) => {
            values.problem(syntax(file, text, &error));
            false
        }
    }
}

fn walk(values: &mut Values, file: &str, prefix: &str, table: Table) {
    for (name, value) in table {
        let path = join(prefix, &name);
        if let Some(key) = table::find(&path) {
            values.set(key, value, Origin::File(file.to_owned()));
            continue;
        }
        if let Some(list) = table::find_list(&path) {
            entries(values, file, list, value);
            continue;
        }
        if let Some(meant) = table::meant(&path) {
            values.problem(ConfigError::UnknownKey {
                key: path,
                file: file.to_owned(),
                nearest: Some(meant),
            });
            continue;
        }
        let section = table::is_section(&path);
        match value {
            Value::Table(inner) if section || !inner.is_empty() => {
                walk(values, file, &path, inner);
            }
            // The value isn't shown: it may be a secret in the wrong place.
            value if section => values.problem(ConfigError::Value {
                place: format!("\"{path}\" in {file}"),
                problem: format!("found {}, wanted a table: [{path}]", found(&value, true)),
            }),
            _ => values.problem(unknown(file, path)),
        }
    }
}

/// Adds the tables of a list.
fn entries(values: &mut Values, file: &str, list: &'static List, value: Value) {
    let name = list.name();
    // The value isn't shown: it may be a secret in the wrong place.
    let wanted = |found: &str| ConfigError::Value {
        place: format!("\"{name}\" in {file}"),
        problem: format!("found {found}, wanted tables: [[{name}]]"),
    };
    let tables = match value {
        Value::Array(tables) => tables,
        other => return values.problem(wanted(&found(&other, true))),
    };
    for (index, entry) in tables.into_iter().enumerate() {
        values.add_entry(list);
        let Value::Table(entry) = entry else {
            values.problem(wanted(&format!("{} in the list", found(&entry, true))));
            continue;
        };
        for (field, value) in entry {
            if let Some(key) = list.find(&field) {
                let origin = Origin::File(file.to_owned());
                values.set(&list.at(index, key), value, origin);
            } else {
                let known = list.keys().iter().map(|key| list.path(index, key.name()));
                let key = list.path(index, &join("", &field));
                values.problem(ConfigError::UnknownKey {
                    nearest: nearest(&key, known),
                    key,
                    file: file.to_owned(),
                });
            }
        }
    }
}

/// A segment that needs quotes gets them, so that `"listen.address"` isn't taken for a path.
fn join(prefix: &str, name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let name = if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        format!("{name:?}")
    };
    if prefix.is_empty() {
        name
    } else {
        format!("{prefix}.{name}")
    }
}

fn unknown(file: &str, key: String) -> ConfigError {
    let lists = table::lists().map(List::name);
    let known = table::keys().map(Key::name);
    let known = known.chain(table::sections()).chain(lists);
    ConfigError::UnknownKey {
        nearest: nearest(&key, known).map(str::to_owned),
        key,
        file: file.to_owned(),
    }
}

fn syntax(file: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let before = error
        .span()
        .and_then(|span| text.get(..span.start))
        .unwrap_or_default();
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    ConfigError::Syntax {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: last_line.chars().count() + 1,
        message: error.message().replace('\n', ", "),
    }
}
