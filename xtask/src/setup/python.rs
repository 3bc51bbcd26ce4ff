//! Python, for the example in it and for the tool that reads our API's own document.

use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{debian_packages, tools_folder};
use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};

/// What is installed, each at the version that it names.
const REQUIREMENTS: [&str; 3] = [
    "examples/flask-api/requirements.txt",
    "examples/flask-client/requirements.txt",
    "end2end/requirements.txt",
];
/// Stands in a folder when everything in it is installed.
const COMPLETE: &str = "complete";

/// A Python that has what the examples and tests import, in a folder of its own.
pub(crate) fn ensure(checkout: &Checkout) -> Outcome<PathBuf> {
    let mut hash = DefaultHasher::new();
    for file in REQUIREMENTS {
        checkout.read(file)?.hash(&mut hash);
    }
    let folder = tools_folder::of("python", &format!("{:016x}", hash.finish()))?;
    let python = folder.join("bin/python");
    if folder.join(COMPLETE).is_file() && works(&python) {
        return Ok(python);
    }
    if call::on_path("python3").is_none() && !debian_packages::are_available() {
        return Err(Failure::new("install Python 3.10 or newer, with its venv"));
    }
    announce::note("installing Python packages from PyPI");
    make_environment(&folder)?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    for file in REQUIREMENTS {
        pip.arg("-r").arg(checkout.root().join(file));
    }
    call::run(&mut pip)?;
    let mark = folder.join(COMPLETE);
    std::fs::write(&mark, "").attempt(format!("write {}", mark.display()))?;
    Ok(python)
}

fn make_environment(folder: &Path) -> Outcome {
    let make = || {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv", "--clear"]).arg(folder);
        venv
    };
    if call::on_path("python3").is_some() && call::succeeds(&mut make()) {
        return Ok(());
    }
    // Debian keeps it in a package of its own.
    if debian_packages::are_available() {
        debian_packages::install(&["python3", "python3-venv"])?;
    }
    call::run(&mut make())
}

fn works(python: &Path) -> bool {
    call::is_program(python)
        && call::succeeds(Command::new(python).args(["-c", "import flask, jwt"]))
}
