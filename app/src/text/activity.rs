//! What happened to an account, in words for its owner.

use domain::{
    accounts::AccountId,
    audit::{EventKind, FoundEvent},
};

use super::{Activity, Text, t};

/// What an event says to the person of this account.
pub fn activity(event: &FoundEvent, reader: AccountId) -> &'static str {
    let own = event.is_by(reader);
    let about_reader = event.subject.as_deref() == Some(reader.to_string().as_str());
    t(match EventKind::parse(&event.kind) {
        // Another version wrote it.
        None => Text::Activity(Activity::Unknown),
        Some(kind) if own && !about_reader => of_administrator(kind),
        Some(EventKind::SessionStarted) if event.detail("amr").as_deref() == Some("pwd") => {
            Text::Activity(Activity::SignedInByPassword)
        }
        Some(kind) if event.is_by_operator() => by_operator(kind),
        Some(kind) => sentence(kind),
    })
}

const fn of_administrator(kind: EventKind) -> Text {
    match kind {
        EventKind::AccessDenied => Text::Activity(Activity::AccessDenied),
        EventKind::AuditExported => Text::Activity(Activity::AuditExported),
        _ => Text::Activity(Activity::AsAdministrator),
    }
}

/// What operators and administrators do to others; their own acts read like everybody's.
const fn by_operator(kind: EventKind) -> Text {
    match kind {
        EventKind::SessionEnded => Text::Activity(Activity::SessionEndedByAdministrator),
        EventKind::ApiTokenRevoked => Text::Activity(Activity::TokenRevokedByAdministrator),
        EventKind::AccountCreated => Text::Activity(Activity::AccountCreatedByAdministrator),
        EventKind::PasswordResetRequested => Text::Activity(Activity::ResetByAdministrator),
        other => sentence(other),
    }
}

const fn sentence(kind: EventKind) -> Text {
    match kind {
        EventKind::RegistrationCreated => Text::Activity(Activity::Registration),
        EventKind::RegistrationForExistingAccount => Text::Activity(Activity::RegistrationAgain),
        EventKind::InvitationCreated => Text::Activity(Activity::Invited),
        EventKind::InvitationWithdrawn => Text::Activity(Activity::Uninvited),
        EventKind::AccountCreated => Text::Activity(Activity::AccountCreated),
        EventKind::AccountRenamed => Text::Activity(Activity::Renamed),
        EventKind::EmailChangeRequested => Text::Activity(Activity::EmailRequested),
        EventKind::EmailChangeCancelled => Text::Activity(Activity::EmailCancelled),
        EventKind::EmailChanged => Text::Activity(Activity::EmailChanged),
        EventKind::EmailChangeUndone => Text::Activity(Activity::EmailUndone),
        EventKind::AccountDeletionPlanned => Text::Activity(Activity::DeletionPlanned),
        EventKind::AccountDeletionCancelled => Text::Activity(Activity::DeletionCancelled),
        EventKind::AccountDeleted => Text::Activity(Activity::Deleted),
        EventKind::AccountLanguageChanged => Text::Activity(Activity::Language),
        EventKind::AccountDisabled => Text::Activity(Activity::Disabled),
        EventKind::AccountEnabled => Text::Activity(Activity::Enabled),
        EventKind::RoleGranted => Text::Activity(Activity::RoleGranted),
        EventKind::RoleRevoked => Text::Activity(Activity::RoleRevoked),
        EventKind::PasswordResetRequested => Text::Activity(Activity::ResetRequested),
        EventKind::PasswordReset => Text::Activity(Activity::Reset),
        EventKind::PasswordSet => Text::Activity(Activity::PasswordSet),
        EventKind::PasswordChanged => Text::Activity(Activity::PasswordChanged),
        EventKind::PasswordRehashed => Text::Activity(Activity::Rehashed),
        EventKind::SignInFailed => Text::Activity(Activity::SignInFailed),
        EventKind::IdentityConnected => Text::Activity(Activity::Connected),
        EventKind::IdentityDisconnected => Text::Activity(Activity::Disconnected),
        EventKind::SessionStarted => Text::Activity(Activity::SignedIn),
        EventKind::SessionRenewed => Text::Activity(Activity::Confirmed),
        EventKind::SessionEnded => Text::Activity(Activity::SessionEnded),
        EventKind::ApiTokenCreated => Text::Activity(Activity::TokenCreated),
        EventKind::ApiTokenRevoked => Text::Activity(Activity::TokenRevoked),
        EventKind::TokensIssued => Text::Activity(Activity::TokensIssued),
        EventKind::TokensRefreshed => Text::Activity(Activity::TokensRefreshed),
        EventKind::RefreshTokenReused => Text::Activity(Activity::RefreshReused),
        EventKind::TokensRevoked => Text::Activity(Activity::TokensRevoked),
        EventKind::CodeReused => Text::Activity(Activity::CodeReused),
        EventKind::ClientRegistered => Text::Activity(Activity::ClientRegistered),
        EventKind::ClientDeleted => Text::Activity(Activity::ClientDeleted),
        EventKind::ClientSecretCreated => Text::Activity(Activity::ClientSecretCreated),
        EventKind::ClientSecretDeleted => Text::Activity(Activity::ClientSecretDeleted),
        EventKind::ConsentGiven => Text::Activity(Activity::ConsentGiven),
        EventKind::ConsentWithdrawn => Text::Activity(Activity::ConsentWithdrawn),
        EventKind::SigningKeyCreated
        | EventKind::SigningKeyRotated
        | EventKind::SigningKeyRetired
        | EventKind::SigningKeyRemoved
        | EventKind::SigningKeyCompromised
        | EventKind::SecretsRotated
        | EventKind::IssuerChanged => Text::Activity(Activity::Operation),
        EventKind::AccessDenied => Text::Activity(Activity::AccessDenied),
        EventKind::AuditExported => Text::Activity(Activity::AuditExported),
    }
}

#[cfg(test)]
mod tests {
    use domain::{clock::Timestamp, random::Random};

    use super::*;
    use crate::text::{Language, with_language};

    struct Zeroes;
    impl Random for Zeroes {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    #[test]
    fn every_kind_has_a_sentence_and_none_is_technical() {
        let anna = AccountId::generate(Timestamp::from_micros(1), &Zeroes);
        for kind in EventKind::ALL {
            for actor in [format!("account:{anna}"), "command-line".to_owned()] {
                let event = FoundEvent {
                    id: String::new(),
                    at: Timestamp::from_micros(1),
                    kind: kind.as_str().to_owned(),
                    actor,
                    subject: Some(anna.to_string()),
                    outcome: String::new(),
                    details: "{}".to_owned(),
                    side: None,
                    seq: None,
                };
                for language in [Language::English, Language::German] {
                    let said = with_language(language, || activity(&event, anna));
                    assert!(
                        said.ends_with('.') && !said.contains(kind.as_str()),
                        "{said}"
                    );
                }
            }
        }
    }
}
