//! Confirming an address: the moment at which an account is born.

use super::{
    Account, AccountId, AccountsService, EmailChange, NewAccount, Registration, Subject,
    WebauthnUserHandle, email_change::Counted,
};
use crate::{
    audit::{Actor, Event, EventKind},
    client::Client,
    clock::Timestamp,
    credentials::{HashingError, Password},
    links::{self, FoundLink, LinkHash, LinkPurpose},
    sessions::LoadedSession,
    store::{StorageError, Work},
    throttle::{Held, Whom},
};

/// What a confirmation link leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// A button, and a password field unless this browser signed up.
    Ready {
        /// The address to be confirmed.
        email: String,
        /// Whether the password must be typed again.
        needs_password: bool,
    },
    /// A button: the address is to be that of the account that is signed in.
    ReadyToChange {
        /// The address to be confirmed.
        email: String,
    },
    /// The address is to be that of an account: sign in to it first.
    SignIn,
    /// The address is to be that of another account than the one that is signed in.
    OtherAccount,
    /// The sign-up began at a provider: only the browser that it began in can confirm it.
    OtherBrowser,
    /// The address belongs to another account by now.
    Taken,
    /// The identity that the sign-up came with belongs to an account by now.
    IdentityTaken,
    /// Its 24 hours are over.
    Expired,
    /// It did its work already.
    Used,
    /// Not a link of ours, or replaced by a later sign-up.
    Unknown,
}

/// A pressed "Confirm email" button.
pub struct VerifyEmail<'a> {
    /// The link's token.
    pub token: &'a str,
    /// The password, where it was asked for.
    pub password: &'a str,
    /// The session that asks, if there is one.
    pub session: Option<&'a LoadedSession>,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum VerifyOutcome {
    /// The account is there.
    Confirmed {
        /// Its id.
        account: AccountId,
        /// Whether this browser signed up and may be signed in.
        same_browser: bool,
        /// Where it was going then.
        next: Option<String>,
    },
    /// The account that is signed in has another address.
    Changed,
    /// The password must be typed, and wasn't.
    PasswordMissing,
    /// It isn't the password of the sign-up.
    WrongPassword,
    /// There were too many failures; nothing was checked.
    Held(Held),
    /// Too many passwords are being checked.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// The link can't be used, or not so; never [`Confirmation::Ready`].
    Refused(Confirmation),
}

enum Looked {
    Ready(LinkHash, Box<Registration>, bool),
    Change(LinkHash, Box<EmailChange>),
    Refused(Confirmation),
}

impl AccountsService {
    /// Looks at a confirmation link without using it: mail scanners follow links.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn confirmation(
        &self,
        token: &str,
        signed_in: Option<AccountId>,
        client: &Client,
    ) -> Result<Confirmation, StorageError> {
        Ok(match self.look(token, signed_in, client).await? {
            Looked::Change(_, change) => Confirmation::ReadyToChange {
                email: change.address,
            },
            Looked::Ready(_, registration, false) if registration.password.is_none() => {
                Confirmation::OtherBrowser
            }
            Looked::Ready(_, registration, same_browser) => Confirmation::Ready {
                email: registration.email,
                needs_password: !same_browser,
            },
            Looked::Refused(confirmation) => confirmation,
        })
    }

    /// Uses a confirmation link, once.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the link can be used again then.
    pub async fn verify_email(&self, form: VerifyEmail<'_>) -> Result<VerifyOutcome, StorageError> {
        let signed_in = form.session.map(|session| session.account);
        let looked = self.look(form.token, signed_in, form.client).await?;
        let (hash, registration, same_browser) = match (looked, form.session) {
            (Looked::Ready(hash, registration, same_browser), _) => {
                (hash, registration, same_browser)
            }
            (Looked::Change(link, change), Some(session)) => {
                let change = (&link, &*change);
                let counted = self
                    .count_email_change(change, session, form.client)
                    .await?;
                return Ok(match counted {
                    Counted::Changed => VerifyOutcome::Changed,
                    Counted::Used => VerifyOutcome::Refused(Confirmation::Used),
                    Counted::SignedOut => VerifyOutcome::Refused(Confirmation::SignIn),
                    Counted::Taken => VerifyOutcome::Refused(Confirmation::Taken),
                });
            }
            (Looked::Change(..), None) => {
                return Ok(VerifyOutcome::Refused(Confirmation::SignIn));
            }
            (Looked::Refused(confirmation), _) => return Ok(VerifyOutcome::Refused(confirmation)),
        };
        if !same_browser {
            let Some(stored) = registration.password.clone() else {
                return Ok(VerifyOutcome::Refused(Confirmation::OtherBrowser));
            };
            let Ok(password) = Password::parse(form.password) else {
                return Ok(if form.password.is_empty() {
                    VerifyOutcome::PasswordMissing
                } else {
                    VerifyOutcome::WrongPassword
                });
            };
            let whom = Whom::Registration {
                id: &registration.id,
            };
            let check = match self.checks.ask(whom, form.client).await? {
                Ok(check) => check,
                Err(held) => return Ok(VerifyOutcome::Held(held)),
            };
            match self.hashing.verify(password.into_bytes(), stored).await {
                Ok(verified) if verified.matches => {}
                Ok(_) => {
                    self.checks.failed(&check, None, form.client).await?;
                    return Ok(VerifyOutcome::WrongPassword);
                }
                Err(HashingError::Busy {
                    retry_after_seconds,
                }) => {
                    self.checks.not_checked(&check).await?;
                    return Ok(VerifyOutcome::Busy {
                        retry_after_seconds,
                    });
                }
                Err(error) => return Err(StorageError::Database(Box::new(error))),
            }
        }
        self.give_birth(&hash, *registration, same_browser, form.client)
            .await
    }

    async fn give_birth(
        &self,
        hash: &LinkHash,
        registration: Registration,
        same_browser: bool,
        client: &Client,
    ) -> Result<VerifyOutcome, StorageError> {
        let (now, random) = (self.foundation.now(), self.foundation.random.as_ref());
        let mut work = self.foundation.store.begin().await?;
        let purpose = LinkPurpose::ConfirmRegistration;
        if !work.use_link(purpose, hash, now).await? {
            // Whoever used it may not be on disk yet: what was only seen in passing isn't told.
            work.commit().await?;
            return Ok(VerifyOutcome::Refused(Confirmation::Used));
        }
        if let Some(identity) = &registration.identity
            && work
                .find_identity(&identity.issuer, &identity.subject)
                .await?
                .is_some()
        {
            return Ok(VerifyOutcome::Refused(Confirmation::IdentityTaken));
        }
        work.delete_registration_of(&registration.lookup_key)
            .await?;
        let account = AccountId::generate(now, random);
        let born = async {
            work.insert_account(&NewAccount {
                id: account,
                subject: Subject::generate(random),
                webauthn_user_handle: WebauthnUserHandle::generate(random),
                name: registration.name,
                email: registration.email.clone(),
                lookup_key: registration.lookup_key,
                password: registration.password,
                created_at: now,
            })
            .await?;
            match &registration.identity {
                Some(identity) => self.give_identity(work.as_mut(), account, identity).await,
                None => Ok(()),
            }
        };
        match born.await {
            Ok(()) => {}
            // The address, or the identity, got an account by another way since the sign-up.
            Err(StorageError::Taken) => return Ok(VerifyOutcome::Refused(Confirmation::Used)),
            Err(error) => return Err(error),
        }
        if let (true, Some(browser)) = (same_browser, client.browser.as_ref()) {
            work.remember_browser(account, browser, now).await?;
        }
        let event = Event {
            kind: EventKind::AccountCreated,
            actor: Actor::Account(account),
            subject: Some(account),
            details: &[("by", "confirmed registration")],
            client: Some(client),
            email: Some(&registration.email),
        };
        work.append_event(&event.row(&self.foundation)).await?;
        work.commit().await?;
        Ok(VerifyOutcome::Confirmed {
            account,
            same_browser,
            next: registration.next.filter(|_| same_browser),
        })
    }

    async fn look(
        &self,
        token: &str,
        signed_in: Option<AccountId>,
        client: &Client,
    ) -> Result<Looked, StorageError> {
        let (purpose, now) = (LinkPurpose::ConfirmRegistration, self.foundation.now());
        let mut work = self.foundation.store.read().await?;
        let link = match links::find(work.as_mut(), purpose, token, now).await? {
            FoundLink::Live(link) => link,
            FoundLink::Expired => return Ok(Looked::Refused(Confirmation::Expired)),
            FoundLink::Used => return Ok(Looked::Refused(Confirmation::Used)),
            FoundLink::Unknown => {
                return look_at_change(work.as_mut(), token, signed_in, now).await;
            }
        };
        Ok(match work.find_registration(&link.target).await? {
            None => Looked::Refused(gone(work.as_mut(), purpose, &link.hash).await?),
            Some(registration) => {
                let same = client.browser.is_some() && registration.browser == client.browser;
                Looked::Ready(link.hash, Box::new(registration), same)
            }
        })
    }

    /// An account by id, unless it is disabled.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn find(&self, id: AccountId) -> Result<Option<Account>, StorageError> {
        self.foundation.store.read().await?.find_account(id).await
    }
}

/// What a link leads to whose target wasn't there a moment after it was: it was used between the two
/// questions, or replaced by a later one.
async fn gone(
    work: &mut dyn Work,
    purpose: LinkPurpose,
    link: &LinkHash,
) -> Result<Confirmation, StorageError> {
    Ok(match work.find_link(purpose, link).await? {
        Some(link) if link.used_at.is_some() => Confirmation::Used,
        _ => Confirmation::Unknown,
    })
}

/// What is no link to a sign-up may be one to another address of an account.
async fn look_at_change(
    work: &mut dyn Work,
    token: &str,
    signed_in: Option<AccountId>,
    now: Timestamp,
) -> Result<Looked, StorageError> {
    let link = match links::find(work, LinkPurpose::ConfirmEmailChange, token, now).await? {
        FoundLink::Live(link) => link,
        FoundLink::Expired => return Ok(Looked::Refused(Confirmation::Expired)),
        FoundLink::Used => return Ok(Looked::Refused(Confirmation::Used)),
        FoundLink::Unknown => return Ok(Looked::Refused(Confirmation::Unknown)),
    };
    let waiting = work.find_email_change(&link.target).await?;
    Ok(match waiting.filter(|change| change.changed_at.is_none()) {
        None => Looked::Refused(gone(work, LinkPurpose::ConfirmEmailChange, &link.hash).await?),
        Some(change) => Looked::Refused(match signed_in {
            Some(account) if account == change.account => {
                return Ok(Looked::Change(link.hash, Box::new(change)));
            }
            Some(_) => Confirmation::OtherAccount,
            None => Confirmation::SignIn,
        }),
    })
}
