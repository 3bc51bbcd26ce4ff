//! The browser bundle: app/ and frontend/ as WASM, with style/, in target/site.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Outcome};
use crate::precompress::{self, FileSizes};
use crate::setup::{self, BrowserBuild};

/// Everything that the bundle is made of.
const INPUTS: [&str; 6] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "app",
    "frontend",
    "style",
];

/// Builds the bundle if anything that it is made of changed, and the tools only if they are needed.
pub(crate) fn build_if_changed(checkout: &Checkout, release: bool) -> Outcome {
    if is_fresh(checkout, release) {
        announce::note("the bundle is up to date");
        return Ok(());
    }
    setup::crates(checkout)?;
    let tools = setup::browser_build(checkout, release)?;
    build(checkout, &tools, release).map(drop)
}

/// Builds the bundle. An optimised one comes with compressed copies beside its files; their sizes
/// are given back.
pub(crate) fn build(
    checkout: &Checkout,
    tools: &BrowserBuild,
    release: bool,
) -> Outcome<Vec<FileSizes>> {
    // Taken before, so that what changes during the build is built the next time.
    let inputs = fingerprint(checkout.root(), &INPUTS);
    let _ = std::fs::remove_file(stamp_file(checkout));
    let mut trunk = checkout.program("trunk");
    trunk.arg("build").args(release.then_some("--release"));
    // Trunk wants true or false here, and many terminals say 1.
    trunk.env_remove("NO_COLOR");
    tools.equip(&mut trunk);
    announce::note(if release {
        "trunk build --release"
    } else {
        "trunk build"
    });
    call::run(&mut trunk)?;
    let sizes = if release {
        precompress::every_file(&checkout.site())?
    } else {
        Vec::new()
    };
    let stamp = stamp(
        release,
        inputs,
        fingerprint(&checkout.site(), &["index.html"]),
    );
    std::fs::write(stamp_file(checkout), stamp).attempt("note what was built")?;
    Ok(sizes)
}

/// Whether target/site is what `build` would make.
fn is_fresh(checkout: &Checkout, release: bool) -> bool {
    let Ok(found) = std::fs::read_to_string(stamp_file(checkout)) else {
        return false;
    };
    let inputs = fingerprint(checkout.root(), &INPUTS);
    let made = fingerprint(&checkout.site(), &["index.html"]);
    checkout.site().join("index.html").is_file() && found == stamp(release, inputs, made)
}

fn stamp_file(checkout: &Checkout) -> PathBuf {
    checkout.site().with_extension("stamp")
}

fn stamp(release: bool, inputs: u64, made: u64) -> String {
    let profile = if release { "release" } else { "debug" };
    format!("{profile} bundle of {inputs:016x}, index {made:016x}\n")
}

/// A number that changes with any name or content below these paths.
fn fingerprint(root: &Path, paths: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        add(&root.join(path), Path::new(path), &mut hasher);
    }
    hasher.finish()
}

fn add(path: &Path, name: &Path, hasher: &mut DefaultHasher) {
    name.hash(hasher);
    let Ok(entries) = std::fs::read_dir(path) else {
        std::fs::read(path).ok().hash(hasher);
        return;
    };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    for entry in names {
        add(&path.join(&entry), &name.join(&entry), hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch_folder::ScratchFolder;

    #[test]
    fn the_fingerprint_follows_names_and_contents() {
        let scratch = ScratchFolder::make("fingerprint").unwrap();
        let root = scratch.part("root").unwrap();
        let folder = scratch.part("root/app/src").unwrap();
        let now = || fingerprint(&root, &["app", "Cargo.lock"]);
        let empty = now();
        std::fs::write(folder.join("a.rs"), "one").unwrap();
        let one = now();
        assert_ne!(empty, one);
        assert_eq!(one, now());
        std::fs::write(folder.join("a.rs"), "two").unwrap();
        assert_ne!(one, now());
        std::fs::write(folder.join("a.rs"), "one").unwrap();
        assert_eq!(one, now());
        std::fs::rename(folder.join("a.rs"), folder.join("b.rs")).unwrap();
        assert_ne!(one, now());
    }

    #[test]
    fn profiles_have_different_stamps() {
        assert_ne!(stamp(true, 1, 2), stamp(false, 1, 2));
        assert_ne!(stamp(true, 1, 2), stamp(true, 3, 2));
        assert_ne!(stamp(true, 1, 2), stamp(true, 1, 3));
    }
}
