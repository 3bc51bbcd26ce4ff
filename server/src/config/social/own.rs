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
pub(super) const GITHUB_SECRET_FILE: Key = Key::secret_file(
    "social.github.client_secret_file",
    "The path of a file that holds the client secret instead.",
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

pub(super) const GOOGLE_SECRET_FILE: Key = Key::secret_file(
    "social.google.client_secret_file",
    "The path of a file that holds the client secret instead.",
);

/// Ids that the list can't take.
pub(super) const IDS: [&str; 2] = ["github", "google"];
/// Names that it can't take.
pub(super) const NAMES: [&str; 2] = ["GitHub", "Google"];

/// `None`: there is no client.
pub(super) fn read_github(values: &mut Values) -> Result<Option<SocialProvider>, Refused> {
    let client = read_client(values, &GITHUB_ID, [&GITHUB_SECRET, &GITHUB_SECRET_FILE])?;
    let at = |url: &str| Url::parse(url).map_err(|_| Refused);
    let protocol = SocialProtocol::GitHub {
        site: at("https://github.com")?,
        api: at("https://api.github.com")?,
    };
    Ok(client.and_then(|client| github(client, protocol)))
}

/// `None`: there is no client.
pub(super) fn read_google(values: &mut Values) -> Result<Option<SocialProvider>, Refused> {
    let client = read_client(values, &GOOGLE_ID, [&GOOGLE_SECRET, &GOOGLE_SECRET_FILE])?;
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
    [secret_key, file_key]: [&Key; 2],
) -> Result<Option<Client>, Refused> {
    let (id, secret) = (
        values.text(id_key),
        values.secret_or_file(secret_key, file_key),
    );
    let (id, (secret, secret_key)) = (id.ok_or(Refused)?, secret.ok_or(Refused)?);
    let half = |set: &Key| format!("{} is set, and this isn't", set.name());
    let (key, problem) = match (id.is_empty(), secret.reveal().is_empty()) {
        (true, true) => return Ok(None),
        (false, true) => (secret_key, half(id_key)),
        (true, false) => (id_key, half(secret_key)),
        (false, false) => {
            let id = one_line(values, id_key, id);
            let secret = one_secret(values, secret_key, secret);
            return Ok(Some((id.ok_or(Refused)?, secret.ok_or(Refused)?)));
        }
    };
    values.refuse(key, problem).ok_or(Refused)
}

/// Takes a client id that can stand in an address; what surrounds it came along when it was copied.
pub(super) fn one_line(values: &mut Values, key: &Key, text: String) -> Option<String> {
    if !is_one_line(&text) {
        return values.refuse(key, CONTROLS);
    }
    if text.trim() != text {
        return values.refuse(key, "must not begin or end with white space");
    }
    Some(text)
}

/// Takes a secret that can stand in a header, or blames the key that it is from.
pub(super) fn one_secret(values: &mut Values, key: &Key, secret: Secret) -> Option<Secret> {
    if is_one_line(secret.reveal()) {
        return Some(secret);
    }
    let problem = if key.is_secret() {
        CONTROLS
    } else {
        "the file that it names must hold one line, without control characters"
    };
    values.refuse(key, problem)
}

/// What a text that isn't one line is refused with.
const CONTROLS: &str = "must not hold control characters";

/// Whether a text can stand in a header and in the log.
pub(super) fn is_one_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}
