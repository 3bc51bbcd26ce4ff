//! Revoking, as part of the units that end what tokens hang on.

use std::time::Duration;

use latchkey_verify::{LONGEST_LEEWAY, revocation::Entry};

use super::{ACCESS_TOKEN_LIFETIME, ApiTokenRow, RevocationRow};
use crate::{
    accounts::AccountId,
    audit::{By, EventKind},
    clock::Timestamp,
    foundation::Foundation,
    oauth_grants::{AccessTokenRow, end_grants_of_account},
    store::{StorageError, Work},
};

/// Until when a revocation is told of whatever expires at `expires_at`: where clocks go slow, a token
/// may still pass for so long.
fn told_until(expires_at: Timestamp) -> Timestamp {
    expires_at.plus(Duration::from_secs(LONGEST_LEEWAY.into()))
}

/// Tells the feed.
async fn tell(
    work: &mut dyn Work,
    entry: Entry,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    let row = RevocationRow {
        entry: *entry.as_bytes(),
        seq: work.next_revocation().await?,
        expires_at: told_until(expires_at),
    };
    work.insert_revocation(&row).await
}

/// Ends what hangs on a session that ends in this unit: its grants, and the tokens of these.
pub(crate) async fn end_with_session(
    work: &mut dyn Work,
    foundation: &Foundation,
    session: &str,
) -> Result<(), StorageError> {
    let now = foundation.now();
    // These don't say which session they end with.
    let nameless = work
        .list_access_tokens_without_session(session, now)
        .await?;
    // Sessions of browsers have none, as a rule: nothing is told of them.
    if work.delete_grants_of_session(session).await? == 0 {
        return Ok(());
    }
    let entry = Entry::of_session(&foundation.issuer, session);
    tell(work, entry, now.plus(ACCESS_TOKEN_LIFETIME)).await?;
    revoke_access_tokens(work, foundation, &nameless).await
}

/// Tells of access tokens that clients had, and that are removed in this unit.
pub(crate) async fn revoke_access_tokens(
    work: &mut dyn Work,
    foundation: &Foundation,
    gone: &[AccessTokenRow],
) -> Result<(), StorageError> {
    for row in gone {
        let entry = Entry::of_token(&foundation.issuer, &row.id);
        tell(work, entry, row.expires_at).await?;
    }
    Ok(())
}

/// Removes and revokes one of people's own tokens, with its event, as part of a unit; `false` when
/// there is none.
pub(crate) async fn revoke_api_token(
    work: &mut dyn Work,
    foundation: &Foundation,
    (account, id): (AccountId, &str),
    by: By<'_>,
) -> Result<bool, StorageError> {
    let Some(row) = work.delete_api_token(account, id).await? else {
        return Ok(false);
    };
    let what = (EventKind::ApiTokenRevoked, Some(account));
    let details = [("token", row.id.as_str())];
    by.note(work, foundation, what, &details).await?;
    let entry = Entry::of_token(&foundation.issuer, &row.id);
    tell(work, entry, row.expires_at).await?;
    Ok(true)
}

/// Removes every token that a person made for themselves, with events.
async fn remove_api_tokens(
    work: &mut dyn Work,
    foundation: &Foundation,
    account: AccountId,
    by: By<'_>,
) -> Result<Vec<ApiTokenRow>, StorageError> {
    let gone = work.delete_api_tokens_of(account).await?;
    for row in &gone {
        let what = (EventKind::ApiTokenRevoked, Some(account));
        let details = [("token", row.id.as_str())];
        by.note(work, foundation, what, &details).await?;
    }
    Ok(gone)
}

/// Removes and revokes every token that a person made for themselves, with events, as part of a
/// unit, and says how many there were.
pub(crate) async fn revoke_api_tokens(
    work: &mut dyn Work,
    foundation: &Foundation,
    account: AccountId,
    by: By<'_>,
) -> Result<usize, StorageError> {
    let gone = remove_api_tokens(work, foundation, account, by).await?;
    let now = foundation.now();
    for row in gone.iter().filter(|row| row.expires_at > now) {
        let entry = Entry::of_token(&foundation.issuer, &row.id);
        tell(work, entry, row.expires_at).await?;
    }
    Ok(gone.len())
}

/// Cuts off every token of an account, whoever holds it: by its epoch, never by time.
pub(crate) async fn cut_off_account(
    work: &mut dyn Work,
    foundation: &Foundation,
    account: AccountId,
    by: By<'_>,
) -> Result<(), StorageError> {
    let Some((subject, over)) = work.raise_epoch(account).await? else {
        return Ok(());
    };
    end_grants_of_account(work, foundation, account).await?;
    let gone = remove_api_tokens(work, foundation, account, by).await?;
    let short = foundation.now().plus(ACCESS_TOKEN_LIFETIME);
    let last = gone
        .iter()
        .map(|row| row.expires_at)
        .fold(short, Timestamp::max);
    let entry = Entry::of_account(&foundation.issuer, &subject, over);
    tell(work, entry, last).await
}
