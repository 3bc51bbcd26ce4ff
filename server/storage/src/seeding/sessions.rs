//! Sessions with what hangs on them, and API tokens.

use std::{net::IpAddr, time::Duration};

use domain::{client::ClientAddress, clock::Timestamp};

use super::{
    SeedError, Seeding,
    bulk::{Bulk, Rows},
    chance::Chance,
    people::{Person, encode},
    words,
};
use crate::value::values;

const DAY: Duration = Duration::from_hours(24);
/// Over how many days sessions began.
const DAYS: u32 = 90;
/// How many people make one token.
const PEOPLE_PER_TOKEN: usize = 5;

/// Where somebody is: a few large providers, their own office or home, seldom the company's network.
fn address(chance: &Chance) -> Vec<u8> {
    let [a, b, c, d] = chance.bytes();
    let address: IpAddr = match chance.below(100) {
        0..10 => [10, a % 8, b, c].into(),
        10..60 => {
            let first = *chance.of(&[31, 46, 62, 77, 80, 91, 109, 151, 178, 188, 203, 217]);
            [first, a, b, c].into()
        }
        _ => {
            let [first, second] = *chance.of(&[
                [0x2001, 0x0db8],
                [0x2a02, 0x8071],
                [0x2607, 0xfb90],
                [0x2409, 0x4042],
            ]);
            let low = chance.bytes::<8>();
            [
                first,
                second,
                u16::from_be_bytes([a, b]),
                u16::from_be_bytes([c, d]),
                u16::from_be_bytes([low[0], low[1]]),
                u16::from_be_bytes([low[2], low[3]]),
                u16::from_be_bytes([low[4], low[5]]),
                u16::from_be_bytes([low[6], low[7]]),
            ]
            .into()
        }
    };
    ClientAddress::from(address).as_bytes().to_vec()
}

/// When a session was last seen: many soon after they began, many lately.
fn seen(chance: &Chance, created: Timestamp, now: Timestamp) -> Timestamp {
    let age = now.since(created);
    let part = u32::try_from(chance.below(1000)).unwrap_or(0);
    let part = if chance.is(500) {
        part * part / 1000
    } else {
        1000 - part * part / 1000
    };
    let at = created.plus(age / 1000 * part.min(999));
    at.plus(Duration::from_micros(
        chance.below(u64::try_from(age.as_micros() / 1000).unwrap_or(1)),
    ))
}

/// Writes sessions in the order in which they began.
pub(super) async fn write(
    bulk: &mut Bulk,
    chance: &mut Chance,
    seeding: &Seeding,
    people: &[Person],
) -> Result<(), SeedError> {
    let mut sessions = Rows::new(
        "INSERT INTO sessions (id, public_id, key_hash, account, amr, auth_time, persistent, created_at, last_seen_at, idle_until, absolute_until, address, user_agent, browser_hash) VALUES ",
    );
    let mut grants = Rows::new(
        "INSERT INTO grants (id, account, client_id, session, scope, audience, auth_time, created_at, used_at, absolute_until) VALUES ",
    );
    let between = DAY * DAYS / seeding.sessions.max(1);
    for count in 0..seeding.sessions {
        let created = seeding.now.minus(between * (seeding.sessions - count));
        let owner = chance.of(people);
        if owner.disabled {
            continue;
        }
        let public_id = encode(&chance.numbered(count.into()));
        let amr = match chance.below(1000) {
            0..2 => "hwk",
            2..60 => "pwd otp",
            60..300 => "fed",
            _ => "pwd",
        };
        let last_seen = seen(chance, created, seeding.now);
        sessions
            .add(
                bulk,
                values![
                    chance.id(created),
                    &*public_id,
                    &chance.numbered::<32>(count.into()),
                    &*owner.id,
                    amr,
                    created,
                    chance.is(700),
                    created,
                    last_seen,
                    // Longer than the defaults, or half of them would be over.
                    seeding.now.plus(seeding.now.since(created)).plus(DAY),
                    created.plus(DAY * 2 * DAYS),
                    address(chance),
                    *chance.of(words::USER_AGENTS),
                    Some(chance.bytes::<32>().to_vec())
                ],
            )
            .await?;
        if chance.is(20) {
            grants
                .add(
                    bulk,
                    values![
                        chance.id(created),
                        &*owner.id,
                        "latchkey-api",
                        Some(public_id),
                        "profile:read",
                        "https://api.example",
                        created,
                        created,
                        created,
                        created.plus(DAY * 2 * DAYS)
                    ],
                )
                .await?;
        }
    }
    sessions.write(bulk).await?;
    grants.write(bulk).await
}

/// Writes API tokens, the oldest first.
pub(super) async fn write_tokens(
    bulk: &mut Bulk,
    chance: &mut Chance,
    seeding: &Seeding,
    people: &[Person],
) -> Result<(), SeedError> {
    let mut tokens = Rows::new(
        "INSERT INTO api_tokens (id, grant_id, account, name, scope, audience, kid, epoch, created_at, expires_at, last_used_at, last_used_address) VALUES ",
    );
    let many = u32::try_from(people.len() / PEOPLE_PER_TOKEN).unwrap_or(0);
    let between = DAY * 300 / many.max(1);
    for count in 0..many {
        let created = seeding.now.minus(between * (many - count));
        let owner = chance.of(people);
        let scope = match chance.below(1000) {
            0..2 => "sessions:end",
            2..200 => "profile:read profile:write",
            200..500 => "tokens:read",
            _ => "profile:read",
        };
        let used = chance.is(700).then(|| seen(chance, created, seeding.now));
        tokens
            .add(
                bulk,
                values![
                    chance.id(created),
                    chance.id(created),
                    &*owner.id,
                    *chance.of(words::TOKEN_NAMES),
                    scope,
                    "https://api.example",
                    "seeded",
                    0,
                    created,
                    created.plus(DAY * 365),
                    used,
                    used.map(|_| address(chance))
                ],
            )
            .await?;
    }
    tokens.write(bulk).await
}
