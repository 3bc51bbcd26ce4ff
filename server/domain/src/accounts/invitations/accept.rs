//! Accepting an invitation: whoever opened the mail has the address, so the account is born at once.

use super::Invitation;
use crate::{
    accounts::{
        AccountId, AccountsService, EmailAddress, NewAccount, SignUpProblems, Subject,
        WebauthnUserHandle, applicant::Applicant,
    },
    audit::{Actor, Event, EventKind},
    client::Client,
    credentials::HashingError,
    links::{self, FoundLink, LinkHash, LinkPurpose},
    store::{StorageError, Work},
};

const PURPOSE: LinkPurpose = LinkPurpose::AcceptInvitation;

/// What an invitation's link leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum InvitationLink {
    /// A form for the account.
    Ready {
        /// The address that the account will have.
        email: String,
        /// What the operator calls the person.
        name: Option<String>,
    },
    /// Its time is over.
    Expired,
    /// The address has its account.
    Used,
    /// Not a link of ours, withdrawn, or replaced by a later one.
    Unknown,
}

/// A filled-in form behind an invitation.
pub struct AcceptInvitation<'a> {
    /// The link's token.
    pub token: &'a str,
    /// As typed.
    pub name: &'a str,
    /// As typed.
    pub password: &'a str,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum AcceptOutcome {
    /// The account is there, and this browser may be signed in to it.
    Accepted(AccountId),
    /// Something typed needs another look.
    Refused(SignUpProblems),
    /// The link can't be used; never [`InvitationLink::Ready`].
    Dead(InvitationLink),
    /// Too many passwords are being judged and hashed.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

enum Looked {
    Ready(LinkHash, Box<Invitation>),
    Dead(InvitationLink),
}

impl AccountsService {
    /// Looks at an invitation's link without using it: mail scanners follow links.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn invitation_link(&self, token: &str) -> Result<InvitationLink, StorageError> {
        let mut work = self.foundation.store.read().await?;
        Ok(match self.look_at_invitation(work.as_mut(), token).await? {
            Looked::Ready(_, invitation) => InvitationLink::Ready {
                email: invitation.address,
                name: invitation.name,
            },
            Looked::Dead(link) => link,
        })
    }

    /// Uses an invitation's link, once: makes the account, with the role it was meant to have.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the link can be used again then.
    pub async fn accept_invitation(
        &self,
        form: AcceptInvitation<'_>,
    ) -> Result<AcceptOutcome, StorageError> {
        let mut work = self.foundation.store.read().await?;
        let looked = self.look_at_invitation(work.as_mut(), form.token).await?;
        // Nothing is held while a password is hashed.
        drop(work);
        let (link, invitation) = match looked {
            Looked::Ready(link, invitation) => (link, invitation),
            Looked::Dead(link) => return Ok(AcceptOutcome::Dead(link)),
        };
        let email = (
            &*invitation.address,
            EmailAddress::parse(&invitation.address),
        );
        let applicant = match self.applicant(email, form.name, form.password).await {
            Ok(Ok(applicant)) => applicant,
            Ok(Err(problems)) => return Ok(AcceptOutcome::Refused(problems)),
            Err(HashingError::Busy {
                retry_after_seconds,
            }) => {
                return Ok(AcceptOutcome::Busy {
                    retry_after_seconds,
                });
            }
            Err(error) => return Err(StorageError::Database(Box::new(error))),
        };
        let mut work = self.foundation.store.begin().await?;
        let now = self.foundation.now();
        // The row first, as those do who replace or withdraw it: else two could wait for each other.
        let won = work.delete_invitation(&invitation.id).await?
            && work.use_link(PURPOSE, &link, now).await?;
        if !won {
            return self.too_late(work, form.token).await;
        }
        let account = match self
            .welcome(work.as_mut(), &invitation, applicant, form.client)
            .await
        {
            Ok(account) => account,
            // The address got an account by another way since.
            Err(StorageError::Taken) => return Ok(AcceptOutcome::Dead(InvitationLink::Used)),
            Err(error) => return Err(error),
        };
        work.commit().await?;
        Ok(AcceptOutcome::Accepted(account))
    }

    /// Somebody was quicker, or time was: undoes this unit and says what the link leads to now.
    async fn too_late(
        &self,
        work: Box<dyn Work>,
        token: &str,
    ) -> Result<AcceptOutcome, StorageError> {
        drop(work);
        // A unit that is committed, since what was seen may not be on disk yet, and isn't told before.
        let mut work = self.foundation.store.begin().await?;
        let looked = self.look_at_invitation(work.as_mut(), token).await?;
        work.commit().await?;
        Ok(match looked {
            Looked::Dead(link) => AcceptOutcome::Dead(link),
            // Whoever was quicker failed in the end.
            Looked::Ready(..) => AcceptOutcome::Busy {
                retry_after_seconds: 1,
            },
        })
    }

    async fn welcome(
        &self,
        work: &mut dyn Work,
        invitation: &Invitation,
        applicant: Applicant,
        client: &Client,
    ) -> Result<AccountId, StorageError> {
        let (now, random) = (self.foundation.now(), self.foundation.random.as_ref());
        let account = AccountId::generate(now, random);
        // A sign-up that waits for the address has nothing left to become; its link dies with it.
        work.delete_registration_of(&invitation.lookup_key).await?;
        work.insert_account(&NewAccount {
            id: account,
            subject: Subject::generate(random),
            webauthn_user_handle: WebauthnUserHandle::generate(random),
            name: applicant.name.as_str().to_owned(),
            email: invitation.address.clone(),
            lookup_key: invitation.lookup_key.clone(),
            password: Some(applicant.password),
            created_at: now,
        })
        .await?;
        let by = ("by", "invitation");
        let whose = ("invitation", &*invitation.id);
        let mut events = vec![(EventKind::AccountCreated, vec![by, whose])];
        if let Some(role) = invitation.role {
            work.grant_role(account, role, now).await?;
            let details = vec![("role", role.as_str()), by, whose];
            events.push((EventKind::RoleGranted, details));
        }
        for (kind, details) in events {
            let event = Event {
                kind,
                actor: Actor::Account(account),
                subject: Some(account),
                details: &details,
                client: Some(client),
                email: Some(&invitation.address),
            };
            work.append_event(&event.row(&self.foundation)).await?;
        }
        Ok(account)
    }

    async fn look_at_invitation(
        &self,
        work: &mut dyn Work,
        token: &str,
    ) -> Result<Looked, StorageError> {
        let link = match links::find(work, PURPOSE, token, self.foundation.now()).await? {
            FoundLink::Live(link) => link,
            FoundLink::Expired => return Ok(Looked::Dead(InvitationLink::Expired)),
            FoundLink::Used => return Ok(Looked::Dead(InvitationLink::Used)),
            FoundLink::Unknown => return Ok(Looked::Dead(InvitationLink::Unknown)),
        };
        let Some(invitation) = work.find_invitation(&link.target).await? else {
            // Used between the two questions, or withdrawn.
            let again = work.find_link(PURPOSE, &link.hash).await?;
            return Ok(Looked::Dead(match again {
                Some(link) if link.used_at.is_some() => InvitationLink::Used,
                _ => InvitationLink::Unknown,
            }));
        };
        let account = work.find_account_by_email(&invitation.lookup_key).await?;
        Ok(match account {
            Some(_) => Looked::Dead(InvitationLink::Used),
            None => Looked::Ready(link.hash, Box::new(invitation)),
        })
    }
}
