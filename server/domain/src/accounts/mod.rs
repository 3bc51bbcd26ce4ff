//! Accounts, and how one comes into being.

mod account;
mod applicant;
mod create;
mod crowd;
mod deletion;
mod display_name;
mod email_address;
mod email_change;
mod finish_sign_up;
mod invitations;
pub(crate) mod manage;
mod owner;
mod passwords;
mod ports;
mod profile;
mod registration;
mod sign_up;
mod sign_up_rules;
mod verify_email;

pub use account::{Account, AccountId, Role, Subject, WebauthnUserHandle};
pub use create::{CreateAccount, CreateOutcome};
pub use deletion::{DELETION_GRACE, DeleteAccount, DeleteOutcome};
pub use display_name::{DisplayName, NameProblem};
pub use email_address::{EmailAddress, EmailProblem, LookupKey};
pub use email_change::{
    ChangeEmail, ChangeEmailOutcome, EmailChange, EmailChanges, UNDO_LIFETIME, UndoLink,
    UndoOutcome,
};
pub use finish_sign_up::{FinishOutcome, FinishSignUp};
pub use invitations::{
    AcceptInvitation, AcceptOutcome, Invitation, InvitationLink, Invitations, Invite, InviteOutcome,
};
pub use manage::ManageOutcome;
pub use owner::{FRESH, is_fresh};
pub(crate) use owner::{fresh_since, own_event};
pub use passwords::{
    ChangeOutcome, ChangePassword, FirstPasswordOutcome, ResetLink, ResetOutcome, ResetPassword,
    ResetRequested,
};
pub use ports::{AccountListing, Accounts, Familiarity, NewAccount, Registrations, SignInRecord};
pub use profile::{AUTOMATIC_LANGUAGE, Profile, ProfileProblems};
pub use registration::Registration;
pub use sign_up::{SignUp, SignUpOutcome, SignUpProblems};
pub use sign_up_rules::{AllowedDomain, SignUpPolicy, SignUpRules};
pub use verify_email::{Confirmation, VerifyEmail, VerifyOutcome};

use std::{sync::Arc, time::Duration};

use crate::{
    credentials::{HashingPool, PasswordPolicy},
    foundation::Foundation,
    keys::Purpose,
    social::{FoundIdentity, ProviderId, ProviderName},
    store::{StorageError, Work},
    throttle::PasswordChecks,
};

/// The numbers of this folder's rules.
#[derive(Clone, Debug)]
pub struct AccountRules {
    /// Who may sign up.
    pub signup: SignUpRules,
    /// How long a confirmation link lives (24 hours by default).
    pub confirm_lifetime: Duration,
    /// How long an invitation lives (7 days by default).
    pub invite_lifetime: Duration,
    /// How long a link that sets a new password lives (1 hour by default).
    pub reset_lifetime: Duration,
    /// How many links that set a new password one network asks for within an hour.
    pub recoveries_per_network: i64,
    /// What a password must be.
    pub password: PasswordPolicy,
}

/// Everything about accounts that pages, the API and the command line may do.
pub struct AccountsService {
    pub(crate) foundation: Foundation,
    pub(crate) hashing: Arc<HashingPool>,
    pub(crate) checks: PasswordChecks,
    pub(crate) rules: AccountRules,
    pub(crate) site: String,
    providers: Vec<ProviderName>,
}

impl AccountsService {
    /// A service over `foundation` that hashes on `hashing`, and checks passwords as often as
    /// `checks` allow.
    pub fn new(
        foundation: Foundation,
        hashing: Arc<HashingPool>,
        checks: PasswordChecks,
        rules: AccountRules,
    ) -> Self {
        Self {
            foundation,
            hashing,
            checks,
            rules,
            site: String::new(),
            providers: Vec::new(),
        }
    }

    /// Names the site: its host, and what it is called if that is something else. No password may
    /// be made of these words; of `latchkey` none may be made in any case.
    #[must_use]
    pub fn with_site(mut self, words: impl Into<String>) -> Self {
        self.site = words.into();
        self
    }

    /// Names the providers, for mails.
    #[must_use]
    pub fn with_providers(mut self, providers: Vec<ProviderName>) -> Self {
        self.providers = providers;
        self
    }

    /// What an identity is called in a mail.
    fn name_of_identity(&self, identity: &FoundIdentity) -> String {
        let provider = self.name_of_provider(&identity.provider);
        format!("{provider} ({})", identity.label)
    }

    fn name_of_provider(&self, id: &ProviderId) -> String {
        let named = self.providers.iter().find(|provider| provider.id == *id);
        named.map_or_else(|| id.to_string(), |named| named.name.clone())
    }

    /// Counts a mail of a kind to an address, as part of a unit, and says whether it is within what
    /// an address gets in an hour: nobody floods a mailbox.
    async fn may_be_mailed(
        &self,
        work: &mut dyn Work,
        (kind, most): (&str, i64),
        lookup_key: &str,
    ) -> Result<bool, StorageError> {
        let now = self.foundation.now();
        let names = &self.foundation.names;
        let key = names.mac(Purpose::Throttle, kind, lookup_key.as_bytes());
        let hour = now.plus(Duration::from_hours(1));
        Ok(work.count_failure(&key, now, hour).await?.failures <= most)
    }

    /// The rules in force.
    pub const fn rules(&self) -> &AccountRules {
        &self.rules
    }
}
