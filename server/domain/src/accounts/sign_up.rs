//! Signing up: the same answer for known and unknown addresses; the owner hears by mail.

use super::{
    AccountsService, EmailAddress, EmailProblem, NameProblem, Registration, SignUpPolicy,
    applicant::Applicant,
};
use crate::{
    audit::{Actor, Event, EventKind},
    client::Client,
    credentials::{HashingError, PasswordProblem},
    links::{LinkPurpose, LinkToken, OneTimeLink},
    local_path::LocalPath,
    mail::{self, Message},
    random::time_ordered_id,
    store::{StorageError, Work},
};

/// How often a sign-up is tried that another one for the same address interrupts.
const ATTEMPTS: usize = 8;
/// How many mails an address gets within an hour because somebody signs up with it.
const MAILS: i64 = 15;
/// How many of them one network causes: a stranger can't use up what the owner needs.
const MAILS_OF_A_NETWORK: i64 = 5;

/// A filled-in sign-up form.
pub struct SignUp<'a> {
    /// As typed.
    pub email: &'a str,
    /// As typed.
    pub name: &'a str,
    /// As typed.
    pub password: &'a str,
    /// Where they were going.
    pub next: Option<&'a LocalPath>,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum SignUpOutcome {
    /// If the address is free, a confirmation is on its way; if not, its owner was told.
    Accepted,
    /// Something typed needs another look.
    Refused(SignUpProblems),
    /// This installation takes no sign-ups.
    Closed,
    /// This installation takes those who were invited.
    ByInvitation,
    /// Too many were accepted from this network within the hour.
    TooMany {
        /// When to try again; at least 1.
        retry_after_seconds: u32,
    },
    /// Too many passwords are being judged and hashed.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

/// What is wrong, field by field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignUpProblems {
    /// The address.
    pub email: Option<EmailProblem>,
    /// The name.
    pub name: Option<NameProblem>,
    /// The password.
    pub password: Option<PasswordProblem>,
}

impl AccountsService {
    /// Takes a sign-up: a registration that becomes an account once its address is confirmed.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn sign_up(&self, form: SignUp<'_>) -> Result<SignUpOutcome, StorageError> {
        if let Some(refused) = self.closed_to_strangers() {
            return Ok(refused);
        }
        // Nothing is judged or hashed for those who are too many.
        if let Some(retry_after_seconds) = self.network_is_full(form.client).await? {
            return Ok(SignUpOutcome::TooMany {
                retry_after_seconds,
            });
        }
        let email = (form.email, self.address_of_stranger(form.email));
        let applicant = match self.applicant(email, form.name, form.password).await {
            Ok(Ok(applicant)) => applicant,
            Ok(Err(problems)) => return Ok(SignUpOutcome::Refused(problems)),
            Err(HashingError::Busy {
                retry_after_seconds,
            }) => {
                return Ok(SignUpOutcome::Busy {
                    retry_after_seconds,
                });
            }
            Err(error) => return Err(StorageError::Database(Box::new(error))),
        };
        let Applicant {
            email,
            name,
            password,
        } = applicant;
        let now = self.foundation.now();
        let registration = Registration {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            email: email.as_str().to_owned(),
            lookup_key: email.lookup_key().as_str().to_owned(),
            name: name.as_str().to_owned(),
            password: Some(password),
            identity: None,
            next: form.next.map(|next| next.as_str().to_owned()),
            browser: form.client.browser,
            created_at: now,
            expires_at: now.plus(self.rules.confirm_lifetime),
        };
        self.keep_or_retry(&email, &registration, form.client).await
    }

    /// What somebody who isn't invited is told, unless everybody may sign up.
    pub(super) const fn closed_to_strangers(&self) -> Option<SignUpOutcome> {
        match self.rules.signup.policy {
            SignUpPolicy::Open => None,
            SignUpPolicy::Invite => Some(SignUpOutcome::ByInvitation),
            SignUpPolicy::Closed => Some(SignUpOutcome::Closed),
        }
    }

    pub(super) async fn keep_or_retry(
        &self,
        email: &EmailAddress,
        registration: &Registration,
        client: &Client,
    ) -> Result<SignUpOutcome, StorageError> {
        // Two sign-ups for one address at the same moment meet at its unique key.
        for _ in 0..ATTEMPTS {
            match self.keep(email, registration, client).await {
                Err(StorageError::Taken) => {}
                kept => return kept,
            }
        }
        // Each time another one came in between: it is the later one, and replaced this.
        Ok(SignUpOutcome::Accepted)
    }

    async fn keep(
        &self,
        email: &EmailAddress,
        registration: &Registration,
        client: &Client,
    ) -> Result<SignUpOutcome, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        if let Some(retry_after_seconds) = self.count_sign_up(work.as_mut(), client).await? {
            return Ok(SignUpOutcome::TooMany {
                retry_after_seconds,
            });
        }
        let lookup_key = &*registration.lookup_key;
        let from_here = format!("{lookup_key} {:?}", client.address.network());
        let kind = ("sign-up mail of a network", MAILS_OF_A_NETWORK);
        let first = self.may_be_mailed(work.as_mut(), kind, &from_here).await?;
        let kind = ("sign-up mail", MAILS);
        if !first || !self.may_be_mailed(work.as_mut(), kind, lookup_key).await? {
            // What waits there goes on waiting.
            work.commit().await?;
            return Ok(SignUpOutcome::Accepted);
        }
        match work.find_account_by_email(&registration.lookup_key).await? {
            Some(account) => {
                let event = Event {
                    kind: EventKind::RegistrationForExistingAccount,
                    actor: Actor::Anonymous,
                    subject: Some(account.id),
                    details: &[],
                    client: Some(client),
                    email: Some(email.as_str()),
                };
                work.append_event(&event.row(&self.foundation)).await?;
                let language = account.language_of_mail(client);
                let message = Message::AlreadyRegistered { name: account.name };
                let (foundation, work) = (&self.foundation, work.as_mut());
                mail::queue_in(language, foundation, work, &account.email, message).await?;
            }
            None => {
                self.register(work.as_mut(), registration, client).await?;
            }
        }
        work.commit().await?;
        Ok(SignUpOutcome::Accepted)
    }

    /// An address that somebody who isn't invited signs up with.
    pub(super) fn address_of_stranger(&self, typed: &str) -> Result<EmailAddress, EmailProblem> {
        let email = EmailAddress::parse(typed)?;
        if self.rules.signup.allows(&email) {
            Ok(email)
        } else {
            Err(EmailProblem::OtherDomain)
        }
    }

    async fn register(
        &self,
        work: &mut dyn Work,
        registration: &Registration,
        client: &Client,
    ) -> Result<(), StorageError> {
        if let Some(earlier) = work
            .delete_registration_of(&registration.lookup_key)
            .await?
        {
            work.delete_unused_links(&earlier).await?;
        }
        work.insert_registration(registration).await?;
        let token = LinkToken::generate(self.foundation.random.as_ref());
        work.insert_link(&OneTimeLink {
            purpose: LinkPurpose::ConfirmRegistration,
            hash: token.hash(),
            target: registration.id.clone(),
            created_at: registration.created_at,
            expires_at: registration.expires_at,
            used_at: None,
        })
        .await?;
        let event = Event {
            kind: EventKind::RegistrationCreated,
            actor: Actor::Anonymous,
            subject: None,
            details: &[("registration", registration.id.as_str())],
            client: Some(client),
            email: Some(&registration.email),
        };
        work.append_event(&event.row(&self.foundation)).await?;
        let message = Message::ConfirmAddress {
            token: token.as_str().to_owned(),
            lifetime: self.rules.confirm_lifetime.as_secs(),
        };
        let (foundation, to) = (&self.foundation, &registration.email);
        mail::queue_in(client.language, foundation, work, to, message).await?;
        Ok(())
    }
}
