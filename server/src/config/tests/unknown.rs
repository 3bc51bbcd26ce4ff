//! Keys and variables that don't exist.

use super::{load, refusals};

#[test]
fn an_unknown_key_is_named_with_the_nearest_known_one() {
    let cases = [
        (
            "databse.url = \"\"",
            "\"databse.url\"",
            Some("database.url"),
        ),
        (
            "[listen]\nadress = \"\"",
            "\"listen.adress\"",
            Some("listen.address"),
        ),
        ("publicurl = 1", "\"publicurl\"", Some("public_url")),
        (
            "min_length = 15",
            "\"min_length\"",
            Some("passwords.min_length"),
        ),
        (
            "[server]\naddress = \"\"",
            "\"server.address\"",
            Some("listen.address"),
        ),
        ("[passwrds]", "\"passwrds\"", Some("passwords")),
        ("[[listn]]\naddress = \"\"", "\"listn\"", Some("listen")),
        (
            "\"listen.address\" = \"\"",
            "\"listen.address\"",
            Some("listen.address"),
        ),
        ("zzz = 1", "\"zzz\"", None),
    ];
    for (file, key, nearest) in cases {
        let hint = nearest.map_or_else(String::new, |near| format!(": did you mean \"{near}\"?"));
        let expected = format!("unknown key {key} in latchkey.toml{hint}");
        assert_eq!(refusals(file, &[]), [expected], "{file}");
    }
}

#[test]
fn a_section_that_is_no_table_and_a_key_that_is_one_are_refused() {
    assert_eq!(
        refusals("database = \"postgres://app:pa55word@db/x\"", &[]),
        ["\"database\" in latchkey.toml: found text, wanted a table: [database]"]
    );
    assert_eq!(
        refusals("[public_url]\nhost = \"x\"", &[]),
        ["\"public_url\" in latchkey.toml: found a table, wanted text in quotes"]
    );
}

#[test]
fn an_unknown_variable_is_named_with_the_nearest_known_one() {
    let cases = [
        ("LATCHKEY_LISTEN_ADDRESS", Some("LATCHKEY_LISTEN__ADDRESS")),
        ("LATCHKEY_PUBLIC__URL", Some("LATCHKEY_PUBLIC_URL")),
        (
            "LATCHKEY_DATABASE_URL_FILE",
            Some("LATCHKEY_DATABASE__URL_FILE"),
        ),
        ("LATCHKEY_DATABSE__URL", Some("LATCHKEY_DATABASE__URL")),
        (
            "LATCHKEY_LISTEN__ADDRESS_FILE",
            Some("LATCHKEY_LISTEN__ADDRESS"),
        ),
        ("LATCHKEY_listen__address", Some("LATCHKEY_LISTEN__ADDRESS")),
        ("LATCHKEY_CONFIGS", Some("LATCHKEY_CONFIG")),
        ("LATCHKEY_ZZZ", None),
        ("LATCHKEY_", None),
    ];
    for (name, nearest) in cases {
        let hint = nearest.map_or_else(String::new, |near| format!(": did you mean {near}?"));
        let expected = format!("unknown variable {name}{hint}");
        assert_eq!(refusals("", &[(name, "")]), [expected]);
    }
}

#[test]
fn variables_of_the_command_line_and_of_our_tests_are_let_through() {
    let names = [
        "LATCHKEY_CONFIG",
        "LATCHKEY_TEST_POSTGRES",
        "LATCHKEY_E2E_PORT",
        "LATCHKEY_CHROMIUM",
        "LATCHKEY_CHROMIUM_PATH",
    ];
    load("", &names.map(|name| (name, "x")));
}
