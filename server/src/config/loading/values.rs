//! The values of all keys, and everything that is wrong with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

use toml::Value;

use super::{Key, List, Sources, environment, file, key::Kind};
use crate::config::{error::ConfigError, secret::Secret, table};

/// Longest piece of a value that an error repeats, in characters.
const LONGEST_SHOWN: usize = 60;

/// Where a value is from.
pub(super) enum Origin {
    Default,
    /// The path of the file.
    File(String),
    /// The name of the variable.
    Variable(String),
}

impl Origin {
    const fn word(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File(_) => "file",
            Self::Variable(_) => "environment",
        }
    }

    fn place(&self, key: &Key) -> String {
        match self {
            Self::Default => format!("\"{}\" (default)", key.name()),
            Self::File(file) => format!("\"{}\" in {file}", key.name()),
            Self::Variable(name) => name.clone(),
        }
    }
}

/// A key as `check-config` shows it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) source: &'static str,
}

/// The values found, and the problems met on the way.
pub(crate) struct Values {
    dev: bool,
    complete: bool,
    given: BTreeMap<String, (Value, Origin)>,
    /// How many entries each list has.
    entries: BTreeMap<&'static str, usize>,
    /// Keys that were refused before they could be read: reading them again would only add noise.
    refused: BTreeSet<String>,
    resolved: BTreeMap<String, String>,
    problems: Vec<ConfigError>,
    read_secret_file: fn(&Path) -> io::Result<String>,
}

impl Values {
    /// Default, then file, then environment; the last wins.
    pub(crate) fn gather(sources: Sources) -> Self {
        let mut values = Self {
            dev: sources.dev,
            complete: true,
            given: BTreeMap::new(),
            entries: BTreeMap::new(),
            refused: BTreeSet::new(),
            resolved: BTreeMap::new(),
            problems: Vec::new(),
            read_secret_file: sources.read_secret_file,
        };
        if let Some((path, text)) = sources.file {
            values.complete = file::add(&mut values, &path.display().to_string(), &text);
        }
        environment::add(&mut values, sources.environment);
        values
    }

    pub(super) fn set(&mut self, key: &Key, value: Value, origin: Origin) {
        self.given.insert(key.name().to_owned(), (value, origin));
    }

    /// Makes room for one more entry of a list.
    pub(super) fn add_entry(&mut self, list: &List) {
        *self.entries.entry(list.name()).or_default() += 1;
    }

    /// How many entries a list has.
    pub(crate) fn entries(&self, list: &List) -> usize {
        self.entries.get(list.name()).copied().unwrap_or(0)
    }

    /// The text of the file of a secret, without the line break at its end.
    pub(super) fn secret_file(&self, path: &Path) -> io::Result<String> {
        let text = (self.read_secret_file)(path)?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
    }

    pub(super) fn problem(&mut self, problem: ConfigError) {
        self.problems.push(problem);
    }

    pub(super) fn refuse_at(&mut self, key: &Key, origin: &Origin, problem: String) {
        self.refused.insert(key.name().to_owned());
        let place = origin.place(key);
        self.problem(ConfigError::Value { place, problem });
    }

    /// Whether every source could be understood, so that judging the values makes sense.
    pub(crate) const fn complete(&self) -> bool {
        self.complete
    }

    /// Started with `--dev`.
    pub(crate) const fn dev(&self) -> bool {
        self.dev
    }

    /// Refuses the value of `key`; `problem` must not repeat a secret.
    pub(crate) fn refuse<T>(&mut self, key: &Key, problem: impl Into<String>) -> Option<T> {
        let place = self
            .given
            .get(key.name())
            .map_or(&Origin::Default, |(_, origin)| origin)
            .place(key);
        let problem = problem.into();
        self.problem(ConfigError::Value { place, problem });
        None
    }

    /// Refuses the value of `key` and names it, unless it is a secret.
    pub(crate) fn mismatch<T>(&mut self, key: &Key, wanted: &str) -> Option<T> {
        let found = found(&self.value(key)?, key.is_hidden());
        self.refuse(key, format!("found {found}, wanted {wanted}"))
    }

    /// Shows `value` for `key` in place of the empty or automatic value that was given.
    pub(crate) fn resolve(&mut self, key: &Key, value: impl Into<String>) {
        self.resolved.insert(key.name().to_owned(), value.into());
    }

    fn value(&self, key: &Key) -> Option<Value> {
        debug_assert!(
            table::find(key.name()).is_some() || table::in_list(key.name()).is_some(),
            "{} is not in the table",
            key.name()
        );
        if self.refused.contains(key.name()) {
            return None;
        }
        let given = self.given.get(key.name());
        Some(given.map_or_else(|| key.default(), |(value, _)| value.clone()))
    }

    /// The text of `key`.
    pub(crate) fn text(&mut self, key: &Key) -> Option<String> {
        match self.value(key)? {
            Value::String(text) => Some(text),
            _ => self.mismatch(key, "text in quotes"),
        }
    }

    /// Whether the file or the environment says something of `key`.
    pub(crate) fn is_given(&self, key: &Key) -> bool {
        self.given.contains_key(key.name())
    }

    /// The texts of `key`: a list, or one text with commas between them.
    pub(crate) fn words(&mut self, key: &Key) -> Option<Vec<String>> {
        let given = match self.value(key)? {
            Value::String(text) => text.split(',').map(str::to_owned).collect(),
            Value::Array(texts) => {
                let texts = texts.into_iter().map(|text| match text {
                    Value::String(text) => Some(text),
                    _ => None,
                });
                match texts.collect::<Option<Vec<_>>>() {
                    Some(texts) => texts,
                    None => return self.mismatch(key, "a list of texts in quotes"),
                }
            }
            _ => return self.mismatch(key, "a list of texts in quotes"),
        };
        let trimmed = given.iter().map(|text| text.trim().to_owned());
        Some(trimmed.filter(|text| !text.is_empty()).collect())
    }

    /// The secret of `key`.
    pub(crate) fn secret(&mut self, key: &Key) -> Option<Secret> {
        self.text(key).map(Secret::new)
    }

    /// A secret, from the key itself or from the file that `file` names, and which of the two it is
    /// from. The environment overrides the configuration file here too, whichever of them it sets.
    pub(crate) fn secret_or_file<'a>(
        &mut self,
        key: &'a Key,
        file: &'a Key,
    ) -> Option<(Secret, &'a Key)> {
        let (plain, path) = (self.text(key), self.text(file));
        let (plain, path) = (plain?, path?);
        if path.is_empty() {
            return Some((Secret::new(plain), key));
        }
        if !plain.is_empty() {
            let from_environment = |key: &Key| {
                let given = self.given.get(key.name());
                given.is_some_and(|(_, origin)| matches!(origin, Origin::Variable(_)))
            };
            match (from_environment(key), from_environment(file)) {
                (true, false) => return Some((Secret::new(plain), key)),
                (false, true) => {}
                _ => {
                    let (_, name) = key.parts();
                    return self.refuse(file, format!("{name} is set as well: keep one of them"));
                }
            }
        }
        match self.secret_file(Path::new(&path)) {
            Ok(text) if text.is_empty() => self.refuse(file, "the file that it names is empty"),
            Ok(text) => Some((Secret::new(text), file)),
            Err(error) => self.refuse(
                file,
                format!("the file that it names can't be read: {error}"),
            ),
        }
    }

    /// Whether `key` is on.
    pub(crate) fn flag(&mut self, key: &Key) -> Option<bool> {
        let given = self.value(key)?.as_bool();
        given.or_else(|| self.mismatch(key, "true or false"))
    }

    /// The whole number of `key`, within its bounds.
    pub(crate) fn whole<T: TryFrom<u64>>(&mut self, key: &Key) -> Option<T> {
        let Kind::Whole { bounds, .. } = key.kind() else {
            return self.refuse(key, "is no number");
        };
        let wanted = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let number = self
            .value(key)?
            .as_integer()
            .and_then(|number| u64::try_from(number).ok())
            .filter(|number| bounds.contains(number))
            .and_then(|number| T::try_from(number).ok());
        number.or_else(|| self.mismatch(key, &wanted))
    }

    /// What the word of `key` stands for.
    pub(crate) fn choice<T: Copy>(&mut self, key: &Key, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        // Nothing at all may be a word too, which needs no mention.
        let known = words.iter().map(|(word, _)| *word);
        let known: Vec<&str> = known.filter(|word| !word.is_empty()).collect();
        let known = match known.split_last() {
            Some((last, before)) if !before.is_empty() => {
                format!("{} or {last}", before.join(", "))
            }
            _ => known.concat(),
        };
        self.mismatch(key, &format!("one of {known}"))
    }

    /// Every key as `check-config` shows it, and the problems.
    pub(crate) fn finish(self) -> (Vec<Shown>, Vec<ConfigError>) {
        let mut shown: Vec<Shown> = table::keys().map(|key| self.shown(key)).collect();
        for list in table::lists() {
            for index in 0..self.entries(list) {
                let keys = list.keys().iter();
                shown.extend(keys.map(|key| self.shown(&list.at(index, key))));
            }
        }
        (shown, self.problems)
    }

    fn shown(&self, key: &Key) -> Shown {
        let (value, source) = match self.given.get(key.name()) {
            Some((value, origin)) => (value.clone(), origin.word()),
            None => (key.default(), Origin::Default.word()),
        };
        let plain = match value {
            Value::String(text) if key.is_secret() && !text.is_empty() => "(secret)".to_owned(),
            Value::String(text) if key.is_hidden() && !text.is_empty() => "(a file)".to_owned(),
            Value::String(text) => text,
            other => other.to_string(),
        };
        Shown {
            key: key.name().to_owned(),
            value: self.resolved.get(key.name()).cloned().unwrap_or(plain),
            source,
        }
    }
}

/// What a value is, for an error. The value itself is shown only if it is no secret.
pub(super) fn found(value: &Value, secret: bool) -> String {
    match value {
        Value::String(text) if !secret => {
            let short: String = text.chars().take(LONGEST_SHOWN).collect();
            let dots = if short.len() < text.len() { " …" } else { "" };
            format!("the text {short:?}{dots}")
        }
        Value::Integer(number) if !secret => format!("the number {number}"),
        Value::Float(number) if !secret => format!("the number {number}"),
        Value::String(_) => "text".to_owned(),
        Value::Integer(_) | Value::Float(_) => "a number".to_owned(),
        Value::Boolean(_) => "true or false".to_owned(),
        Value::Datetime(_) => "a date".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    }
}
