//! What is written about the keys for people: the sample file and the guide's tables are made from
//! the table of keys, and this is where they are compared, or made anew.

use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf};

use super::load;
use crate::config::{Config, Key, List, keys, lists, sample};

/// What makes the files anew when it is set; `cargo xtask docs` sets it.
const RENEW: &str = "LATCHKEY_TEST_RENEW_DOCS";
/// Between these lines of the guide, tables are made, and what stands below each is kept.
const BEGIN: &str =
    "<!-- The headings and tables from here on are made by `cargo xtask docs`. -->\n";
const END: &str = "<!-- Up to here. -->\n";

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(name)
}

/// Compares a file with what it should be, or writes it.
fn hold(name: &str, make: impl Fn(&str) -> String) {
    let path = path(name);
    let found = fs::read_to_string(&path).unwrap_or_default();
    let wanted = make(&found);
    if std::env::var_os(RENEW).is_some() {
        fs::write(&path, wanted).unwrap();
    } else {
        assert!(
            found == wanted,
            "docs/{name} is out of date: run `cargo xtask docs`"
        );
    }
}

fn sections() -> Vec<&'static str> {
    let mut names: Vec<&str> = keys().map(|key| key.parts().0).collect();
    names.dedup();
    names
}

/// The tables of the guide: heading and keys.
fn tables() -> Vec<(String, Vec<&'static Key>)> {
    let of_section = |section: &'static str| {
        let own = keys().filter(|key| key.parts().0 == section);
        (heading(section), own.collect())
    };
    let of_list = |list: &'static List| {
        let heading = format!("### `[[{}]]`", list.name());
        (heading, list.keys().iter().collect())
    };
    let sections = sections().into_iter().map(of_section);
    sections.chain(lists().map(of_list)).collect()
}

fn heading(section: &str) -> String {
    if section.is_empty() {
        "### At the top".to_owned()
    } else {
        format!("### `[{section}]`")
    }
}

fn row(key: &Key) -> String {
    let particulars = match key.bounds() {
        Some(bounds) => format!(" ({} to {})", bounds.start(), bounds.end()),
        None if key.is_secret() => " (secret)".to_owned(),
        None => String::new(),
    };
    format!(
        "| `{}` | `{}`{particulars} | {} |",
        key.name(),
        key.default(),
        key.doc().replace('|', "\\|")
    )
}

/// The prose below each heading's table.
fn prose(part: &str) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for section in part.split("\n### ").skip(1) {
        let (title, rest) = section.split_once('\n').unwrap_or((section, ""));
        let lines = rest
            .lines()
            .skip_while(|line| line.is_empty() || line.starts_with('|'));
        let lines: Vec<&str> = lines.collect();
        kept.insert(format!("### {title}"), lines.join("\n").trim().to_owned());
    }
    kept
}

/// The guide with its tables made anew.
fn guide(found: &str) -> String {
    let (before, rest) = found.split_once(BEGIN).expect("where the tables begin");
    let (part, after) = rest.split_once(END).expect("where they end");
    let mut kept = prose(part);
    let mut made = String::new();
    for (heading, keys) in tables() {
        let _ = write!(
            made,
            "\n{heading}\n\n| key | default | meaning |\n|---|---|---|\n"
        );
        for key in keys {
            let _ = writeln!(made, "{}", row(key));
        }
        if let Some(prose) = kept.remove(&heading).filter(|prose| !prose.is_empty()) {
            let _ = write!(made, "\n{prose}\n");
        }
    }
    assert!(
        kept.values().all(String::is_empty),
        "there is prose about sections that are gone: {:?}",
        kept.keys()
    );
    format!("{before}{BEGIN}{made}\n{END}{after}")
}

#[test]
fn the_sample_in_the_repository_is_the_one_that_is_printed() {
    hold("latchkey.sample.toml", |_| sample());
}

#[test]
fn the_guides_tables_are_those_of_the_program() {
    hold("guides/configuration.md", guide);
}

fn values(config: &Config) -> Vec<(String, String)> {
    let described = config.describe().into_iter();
    described.map(|(key, value, _)| (key, value)).collect()
}

#[test]
fn the_sample_sets_nothing() {
    let config = load(&sample(), &[]);
    assert!(
        config
            .describe()
            .iter()
            .all(|(_, _, source)| *source == "default")
    );
}

/// The sample up to the lists, and the lists.
fn sample_in_two() -> (String, String) {
    let text = sample();
    let at = text.find("#[[").expect("a list");
    (text[..at].to_owned(), text[at..].to_owned())
}

/// What a part of the sample says once the `#` before its keys are gone.
fn set(part: &str) -> String {
    let lines = part.lines().map(|line| match line.strip_prefix('#') {
        Some(key) if !key.starts_with(' ') => key,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_list_in_the_sample_needs_no_more_than_its_values() {
    let list = set(&sample_in_two().1);
    for key in lists().flat_map(List::keys) {
        assert!(list.contains(&format!("\n{} = ", key.name())), "{list}");
    }
    let values = [
        ("id", "company"),
        ("issuer", "https://id.example"),
        ("client_id", "x"),
        ("audience", "https://api.example"),
        ("scopes", "data:read See the data"),
    ];
    let filled = values.iter().fold(list, |list, (name, value)| {
        list.replace(
            &format!("\n{name} = \"\""),
            &format!("\n{name} = \"{value}\""),
        )
    });
    let config = load(&filled, &[]);
    assert_eq!(config.social.providers.len(), 1);
    assert_eq!(config.apis.offered(false).len(), 2);
    assert!(sample().contains("LATCHKEY_SOCIAL__PROVIDERS__0__CLIENT_SECRET_FILE"));
}

#[test]
fn every_default_in_the_sample_is_accepted_and_changes_nothing() {
    let config = load(&set(&sample_in_two().0), &[]);
    assert!(
        config
            .describe()
            .iter()
            .all(|(_, _, source)| *source == "file")
    );
    assert_eq!(values(&config), values(&load("", &[])));
}

#[test]
fn every_key_is_explained_in_the_sample() {
    let text = sample();
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
    for key in keys() {
        let (_, name) = key.parts();
        assert!(
            text.contains(&format!("\n#{name} = {}\n", key.default())),
            "{name}"
        );
        assert!(text.contains(&key.variable()), "{name}");
    }
}
