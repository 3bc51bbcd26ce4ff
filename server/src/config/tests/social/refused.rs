//! Which providers are refused, and what is said of them.

use std::time::Duration;

use super::{
    super::{load, refusals},
    GITHUB, GOOGLE, PRIVATE, company, entry, open_id, wrong,
};

#[test]
fn half_a_client_is_refused_by_the_half_that_is_missing() {
    for (half, key) in [
        ("github.client_id", "github.client_secret"),
        ("github.client_secret", "github.client_id"),
        ("google.client_id", "google.client_secret"),
        ("google.client_secret", "google.client_id"),
    ] {
        assert_eq!(
            wrong(&format!("social.{half} = \"pa55word\"")),
            format!("\"social.{key}\" (default): social.{half} is set, and this isn't")
        );
    }
    let problem = wrong("social.github.client_id = \"a\\nb\"\nsocial.github.client_secret = \"x\"");
    assert!(problem.contains("control characters"), "{problem}");
}

#[test]
fn an_issuer_is_an_https_address_and_nothing_more() {
    let place = "\"social.providers[1].issuer\" in latchkey.toml: ";
    let second = |issuer: &str| {
        format!(
            "{}{}",
            company(""),
            entry(&format!("id = \"b\"\nissuer = \"{issuer}\""))
        )
    };
    for (issuer, problem) in [
        (
            "http://id.example",
            "use https: plain http is accepted only with social.allow_private_addresses = true",
        ),
        ("https://id.example?a", "must not have a query or fragment"),
        ("https://id.example/#a", "must not have a query or fragment"),
        (
            "https://ada:pa55word@id.example",
            "must not hold a user name or password",
        ),
        (
            "ftp://id.example",
            "wanted a URL such as https://id.example.com",
        ),
        ("id.example", "wanted a URL such as https://id.example.com"),
        ("https://", "wanted a URL such as https://id.example.com"),
        (
            "https://id.exa\\nmple",
            "wanted a URL such as https://id.example.com",
        ),
        (
            " https://id.example",
            "wanted a URL such as https://id.example.com",
        ),
        (
            "",
            "is needed without a preset, such as https://id.example.com",
        ),
        (
            "https://id.example/.well-known/openid-configuration",
            "leave /.well-known/openid-configuration out: the issuer is what stands before it",
        ),
        ("https://10.0.0.7", PRIVATE),
        ("https://127.1:8443/id", PRIVATE),
        ("https://[::1]", PRIVATE),
        ("https://[fd00::1]", PRIVATE),
        ("https://localhost:8443", PRIVATE),
    ] {
        assert_eq!(
            wrong(&second(issuer)),
            format!("{place}{problem}"),
            "{issuer}"
        );
    }
    let file = format!(
        "social.allow_private_addresses = true\n{}",
        second("https://[::1]")
    );
    assert_eq!(
        open_id(&load(&file, &[]).social.providers[1]).0,
        "https://[::1]"
    );
    let http = second("http://10.0.0.7/id");
    let config = load(
        &format!("social.allow_private_addresses = true\n{http}"),
        &[],
    );
    assert_eq!(open_id(&config.social.providers[1]).0, "http://10.0.0.7/id");
    let problem = wrong(&entry(
        "id = \"d\"\npreset = \"discord\"\nissuer = \"https://id.example\"",
    ));
    assert!(
        problem.ends_with("the preset says https://discord.com: leave it out"),
        "{problem}"
    );
}

#[test]
fn ids_are_short_words_that_nobody_else_has() {
    let with = |id: &str| entry(&format!("id = \"{id}\"\npreset = \"gitlab\""));
    let place = "\"social.providers[0].id\" in latchkey.toml: found the text";
    for id in ["", "GitLab", "2go", "a/b", "a.b", "-a", "é"] {
        let problem = wrong(&with(id));
        assert_eq!(
            problem,
            format!(
                "{place} \"{id}\", wanted 1 to 32 lower case letters, digits and hyphens, a letter first"
            )
        );
    }
    for id in ["github", "google"] {
        let problem = wrong(&with(id));
        assert_eq!(
            problem,
            format!(
                "{place} \"{id}\", wanted another id: that one has keys of its own, social.{id}.client_id"
            )
        );
    }
    let own = |id: &str, at: &str| entry(&format!("id = \"{id}\"\nissuer = \"https://{at}\""));
    let twice = format!(
        "{}{}{}",
        own("a", "one"),
        own("b", "two"),
        own("a", "three")
    );
    assert_eq!(
        wrong(&twice),
        "\"social.providers[2].id\" in latchkey.toml: found the text \"a\", wanted an id that no other provider has"
    );
}

#[test]
fn no_two_providers_look_the_same_or_are() {
    let named = |id: &str, name: &str| {
        entry(&format!(
            "id = \"{id}\"\nname = \"{name}\"\nissuer = \"https://{id}\""
        ))
    };
    for (file, name) in [
        (named("a", "Work") + &named("b", "WORK "), "WORK"),
        (company("") + &named("b", "Company"), "Company"),
    ] {
        assert_eq!(
            wrong(&file),
            format!(
                "\"social.providers[1].name\" in latchkey.toml: another provider is called \"{name}\" too"
            )
        );
    }
    for (name, id) in [("github", "github"), ("GOOGLE", "google")] {
        assert_eq!(
            wrong(&named("a", name)),
            format!(
                "\"social.providers[0].name\" in latchkey.toml: found the text \"{name}\", wanted another name: that one has keys of its own, social.{id}.client_id"
            )
        );
    }
    let again = format!("{}{}", company(""), company("name = \"B\"")).replacen("company", "b", 1);
    assert_eq!(
        wrong(&again),
        "\"social.providers[1].issuer\" in latchkey.toml: \"b\" has the same issuer and the same client_id: keep one of them"
    );
    let google = entry("id = \"b\"\nissuer = \"https://accounts.google.com\"");
    assert!(
        wrong(&format!("{GOOGLE}{}", google.replace("\"x\"", "\"id\""))).contains("\"google\" has")
    );
    load(&format!("{GOOGLE}{google}"), &[]);
    let other = company("name = \"B\"").replace("\"company\"", "\"b\"");
    load(
        &format!("{}{}", company(""), other.replace("\"x\"", "\"y\"")),
        &[],
    );
}

#[test]
fn a_client_id_has_nothing_around_it() {
    for (file, key) in [
        (
            company("").replace("\"x\"", "\" x\""),
            "providers[0].client_id",
        ),
        (GITHUB.replace("\"id\"", "\"id \""), "github.client_id"),
        (GOOGLE.replace("\"id\"", "\"\u{a0}id\""), "google.client_id"),
    ] {
        assert_eq!(
            wrong(&file),
            format!("\"social.{key}\" in latchkey.toml: must not begin or end with white space")
        );
    }
}

#[test]
fn a_table_of_a_preset_is_led_to_the_list() {
    for (table, preset) in [
        ("gitlab", "gitlab"),
        ("Discord", "discord"),
        ("microsoft", "microsoft"),
    ] {
        assert_eq!(
            wrong(&format!(
                "[social.{table}]\nclient_id = \"x\"\nclient_secret = \"pa55word\""
            )),
            format!(
                "unknown key \"social.{table}\" in latchkey.toml: did you mean [[social.providers]] with preset = \"{preset}\"?"
            )
        );
    }
}

#[test]
fn everything_wrong_with_an_entry_is_said_by_its_whole_name() {
    let file = "[[social.providers]]\nid = \"a\"\nisuer = \"https://id.example\"\npreset = \"gitlap\"\nname = \"a\\tb\"\nclient_id = 7\ntrust_email = \"yes\"";
    let starts = [
        "unknown key \"social.providers[0].isuer\" in latchkey.toml: did you mean \"social.providers[0].issuer\"?",
        "\"social.providers[0].client_id\" in latchkey.toml: found the number 7, wanted text in quotes",
        "\"social.providers[0].trust_email\" in latchkey.toml: found the text \"yes\", wanted true or false",
        "\"social.providers[0].preset\" in latchkey.toml: found the text \"gitlap\", wanted one of gitlab, discord or microsoft",
        "\"social.providers[0].name\" in latchkey.toml: found the text \"a\\tb\", wanted at most 64 characters",
    ];
    let problems = refusals(file, &[]);
    assert_eq!(problems.len(), starts.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(starts) {
        assert!(problem.starts_with(start), "{problem}");
    }
    let missing = refusals("[[social.providers]]\nid = \"a\"\npreset = \"gitlab\"", &[]);
    assert_eq!(
        missing,
        ["\"social.providers[0].client_id\" (default): is needed: the provider gives it"]
    );
}

#[test]
fn the_list_is_a_list_of_tables() {
    for (file, found) in [
        ("social.providers = \"pa55word\"", "text"),
        ("[social.providers]\nid = \"pa55word\"", "a table"),
        ("social.providers = [\"pa55word\"]", "text in the list"),
    ] {
        let problem = refusals(file, &[]).remove(0);
        assert_eq!(
            problem,
            format!(
                "\"social.providers\" in latchkey.toml: found {found}, wanted tables: [[social.providers]]"
            )
        );
    }
    let problem = wrong("[[social.provider]]\nid = \"a\"");
    assert_eq!(
        problem,
        "unknown key \"social.provider\" in latchkey.toml: did you mean \"social.providers\"?"
    );
    assert!(
        load("social.providers = []", &[])
            .social
            .providers
            .is_empty()
    );
}

#[test]
fn a_provider_has_between_one_second_and_a_minute() {
    let timeout = |seconds| {
        load(&format!("social.timeout_seconds = {seconds}"), &[])
            .social
            .timeout
    };
    assert_eq!(
        (timeout(1), timeout(60)),
        (Duration::from_secs(1), Duration::from_mins(1))
    );
    for seconds in [0, 61] {
        assert!(wrong(&format!("social.timeout_seconds = {seconds}")).contains("from 1 to 60"));
    }
}
