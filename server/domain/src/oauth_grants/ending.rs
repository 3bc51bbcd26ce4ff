//! Ending what clients were let do, as part of units: their tokens are told to whoever follows.

use crate::{
    accounts::AccountId,
    clients::MOST_CLIENTS,
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
    // First, so that whoever is just redeeming one is waited for, and ended with the rest.
    work.delete_codes_to(client, account).await?;
    let tokens = work
        .list_access_tokens_of_client(client, account, foundation.now())
        .await?;
    work.delete_grants_to(client, account).await?;
    if account.is_none() {
        work.delete_own_access_tokens(client).await?;
    }
    revoke_access_tokens(work, foundation, &tokens).await
}

/// Ends everything that the clients of an account were let do: it is disabled, and they serve nobody.
pub(crate) async fn end_clients_of_account(
    work: &mut dyn Work,
    foundation: &Foundation,
    account: AccountId,
) -> Result<(), StorageError> {
    for client in work.list_clients(Some(account), "", MOST_CLIENTS).await? {
        if work.hold_client(&client.id).await? {
            end_grants_of_client(work, foundation, &client.id, None).await?;
        }
    }
    Ok(())
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
