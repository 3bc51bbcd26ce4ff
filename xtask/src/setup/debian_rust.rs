//! Debian's own Rust for the browser, where rustup's servers cannot be reached.
//!
//! Debian has a recent compiler and the sources of the standard library with everything they
//! depend on, but no compiled library for wasm32. So it is built here once and put where the
//! compiler looks for it; rustup then offers the whole as one more toolchain.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::wasm_target::{TARGET, has_standard_library, libraries};
use super::{debian_packages, tools_folder, versions};
use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};

/// The root of Debian's compiler.
pub(super) const SYSROOT: &str = "/usr";

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const CLIPPY: &str = "/usr/bin/clippy-driver";
const LINKER: &str = "/usr/bin/rust-lld";
const TOOLCHAIN: &str = "debian";
/// The last one holds the name under which the compiler calls the linker.
const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-clippy",
    "rust-web-llvm",
];
/// A program that needs the standard library.
const TRIAL: &[u8] =
    b"#[unsafe(no_mangle)] pub extern \"C\" fn trial() -> usize { std::env::args().count() }";
/// Without it no bundle can be optimised across crates ("failed to get bitcode from object file").
const RUSTFLAGS: &str = "-Cembed-bitcode=yes";

/// What to call this compiler by.
pub(super) fn toolchain(is_default: bool) -> Option<&'static str> {
    (!is_default).then_some(TOOLCHAIN)
}

/// Whether everything is there and the library was built by the compiler that is there now.
pub(super) fn is_ready(checkout: &Checkout, is_default: bool) -> bool {
    [RUSTC, CARGO, CLIPPY, LINKER]
        .iter()
        .all(|program| call::is_program(Path::new(program)))
        && has_standard_library(Path::new(SYSROOT))
        && library_fits()
        && (is_default || is_linked(checkout))
}

/// Installs the packages, builds the library, makes the toolchain known.
pub(super) fn install(checkout: &Checkout, is_default: bool) -> Outcome {
    if !debian_packages::are_available() {
        return Err(Failure::new(
            "rustup could not add it and this is no Debian",
        ));
    }
    debian_packages::install(&PACKAGES)?;
    let compiler = describe_compiler()?;
    fits_workspace(checkout, &compiler)?;
    let llvm = versions::rustc_field(&compiler, "LLVM version")
        .and_then(versions::major)
        .ok_or_else(|| Failure::new(format!("{RUSTC} does not say which LLVM it has")))?;
    debian_packages::install(&[&format!("lld-{llvm}")])?;
    if !(has_standard_library(Path::new(SYSROOT)) && library_fits()) {
        build_library(checkout, &compiler)?;
        if !links_across_crates() {
            return Err(Failure::new(
                "the library that was built from Debian's sources does not link",
            ));
        }
        put(&stamp_for(&compiler), &stamp())?;
    }
    if !is_default && !is_linked(checkout) {
        call::run(
            checkout
                .program("rustup")
                .args(["toolchain", "link", TOOLCHAIN, SYSROOT]),
        )?;
    }
    Ok(())
}

fn describe_compiler() -> Outcome<String> {
    call::output_of(Command::new(RUSTC).arg("-vV"))
}

fn fits_workspace(checkout: &Checkout, compiler: &str) -> Outcome {
    let manifest = checkout.read("Cargo.toml")?;
    let wanted = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'))
        .unwrap_or_default();
    let found = versions::rustc_field(compiler, "release").unwrap_or_default();
    if versions::at_least(found, wanted) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "Debian's Rust is {found}, the workspace wants {wanted}"
    )))
}

/// A library from another compiler's time does not load, so a stamp says whose it is. Where there
/// is none, a trial decides.
fn library_fits() -> bool {
    let Ok(compiler) = describe_compiler() else {
        return false;
    };
    if std::fs::read_to_string(stamp()).is_ok_and(|stamp| stamp == stamp_for(&compiler)) {
        return true;
    }
    let fits = links_across_crates();
    if fits {
        // Without the right to write there, the trial is simply made again next time.
        let _ = put(&stamp_for(&compiler), &stamp());
    }
    fits
}

fn stamp() -> PathBuf {
    libraries(Path::new(SYSROOT)).with_file_name("latchkey-built-by")
}

fn stamp_for(compiler: &str) -> String {
    format!("{compiler}RUSTFLAGS: {RUSTFLAGS}\n")
}

/// Compiles and links next to nothing, the way release bundles are linked.
fn links_across_crates() -> bool {
    let Ok(folder) = tools_folder::of("debian-rust", "trial") else {
        return false;
    };
    let fits = Command::new(RUSTC)
        .args([
            "-",
            "--crate-name=trial",
            "--crate-type=cdylib",
            "--edition=2024",
        ])
        .args(["--target", TARGET, "-Clto=fat", "-Cpanic=abort", "-o"])
        .arg(folder.join("trial.wasm"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .and_then(|mut child| {
            if let Some(mut source) = child.stdin.take() {
                source.write_all(TRIAL)?;
            }
            child.wait()
        })
        .is_ok_and(|status| status.success());
    let _ = std::fs::remove_dir_all(&folder);
    fits
}

fn build_library(checkout: &Checkout, compiler: &str) -> Outcome {
    let release = versions::rustc_field(compiler, "release").unwrap_or("current");
    let folder = tools_folder::of("debian-rust", release)?;
    announce::long_step(
        "building the standard library for the browser",
        "1 to 2 minutes",
    );
    std::fs::create_dir_all(folder.join("src")).attempt("make a folder for the build")?;
    let manifest =
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(folder.join("Cargo.toml"), manifest).attempt("write its manifest")?;
    std::fs::write(folder.join("src/lib.rs"), "").attempt("write its source")?;
    let mut build = checkout.program(CARGO);
    build
        .current_dir(&folder)
        .args([
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort",
            "--target",
            TARGET,
        ])
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", RUSTFLAGS)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    call::run(&mut build)?;
    replace_library(&folder.join("target").join(TARGET).join("release/deps"))?;
    std::fs::remove_dir_all(&folder).attempt(format!("remove {}", folder.display()))
}

fn replace_library(built: &Path) -> Outcome {
    let folder = libraries(Path::new(SYSROOT));
    // Two generations beside each other make the compiler refuse both.
    for old in rlibs(&folder) {
        call::run(as_root("rm")?.arg(old))?;
    }
    call::run(as_root("mkdir")?.arg("-p").arg(&folder))?;
    for library in rlibs(built) {
        let own = library
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("libempty-"));
        if !own {
            call::run(as_root("cp")?.arg(&library).arg(&folder))?;
        }
    }
    Ok(())
}

fn rlibs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "rlib")
        })
        .collect()
}

fn put(text: &str, file: &Path) -> Outcome {
    let status = call::status_with_input(as_root("tee")?.arg(file).stdout(Stdio::null()), text)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("could not write {}", file.display())))
    }
}

fn as_root(program: &str) -> Outcome<Command> {
    debian_packages::as_root(program).ok_or_else(|| {
        Failure::new(format!(
            "writing below {SYSROOT} needs root or password-less sudo"
        ))
    })
}

fn is_linked(checkout: &Checkout) -> bool {
    let mut rustc = checkout.program("rustc");
    rustc
        .args(["--print", "sysroot"])
        .env("RUSTUP_TOOLCHAIN", TOOLCHAIN);
    call::output_of(&mut rustc).is_ok_and(|sysroot| sysroot.trim() == SYSROOT)
}
