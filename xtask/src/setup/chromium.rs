//! The browser that the journeys drive.

use std::path::PathBuf;

use super::debian_packages;
use crate::call;
use crate::failure::{Failure, Outcome};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser's program: the one that `LATCHKEY_CHROMIUM` names, or the first one found.
pub(crate) fn ensure() -> Outcome<PathBuf> {
    if let Some(chosen) = std::env::var_os("LATCHKEY_CHROMIUM").map(PathBuf::from) {
        if call::is_program(&chosen) {
            return Ok(chosen);
        }
        return Err(Failure::new(format!(
            "LATCHKEY_CHROMIUM: {} is no program",
            chosen.display()
        )));
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if debian_packages::are_available() {
        debian_packages::install(&["chromium"])?;
    }
    find()
        .ok_or_else(|| Failure::new("install Chromium or Chrome, or name one in LATCHKEY_CHROMIUM"))
}

fn find() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| call::on_path(name))
}
