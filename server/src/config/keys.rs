//! `[keys]`: what tokens are signed with.

use std::time::Duration;

use domain::keys::signing::{Algorithm, KeyRules};

use super::{Key, loading::Values};

const ALGORITHMS: Key = Key::text(
    "keys.algorithms",
    "EdDSA",
    "What access tokens are signed with: EdDSA, ES256 or RS256. The first signs; of several, with \
     commas between them, keys of all are published and accepted, so that one can take over from \
     another.",
);
const ROTATE: Key = Key::whole(
    "keys.rotate_days",
    30,
    2..=365,
    "The days for which a key signs. The next one is published a day before it takes over.",
);

const ID_ALGORITHM: Key = Key::text(
    "keys.id_algorithm",
    "RS256",
    "What ID tokens are signed with: RS256, which every client knows, ES256 or EdDSA.",
);

pub(super) static KEYS: [Key; 3] = [ALGORITHMS, ID_ALGORITHM, ROTATE];

/// What tokens are signed with.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Algorithms and lifetimes.
    pub rules: KeyRules,
}

impl Keys {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let days: Option<u64> = values.whole(&ROTATE);
        let named = values.words(&ALGORITHMS)?;
        let mut access = Vec::new();
        for name in &named {
            let Some(algorithm) = Algorithm::parse(name) else {
                return values.mismatch(&ALGORITHMS, "EdDSA, ES256 or RS256, spelled like this");
            };
            if access.contains(&algorithm) {
                return values.refuse(&ALGORITHMS, format!("names {name} twice"));
            }
            access.push(algorithm);
        }
        if access.is_empty() {
            return values.mismatch(&ALGORITHMS, "EdDSA, ES256 or RS256");
        }
        let id = values.text(&ID_ALGORITHM)?;
        let Some(id) = Algorithm::parse(&id) else {
            return values.mismatch(&ID_ALGORITHM, "RS256, ES256 or EdDSA, spelled like this");
        };
        Some(Self {
            rules: KeyRules {
                access,
                id,
                rotate_every: Duration::from_hours(24 * days?),
            },
        })
    }
}
