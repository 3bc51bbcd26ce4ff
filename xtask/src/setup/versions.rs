//! Reading version numbers out of what programs and files say.

/// The version of a package in the text of a Cargo.lock.
pub(super) fn locked(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

/// The version that a Cargo.toml pins with `package = "=version"`.
pub(super) fn pinned(manifest: &str, package: &str) -> Option<String> {
    let line = manifest.lines().find(|line| {
        line.strip_prefix(package)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
    })?;
    let (_, version) = line.split_once("\"=")?;
    Some(version.split('"').next()?.to_owned())
}

/// The first word of `--version` output that is a number, such as `0.21.14`, `132` or `v20.1`.
pub(super) fn first_number(output: &str) -> Option<&str> {
    output
        .split_whitespace()
        .map(|word| word.strip_prefix('v').unwrap_or(word))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

/// What stands before the first dot.
pub(super) fn major(version: &str) -> Option<u32> {
    version.split('.').next()?.parse().ok()
}

/// A line of `rustc -vV`.
pub(super) fn rustc_field<'a>(verbose: &'a str, field: &str) -> Option<&'a str> {
    verbose
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(": "))
}

/// Whether one dotted version is at least another, part by part.
pub(super) fn at_least(version: &str, wanted: &str) -> bool {
    let parts = |text: &str| -> Vec<u32> {
        text.split('.')
            .map_while(|part| part.parse().ok())
            .collect()
    };
    parts(version) >= parts(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_names_a_package_once_and_exactly() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked(lock, "trunk"), None);
    }

    #[test]
    fn a_pin_is_read_from_the_manifest() {
        let manifest = "wasm-bindgen-futures = \"0.4\"\nwasm-bindgen = \"=0.2.130\" # why\n";
        assert_eq!(pinned(manifest, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(pinned(manifest, "wasm-bindgen-futures"), None);
    }

    #[test]
    fn programs_say_their_version_in_many_ways() {
        assert_eq!(first_number("trunk 0.21.14\n"), Some("0.21.14"));
        assert_eq!(
            first_number("wasm-opt version 132 (version_132)"),
            Some("132")
        );
        assert_eq!(first_number("v20.20.2\n"), Some("20.20.2"));
        assert_eq!(first_number("no number here"), None);
        assert_eq!(major("20.20.2"), Some(20));
        assert_eq!(major("132"), Some(132));
    }

    #[test]
    fn rustc_describes_itself() {
        let verbose = "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 22.1.8\n";
        assert_eq!(rustc_field(verbose, "LLVM version"), Some("22.1.8"));
        assert_eq!(rustc_field(verbose, "release"), None);
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(at_least("1.96.0", "1.95"));
        assert!(at_least("1.95.0", "1.95"));
        assert!(!at_least("1.9.0", "1.95"));
    }
}
