//! What can happen, and how it came out.

use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])* $name,)*
        }

        impl EventKind {
            /// Every one there is.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// Someone asked for an account; its address is yet to be confirmed.
    RegistrationCreated = "registration.created",
    /// Someone signed up with the address of an existing account.
    RegistrationForExistingAccount = "registration.existing_account",
    /// An operator invited somebody.
    InvitationCreated = "invitation.created",
    /// An operator took an invitation back, or replaced it by another.
    InvitationWithdrawn = "invitation.withdrawn",
    /// An account was born.
    AccountCreated = "account.created",
    /// A person changed their name.
    AccountRenamed = "account.renamed",
    /// Someone asked for another address for their account.
    EmailChangeRequested = "email.change_requested",
    /// They dropped it before it was confirmed.
    EmailChangeCancelled = "email.change_cancelled",
    /// An account has another address.
    EmailChanged = "email.changed",
    /// An account has its former address again.
    EmailChangeUndone = "email.change_undone",
    /// A person asked for their account to be deleted.
    AccountDeletionPlanned = "account.deletion_planned",
    /// They signed in before it was, or put their address back.
    AccountDeletionCancelled = "account.deletion_cancelled",
    /// An account is gone.
    AccountDeleted = "account.deleted",
    /// A person chose another language.
    AccountLanguageChanged = "account.language_changed",
    /// An account was disabled.
    AccountDisabled = "account.disabled",
    /// A disabled account was enabled again.
    AccountEnabled = "account.enabled",
    /// A role was given.
    RoleGranted = "role.granted",
    /// A role was taken away.
    RoleRevoked = "role.revoked",
    /// Someone asked for a link that sets a new password.
    PasswordResetRequested = "password.reset_requested",
    /// A password was set by such a link.
    PasswordReset = "password.reset",
    /// An account without a password was given one by its owner.
    PasswordSet = "password.set",
    /// A password was changed by its owner.
    PasswordChanged = "password.changed",
    /// The stored hash of a password was renewed with higher parameters.
    PasswordRehashed = "password.rehashed",
    /// Wrong passwords, coalesced.
    SignInFailed = "sign_in.failed",
    /// An identity from elsewhere was connected to an account.
    IdentityConnected = "identity.connected",
    /// It was taken away again.
    IdentityDisconnected = "identity.disconnected",
    /// A session began.
    SessionStarted = "session.started",
    /// A session's owner proved again who they are.
    SessionRenewed = "session.renewed",
    /// A session was ended before its time.
    SessionEnded = "session.ended",
    /// A person made a token for themselves.
    ApiTokenCreated = "api_token.created",
    /// One of these was revoked.
    ApiTokenRevoked = "api_token.revoked",
    /// A client was granted tokens.
    TokensIssued = "tokens.issued",
    /// It was given the next ones.
    TokensRefreshed = "tokens.refreshed",
    /// A client gave up what it had.
    TokensRevoked = "tokens.revoked",
    /// An authorization code was presented by two: what the first one got ended.
    CodeReused = "code.reused",
    /// A client was registered.
    ClientRegistered = "client.registered",
    /// A client was removed, with all that hung on it.
    ClientDeleted = "client.deleted",
    /// A client was given another secret.
    ClientSecretCreated = "client_secret.created",
    /// One of a client's secrets was taken away.
    ClientSecretDeleted = "client_secret.deleted",
    /// A person lets a client have something.
    ConsentGiven = "consent.given",
    /// They took that back.
    ConsentWithdrawn = "consent.withdrawn",
    /// A refresh token was presented by two: what it belongs to ended.
    RefreshTokenReused = "refresh_token.reused",
    /// A signing key was made and published.
    SigningKeyCreated = "signing_key.created",
    /// An operator has another key follow it.
    SigningKeyRotated = "signing_key.rotated",
    /// It signs no more; its private half was destroyed.
    SigningKeyRetired = "signing_key.retired",
    /// It is published no more.
    SigningKeyRemoved = "signing_key.removed",
    /// An operator dropped it: others may have it.
    SigningKeyCompromised = "signing_key.compromised",
    /// What rests encrypted was encrypted again, under another master key.
    SecretsRotated = "secrets.rotated",
    /// An administrator took a part of the trail along as a file.
    AuditExported = "audit.exported",
    /// The installation was given another `public_url`.
    IssuerChanged = "installation.issuer_changed",
    /// A person without the role asked for what is an administrator's, coalesced.
    AccessDenied = "access.denied",
}

impl EventKind {
    /// From the stored word; `None` for a kind of another version.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// How it came out: that follows from what it is.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::SignInFailed | Self::RefreshTokenReused | Self::CodeReused => Outcome::Failure,
            Self::AccessDenied => Outcome::Denied,
            _ => Outcome::Success,
        }
    }
}

/// How something came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was tried, and what was given for it was wrong.
    Failure,
    /// It was asked for by somebody who may not.
    Denied,
}

impl Outcome {
    /// Every one there is.
    pub const ALL: [Self; 3] = [Self::Success, Self::Failure, Self::Denied];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Denied => "denied",
        }
    }

    /// From the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_kind() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(EventKind::parse("session"), None);
    }

    #[test]
    fn what_failed_and_what_was_refused_says_so() {
        let outcome = |word| EventKind::parse(word).map(EventKind::outcome);
        assert_eq!(outcome("sign_in.failed"), Some(Outcome::Failure));
        assert_eq!(outcome("refresh_token.reused"), Some(Outcome::Failure));
        assert_eq!(outcome("access.denied"), Some(Outcome::Denied));
        assert_eq!(outcome("session.started"), Some(Outcome::Success));
    }
}
