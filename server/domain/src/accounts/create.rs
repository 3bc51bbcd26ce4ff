//! Making an account from the command line.

use super::{
    AccountId, AccountsService, EmailAddress, EmailProblem, NameProblem, NewAccount, Role,
    SignUpProblems, Subject, WebauthnUserHandle, applicant::Applicant,
};
use crate::{
    audit::{Actor, Event, EventKind},
    store::StorageError,
};

/// An account whose address the operator vouches for.
pub struct CreateAccount<'a> {
    /// Its address.
    pub email: &'a str,
    /// Its name; the address's local part when there is none.
    pub name: Option<&'a str>,
    /// Its password.
    pub password: &'a str,
    /// Its role.
    pub role: Option<Role>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum CreateOutcome {
    /// The account is there.
    Created(AccountId),
    /// Something needs another look.
    Refused(SignUpProblems),
    /// The address belongs to an account.
    Taken,
}

impl AccountsService {
    /// Makes a confirmed account.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; nothing is kept then.
    pub async fn create(&self, form: CreateAccount<'_>) -> Result<CreateOutcome, StorageError> {
        let name = form
            .name
            .unwrap_or_else(|| form.email.split('@').next().unwrap_or_default());
        let email = (form.email, EmailAddress::parse(form.email));
        let Applicant {
            email,
            name,
            password,
        } = match self.applicant(email, name, form.password).await {
            Ok(Ok(applicant)) => applicant,
            Ok(Err(problems)) => return Ok(CreateOutcome::Refused(problems)),
            Err(error) => return Err(StorageError::Database(Box::new(error))),
        };
        let random = self.foundation.random.as_ref();
        let now = self.foundation.now();
        let id = AccountId::generate(now, random);
        let mut work = self.foundation.store.begin().await?;
        let inserted = work
            .insert_account(&NewAccount {
                id,
                subject: Subject::generate(random),
                webauthn_user_handle: WebauthnUserHandle::generate(random),
                name: name.as_str().to_owned(),
                email: email.as_str().to_owned(),
                lookup_key: email.lookup_key().as_str().to_owned(),
                password: Some(password),
                created_at: now,
            })
            .await;
        match inserted {
            Ok(()) => {}
            Err(StorageError::Taken) => return Ok(CreateOutcome::Taken),
            Err(error) => return Err(error),
        }
        // A sign-up that waits for the same address has nothing left to become.
        if let Some(waiting) = work
            .delete_registration_of(email.lookup_key().as_str())
            .await?
        {
            work.delete_unused_links(&waiting).await?;
        }
        let mut kinds = vec![(EventKind::AccountCreated, ("by", "command line"))];
        if let Some(role) = form.role {
            work.grant_role(id, role, now).await?;
            kinds.push((EventKind::RoleGranted, ("role", role.as_str())));
        }
        for (kind, detail) in kinds {
            let event = Event {
                kind,
                actor: Actor::CommandLine,
                subject: Some(id),
                details: &[detail],
                client: None,
                email: Some(email.as_str()),
            };
            work.append_event(&event.row(&self.foundation)).await?;
        }
        work.commit().await?;
        Ok(CreateOutcome::Created(id))
    }
}

impl std::fmt::Display for SignUpProblems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        match self.email {
            Some(EmailProblem::Missing) => parts.push("the e-mail is missing".to_owned()),
            Some(EmailProblem::TooLong) => parts.push("the e-mail is too long".to_owned()),
            Some(EmailProblem::NotAnAddress) => {
                parts.push("the e-mail is not an address".to_owned());
            }
            Some(EmailProblem::OtherDomain) => {
                parts.push("the e-mail is at a domain that isn't allowed".to_owned());
            }
            None => {}
        }
        match self.name {
            Some(NameProblem::Missing) => parts.push("the name is missing".to_owned()),
            Some(NameProblem::TooLong) => parts.push("the name is too long".to_owned()),
            Some(NameProblem::Unprintable) => {
                parts.push("the name has control characters".to_owned());
            }
            None => {}
        }
        if let Some(problem) = self.password {
            parts.push(format!("the password {problem}"));
        }
        f.write_str(&parts.join(", "))
    }
}
