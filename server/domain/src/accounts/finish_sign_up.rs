//! Finishing a sign-up that began at a provider: no password, and no mail where the provider vouches.

use super::{
    AccountId, AccountsService, DisplayName, EmailAddress, NewAccount, Registration, SignUpOutcome,
    SignUpProblems, Subject, WebauthnUserHandle,
};
use crate::{
    audit::{Actor, Event, EventKind},
    client::Client,
    mail::{self, Circumstances, Message},
    random::time_ordered_id,
    social::{Arrival, Connection, FoundIdentity, ProviderId},
    store::{StorageError, Work},
};

/// A filled-in "Finish signing up" form.
pub struct FinishSignUp<'a> {
    /// The arrival's id.
    pub arrival: &'a str,
    /// As typed.
    pub email: &'a str,
    /// As typed.
    pub name: &'a str,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum FinishOutcome {
    /// The account is there, and this browser may be signed in to it.
    Born {
        /// The account.
        account: AccountId,
        /// Who they are where they came from.
        arrival: Box<Arrival>,
    },
    /// The provider vouches for the address, and an account has it: sign in to connect it.
    HasAccount,
    /// The identity was connected to an account meanwhile: sign in with it.
    Known {
        /// Its provider.
        provider: ProviderId,
    },
    /// It took over an hour, was done already, or began in another browser.
    Gone,
    /// As for every other sign-up: a mail is on its way, or not.
    SignUp(SignUpOutcome),
}

impl AccountsService {
    /// Takes the rest of a sign-up that began at a provider.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn finish_sign_up(
        &self,
        form: FinishSignUp<'_>,
    ) -> Result<FinishOutcome, StorageError> {
        if let Some(refused) = self.closed_to_strangers() {
            return Ok(FinishOutcome::SignUp(refused));
        }
        let now = self.foundation.now();
        let Some(browser) = form.client.browser else {
            return Ok(FinishOutcome::Gone);
        };
        let mut work = self.foundation.store.read().await?;
        let arrival = work.find_arrival(form.arrival, &browser, now).await?;
        drop(work);
        let Some(arrival) = arrival else {
            return Ok(FinishOutcome::Gone);
        };
        let parsed = (
            self.address_of_stranger(form.email),
            DisplayName::parse(form.name),
        );
        let (email, name) = match parsed {
            (Ok(email), Ok(name)) => (email, name),
            (email, name) => {
                let problems = SignUpProblems {
                    email: email.err(),
                    name: name.err(),
                    password: None,
                };
                return Ok(FinishOutcome::SignUp(SignUpOutcome::Refused(problems)));
            }
        };
        let vouched = arrival
            .email
            .as_deref()
            .filter(|_| arrival.vouched)
            .and_then(|vouched| EmailAddress::parse(vouched).ok());
        // In the provider's spelling: that is the one it vouches for.
        if let Some(vouched) = vouched.filter(|vouched| vouched.lookup_key() == email.lookup_key())
        {
            return self
                .born_vouched(arrival, &vouched, &name, form.client)
                .await;
        }
        let registration = Registration {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            email: email.as_str().to_owned(),
            lookup_key: email.lookup_key().as_str().to_owned(),
            name: name.as_str().to_owned(),
            password: None,
            identity: Some(arrival.identity),
            next: arrival.next,
            browser: Some(browser),
            created_at: now,
            expires_at: now.plus(self.rules.confirm_lifetime),
        };
        self.keep_or_retry(&email, &registration, form.client)
            .await
            .map(FinishOutcome::SignUp)
    }

    async fn born_vouched(
        &self,
        arrival: Arrival,
        email: &EmailAddress,
        name: &DisplayName,
        client: &Client,
    ) -> Result<FinishOutcome, StorageError> {
        let lookup_key = email.lookup_key().as_str();
        let mut work = self.foundation.store.begin().await?;
        if let Some(retry_after_seconds) = self.count_sign_up(work.as_mut(), client).await? {
            return Ok(FinishOutcome::SignUp(SignUpOutcome::TooMany {
                retry_after_seconds,
            }));
        }
        if !work.delete_arrival(&arrival.id).await? {
            return Ok(FinishOutcome::Gone);
        }
        let identity = &arrival.identity;
        let known = work
            .find_identity(&identity.issuer, &identity.subject)
            .await?;
        if known.is_some() {
            return Ok(FinishOutcome::Known {
                provider: arrival.identity.provider,
            });
        }
        if work.find_account_by_email(lookup_key).await?.is_some() {
            return Ok(FinishOutcome::HasAccount);
        }
        let (now, random) = (self.foundation.now(), self.foundation.random.as_ref());
        let account = AccountId::generate(now, random);
        if let Some(waiting) = work.delete_registration_of(lookup_key).await? {
            work.delete_unused_links(&waiting).await?;
        }
        let born = async {
            work.insert_account(&NewAccount {
                id: account,
                subject: Subject::generate(random),
                webauthn_user_handle: WebauthnUserHandle::generate(random),
                name: name.as_str().to_owned(),
                email: email.as_str().to_owned(),
                lookup_key: lookup_key.to_owned(),
                password: None,
                created_at: now,
            })
            .await?;
            self.give_identity(work.as_mut(), account, identity).await
        };
        match born.await {
            Ok(()) => {}
            // Somebody was quicker: what is there now says what to do next.
            Err(StorageError::Taken) => return Ok(FinishOutcome::HasAccount),
            Err(error) => return Err(error),
        }
        let details = [("by", identity.provider.as_str())];
        let event = Event {
            kind: EventKind::AccountCreated,
            actor: Actor::Account(account),
            subject: Some(account),
            details: &details,
            client: Some(client),
            email: Some(email.as_str()),
        };
        work.append_event(&event.row(&self.foundation)).await?;
        let message = Message::AccountMade {
            name: name.as_str().to_owned(),
            provider: self.name_of_provider(&identity.provider),
            done: Circumstances::of(client, now),
        };
        let (foundation, to) = (&self.foundation, email.as_str());
        mail::queue_in(client.language, foundation, work.as_mut(), to, message).await?;
        work.commit().await?;
        Ok(FinishOutcome::Born {
            account,
            arrival: Box::new(arrival),
        })
    }

    /// Gives an account that is being born the identity it came with, as part of `work`.
    pub(super) async fn give_identity(
        &self,
        work: &mut dyn Work,
        account: AccountId,
        identity: &FoundIdentity,
    ) -> Result<(), StorageError> {
        let now = self.foundation.now();
        work.insert_identity(&Connection {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            account,
            identity: identity.clone(),
            created_at: now,
            last_used_at: Some(now),
        })
        .await
    }
}
