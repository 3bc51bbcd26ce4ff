//! What a person tells of themselves.

use super::{AccountId, AccountsService, DisplayName, NameProblem, owner::own_event};
use crate::{audit::EventKind, client::Client, store::StorageError};

impl AccountsService {
    /// Changes what a person wants to be called. Old and new name aren't in the audit event.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the name stays as it was then.
    pub async fn rename(
        &self,
        account: AccountId,
        typed: &str,
        client: &Client,
    ) -> Result<Result<(), NameProblem>, StorageError> {
        let name = match DisplayName::parse(typed) {
            Ok(name) => name,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut work = self.foundation.store.begin().await?;
        if work.set_name(account, name.as_str()).await? {
            let event = own_event(EventKind::AccountRenamed, account, &[], client);
            work.append_event(&event.row(&self.foundation)).await?;
            work.commit().await?;
        }
        Ok(Ok(()))
    }
}
