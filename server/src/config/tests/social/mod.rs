//! Who else may say who somebody is.

mod refused;
mod sources;

use super::{load, refusals};
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
