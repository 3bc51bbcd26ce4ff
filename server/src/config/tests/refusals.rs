//! Values that won't do.

use std::ffi::OsString;

use super::{Config, dev, lines, load, refusals, sources};

#[test]
fn a_wrong_type_names_the_key_what_was_found_and_what_is_wanted() {
    assert_eq!(
        refusals("http.body_bytes = \"big\"\nlog.level = 3", &[]),
        [
            "\"http.body_bytes\" in latchkey.toml: found the text \"big\", \
             wanted a whole number from 1024 to 10485760",
            "\"log.level\" in latchkey.toml: found the number 3, wanted text in quotes",
        ]
    );
    assert_eq!(
        refusals("", &[("LATCHKEY_HTTP__PROXY_HOPS", "one")]),
        ["LATCHKEY_HTTP__PROXY_HOPS: found the text \"one\", wanted a whole number from 0 to 16"]
    );
}

#[test]
fn a_number_out_of_bounds_is_refused() {
    for (key, values) in [
        ("database.readers", [0, 201]),
        ("passwords.min_length", [7, 65]),
        ("sessions.absolute_hours", [0, 8761]),
        ("links.confirm_hours", [0, 169]),
        ("http.body_bytes", [1023, 10_485_761]),
        ("hashing.queue_per_thread", [0, -1]),
    ] {
        for value in values {
            let problem = refusals(&format!("{key} = {value}"), &[]).join("\n");
            assert!(
                problem.contains(&format!(
                    "{key}\" in latchkey.toml: found the number {value}, wanted"
                )),
                "{problem}"
            );
        }
    }
}

#[test]
fn a_word_that_is_none_of_the_known_ones_is_refused() {
    let problem = refusals("log.level = \"loud\"", &[]);
    let start = "\"log.level\" in latchkey.toml: found the text \"loud\", wanted one of ";
    assert_eq!(
        problem,
        [format!("{start}error, warn, info, debug or trace")]
    );
    let problem = refusals("", &[("LATCHKEY_PASSWORDS__ENGINE", "scrypt")]);
    assert!(
        problem[0].ends_with("wanted one of auto, argon2 or argon2-rust"),
        "{problem:?}"
    );
    let problem = refusals("accounts.signup = \"invited\"", &[]);
    assert!(
        problem[0].ends_with("wanted one of open, invite or closed"),
        "{problem:?}"
    );
}

#[test]
fn allowed_domains_are_domains_with_commas_between_them() {
    for domains in [
        "",
        " ",
        "example.com",
        "Example.com , *.b\u{fc}cher.example",
    ] {
        let config = load(&format!("accounts.allowed_domains = \"{domains}\""), &[]);
        let wanted = domains.split(',').filter(|one| !one.trim().is_empty());
        assert_eq!(config.accounts.allowed_domains.len(), wanted.count());
    }
    for domains in [
        ",",
        "example.com,",
        "com",
        "a@example.com",
        "example.com example.org",
    ] {
        let problems = refusals(&format!("accounts.allowed_domains = \"{domains}\""), &[]);
        let start = format!(
            "\"accounts.allowed_domains\" in latchkey.toml: found the text {domains:?}, wanted"
        );
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(&start), "{problems:?}");
    }
}

#[test]
fn everything_wrong_is_reported_at_once() {
    let file = "colour = \"red\"\nlisten.address = \"here\"\npublic_url = \"http://example.com\"";
    let problems = refusals(
        file,
        &[("LATCHKEY_SIGNUP", "open"), ("LATCHKEY_LOG__LEVEL", "")],
    );
    let starts = [
        "unknown key \"colour\"",
        "unknown variable LATCHKEY_SIGNUP: did you mean LATCHKEY_ACCOUNTS__SIGNUP?",
        "\"public_url\" in latchkey.toml: use https",
        "\"listen.address\" in latchkey.toml: found the text \"here\", wanted an IP address",
        "LATCHKEY_LOG__LEVEL: found the text \"\", wanted one of",
    ];
    assert_eq!(problems.len(), starts.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(starts) {
        assert!(problem.starts_with(start), "{problem}");
    }
}

#[test]
fn text_that_is_not_toml_is_refused_by_line_beside_unknown_variables() {
    let problems = refusals("[log]\nlevel == 3", &[("LATCHKEY_ZZZ", "")]);
    assert!(
        problems[0].starts_with("latchkey.toml, line 2, column "),
        "{problems:?}"
    );
    assert_eq!(problems[1..], ["unknown variable LATCHKEY_ZZZ"]);
}

#[test]
fn values_are_not_judged_while_the_file_is_unreadable() {
    // The file may have raised the limit.
    let environment = [("LATCHKEY_SESSIONS__IDLE_HOURS", "13")];
    assert_eq!(refusals("[log", &environment).len(), 1);
}

#[test]
fn variables_are_reported_in_the_order_of_their_names() {
    let problems = refusals("", &[("LATCHKEY_ZZ", ""), ("LATCHKEY_QQ", "")]);
    assert_eq!(
        problems,
        [
            "unknown variable LATCHKEY_QQ",
            "unknown variable LATCHKEY_ZZ"
        ]
    );
}

#[test]
fn an_error_stays_on_its_line_whatever_the_value_holds() {
    let long = format!("a\nb{}", "c".repeat(500));
    let problems = refusals(
        "\"x\\ny\" = 1",
        &[("LATCHKEY_LOG__LEVEL", &long), ("LATCHKEY_A\nB", "")],
    );
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert!(
        problems.iter().all(|problem| problem.len() < 200),
        "{problems:#?}"
    );
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    // What it overrides isn't judged in its place.
    let mut bad = sources("log.level = \"loud\"", &[]);
    bad.environment
        .push(("LATCHKEY_LOG__LEVEL".into(), OsString::from_vec(vec![0xff])));
    assert_eq!(lines(bad), ["LATCHKEY_LOG__LEVEL: its value is not UTF-8"]);
}

#[test]
fn development_listens_on_this_machine_only() {
    for address in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:80"] {
        let file = format!("listen.address = \"{address}\"");
        load(&file, &[]);
        let problems = lines(dev(&file));
        assert!(
            problems[0].contains("wanted a loopback address"),
            "{problems:?}"
        );
    }
    for address in ["127.0.0.1:0", "127.3.2.1:8080", "[::1]:8080"] {
        assert!(Config::load(dev(&format!("listen.address = \"{address}\""))).is_ok());
    }
}

#[test]
fn a_public_url_over_plain_http_is_refused_in_development_too() {
    let file = "public_url = \"http://login.example.com\"";
    let problem =
        "\"public_url\" in latchkey.toml: use https: plain http is accepted only for localhost";
    assert_eq!(refusals(file, &[]), [problem]);
    assert_eq!(lines(dev(file)), [problem]);
}

#[test]
fn a_session_may_not_idle_longer_than_it_lives() {
    assert_eq!(
        refusals("sessions.idle_hours = 13", &[]),
        [
            "\"sessions.idle_hours\" in latchkey.toml: found 13, which is more than sessions.absolute_hours = 12"
        ]
    );
    assert_eq!(
        refusals(
            "",
            &[("LATCHKEY_SESSIONS__PERSISTENT_ABSOLUTE_HOURS", "100")]
        ),
        [
            "\"sessions.persistent_idle_hours\" (default): found 168, which is more than sessions.persistent_absolute_hours = 100"
        ]
    );
    load("sessions.idle_hours = 12", &[]);
}

#[test]
fn weak_hashing_is_for_development_only() {
    let file = |memory, iterations| {
        format!("passwords.memory_kib = {memory}\npasswords.iterations = {iterations}")
    };
    for (memory, iterations) in [
        (47_104, 1),
        (19_456, 2),
        (12_288, 3),
        (9_216, 4),
        (7_168, 5),
        (65_536, 3),
    ] {
        load(&file(memory, iterations), &[]);
    }
    for (memory, iterations) in [(47_103, 1), (19_455, 2), (7_167, 64), (9_215, 4), (64, 1)] {
        let problems = refusals(&file(memory, iterations), &[]);
        assert!(problems[0].contains("is too weak"), "{problems:?}");
        assert!(Config::load(dev(&file(memory, iterations))).is_ok());
    }
    // Four lanes need 32 KiB, in development too; and nobody may ask for hours of work.
    let problems = lines(dev("passwords.memory_kib = 31\npasswords.parallelism = 4"));
    assert!(problems[0].contains("8 KiB per lane"), "{problems:?}");
    assert_eq!(refusals(&file(1_048_576, 64), &[]).len(), 1);
}

#[test]
fn a_data_folder_that_the_database_url_cannot_name_is_refused() {
    for folder in ["", " ", "a?b"] {
        let problems = refusals(&format!("data.folder = \"{folder}\""), &[]);
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].starts_with("\"data.folder\" in latchkey.toml: wanted"),
            "{problems:?}"
        );
    }
}
