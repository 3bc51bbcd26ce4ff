//! Who else may say who somebody is.

use std::time::Duration;

use super::{Config, dev, lines, load, refusals};
use crate::config::{SocialProtocol, SocialProvider};

const GITHUB: &str =
    "social.github.client_id = \"id\"\nsocial.github.client_secret = \"pa55word\"\n";
const GOOGLE: &str =
    "social.google.client_id = \"id\"\nsocial.google.client_secret = \"pa55word\"\n";

const PRIVATE: &str =
    "it is in a private network: accepted only with social.allow_private_addresses = true";

/// One entry of the list, with the least that it needs and more.
fn entry(more: &str) -> String {
    format!("[[social.providers]]\nclient_id = \"x\"\n{more}\n")
}

fn company(more: &str) -> String {
    entry(&format!(
        "id = \"company\"\nissuer = \"https://id.example\"\n{more}"
    ))
}

/// The only provider of a configuration.
#[track_caller]
fn only(file: &str, environment: &[(&str, &str)]) -> SocialProvider {
    let mut providers = load(file, environment).social.providers;
    assert_eq!(providers.len(), 1);
    providers.remove(0)
}

#[track_caller]
fn open_id(provider: &SocialProvider) -> (&str, String, bool) {
    match &provider.protocol {
        SocialProtocol::OpenId {
            issuer,
            scopes,
            trust_email,
        } => (issuer, scopes.join(" "), *trust_email),
        SocialProtocol::GitHub { .. } => panic!("{provider:?}"),
    }
}

#[track_caller]
fn secret(provider: &SocialProvider) -> &str {
    let secret = provider.client_secret.as_ref();
    secret.map_or("", |secret| secret.reveal())
}

/// The only thing that is wrong.
#[track_caller]
fn wrong(file: &str) -> String {
    let mut problems = refusals(file, &[]);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = problems.remove(0);
    assert!(!problem.contains("pa55word"), "{problem}");
    problem
}

#[test]
fn a_client_at_github_and_google_is_all_they_need() {
    let providers = load(&format!("{GOOGLE}{GITHUB}{}", company("")), &[])
        .social
        .providers;
    let ids: Vec<_> = providers.iter().map(|own| own.id.as_str()).collect();
    assert_eq!(ids, ["github", "google", "company"]);
    let SocialProtocol::GitHub { site, api } = &providers[0].protocol else {
        panic!("{providers:?}");
    };
    assert_eq!(site.as_str(), "https://github.com/");
    assert_eq!(api.as_str(), "https://api.github.com/");
    assert_eq!(
        open_id(&providers[1]),
        (
            "https://accounts.google.com",
            "openid email profile".to_owned(),
            true
        )
    );
    assert_eq!(
        (providers[0].name.as_str(), providers[1].name.as_str()),
        ("GitHub", "Google")
    );
    assert_eq!(secret(&providers[1]), "pa55word");
}

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
fn the_presets_know_issuer_name_and_scopes() {
    let tenant = "11111111-2222-3333-4444-AAAAAAAAAAAA";
    for (preset, name, issuer, scopes) in [
        (
            "preset = \"gitlab\"",
            "GitLab",
            "https://gitlab.com",
            "openid profile email",
        ),
        (
            "preset = \"gitlab\"\nissuer = \"https://git.example\"\nname = \"Our code\"",
            "Our code",
            "https://git.example",
            "openid profile email",
        ),
        (
            "preset = \"discord\"",
            "Discord",
            "https://discord.com",
            "openid identify email",
        ),
        (
            &format!("preset = \"microsoft\"\ntenant = \"{tenant}\""),
            "Microsoft",
            "https://login.microsoftonline.com/11111111-2222-3333-4444-aaaaaaaaaaaa/v2.0",
            "openid profile email",
        ),
        (
            "issuer = \"https://id.example/realms/a/\"",
            "mine",
            "https://id.example/realms/a/",
            "openid profile email",
        ),
    ] {
        let provider = only(&entry(&format!("id = \"mine\"\n{preset}")), &[]);
        assert_eq!(provider.name, name);
        assert_eq!(open_id(&provider), (issuer, scopes.to_owned(), false));
        assert!(provider.client_secret.is_none());
    }
    assert!(open_id(&only(&company("trust_email = true"), &[])).2);
}

#[test]
fn a_microsoft_tenant_is_named_by_its_id() {
    let with = |tenant: &str| {
        let more = format!("id = \"work\"\npreset = \"microsoft\"\ntenant = \"{tenant}\"");
        wrong(&entry(&more))
    };
    for template in ["common", "organizations", "consumers"] {
        let problem = with(template);
        let start = format!(
            "\"social.providers[0].tenant\" in latchkey.toml: found the text \"{template}\", wanted the tenant's id (a GUID): the issuer of that one is a template"
        );
        assert!(problem.starts_with(&start), "{problem}");
    }
    for tenant in [
        "",
        "contoso.com",
        "11111111222233334444555555555555",
        "{11111111-2222-3333-4444-555555555555}",
    ] {
        assert!(
            with(tenant).contains("wanted the tenant's id, such as"),
            "{tenant}"
        );
    }
    let problem = wrong(&company("tenant = \"x\""));
    assert!(
        problem.starts_with("\"social.providers[0].tenant\" in latchkey.toml: goes with preset"),
        "{problem}"
    );
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
