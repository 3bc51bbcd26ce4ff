//! The folder of tools that no package manager gave us. It lies in the user's cache, outside the
//! checkout, so that a fresh clone finds the tools of the last one.

use std::path::PathBuf;

use crate::failure::{Attempt as _, Failure, Outcome};

/// The folder of one tool in one version, made when it is not there.
pub(super) fn of(name: &str, version: &str) -> Outcome<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))
        .ok_or_else(|| {
            Failure::new("set HOME or XDG_CACHE_HOME, so that tools can be kept there")
        })?;
    let folder = cache
        .join("latchkey/tools")
        .join(format!("{name}-{version}"));
    std::fs::create_dir_all(&folder).attempt(format!("make {}", folder.display()))?;
    Ok(folder)
}
