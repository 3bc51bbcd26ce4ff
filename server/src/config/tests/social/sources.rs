//! Providers by the environment, by files and by practice, and how they are described.

use super::{
    super::{Config, dev, lines, load, refusals},
    GITHUB, GOOGLE, company, entry, only, open_id, secret, wrong,
};
use crate::config::SocialProtocol;

#[test]
fn a_secret_of_github_and_google_may_come_from_a_file_that_the_file_names() {
    for provider in ["github", "google"] {
        let with = |path: &str| {
            format!("[social.{provider}]\nclient_id = \"id\"\nclient_secret_file = \"{path}\"")
        };
        let file = with("/run/secrets/client");
        assert_eq!(secret(&only(&file, &[])), "pa55word");
        let variable = format!(
            "LATCHKEY_SOCIAL__{}__CLIENT_SECRET",
            provider.to_uppercase()
        );
        assert_eq!(secret(&only(&file, &[(&variable, "new")])), "new");
        let by_file = [(&*format!("{variable}_FILE"), "/run/secrets/client")];
        let other = format!(
            "social.{provider}.client_id = \"id\"\nsocial.{provider}.client_secret = \"other\""
        );
        assert_eq!(secret(&only(&other, &by_file)), "pa55word");
        let place = format!("\"social.{provider}.client_secret_file\" in latchkey.toml: ");
        let both = format!("{file}\nclient_secret = \"pa55word\"");
        assert_eq!(
            wrong(&both),
            format!("{place}client_secret is set as well: keep one of them")
        );
        assert_eq!(
            wrong(&with("/run/secrets/two-clients")),
            format!("{place}the file that it names must hold one line, without control characters")
        );
        assert_eq!(
            wrong(&file.replace("client_id = \"id\"", "")),
            format!(
                "\"social.{provider}.client_id\" (default): social.{provider}.client_secret_file is set, and this isn't"
            )
        );
    }
}

#[test]
fn the_environment_sets_keys_of_entries_and_adds_the_next_one() {
    let file = company("client_secret = \"other\"\ntrust_email = true");
    let environment = [
        ("LATCHKEY_SOCIAL__PROVIDERS__0__CLIENT_SECRET", "pa55word"),
        ("LATCHKEY_SOCIAL__PROVIDERS__0__TRUST_EMAIL", "false"),
        ("LATCHKEY_SOCIAL__PROVIDERS__1__ID", "code"),
        ("LATCHKEY_SOCIAL__PROVIDERS__1__PRESET", "gitlab"),
        ("LATCHKEY_SOCIAL__PROVIDERS__1__CLIENT_ID", "y"),
    ];
    let providers = load(&file, &environment).social.providers;
    assert_eq!(secret(&providers[0]), "pa55word");
    assert!(!open_id(&providers[0]).2);
    assert_eq!(
        (providers[1].id.as_str(), providers[1].client_id.as_str()),
        ("code", "y")
    );

    let gap = [("LATCHKEY_SOCIAL__PROVIDERS__7__ID", "a")];
    assert_eq!(
        refusals(&file, &gap),
        ["LATCHKEY_SOCIAL__PROVIDERS__7__ID: entry 1 has to be set first: they count from 0"]
    );
    for (name, near) in [
        (
            "LATCHKEY_SOCIAL__PROVIDERS__1__ISUER",
            "LATCHKEY_SOCIAL__PROVIDERS__1__ISSUER",
        ),
        (
            "LATCHKEY_SOCIAL__PROVIDERS__00__ISSUER",
            "LATCHKEY_SOCIAL__PROVIDERS__0__ISSUER",
        ),
        (
            "LATCHKEY_SOCIAL__PROVIDERS__ISSUER",
            "LATCHKEY_SOCIAL__PROVIDERS__0__ISSUER",
        ),
    ] {
        assert_eq!(
            refusals(&file, &[(name, "x")]),
            [format!("unknown variable {name}: did you mean {near}?")]
        );
    }
}

#[test]
fn a_secret_of_an_entry_may_come_from_a_file() {
    let key = "client_secret_file = \"/run/secrets/client\"";
    assert_eq!(secret(&only(&company(key), &[])), "pa55word");
    let variable = "LATCHKEY_SOCIAL__PROVIDERS__0__CLIENT_SECRET_FILE";
    let by_variable = [(variable, "/run/secrets/client")];
    assert_eq!(secret(&only(&company(""), &by_variable)), "pa55word");
    // The environment overrides the file, whichever of the two keys it sets.
    assert_eq!(
        secret(&only(&company("client_secret = \"other\""), &by_variable)),
        "pa55word"
    );
    let plain = ("LATCHKEY_SOCIAL__PROVIDERS__0__CLIENT_SECRET", "new");
    assert_eq!(secret(&only(&company(key), &[plain])), "new");

    let place = "\"social.providers[0].client_secret_file\" in latchkey.toml: ";
    let both = company(&format!("{key}\nclient_secret = \"pa55word\""));
    assert_eq!(
        wrong(&both),
        format!("{place}client_secret is set as well: keep one of them")
    );
    let problem = wrong(&company("client_secret_file = \"/run/secrets/empty\""));
    assert_eq!(problem, format!("{place}the file that it names is empty"));
    let problem = wrong(&company(
        "client_secret_file = \"/run/secrets/two-clients\"",
    ));
    assert_eq!(
        problem,
        format!("{place}the file that it names must hold one line, without control characters")
    );
    let problem = wrong(&company("client_secret_file = \"pa55word\""));
    assert!(
        problem.starts_with(&format!("{place}the file that it names can't be read: ")),
        "{problem}"
    );
    assert!(
        wrong(&company("client_secret_file = [\"pa55word\"]"))
            .contains("found a list, wanted text")
    );
}

#[test]
fn what_is_configured_is_described_and_secrets_are_not_shown() {
    let file = format!(
        "{GITHUB}{}{}",
        company("client_secret = \"pa55word\""),
        entry("id = \"code\"\npreset = \"gitlab\"\nclient_secret_file = \"/run/secrets/client\"")
    );
    let config = load(&file, &[]);
    let described = config.describe();
    for (key, value, source) in [
        ("social.github.client_secret", "(secret)", "file"),
        ("social.providers[0].client_secret", "(secret)", "file"),
        ("social.providers[0].name", "company", "default"),
        ("social.providers[1].client_secret", "", "default"),
        ("social.providers[1].client_secret_file", "(a file)", "file"),
        (
            "social.providers[1].issuer",
            "https://gitlab.com",
            "default",
        ),
        ("social.providers[1].name", "GitLab", "default"),
    ] {
        assert!(
            described.contains(&(key.to_owned(), value.to_owned(), source)),
            "{key}: {described:#?}"
        );
    }
    for text in [format!("{config:#?}"), format!("{described:?}")] {
        assert!(
            !text.contains("pa55word") && !text.contains("/run/secrets"),
            "{text}"
        );
    }
}

#[test]
fn development_practises_what_has_no_client_of_its_own() {
    let social = Config::load(dev("public_url = \"http://localhost:8181\""))
        .unwrap()
        .social;
    assert!(social.allow_private_addresses);
    let [github, google] = &social.providers[..] else {
        panic!("{social:?}");
    };
    let SocialProtocol::GitHub { site, api } = &github.protocol else {
        panic!("{github:?}");
    };
    assert_eq!(site.as_str(), "http://localhost:8181/dev/providers/github");
    assert_eq!(
        api.as_str(),
        "http://localhost:8181/dev/providers/github/api"
    );
    assert_eq!(
        open_id(google).0,
        "http://localhost:8181/dev/providers/google"
    );
    assert!(open_id(google).2, "as Google itself");
    for practice in [github, google] {
        assert_eq!(practice.client_id, "practice");
        assert!(!secret(practice).is_empty());
    }

    let social = Config::load(dev(GITHUB)).unwrap().social;
    assert_eq!(
        (
            social.providers.len(),
            social.providers[0].client_id.as_str()
        ),
        (2, "id")
    );
    let social = Config::load(dev(&format!("{GITHUB}{GOOGLE}")))
        .unwrap()
        .social;
    assert!(!social.allow_private_addresses, "nobody practises");
    assert_eq!(lines(dev("social.github.client_id = \"id\"")).len(), 1);
}
