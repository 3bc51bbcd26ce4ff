//! GitHub and Google, which need no more than a client.

use domain::social::ProviderId;
use url::Url;

use super::{Key, Refused, Secret, SocialProtocol, SocialProvider, Values};

pub(super) const GITHUB_ID: Key = Key::text(
    "social.github.client_id",
    "",
    "The client id of the OAuth app at GitHub. Empty means that nobody signs in with GitHub.",
);
pub(super) const GITHUB_SECRET: Key = Key::secret(
    "social.github.client_secret",
    "The client secret of the OAuth app at GitHub.",
);
pub(super) const GOOGLE_ID: Key = Key::text(
    "social.google.client_id",
    "",
    "The client id of the web application at Google. Empty means that nobody signs in with Google.",
);
pub(super) const GOOGLE_SECRET: Key = Key::secret(
    "social.google.client_secret",
    "The client secret of the web application at Google.",
);

/// Ids that the list can't take.
pub(super) const IDS: [&str; 2] = ["github", "google"];

/// `None`: there is no client.
pub(super) fn read_github(values: &mut Values) -> Result<Option<SocialProvider>, Refused> {
    let client = read_client(values, &GITHUB_ID, &GITHUB_SECRET)?;
    let at = |url: &str| Url::parse(url).map_err(|_| Refused);
    let protocol = SocialProtocol::GitHub {
        site: at("https://github.com")?,
        api: at("https://api.github.com")?,
    };
    Ok(client.and_then(|client| github(client, protocol)))
}

/// `None`: there is no client.
pub(super) fn read_google(values: &mut Values) -> Result<Option<SocialProvider>, Refused> {
    let client = read_client(values, &GOOGLE_ID, &GOOGLE_SECRET)?;
    let issuer = "https://accounts.google.com".to_owned();
    Ok(client.and_then(|client| google(client, issuer)))
}

type Client = (String, Secret);

/// GitHub, or who plays it.
pub(super) fn github(client: Client, protocol: SocialProtocol) -> Option<SocialProvider> {
    provider("github", "GitHub", client, protocol)
}

/// Google, or who plays it.
pub(super) fn google(client: Client, issuer: String) -> Option<SocialProvider> {
    let protocol = SocialProtocol::OpenId {
        issuer,
        scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
        trust_email: true,
    };
    provider("google", "Google", client, protocol)
}

fn provider(
    id: &str,
    name: &str,
    (client_id, secret): Client,
    protocol: SocialProtocol,
) -> Option<SocialProvider> {
    Some(SocialProvider {
        id: ProviderId::parse(id)?,
        name: name.to_owned(),
        client_id,
        client_secret: Some(secret),
        protocol,
    })
}

fn read_client(
    values: &mut Values,
    id_key: &Key,
    secret_key: &Key,
) -> Result<Option<Client>, Refused> {
    let (id, secret) = (values.text(id_key), values.secret(secret_key));
    let (id, secret) = (id.ok_or(Refused)?, secret.ok_or(Refused)?);
    let half = |set: &Key| format!("{} is set, and this isn't", set.name());
    let (key, problem) = match (id.is_empty(), secret.reveal().is_empty()) {
        (true, true) => return Ok(None),
        (false, true) => (secret_key, half(id_key)),
        (true, false) => (id_key, half(secret_key)),
        (false, false) if !is_one_line(&id) => (id_key, CONTROLS.to_owned()),
        (false, false) if !is_one_line(secret.reveal()) => (secret_key, CONTROLS.to_owned()),
        (false, false) => return Ok(Some((id, secret))),
    };
    values.refuse(key, problem).ok_or(Refused)
}

/// What a text that isn't one line is refused with.
pub(super) const CONTROLS: &str = "must not hold control characters";

/// Whether a text can stand in a header and in the log.
pub(super) fn is_one_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}
