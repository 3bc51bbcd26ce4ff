//! What must not be shown, and the files it may come from.

use super::{load, refusals};

const WORD: &str = "pa55word";

#[test]
fn a_secret_comes_from_a_file_without_its_trailing_newline() {
    for (path, url) in [
        ("/run/secrets/url", "postgres://app:pa55word@db/latchkey"),
        (
            "/run/secrets/windows",
            "postgres://app:pa55word@db/latchkey",
        ),
        ("/run/secrets/two-lines", "sqlite:a \n"),
    ] {
        let config = load(
            "database.url = \"sqlite:x\"",
            &[("LATCHKEY_DATABASE__URL_FILE", path)],
        );
        assert_eq!(config.database.url.reveal(), url);
        let told = config.describe();
        assert!(told.contains(&(
            "database.url".to_owned(),
            "(secret)".to_owned(),
            "environment"
        )));
    }
}

#[test]
fn a_secret_given_both_ways_is_refused() {
    let both = [
        ("LATCHKEY_DATABASE__URL", "sqlite:x"),
        ("LATCHKEY_DATABASE__URL_FILE", "/run/secrets/url"),
    ];
    let problem =
        "LATCHKEY_DATABASE__URL and LATCHKEY_DATABASE__URL_FILE are both set: keep one of them";
    assert_eq!(refusals("", &both), [problem]);
}

#[test]
fn a_secret_file_that_is_missing_is_refused_without_what_stood_in_the_variable() {
    let url = "postgres://app:pa55word@db/latchkey";
    let problems = refusals("", &[("LATCHKEY_DATABASE__URL_FILE", url)]);
    let start = "LATCHKEY_DATABASE__URL_FILE: the file that it names can't be read: ";
    assert!(problems[0].starts_with(start), "{problems:?}");
    assert!(!problems.concat().contains(WORD), "{problems:?}");
}

#[test]
fn a_secret_is_in_no_error() {
    for file in [
        "database.url = \"mysql://app:pa55word@db/x\"",
        "database.url = \"postgres:app:pa55word\"",
        "database.url = [\"pa55word\"]",
        "database.url = postgres://app:pa55word@db/x",
        "database.url = \"postgres://app:pa55word@db/x",
        "database.url = 'pa55word' 'pa55word'",
        "database.url = 'pa55word'\ndatabase.url = 'pa55word'",
        "database.url = \"pa55word\\q\"",
        "database.url.pa55 = 'pa55word'\n[database]\nurl = 'pa55word'",
        "database = \"pa55word\"",
        "databse.url = \"pa55word\"",
        "secrets.master_key = \"pa55word\"",
        "public_url = \"https://app:pa55word@example.com\"",
    ] {
        let problems = refusals(file, &[]).join("\n");
        assert!(!problems.contains(WORD), "{problems}");
        assert!(!problems.is_empty());
    }
}

#[test]
fn a_secret_is_in_no_debug_text_and_no_description() {
    let file = "database.url = \"postgres://app:pa55word@db/x\"";
    let key = "A".repeat(43);
    let config = load(file, &[("LATCHKEY_SECRETS__MASTER_KEY", &key)]);
    assert_eq!(config.secrets.master_key.as_ref().unwrap().reveal(), key);
    for text in [format!("{config:#?}"), format!("{:?}", config.describe())] {
        assert!(
            text.contains("(secret)") && !text.contains(WORD) && !text.contains(&key),
            "{text}"
        );
    }
}

#[test]
fn database_urls_are_judged_by_their_shape() {
    for url in [
        "sqlite:a.db",
        "sqlite:///srv/a.db",
        "postgres://db/x",
        "postgresql:///x?host=/run",
    ] {
        assert_eq!(
            load("", &[("LATCHKEY_DATABASE__URL", url)])
                .database
                .url
                .reveal(),
            url
        );
    }
    for url in [
        "a.db",
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "sqlite:a?mode=rw",
        "postgres:db",
        "mysql://db/x",
    ] {
        let problem =
            "LATCHKEY_DATABASE__URL: wanted sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE";
        assert_eq!(
            refusals("", &[("LATCHKEY_DATABASE__URL", url)]),
            [problem],
            "{url}"
        );
    }
}
