//! Inviting somebody, and taking it back.

use super::Invitation;
use crate::{
    accounts::{AccountsService, DisplayName, EmailAddress, ManageOutcome, Role, SignUpProblems},
    audit::{By, Event, EventKind},
    clock::Timestamp,
    links::{LinkPurpose, LinkToken, OneTimeLink},
    mail::{self, Message},
    random::time_ordered_id,
    store::{StorageError, Work},
};

/// How often it is tried when another invitation for the same address comes in between.
const ATTEMPTS: usize = 8;

/// Somebody to be invited.
pub struct Invite<'a> {
    /// Their address.
    pub email: &'a str,
    /// What the operator calls them.
    pub name: Option<&'a str>,
    /// The role that they will have.
    pub role: Option<Role>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum InviteOutcome {
    /// The mail is queued.
    Invited {
        /// Its id.
        mail: String,
        /// When the link stops working.
        expires_at: Timestamp,
    },
    /// Something needs another look.
    Refused(SignUpProblems),
    /// The address belongs to an account.
    Taken,
}

impl AccountsService {
    /// Mails somebody a link that makes an account. It takes the place of an earlier one to the same
    /// address, and no rule of signing up stands against it.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; no mail is sent then.
    pub async fn invite(&self, form: Invite<'_>) -> Result<InviteOutcome, StorageError> {
        self.invite_by(form, By::COMMAND_LINE).await
    }

    pub(crate) async fn invite_by(
        &self,
        form: Invite<'_>,
        by: By<'_>,
    ) -> Result<InviteOutcome, StorageError> {
        let name = form.name.map(DisplayName::parse).transpose();
        let (email, name) = match (EmailAddress::parse(form.email), name) {
            (Ok(email), Ok(name)) => (email, name),
            (email, name) => {
                return Ok(InviteOutcome::Refused(SignUpProblems {
                    email: email.err(),
                    name: name.err(),
                    password: None,
                }));
            }
        };
        let now = self.foundation.now();
        let invitation = Invitation {
            id: time_ordered_id(now, self.foundation.random.as_ref()).to_string(),
            address: email.as_str().to_owned(),
            lookup_key: email.lookup_key().as_str().to_owned(),
            name: name.map(|name| name.as_str().to_owned()),
            role: form.role,
            created_at: now,
            expires_at: now.plus(self.rules.invite_lifetime),
        };
        for _ in 1..ATTEMPTS {
            match self.send(&invitation, by).await {
                Err(StorageError::Taken) => {}
                sent => return sent,
            }
        }
        self.send(&invitation, by).await
    }

    async fn send(
        &self,
        invitation: &Invitation,
        by: By<'_>,
    ) -> Result<InviteOutcome, StorageError> {
        let mut work = self.foundation.store.begin().await?;
        let lookup_key = &*invitation.lookup_key;
        if work.find_account_by_email(lookup_key).await?.is_some() {
            return Ok(InviteOutcome::Taken);
        }
        if let Some(earlier) = work.delete_invitation_of(lookup_key).await? {
            work.delete_unused_links(&earlier).await?;
            self.note_invitation(
                work.as_mut(),
                EventKind::InvitationWithdrawn,
                &[("invitation", &earlier), ("reason", "replaced")],
                (invitation, by),
            )
            .await?;
        }
        work.insert_invitation(invitation).await?;
        let token = LinkToken::generate(self.foundation.random.as_ref());
        work.insert_link(&OneTimeLink {
            purpose: LinkPurpose::AcceptInvitation,
            hash: token.hash(),
            target: invitation.id.clone(),
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            used_at: None,
        })
        .await?;
        let role = invitation.role.map_or("none", Role::as_str);
        self.note_invitation(
            work.as_mut(),
            EventKind::InvitationCreated,
            &[("invitation", &invitation.id), ("role", role)],
            (invitation, by),
        )
        .await?;
        let message = Message::Invitation {
            name: invitation.name.clone(),
            token: token.as_str().to_owned(),
            lifetime: self.rules.invite_lifetime.as_secs(),
        };
        let to = &invitation.address;
        let mail = mail::queue(&self.foundation, work.as_mut(), to, message).await?;
        work.commit().await?;
        Ok(InviteOutcome::Invited {
            mail,
            expires_at: invitation.expires_at,
        })
    }

    /// Invitations that wait, in the order of their making, after the one by the id `after` (or from
    /// the beginning, when it is empty), at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn invitations(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Invitation>, StorageError> {
        let mut work = self.foundation.store.read().await?;
        work.list_invitations(self.foundation.now(), after, limit)
            .await
    }

    /// Takes an invitation back: its link stops working. [`ManageOutcome::Unknown`] when nobody is
    /// invited by that address.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is changed then.
    pub async fn withdraw_invitation(&self, email: &str) -> Result<ManageOutcome, StorageError> {
        self.withdraw_invitation_by(email, By::COMMAND_LINE).await
    }

    pub(crate) async fn withdraw_invitation_by(
        &self,
        email: &str,
        by: By<'_>,
    ) -> Result<ManageOutcome, StorageError> {
        let Ok(email) = EmailAddress::parse(email) else {
            return Ok(ManageOutcome::Unknown);
        };
        let mut work = self.foundation.store.begin().await?;
        let lookup_key = email.lookup_key().as_str();
        let Some(id) = work.delete_invitation_of(lookup_key).await? else {
            return Ok(ManageOutcome::Unknown);
        };
        work.delete_unused_links(&id).await?;
        let event = Event {
            kind: EventKind::InvitationWithdrawn,
            actor: by.actor,
            subject: None,
            details: &[("invitation", &id)],
            client: by.client,
            email: Some(email.as_str()),
        };
        work.append_event(&event.row(&self.foundation)).await?;
        work.commit().await?;
        Ok(ManageOutcome::Done)
    }

    async fn note_invitation(
        &self,
        work: &mut dyn Work,
        kind: EventKind,
        details: &[(&'static str, &str)],
        (invitation, by): (&Invitation, By<'_>),
    ) -> Result<(), StorageError> {
        let event = Event {
            kind,
            actor: by.actor,
            subject: None,
            details,
            client: by.client,
            email: Some(&invitation.address),
        };
        work.append_event(&event.row(&self.foundation)).await
    }
}
