//! Where things are in this checkout, and how programs are started in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::environment;
use crate::failure::{Attempt as _, Failure, Outcome};

/// The folder that holds the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    root: PathBuf,
    target: PathBuf,
}

impl Checkout {
    /// Finds the workspace that this program was started from.
    pub(crate) fn find() -> Outcome<Self> {
        // `cargo run` names the package's folder; without it, only the current folder is left.
        let root = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(package) => Path::new(&package).parent().map(Path::to_path_buf),
            None => std::env::current_dir().ok(),
        };
        let root = root
            .filter(|root| root.join("xtask/Cargo.toml").is_file())
            .ok_or_else(|| Failure::new("run this as `cargo xtask …` inside the checkout"))?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The workspace's folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where Trunk puts the finished bundle.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// The built server.
    pub(crate) fn server(&self, release: bool) -> PathBuf {
        self.target
            .join(if release { "release" } else { "debug" })
            .join("latchkey")
    }

    /// A built example.
    pub(crate) fn example(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// What `dist` makes.
    pub(crate) fn dist_server(&self) -> PathBuf {
        self.root.join("target/dist/latchkey")
    }

    /// A program with the checkout as its working folder.
    pub(crate) fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.root);
        environment::forget_cargo_run(&mut command, &self.target);
        command
    }

    /// Cargo of the default toolchain.
    pub(crate) fn cargo(&self) -> Command {
        self.program("cargo")
    }

    /// The text of a file of the checkout.
    pub(crate) fn read(&self, path: &str) -> Outcome<String> {
        std::fs::read_to_string(self.root.join(path)).attempt(format!("read {path}"))
    }
}
