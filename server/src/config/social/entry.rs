//! `[[social.providers]]`: further OpenID providers.

use domain::social::ProviderId;
use url::{Host, Url};
use uuid::Uuid;

use super::{
    Key, PROVIDERS, Refused, Secret, SocialProtocol, SocialProvider, Values,
    own::{self, is_one_line, one_line, one_secret},
};
use crate::outbound::social::is_public;

const ID: Key = Key::text(
    "id",
    "",
    "How addresses name it: {public_url}/auth/{id}/callback. 1 to 32 lower case letters, digits and \
     hyphens, a letter first.",
);
const NAME: Key = Key::text(
    "name",
    "",
    "How people call it. Empty means the preset's name, or else the id.",
);
const PRESET: Key = Key::text(
    "preset",
    "",
    "What is known of it already: gitlab, discord, microsoft, or nothing.",
);
const ISSUER: Key = Key::text(
    "issuer",
    "",
    "Its issuer, exactly as its own metadata name it. Empty means the preset's.",
);
const TENANT: Key = Key::text(
    "tenant",
    "",
    "With preset = microsoft, the id of the tenant (a GUID) whose people sign in.",
);
const CLIENT_ID: Key = Key::text("client_id", "", "Who we are there.");
const CLIENT_SECRET: Key = Key::secret(
    "client_secret",
    "How we prove it. Empty where the provider lets public clients in.",
);
const CLIENT_SECRET_FILE: Key = Key::secret_file(
    "client_secret_file",
    "The path of a file that holds the client secret instead.",
);
const TRUST_EMAIL: Key = Key::flag(
    "trust_email",
    false,
    "Whether it is believed when it says that an address is a person's and verified.",
);

pub(super) static KEYS: [Key; 9] = [
    ID,
    NAME,
    PRESET,
    ISSUER,
    TENANT,
    CLIENT_ID,
    CLIENT_SECRET,
    CLIENT_SECRET_FILE,
    TRUST_EMAIL,
];

/// Where an issuer's metadata stand below it.
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Longest name, in characters: it stands on a button.
const LONGEST_NAME: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Preset {
    None,
    GitLab,
    Discord,
    Microsoft,
}

impl Preset {
    const WORDS: [(&str, Self); 4] = [
        ("gitlab", Self::GitLab),
        ("discord", Self::Discord),
        ("microsoft", Self::Microsoft),
        ("", Self::None),
    ];

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::GitLab => Some("GitLab"),
            Self::Discord => Some("Discord"),
            Self::Microsoft => Some("Microsoft"),
        }
    }

    const fn scopes(self) -> [&'static str; 3] {
        match self {
            Self::Discord => ["openid", "identify", "email"],
            _ => ["openid", "profile", "email"],
        }
    }
}

/// The preset of this name.
pub(super) fn preset(name: &str) -> Option<&'static str> {
    let mut words = Preset::WORDS.into_iter().map(|(word, _)| word);
    words.find(|word| !word.is_empty() && word.eq_ignore_ascii_case(name))
}

/// Every entry, each id, name and client once; `google` is that of the section of its own.
pub(super) fn read_all(
    values: &mut Values,
    private: bool,
    google: Option<&SocialProvider>,
) -> Option<Vec<SocialProvider>> {
    let read: Vec<_> = (0..values.entries(&PROVIDERS))
        .map(|index| Entry { values, index }.read(private))
        .collect();
    let mut repeats = false;
    for (index, entry) in read.iter().enumerate() {
        let Some(entry) = entry else { continue };
        let others = || read[..index].iter().flatten().chain(google);
        let named_so = |name: &str| is_same_name(name, &entry.name);
        let at = |key| PROVIDERS.at(index, key);
        let _: Option<()> = if others().any(|other| other.id == entry.id) {
            values.mismatch(&at(&ID), "an id that no other provider has")
        } else if let Some(other) = others().find(|other| is_same_client(other, entry)) {
            let problem = format!(
                "\"{}\" has the same issuer and the same client_id: keep one of them",
                other.id
            );
            values.refuse(&at(&ISSUER), problem)
        } else if own::NAMES.into_iter().any(named_so) {
            let own = entry.name.to_lowercase();
            let wanted =
                format!("another name: that one has keys of its own, social.{own}.client_id");
            values.mismatch(&at(&NAME), &wanted)
        } else if others().any(|other| named_so(&other.name)) {
            let problem = format!("another provider is called {:?} too", entry.name);
            values.refuse(&at(&NAME), problem)
        } else {
            continue;
        };
        repeats = true;
    }
    let all: Option<Vec<_>> = read.into_iter().collect();
    all.filter(|_| !repeats)
}

fn is_same_client(one: &SocialProvider, other: &SocialProvider) -> bool {
    one.client_id == other.client_id && issuer(one) == issuer(other)
}

fn issuer(provider: &SocialProvider) -> Option<&str> {
    match &provider.protocol {
        SocialProtocol::OpenId { issuer, .. } => Some(issuer),
        SocialProtocol::GitHub { .. } => None,
    }
}

/// As people see them: they tell no capitals apart on a button.
fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether an address names this machine or one in a private network, as far as it can be seen
/// without resolving its name.
fn leads_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public(address.into()),
        Some(Host::Ipv6(address)) => !is_public(address.into()),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

struct Entry<'a> {
    values: &'a mut Values,
    index: usize,
}

impl Entry<'_> {
    fn read(&mut self, private: bool) -> Option<SocialProvider> {
        let id = self.read_id();
        let client_id = self.read_client_id();
        let client_secret = self.read_client_secret();
        let trust_email = self.values.flag(&self.at(&TRUST_EMAIL));
        let preset = self.values.choice(&self.at(&PRESET), &Preset::WORDS);
        let name = self.read_name(preset, id.as_ref());
        let issuer = preset.and_then(|preset| self.read_issuer(preset, private));
        Some(SocialProvider {
            id: id?,
            name: name?,
            client_id: client_id?,
            client_secret: client_secret.ok()?,
            protocol: SocialProtocol::OpenId {
                issuer: issuer?,
                scopes: preset?.scopes().map(str::to_owned).into(),
                trust_email: trust_email?,
            },
        })
    }

    fn at(&self, key: &Key) -> Key {
        PROVIDERS.at(self.index, key)
    }

    fn read_id(&mut self) -> Option<ProviderId> {
        let key = self.at(&ID);
        let text = self.values.text(&key)?;
        if own::IDS.contains(&text.as_str()) {
            let wanted =
                format!("another id: that one has keys of its own, social.{text}.client_id");
            return self.values.mismatch(&key, &wanted);
        }
        let wanted = "1 to 32 lower case letters, digits and hyphens, a letter first";
        ProviderId::parse(&text).or_else(|| self.values.mismatch(&key, wanted))
    }

    fn read_name(&mut self, preset: Option<Preset>, id: Option<&ProviderId>) -> Option<String> {
        let key = self.at(&NAME);
        let text = self.values.text(&key)?;
        if text.is_empty() {
            let name = preset?.name().or_else(|| id.map(ProviderId::as_str))?;
            self.values.resolve(&key, name);
            return Some(name.to_owned());
        }
        if is_one_line(&text) && !text.trim().is_empty() && text.chars().count() <= LONGEST_NAME {
            return Some(text.trim().to_owned());
        }
        let wanted = format!("at most {LONGEST_NAME} characters, and no control characters");
        self.values.mismatch(&key, &wanted)
    }

    fn read_client_id(&mut self) -> Option<String> {
        let key = self.at(&CLIENT_ID);
        let text = self.values.text(&key)?;
        if text.is_empty() {
            return self.values.refuse(&key, "is needed: the provider gives it");
        }
        one_line(self.values, &key, text)
    }

    /// `None`: a public client.
    fn read_client_secret(&mut self) -> Result<Option<Secret>, Refused> {
        let key = self.at(&CLIENT_SECRET);
        let file = self.at(&CLIENT_SECRET_FILE);
        let found = self.values.secret_or_file(&key, &file);
        let (secret, from) = found.ok_or(Refused)?;
        let secret = one_secret(self.values, from, secret).ok_or(Refused)?;
        Ok(Some(secret).filter(|secret| !secret.reveal().is_empty()))
    }

    fn read_issuer(&mut self, preset: Preset, private: bool) -> Option<String> {
        let tenant = self.values.text(&self.at(&TENANT))?;
        let key = self.at(&ISSUER);
        let given = self.values.text(&key)?;
        if preset != Preset::Microsoft && !tenant.is_empty() {
            let problem = "goes with preset = \"microsoft\" only";
            return self.values.refuse(&self.at(&TENANT), problem);
        }
        let known = match preset {
            Preset::None if given.is_empty() => {
                let wanted = "is needed without a preset, such as https://id.example.com";
                return self.values.refuse(&key, wanted);
            }
            Preset::GitLab if given.is_empty() => "https://gitlab.com".to_owned(),
            Preset::None | Preset::GitLab => return self.check_issuer(given, private),
            Preset::Discord => "https://discord.com".to_owned(),
            Preset::Microsoft => {
                let tenant = self.read_tenant(&tenant)?;
                format!("https://login.microsoftonline.com/{tenant}/v2.0")
            }
        };
        if !given.is_empty() && given != known {
            let problem = format!("the preset says {known}: leave it out");
            return self.values.refuse(&key, problem);
        }
        self.values.resolve(&key, known.as_str());
        Some(known)
    }

    fn read_tenant(&mut self, text: &str) -> Option<Uuid> {
        let key = self.at(&TENANT);
        // Other forms of a GUID aren't how Microsoft writes it.
        if text.len() == 36
            && let Ok(tenant) = Uuid::try_parse(text)
        {
            return Some(tenant);
        }
        if ["common", "organizations", "consumers"].contains(&text) {
            let wanted = "the tenant's id (a GUID): the issuer of that one is a template, so nobody \
                          could tell whose word it is";
            return self.values.mismatch(&key, wanted);
        }
        let wanted = "the tenant's id, such as 11111111-2222-3333-4444-555555555555";
        self.values.mismatch(&key, wanted)
    }

    /// Keeps it as it is: it is compared with what the provider writes, letter by letter.
    fn check_issuer(&mut self, text: String, private: bool) -> Option<String> {
        let key = self.at(&ISSUER);
        // The parser would drop some of these silently.
        let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
        let Some(url) = Url::parse(&text).ok().filter(|url| plain && url.has_host()) else {
            let wanted = "a URL such as https://id.example.com";
            // Not repeated: it may hold a password.
            return self.values.refuse(&key, format!("wanted {wanted}"));
        };
        let problem = match url.scheme() {
            _ if !url.username().is_empty() || url.password().is_some() => {
                "must not hold a user name or password"
            }
            _ if url.query().is_some() || url.fragment().is_some() => {
                "must not have a query or fragment"
            }
            _ if text.trim_end_matches('/').ends_with(DISCOVERY) => {
                "leave /.well-known/openid-configuration out: the issuer is what stands before it"
            }
            "https" | "http" if private => return Some(text),
            "https" if leads_inside(&url) => {
                "it is in a private network: accepted only with social.allow_private_addresses = true"
            }
            "https" => return Some(text),
            "http" => {
                "use https: plain http is accepted only with social.allow_private_addresses = true"
            }
            _ => "wanted a URL such as https://id.example.com",
        };
        self.values.refuse(&key, problem)
    }
}
