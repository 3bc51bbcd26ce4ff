//! The wasm32 target: a standard library for the browser's machine, beside some compiler.

use std::path::{Path, PathBuf};

use super::debian_rust;
use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};

/// The target's name.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// The toolchain that builds for the browser; none where it is the default one.
pub(super) fn ensure(checkout: &Checkout) -> Outcome<Option<&'static str>> {
    let sysroot = call::output_of(checkout.program("rustc").args(["--print", "sysroot"]))?;
    let sysroot = PathBuf::from(sysroot.trim());
    let default_is_debians = sysroot == Path::new(debian_rust::SYSROOT);
    if !default_is_debians && has_standard_library(&sysroot) {
        return Ok(None);
    }
    // What rustup offers is looked up only when nothing is there: without its servers that takes
    // a time-out at every start.
    if debian_rust::is_ready(checkout, default_is_debians) {
        return Ok(debian_rust::toolchain(default_is_debians));
    }
    if !default_is_debians && added_by_rustup(checkout) {
        return Ok(None);
    }
    debian_rust::install(checkout, default_is_debians).map_err(|failure| {
        Failure::new(format!(
            "there is no {TARGET} for this compiler: {failure}. Where rustup's servers can be \
             reached, `rustup target add {TARGET}` is all it takes"
        ))
    })?;
    Ok(debian_rust::toolchain(default_is_debians))
}

/// Whether compiled libraries for the target lie under this root.
pub(super) fn has_standard_library(sysroot: &Path) -> bool {
    std::fs::read_dir(libraries(sysroot)).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
    })
}

/// Where a compiler with this root looks for the target's libraries.
pub(super) fn libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn added_by_rustup(checkout: &Checkout) -> bool {
    if std::env::var("RUSTUP_AUTO_INSTALL").is_ok_and(|choice| choice == "0")
        || call::on_path("rustup").is_none()
    {
        return false;
    }
    announce::note(&format!("adding {TARGET} by rustup"));
    call::run(checkout.program("rustup").args(["target", "add", TARGET])).is_ok()
}
