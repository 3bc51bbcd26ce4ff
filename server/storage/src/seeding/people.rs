//! Accounts with what belongs to them.

use std::time::Duration;

use domain::{accounts::Role, admin::search_text_of, clock::Timestamp};

use super::{
    ADMINISTRATOR, SeedError, Seeding,
    bulk::{Bulk, Rows},
    chance::Chance,
    words,
};
use crate::value::values;

/// How long ago the first one signed up.
const HISTORY: Duration = Duration::from_hours(3 * 365 * 24);
/// How many have the password of the seeding.
const WITH_PASSWORD: u32 = 10;

/// Somebody who was written.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) born: Timestamp,
    pub(super) disabled: bool,
}

/// 22 characters that name `bytes`, as public ids and subjects are.
pub(super) fn encode(bytes: &[u8; 16]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut rest = u128::from_be_bytes(*bytes);
    let mut text = [0; 22];
    for place in text.iter_mut().rev() {
        *place = LETTERS[(rest & 63) as usize];
        rest >>= 6;
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A name and the address that goes with it.
fn called(chance: &Chance, count: u32) -> (String, String) {
    if count == 0 {
        return ("Ada Administrator".to_owned(), ADMINISTRATOR.to_owned());
    }
    // Most write in Latin letters.
    let region = if chance.is(600) {
        0
    } else {
        chance.below(words::REGIONS.len() as u64)
    };
    let region = &words::REGIONS[usize::try_from(region).unwrap_or(0)];
    let (given, given_latin) = *chance.of(region.given);
    let (family, family_latin) = *chance.of(region.family);
    let name = if region.family_first {
        format!("{family}{given}")
    } else {
        format!("{given} {family}")
    };
    let domain = if chance.is(700) {
        chance.of(words::COMMON_DOMAINS)
    } else {
        chance.of(words::DOMAINS)
    };
    let separator = *chance.of(&[".", "_", "-", ""]);
    (
        name,
        format!("{given_latin}{separator}{family_latin}{count}@{domain}"),
    )
}

#[expect(clippy::too_many_lines, reason = "a person is a row in many tables")]
pub(super) async fn write(
    bulk: &mut Bulk,
    chance: &mut Chance,
    seeding: &Seeding,
) -> Result<Vec<Person>, SeedError> {
    let mut accounts = Rows::new(
        "INSERT INTO accounts (id, subject, webauthn_user_handle, name, created_at, disabled_at, delete_at) VALUES ",
    );
    let mut emails = Rows::new(
        "INSERT INTO emails (id, account, address, lookup_key, is_primary, verified_at, created_at, held_until) VALUES ",
    );
    let mut texts = Rows::new("INSERT INTO search_texts (account, text) VALUES ");
    let mut identities = Rows::new(
        "INSERT INTO identities (id, account, provider, issuer, subject, label, created_at) VALUES ",
    );
    let mut passwords = Rows::new("INSERT INTO passwords (account, phc, changed_at) VALUES ");
    let mut roles = Rows::new("INSERT INTO role_grants (account, role, granted_at) VALUES ");
    let mut people = Vec::with_capacity(seeding.users as usize);
    let between = HISTORY / seeding.users.max(1);
    for count in 0..seeding.users {
        let born = seeding.now.minus(between * (seeding.users - count));
        let id = chance.id(born);
        let (name, address) = called(chance, count);
        let key = address.to_lowercase();
        let plain = count >= WITH_PASSWORD;
        let disabled = (plain && chance.is(2)).then_some(seeding.now);
        let leaving =
            (plain && chance.is(1)).then(|| seeding.now.plus(Duration::from_hours(24 * 7)));
        let handle = chance.numbered::<64>(count.into());
        let subject = encode(&chance.numbered(count.into()));
        accounts
            .add(
                bulk,
                values![&*id, subject, &handle, &*name, born, disabled, leaving],
            )
            .await?;
        emails
            .add(
                bulk,
                values![
                    &*id,
                    &*id,
                    &*address,
                    &*key,
                    true,
                    Some(born),
                    born,
                    None::<Timestamp>
                ],
            )
            .await?;
        let mut addresses = vec![address];
        if plain && chance.is(20) {
            let former = format!("former{count}@{}", chance.of(words::DOMAINS));
            let until = Some(seeding.now.plus(Duration::from_hours(24 * 20)));
            emails
                .add(
                    bulk,
                    values![
                        chance.id(born),
                        &*id,
                        &*former,
                        &*former,
                        false,
                        None::<Timestamp>,
                        born,
                        until
                    ],
                )
                .await?;
            addresses.push(former);
        }
        let text = search_text_of(&name, addresses.iter().map(String::as_str));
        texts.add(bulk, values![&*id, text]).await?;
        if count < WITH_PASSWORD {
            passwords
                .add(bulk, values![&*id, seeding.password.as_phc_str(), born])
                .await?;
        }
        if count == 0 {
            roles
                .add(bulk, values![&*id, Role::Admin.as_str(), born])
                .await?;
        }
        if chance.is(300) {
            let (provider, issuer) = *chance.of(&[
                ("github", "https://github.com"),
                ("google", "https://accounts.google.com"),
            ]);
            identities
                .add(
                    bulk,
                    values![
                        chance.id(born),
                        &*id,
                        provider,
                        issuer,
                        format!("{count}"),
                        name,
                        born
                    ],
                )
                .await?;
        }
        // Children never come before their parents.
        if count % 1000 == 999 || count + 1 == seeding.users {
            accounts.write(bulk).await?;
            for rows in [
                &mut emails,
                &mut texts,
                &mut identities,
                &mut passwords,
                &mut roles,
            ] {
                rows.write(bulk).await?;
            }
        }
        people.push(Person {
            id,
            born,
            disabled: disabled.is_some(),
        });
    }
    Ok(people)
}
