//! A password for whoever would rather not think of one.

use crate::{accounts::AccountsService, credentials::passphrase};

impl AccountsService {
    /// A passphrase that a new password may be; see [`passphrase::suggest`]. It is drawn anew each
    /// time and kept nowhere.
    pub fn suggest_password(&self) -> String {
        passphrase::suggest(&self.rules.password, self.foundation.random.as_ref())
    }
}
