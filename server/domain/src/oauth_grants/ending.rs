//! Ending what clients were let do, as part of units: their tokens are told to whoever follows.

use crate::{
    accounts::AccountId,
    foundation::Foundation,
    store::{StorageError, Work},
    tokens::revoke_access_tokens,
};

/// Ends one grant of a client.
pub(crate) async fn end_grant(
    work: &mut dyn Work,
    foundation: &Foundation,
    grant: &str,
) -> Result<bool, StorageError> {
    let tokens = work
        .list_access_tokens_of_grant(grant, foundation.now())
        .await?;
    let gone = work.delete_grant(grant).await?;
    revoke_access_tokens(work, foundation, &tokens).await?;
    Ok(gone)
}

/// Ends everything that a client was let do, by everybody or by one account, and with everybody what it
/// does for itself.
pub(crate) async fn end_grants_of_client(
    work: &mut dyn Work,
    foundation: &Foundation,
    client: &str,
    account: Option<AccountId>,
) -> Result<(), StorageError> {
    let tokens = work
        .list_access_tokens_of_client(client, account, foundation.now())
        .await?;
    work.delete_grants_to(client, account).await?;
    if account.is_none() {
        work.delete_own_access_tokens(client).await?;
    }
    revoke_access_tokens(work, foundation, &tokens).await
}

/// Tells of the tokens that stand for an account. Its epoch doesn't cut off those that know it by
/// another name.
pub(crate) async fn end_grants_of_account(
    work: &mut dyn Work,
    foundation: &Foundation,
    account: AccountId,
) -> Result<(), StorageError> {
    let tokens = work
        .list_access_tokens_of(account, foundation.now())
        .await?;
    work.delete_grants_of(account).await?;
    revoke_access_tokens(work, foundation, &tokens).await
}
