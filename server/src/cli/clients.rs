//! `latchkey clients`

use std::fmt;

use domain::{
    audit::By,
    clients::{
        Authentication, ClientProblem, ClientsService, GrantType, JwksSource, NewClient,
        RedirectUriProblem, RegisterOutcome, RegisteredClient, SecretOutcome,
    },
};
use serde_json::{Value, json};

use super::{
    Failure,
    arguments::{Clients, CreateClient, NamedClient},
    open, open_existing, say,
};
use crate::config::Config;

/// How many clients are read at once.
const PAGE: i64 = 500;

pub(super) async fn clients(config: &Config, command: Clients) -> Result<(), Failure> {
    let core = match &command {
        Clients::Create(_) => open(config).await?,
        _ => open_existing(config).await?,
    };
    let clients = &core.services.clients;
    let done = match command {
        Clients::Create(wish) => create(clients, &wish).await,
        Clients::List { json } => list(clients, json).await,
        Clients::Delete(named) => delete(clients, &named).await,
        Clients::AddSecret(named) => add_secret(clients, &named).await,
    };
    core.database.close().await;
    done
}

async fn create(clients: &ClientsService, wish: &CreateClient) -> Result<(), Failure> {
    let authentication = match (wish.public, wish.jwks.is_some() || wish.jwks_uri.is_some()) {
        (true, _) => Authentication::None,
        (false, true) => Authentication::PrivateKeyJwt,
        (false, false) => Authentication::Secret,
    };
    let keys = match (&wish.jwks, &wish.jwks_uri) {
        (Some(file), _) => {
            let read = std::fs::read_to_string(file);
            Some(JwksSource::Inline(read.map_err(|error| {
                Failure::new(format_args!("{} can't be read: {error}", file.display()))
            })?))
        }
        (None, uri) => uri.clone().map(JwksSource::Uri),
    };
    let texts = |all: &[String]| all.to_vec();
    let (redirect_uris, scopes) = (texts(&wish.redirect_uri), texts(&wish.scope));
    let redirect_uris: Vec<&str> = redirect_uris.iter().map(String::as_str).collect();
    // Several in one word, as they stand in a token.
    let scopes: Vec<&str> = scopes
        .iter()
        .flat_map(|text| text.split_whitespace())
        .collect();
    let grants = wish.grant.iter().map(|word| {
        GrantType::parse(word).ok_or_else(|| {
            let known: Vec<_> = GrantType::ALL.iter().map(|grant| grant.as_str()).collect();
            Failure::new(format_args!("{word} is no grant: {}", known.join(", ")))
        })
    });
    let grants: Vec<GrantType> = grants.collect::<Result<_, _>>()?;
    let new = NewClient {
        name: &wish.name,
        redirect_uris: &redirect_uris,
        grants: &grants,
        scopes: &scopes,
        authentication,
        pairwise: wish.pairwise,
        first_party: wish.first_party,
        require_pkce: !wish.without_pkce,
        keys,
        home_uri: wish.home_uri.as_deref().unwrap_or_default(),
        policy_uri: wish.policy_uri.as_deref().unwrap_or_default(),
    };
    let outcome = clients.register(&new, None, By::COMMAND_LINE).await;
    match outcome.map_err(Failure::new)? {
        RegisterOutcome::Registered(created) => {
            let mut told = describe(&created.client);
            if let (Some(secret), Value::Object(members)) = (&created.secret, &mut told) {
                members.insert("client_secret".to_owned(), json!(secret));
            }
            if wish.json {
                say(told);
                return Ok(());
            }
            say(format_args!("client_id      {}", created.client.id));
            if let Some(secret) = &created.secret {
                say(format_args!("client_secret  {secret}"));
                say("The secret is shown this once. Keep it where only the app can read it.");
            }
            Ok(())
        }
        RegisterOutcome::Refused(problems) => {
            let said: Vec<String> = problems.iter().map(|one| Said(one).to_string()).collect();
            Err(Failure::new(said.join("; ")))
        }
        RegisterOutcome::TooMany => Err(Failure::new("there are too many clients already")),
    }
}

fn describe(client: &RegisteredClient) -> Value {
    let grants: Vec<_> = client.grants.iter().map(|grant| grant.as_str()).collect();
    json!({
        "client_id": client.id,
        "client_name": client.name,
        "token_endpoint_auth_method": client.authentication.as_str(),
        "redirect_uris": client.redirect_uris,
        "grant_types": grants,
        "scope": client.scopes.join(" "),
        "subject_type": if client.pairwise { "pairwise" } else { "public" },
        "first_party": client.first_party,
        "require_pkce": client.require_pkce,
        "created_at": client.created_at.as_micros(),
    })
}

async fn list(clients: &ClientsService, json: bool) -> Result<(), Failure> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = clients
            .list(None, &after, PAGE)
            .await
            .map_err(Failure::new)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        all.extend(page);
    }
    if json {
        let items: Vec<_> = all.iter().map(describe).collect();
        say(json!({ "items": items }));
    } else if all.is_empty() {
        say("No client yet: `latchkey clients create` registers one.");
    } else {
        for client in &all {
            let grants: Vec<_> = client.grants.iter().map(|grant| grant.as_str()).collect();
            let (grants, scopes) = (grants.join(" "), client.scopes.join(" "));
            say(format_args!(
                "{}  {}  {grants}  {scopes}",
                client.id, client.name
            ));
        }
    }
    Ok(())
}

async fn delete(clients: &ClientsService, named: &NamedClient) -> Result<(), Failure> {
    let gone = clients.delete(&named.id, None, By::COMMAND_LINE).await;
    if !gone.map_err(Failure::new)? {
        return Err(unknown(&named.id));
    }
    if named.json {
        say(json!({ "deleted": named.id }));
    } else {
        say(format_args!(
            "Deleted {}. What it was given counts no longer.",
            named.id
        ));
    }
    Ok(())
}

async fn add_secret(clients: &ClientsService, named: &NamedClient) -> Result<(), Failure> {
    let made = clients
        .another_secret(&named.id, None, By::COMMAND_LINE)
        .await;
    match made.map_err(Failure::new)? {
        SecretOutcome::Made(secret) if named.json => {
            say(json!({ "client_id": named.id, "client_secret": secret }));
            Ok(())
        }
        SecretOutcome::Made(secret) => {
            say(format_args!("client_secret  {secret}"));
            say("The secret is shown this once. The one before goes on working.");
            Ok(())
        }
        SecretOutcome::TooMany => Err(Failure::new(
            "two secrets work already; take one away on the page of the client first",
        )),
        SecretOutcome::Unknown => Err(unknown(&named.id)),
    }
}

fn unknown(id: &str) -> Failure {
    Failure::new(format_args!(
        "there is no client {id} that this can be done with"
    ))
}

/// A problem in words.
struct Said<'a>(&'a ClientProblem);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ClientProblem::Name(_) => {
                f.write_str("the name won't do: 1 to 100 letters on one line")
            }
            ClientProblem::RedirectUriMissing => {
                f.write_str("--redirect-uri is missing: codes have to be sent somewhere")
            }
            ClientProblem::TooManyRedirectUris => f.write_str("too many redirect URIs"),
            ClientProblem::RedirectUri(uri, why) => {
                write!(f, "{uri} can't be a redirect URI: {}", reason(*why))
            }
            ClientProblem::GrantMissing => f.write_str("--grant is missing"),
            ClientProblem::RefreshWithoutCode => {
                f.write_str("refresh_token goes with authorization_code only")
            }
            ClientProblem::CredentialsOfPeople => {
                f.write_str("an app of a person can't act for itself")
            }
            ClientProblem::CredentialsOfPublic => {
                f.write_str("a public client can't prove who it is: no client_credentials")
            }
            ClientProblem::NotOffered(names) => {
                write!(f, "no API declares {}", names.join(", "))
            }
            ClientProblem::OfflineWithoutRefresh => {
                f.write_str("offline_access is of use with --grant refresh_token only")
            }
            ClientProblem::SeveralHosts => {
                f.write_str("with --pairwise, all redirect URIs have to be on one host")
            }
            ClientProblem::KeysMissing => f.write_str("--jwks or --jwks-uri is missing"),
            ClientProblem::Keys => f.write_str("the keys are no JSON Web Key Set, or not at https"),
            ClientProblem::SecretKeys => f.write_str(
                "there is a private key among the keys: make another pair, and give the public half",
            ),
            ClientProblem::PkceNeeded => f.write_str("a public client can't do without PKCE"),
            ClientProblem::Link(uri) => write!(f, "{uri} is no https address"),
        }
    }
}

const fn reason(why: RedirectUriProblem) -> &'static str {
    match why {
        RedirectUriProblem::Malformed => "it is no absolute address",
        RedirectUriProblem::Fragment => "it has a fragment",
        RedirectUriProblem::UserInfo => "it holds a user name",
        RedirectUriProblem::Wildcard => "a star stands for nothing here",
        RedirectUriProblem::NotHttps => "it is plain http, and not this machine",
        RedirectUriProblem::Scheme => {
            "its scheme is neither https nor a reversed domain such as com.example.app"
        }
    }
}
