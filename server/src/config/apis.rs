//! `[[apis]]`: the APIs that tokens can be for, besides our own.

use domain::{
    accounts::DisplayName,
    tokens::{Api, ApiScope, Apis},
};

use super::{Key, List, PublicUrl, loading::Values};

const AUDIENCE: Key = Key::text(
    "audience",
    "",
    "What tokens for it say in `aud`: its address, as a rule.",
);
const NAME: Key = Key::text("name", "", "How people call it. Empty means the audience.");
const SCOPES: Key = Key::text(
    "scopes",
    "",
    "What tokens may do there, as a list: [\"data:read See the data\", \"data:write Change the \
     data\"]. The first word of each is the scope's name, which no other API may have; the rest \
     tells people what it lets a token do.",
);

static ENTRY: [Key; 3] = [AUDIENCE, NAME, SCOPES];

pub(super) static APIS: List = List::new(
    "apis",
    &ENTRY,
    "The APIs that tokens can be for, besides Latchkey's own. Without any, --dev declares an example.",
);

/// Longest name of a scope, and longest audience, in bytes.
const LONGEST: usize = 200;
/// What begins the names of our own API's scopes that others must not use.
const RESERVED: &str = "admin:";
/// The scopes of OpenID Connect (Core sections 5.4 and 11): they are no API's.
const OPENID: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

/// The API that `--dev` declares.
fn example() -> Api {
    let scope = |name: &str, description: &str| ApiScope {
        name: name.to_owned(),
        description: description.to_owned(),
    };
    Api {
        audience: "https://api.example.com".to_owned(),
        name: "Example API".to_owned(),
        scopes: vec![
            scope("data:read", "See the example data"),
            scope("data:write", "Change the example data"),
        ],
    }
}

/// Reads every API; our own comes first.
pub(super) fn read(values: &mut Values, public_url: Option<&PublicUrl>) -> Option<Apis> {
    let many = values.entries(&APIS);
    let read: Vec<_> = (0..many).map(|index| read_one(values, index)).collect();
    let mut declared = read.into_iter().collect::<Option<Vec<_>>>()?;
    if declared.is_empty() && values.dev() {
        declared.push(example());
    }
    match Apis::new(public_url?.issuer(), declared) {
        Ok(apis) => Some(apis),
        Err(problem) => values.refuse(
            &APIS.at(many.saturating_sub(1), &AUDIENCE),
            problem.to_string(),
        ),
    }
}

fn read_one(values: &mut Values, index: usize) -> Option<Api> {
    let at = |key: &Key| APIS.at(index, key);
    let audience = read_audience(values, &at(&AUDIENCE));
    let name = values.text(&at(&NAME));
    let scopes = read_scopes(values, &at(&SCOPES));
    let (audience, name) = (audience?, name?);
    let name = name.trim();
    // It stands on a page: what misleads there is no name.
    let sane = name.is_empty() || DisplayName::parse(name).is_ok();
    if name.chars().count() > 64 || !sane {
        return values.mismatch(&at(&NAME), "a name of at most 64 characters, on one line");
    }
    Some(Api {
        name: if name.is_empty() {
            audience.clone()
        } else {
            name.to_owned()
        },
        audience,
        scopes: scopes?,
    })
}

fn read_audience(values: &mut Values, key: &Key) -> Option<String> {
    let audience = values.text(key)?;
    let sane = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
    if audience.is_empty() || audience.len() > LONGEST || !audience.chars().all(sane) {
        return values.mismatch(key, "the API's address or another name without spaces");
    }
    Some(audience)
}

fn read_scopes(values: &mut Values, key: &Key) -> Option<Vec<ApiScope>> {
    let mut scopes = Vec::new();
    for written in values.words(key)? {
        let (name, description) = written.split_once(' ').unwrap_or((&written, ""));
        // RFC 6749 section 3.3.
        let sane = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(sane) {
            return values.mismatch(key, "names of scopes without quotes or backslashes");
        }
        if OPENID.contains(&name) {
            return values.refuse(key, format!("{name} is a scope of OpenID Connect"));
        }
        if name.starts_with(RESERVED) {
            return values.refuse(
                key,
                format!("{name}: scopes that begin with {RESERVED} are our own"),
            );
        }
        let description = description.trim();
        if description.chars().count() > 120 || description.chars().any(char::is_control) {
            return values.mismatch(key, "descriptions of at most 120 characters, on one line");
        }
        scopes.push(ApiScope {
            name: name.to_owned(),
            description: description.to_owned(),
        });
    }
    if scopes.is_empty() {
        return values.mismatch(key, "at least one scope");
    }
    Some(scopes)
}
