//! Who may see whom: the table of packages, held by what cargo resolves.
//!
//! Direct dependencies come from `cargo metadata`; what a package draws in with one of its features
//! comes from `cargo tree`, which resolves that package alone.

use std::{collections::BTreeSet, process::Command};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(MANIFEST)
        .features(CargoOpt::AllFeatures)
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo metadata answers")
}

/// What a package's manifest names, optional or not, tests and build scripts aside.
fn named_by(package: &str) -> BTreeSet<String> {
    let metadata = metadata();
    let found = metadata
        .packages
        .iter()
        .find(|found| found.name.as_str() == package);
    let found = found.unwrap_or_else(|| panic!("there is no package {package}"));
    let normal = found
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal);
    normal.map(|dependency| dependency.name.clone()).collect()
}

/// Everything that ends up in a package built with one feature, by whatever way.
fn drawn_in_by(package: &str, feature: Option<&str>, target: Option<&str>) -> BTreeSet<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut tree = Command::new(cargo);
    tree.args([
        "tree",
        "--offline",
        "--manifest-path",
        MANIFEST,
        "--package",
        package,
    ]);
    tree.args([
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    if let Some(feature) = feature {
        tree.args(["--no-default-features", "--features", feature]);
    }
    if let Some(target) = target {
        tree.args(["--target", target]);
    }
    let output = tree.output().expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("text");
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|name| !name.is_empty() && *name != package)
        .map(str::to_owned)
        .collect()
}

/// Packages of this workspace: `app` isn't the family of `app-something`.
const OURS: [&str; 5] = ["app", "domain", "frontend", "server", "storage"];

#[track_caller]
fn sees_none(seen: &BTreeSet<String>, forbidden: &[&str]) {
    // `axum` also means `axum-core`, and `sqlx` means `sqlx-postgres`.
    let of_family = |name: &str, family: &str| {
        let more = name.strip_prefix(family);
        more == Some("")
            || (!OURS.contains(&family) && more.is_some_and(|more| more.starts_with(['-', '_'])))
    };
    let met: Vec<_> = seen
        .iter()
        .filter(|name| forbidden.iter().any(|family| of_family(name, family)))
        .collect();
    assert!(met.is_empty(), "must not see {met:?}");
}

#[test]
fn domain_sees_no_web_no_pages_and_no_database() {
    let forbidden = [
        "axum", "leptos", "sqlx", "app", "storage", "server", "hyper", "tower",
    ];
    sees_none(&named_by("domain"), &forbidden);
    sees_none(&drawn_in_by("domain", None, None), &forbidden);
}

#[test]
fn what_apis_are_made_with_sees_nothing_of_ours_and_no_web_unless_asked() {
    sees_none(&named_by("latchkey-verify"), &OURS);
    sees_none(&drawn_in_by("latchkey-verify", None, None), &OURS);
    let web = ["axum", "hyper", "tower", "tokio", "reqwest"];
    sees_none(&drawn_in_by("latchkey-verify", None, None), &web);
    sees_none(&drawn_in_by("domain", None, None), &["reqwest"]);
}

#[test]
fn storage_sees_no_web_and_no_pages() {
    let forbidden = ["axum", "leptos", "app", "server", "hyper", "tower"];
    sees_none(&named_by("storage"), &forbidden);
    sees_none(&drawn_in_by("storage", None, None), &forbidden);
}

#[test]
fn app_in_the_browser_sees_no_rules_no_server_and_no_database() {
    let forbidden = [
        "domain",
        "storage",
        "server",
        "axum",
        "leptos_axum",
        "sqlx",
        "tokio",
        "hyper",
    ];
    for target in [None, Some("wasm32-unknown-unknown")] {
        sees_none(&drawn_in_by("app", Some("hydrate"), target), &forbidden);
    }
}

#[test]
fn app_on_the_server_sees_no_database() {
    let forbidden = ["storage", "sqlx", "server"];
    sees_none(&named_by("app"), &forbidden);
    sees_none(&drawn_in_by("app", Some("ssr"), None), &forbidden);
    let named = named_by("app");
    assert!(
        named.contains("domain") && named.contains("leptos_axum"),
        "{named:?}"
    );
}

#[test]
fn frontend_sees_only_app_and_what_wakes_it() {
    let allowed = ["app", "leptos", "wasm-bindgen", "console_error_panic_hook"];
    let named = named_by("frontend");
    let strange: Vec<_> = named
        .iter()
        .filter(|name| !allowed.contains(&name.as_str()))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    let forbidden = [
        "domain",
        "storage",
        "server",
        "axum",
        "leptos_axum",
        "sqlx",
        "tokio",
        "hyper",
    ];
    sees_none(
        &drawn_in_by("frontend", None, Some("wasm32-unknown-unknown")),
        &forbidden,
    );
}

#[test]
fn the_program_is_built_alone_by_default() {
    let metadata = metadata();
    let default: Vec<&str> = metadata
        .workspace_default_packages()
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(
        default,
        ["server"],
        "`ssr` and `hydrate` must never meet in one build"
    );
}
