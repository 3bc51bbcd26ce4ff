//! Where values come from.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use crate::config::error::{ConfigError, ConfigErrors};

/// The file that is read when it is there and no other is named.
pub const DEFAULT_FILE: &str = "latchkey.toml";

/// What a configuration is made of. The default is nothing at all: every key at its default.
pub struct Sources {
    /// The file's path (for error texts) and text.
    pub file: Option<(PathBuf, String)>,
    /// Names and values of the environment; only those that begin with `LATCHKEY_` matter.
    pub environment: Vec<(OsString, OsString)>,
    /// Started with `--dev`.
    pub dev: bool,
    /// Reads the file that a `…_FILE` variable names.
    pub read_secret_file: fn(&Path) -> io::Result<String>,
}

impl Default for Sources {
    fn default() -> Self {
        Self {
            file: None,
            environment: Vec::new(),
            dev: false,
            read_secret_file: |path| fs::read_to_string(path),
        }
    }
}

impl Sources {
    pub(crate) fn of_machine(path: Option<&Path>, dev: bool) -> Result<Self, ConfigErrors> {
        Ok(Self {
            file: read_file(path)?,
            environment: env::vars_os().collect(),
            dev,
            ..Self::default()
        })
    }
}

fn read_file(named: Option<&Path>) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let path = named.unwrap_or_else(|| Path::new(DEFAULT_FILE));
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ConfigError::File {
            file: path.display().to_string(),
            reason: error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.toml");
        let problem = read_file(Some(&path)).unwrap_err().to_string();
        let start = format!("{} can't be read: ", path.display());
        assert!(problem.starts_with(&start), "{problem}");
        fs::write(&path, "text").unwrap();
        let file = read_file(Some(&path)).unwrap();
        assert_eq!(file, Some((path, "text".to_owned())));
    }
}
