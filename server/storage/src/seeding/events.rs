//! What the audit trail tells of it: an event for each account, and for what began within a week.

use std::time::Duration;

use domain::{audit::EventKind, random::random_bytes};
use sha2::{Digest as _, Sha256};

use super::{
    SeedError, Seeding,
    bulk::{Bulk, Rows},
    chance::Chance,
    people::Person,
};
use crate::value::values;

/// One event of this many people is a wrong password.
const PEOPLE_PER_FAILURE: usize = 20;

pub(super) async fn write(
    bulk: &mut Bulk,
    chance: &mut Chance,
    seeding: &Seeding,
    people: &[Person],
) -> Result<(), SeedError> {
    let mut events = Rows::new(
        "INSERT INTO audit_events (id, at, kind, actor, subject, outcome, details, side_digest) VALUES ",
    );
    let mut sides = Rows::new("INSERT INTO audit_sides (event, salt, body) VALUES ");
    let failures = people.len() / PEOPLE_PER_FAILURE;
    let between = Duration::from_hours(24 * 7) / u32::try_from(failures.max(1)).unwrap_or(u32::MAX);
    let born = people
        .iter()
        .map(|person| (EventKind::AccountCreated, person, person.born));
    let failed = (0..failures).map(|count| {
        let left = u32::try_from(failures - count).unwrap_or(u32::MAX);
        let at = seeding.now.minus(between * left);
        (EventKind::SignInFailed, chance.of(people), at)
    });
    let all: Vec<_> = born.chain(failed).collect();
    for (count, (kind, person, at)) in all.iter().enumerate() {
        let id = chance.id(*at);
        let salt = random_bytes::<16>(&*chance);
        let body = format!(r#"{{"address":"192.0.2.{}"}}"#, chance.below(256));
        let digest: [u8; 32] = Sha256::new()
            .chain_update(salt)
            .chain_update(&body)
            .finalize()
            .into();
        let actor = match kind {
            EventKind::SignInFailed => "anonymous".to_owned(),
            _ => format!("account:{}", person.id),
        };
        events
            .add(
                bulk,
                values![
                    &*id,
                    *at,
                    kind.as_str(),
                    actor,
                    Some(person.id.clone()),
                    "success",
                    "{}",
                    Some(digest.to_vec())
                ],
            )
            .await?;
        sides.add(bulk, values![id, &salt, body]).await?;
        // Children never come before their parents.
        if count % 1000 == 999 {
            events.write(bulk).await?;
            sides.write(bulk).await?;
        }
    }
    events.write(bulk).await?;
    sides.write(bulk).await
}
