//! Which keys there should be, at a time.

use std::time::Duration;

use super::{Algorithm, KeyPurpose, SigningKeyRow};
use crate::clock::Timestamp;

/// How long before it signs a key is published, when it follows another by itself.
pub(super) const AHEAD: Duration = Duration::from_hours(24);
/// How long before it signs a key is published, when somebody has it follow another: longer than a
/// copy of the key set is kept.
pub(super) const HANDOVER: Duration = Duration::from_mins(10);
/// For nodes whose clocks differ, and for tokens that are signed and not yet written down.
pub(super) const GRACE: Duration = Duration::from_mins(1);
/// How long after its last token a key stays published.
const FAREWELL: Duration = Duration::from_mins(5);
/// How long the tokens live that nobody writes down.
const UNWRITTEN: Duration = Duration::from_mins(10);

/// Which keys there are, and for how long each signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRules {
    /// The algorithms of access tokens. The first signs; keys of all are published and accepted.
    pub access: Vec<Algorithm>,
    /// The algorithm of ID tokens. Their key is made once there is a client.
    pub id: Algorithm,
    /// How long a key signs.
    pub rotate_every: Duration,
}

impl Default for KeyRules {
    fn default() -> Self {
        Self {
            access: vec![Algorithm::EdDsa],
            // The one that every client knows (OpenID Connect Core section 15.1).
            id: Algorithm::Rs256,
            rotate_every: Duration::from_hours(30 * 24),
        }
    }
}

impl KeyRules {
    /// The algorithm that signs access tokens and the feed.
    pub fn first(&self) -> Algorithm {
        self.access.first().copied().unwrap_or(Algorithm::EdDsa)
    }

    /// The algorithm that signs for a purpose.
    pub fn of(&self, purpose: KeyPurpose) -> Algorithm {
        match purpose {
            KeyPurpose::Access | KeyPurpose::Feed => self.first(),
            KeyPurpose::Id => self.id,
        }
    }

    /// The lines of keys that are kept up; `clients`: there are some.
    pub(super) fn lines(&self, clients: bool) -> impl Iterator<Item = (KeyPurpose, Algorithm)> {
        let access = self.access.iter();
        access
            .map(|algorithm| (KeyPurpose::Access, *algorithm))
            // What follows the feed knows this one: it verifies tokens with it.
            .chain([(KeyPurpose::Feed, self.first())])
            .chain(clients.then_some((KeyPurpose::Id, self.id)))
    }
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Another key.
    Make {
        purpose: KeyPurpose,
        algorithm: Algorithm,
        generation: i64,
        signs_from: Timestamp,
    },
    /// It signs no more: its private half goes.
    Retire {
        kid: String,
        signed_until: Timestamp,
    },
    /// Nothing that it signed is alive.
    Remove { kid: String },
}

/// What is to be done at `now`; `clients`: there are some.
pub(super) fn plan(
    rows: &[SigningKeyRow],
    rules: &KeyRules,
    clients: bool,
    now: Timestamp,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for (purpose, algorithm) in rules.lines(clients) {
        let of_line = rows
            .iter()
            .filter(|row| row.purpose == purpose && row.algorithm == algorithm);
        let last = of_line.max_by_key(|row| row.generation);
        let follows = match last {
            None => Some((1, now)),
            Some(last) if last.signs_until <= now.plus(AHEAD) => {
                Some((last.generation + 1, last.signs_until.max(now)))
            }
            Some(_) => None,
        };
        if let Some((generation, signs_from)) = follows {
            steps.push(Step::Make {
                purpose,
                algorithm,
                generation,
                signs_from,
            });
        }
    }
    for row in rows {
        match row.published_until {
            None if row.signs_until.plus(GRACE) <= now => steps.push(Step::Retire {
                kid: row.kid.clone(),
                signed_until: row.signs_until,
            }),
            Some(end) if end <= now => steps.push(Step::Remove {
                kid: row.kid.clone(),
            }),
            _ => {}
        }
    }
    steps
}

/// Until when a key that stopped signing is published; `last` is when the last token that is written
/// down expires.
pub(super) fn published_until(signed_until: Timestamp, last: Option<Timestamp>) -> Timestamp {
    let unwritten = signed_until.plus(UNWRITTEN);
    last.map_or(unwritten, |last| last.max(unwritten))
        .plus(FAREWELL)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);
    const START: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

    fn row(generation: i64, from: Timestamp, until: Timestamp) -> SigningKeyRow {
        SigningKeyRow {
            kid: format!("{generation}"),
            purpose: KeyPurpose::Access,
            algorithm: Algorithm::EdDsa,
            generation,
            public_jwk: String::new(),
            sealed_private: Some(Vec::new()),
            created_at: from,
            signs_from: from,
            signs_until: until,
            published_until: None,
        }
    }

    /// The steps for access tokens alone.
    fn steps(rows: &[SigningKeyRow], now: Timestamp) -> Vec<Step> {
        let mut steps = plan(rows, &KeyRules::default(), false, now);
        steps.retain(|step| {
            !matches!(
                step,
                Step::Make {
                    purpose: KeyPurpose::Feed,
                    ..
                }
            )
        });
        steps
    }

    fn make(generation: i64, signs_from: Timestamp) -> Step {
        Step::Make {
            purpose: KeyPurpose::Access,
            algorithm: Algorithm::EdDsa,
            generation,
            signs_from,
        }
    }

    #[test]
    fn the_first_key_signs_at_once() {
        assert_eq!(steps(&[], START), [make(1, START)]);
    }

    #[test]
    fn the_next_key_is_published_a_day_before_it_signs() {
        let end = START.plus(30 * DAY);
        let first = row(1, START, end);
        let quiet = end.minus(DAY).minus(Duration::from_secs(1));
        assert_eq!(steps(std::slice::from_ref(&first), quiet), []);
        let eve = end.minus(DAY);
        assert_eq!(steps(std::slice::from_ref(&first), eve), [make(2, end)]);
        // And once only.
        assert_eq!(steps(&[first, row(2, end, end.plus(30 * DAY))], eve), []);
    }

    #[test]
    fn the_private_half_goes_when_a_key_stops_signing_and_the_public_one_later() {
        let end = START.plus(30 * DAY);
        let next = row(2, end, end.plus(30 * DAY));
        let mut first = row(1, START, end);
        assert_eq!(steps(&[first.clone(), next.clone()], end), []);
        let minute = end.plus(Duration::from_mins(1));
        let retire = Step::Retire {
            kid: "1".to_owned(),
            signed_until: end,
        };
        assert_eq!(steps(&[first.clone(), next.clone()], minute), [retire]);
        first.published_until = Some(published_until(end, Some(end.plus(DAY))));
        first.sealed_private = None;
        let over = end.plus(DAY).plus(Duration::from_mins(5));
        let before = over.minus(Duration::from_secs(1));
        assert_eq!(steps(&[first.clone(), next.clone()], before), []);
        let remove = Step::Remove {
            kid: "1".to_owned(),
        };
        assert_eq!(steps(&[first, next], over), [remove]);
    }

    #[test]
    fn a_server_that_slept_for_a_year_signs_with_a_new_key_at_once() {
        let late = START.plus(365 * DAY);
        let steps = steps(&[row(1, START, START.plus(30 * DAY))], late);
        assert_eq!(steps[0], make(2, late));
    }

    #[test]
    fn every_configured_algorithm_has_keys_and_the_feed_has_its_own() {
        let rules = KeyRules {
            access: vec![Algorithm::Rs256, Algorithm::EdDsa],
            ..KeyRules::default()
        };
        let lines: Vec<_> = rules.lines(true).collect();
        assert_eq!(
            lines,
            [
                (KeyPurpose::Access, Algorithm::Rs256),
                (KeyPurpose::Access, Algorithm::EdDsa),
                (KeyPurpose::Feed, Algorithm::Rs256),
                (KeyPurpose::Id, Algorithm::Rs256),
            ]
        );
        assert_eq!(rules.lines(false).count(), 3);
    }
}
