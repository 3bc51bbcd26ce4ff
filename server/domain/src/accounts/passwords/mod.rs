//! Setting a new password: by a mailed link, or by its owner who knows the old one.

mod change;
mod first;
mod reset;
mod suggest;

pub use change::{ChangeOutcome, ChangePassword};
pub use first::FirstPasswordOutcome;
pub use reset::{ResetLink, ResetOutcome, ResetPassword, ResetRequested};

use super::{Account, AccountsService, owner::own_event};
use crate::{
    audit::EventKind,
    client::Client,
    credentials::{HashingError, PasswordHash, PasswordProblem},
    mail::{self, Circumstances, Message},
    random::random_bytes,
    store::{StorageError, Work},
};

impl AccountsService {
    /// Judges a new password and hashes it.
    async fn new_hash(
        &self,
        typed: &str,
        whose: [&str; 2],
    ) -> Result<Result<PasswordHash, PasswordProblem>, HashingError> {
        let password = match self.judged(typed, whose).await? {
            Ok(password) => password,
            Err(problem) => return Ok(Err(problem)),
        };
        let salt = random_bytes(self.foundation.random.as_ref());
        let hash = self.hashing.hash(password.into_bytes(), salt).await?;
        Ok(Ok(hash))
    }

    /// After a password was replaced: ends every session but `kept`, and tells the owner; as part of
    /// `work`.
    async fn password_replaced(
        &self,
        work: &mut dyn Work,
        account: &Account,
        (kind, kept): (EventKind, &str),
        client: &Client,
    ) -> Result<(), StorageError> {
        let now = self.foundation.now();
        let changed = own_event(kind, account.id, &[], client);
        work.append_event(&changed.row(&self.foundation)).await?;
        self.end_sessions(work, account.id, (kept, kind.as_str()), client)
            .await?;
        // A link that waits in some mailbox would undo it.
        work.delete_unused_links(&account.id.to_string()).await?;
        let (name, done) = (account.name.clone(), Circumstances::of(client, now));
        let connected = work.list_identities(account.id).await?;
        let message = if kind == EventKind::PasswordSet {
            Message::PasswordSet { name, done }
        } else {
            Message::PasswordChanged {
                name,
                connected: connected
                    .iter()
                    .map(|one| self.name_of_identity(&one.identity))
                    .collect(),
                done,
            }
        };
        let language = account.language_of_mail(client);
        mail::queue_in(language, &self.foundation, work, &account.email, message).await?;
        Ok(())
    }
}
