//! What a program started from here must not inherit.
//!
//! `cargo run` describes *this* package to us in variables. Build scripts that watch some of them
//! would be run again at every change between `cargo xtask` and plain `cargo`, and the library
//! path of one toolchain has no business in another.

use std::path::Path;
use std::process::Command;

/// Variables that are meant for our own helpers; the server refuses every `LATCHKEY_*` it does not
/// know.
const OURS: [&str; 3] = ["LATCHKEY_CHROMIUM", "LATCHKEY_E2E_", "LATCHKEY_TEST_"];

/// Takes out of the command's environment what `cargo run` put into ours.
pub(crate) fn forget_cargo_run(command: &mut Command, target: &Path) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(describes_this_package) {
            command.env_remove(&name);
        }
    }
    if let Some(libraries) = std::env::var_os("LD_LIBRARY_PATH") {
        let kept: Vec<_> = std::env::split_paths(&libraries)
            .filter(|folder| !added_by_cargo(folder, target))
            .collect();
        match std::env::join_paths(&kept) {
            Ok(joined) if !kept.is_empty() => command.env("LD_LIBRARY_PATH", joined),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
}

/// Takes out what only this program and its tests understand, for the server's sake.
pub(crate) fn forget_our_variables(command: &mut Command) {
    forget_variables(command, |name| {
        OURS.iter().any(|ours| name.starts_with(ours))
    });
}

/// Takes out all configuration, for servers that must not depend on who starts them.
pub(crate) fn forget_configuration(command: &mut Command) {
    forget_variables(command, |name| name.starts_with("LATCHKEY_"));
}

fn forget_variables(command: &mut Command, forgotten: impl Fn(&str) -> bool) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(&forgotten) {
            command.env_remove(&name);
        }
    }
}

fn describes_this_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(
            name,
            "CARGO" | "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE"
        )
}

fn added_by_cargo(folder: &Path, target: &Path) -> bool {
    folder.starts_with(target)
        || folder
            .components()
            .any(|part| matches!(part.as_os_str().to_str(), Some("toolchains" | "rustlib")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_forgotten_and_the_choice_of_toolchain_is_kept() {
        assert!(describes_this_package("CARGO_PKG_NAME"));
        assert!(describes_this_package("CARGO_MANIFEST_DIR"));
        assert!(describes_this_package("CARGO"));
        assert!(!describes_this_package("CARGO_HOME"));
        assert!(!describes_this_package("CARGO_TARGET_DIR"));
        assert!(!describes_this_package("RUSTUP_TOOLCHAIN"));
    }

    #[test]
    fn only_cargos_own_library_folders_go() {
        let target = Path::new("/somewhere/target");
        assert!(added_by_cargo(
            Path::new("/somewhere/target/debug/deps"),
            target
        ));
        assert!(added_by_cargo(
            Path::new("/home/me/.rustup/toolchains/stable/lib"),
            target
        ));
        assert!(!added_by_cargo(Path::new("/opt/cuda/lib"), target));
    }
}
