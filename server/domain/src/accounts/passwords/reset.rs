//! Setting a new password by a mailed link.

use crate::{
    accounts::{Account, AccountId, AccountsService, EmailAddress, EmailProblem},
    audit::{Actor, By, Event, EventKind},
    client::Client,
    credentials::{HashingError, PasswordProblem},
    links::{self, FoundLink, LinkHash, LinkPurpose, LinkToken, OneTimeLink},
    mail::{self, Message},
    random::time_ordered_id,
    social::Connection,
    store::{StorageError, Work},
    tokens::revoke_api_tokens,
};

/// How many reset mails an address gets within an hour, as long as their links work by default.
const MAILS: i64 = 3;

/// What came of asking for a link.
#[derive(Debug, PartialEq, Eq)]
pub enum ResetRequested {
    /// If there is such an account, a link is on its way.
    Accepted,
    /// What was typed is no address.
    Refused(EmailProblem),
    /// Too many links were asked for from one network.
    TooMany {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

/// What a link leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum ResetLink {
    /// A field for the new password.
    Ready {
        /// The account's primary address, for password managers.
        email: String,
        /// What signs in to the account besides the password.
        connected: Vec<Connection>,
        /// How many tokens its owner made for their programs.
        tokens: i64,
    },
    /// Its hour is over.
    Expired,
    /// It did its work already.
    Used,
    /// Not a link of ours, or replaced.
    Unknown,
}

/// A filled-in "Set password" form.
pub struct ResetPassword<'a> {
    /// The link's token.
    pub token: &'a str,
    /// As typed.
    pub password: &'a str,
    /// Whether nothing stays connected: whoever took the account may have connected something.
    pub disconnect: bool,
    /// Whether no token stays: they may have made one.
    pub revoke_tokens: bool,
    /// Who asks.
    pub client: &'a Client,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum ResetOutcome {
    /// The new password counts, and every session has ended.
    Set,
    /// The password needs another look.
    Refused(PasswordProblem),
    /// The link can't be used; never [`ResetLink::Ready`].
    Dead(ResetLink),
    /// Too many passwords are being hashed.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
}

enum Looked {
    Ready(LinkHash, Box<Account>, Vec<Connection>),
    Dead(ResetLink),
}

impl AccountsService {
    /// Mails a link that sets a new password, if there is such an account. Answer and work are the
    /// same if there isn't; then the link leads nowhere, and the mail is taken back.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; no mail is sent then.
    pub async fn request_reset(
        &self,
        email: &str,
        client: &Client,
    ) -> Result<ResetRequested, StorageError> {
        let email = match EmailAddress::parse(email) {
            Ok(email) => email,
            Err(problem) => return Ok(ResetRequested::Refused(problem)),
        };
        let mut work = self.foundation.store.begin().await?;
        let asked = ("recoveries of a network", self.rules.recoveries_per_network);
        let network = format!("{:?}", client.address.network());
        if let Some(retry_after_seconds) = self.too_many(work.as_mut(), asked, &network).await? {
            return Ok(ResetRequested::TooMany {
                retry_after_seconds,
            });
        }
        self.mail_reset(work.as_mut(), &email, Actor::Anonymous, client)
            .await?;
        work.commit().await?;
        Ok(ResetRequested::Accepted)
    }

    /// The same for an administrator, whose network is not counted.
    pub(crate) async fn request_reset_by(
        &self,
        email: &str,
        actor: Actor,
        client: &Client,
    ) -> Result<ResetRequested, StorageError> {
        let email = match EmailAddress::parse(email) {
            Ok(email) => email,
            Err(problem) => return Ok(ResetRequested::Refused(problem)),
        };
        let mut work = self.foundation.store.begin().await?;
        if !self
            .mail_reset(work.as_mut(), &email, actor, client)
            .await?
        {
            return Ok(ResetRequested::TooMany {
                retry_after_seconds: 3600,
            });
        }
        work.commit().await?;
        Ok(ResetRequested::Accepted)
    }

    /// Queues the mail, as part of a unit; `false` when the mailbox got enough of them in an hour.
    async fn mail_reset(
        &self,
        work: &mut dyn Work,
        email: &EmailAddress,
        actor: Actor,
        client: &Client,
    ) -> Result<bool, StorageError> {
        let (now, random) = (self.foundation.now(), self.foundation.random.as_ref());
        let lookup_key = email.lookup_key().as_str();
        let kind = ("reset mail", MAILS);
        let mailed = self.may_be_mailed(work, kind, lookup_key).await?;
        let record = work.find_sign_in(lookup_key).await?;
        let record = record.filter(|record| !record.disabled);
        let found = record.as_ref().map(|record| record.account);
        let whose = found.unwrap_or_else(|| AccountId::generate(now, random));
        let account = work.find_account(whose).await?;
        let event = Event {
            kind: EventKind::PasswordResetRequested,
            actor,
            subject: found,
            details: &[],
            client: Some(client),
            email: Some(email.as_str()),
        };
        if mailed {
            work.append_event(&event.row(&self.foundation)).await?;
            let token = LinkToken::generate(random);
            work.insert_link(&OneTimeLink {
                purpose: LinkPurpose::ResetPassword,
                hash: token.hash(),
                target: whose.to_string(),
                created_at: now,
                expires_at: now.plus(self.rules.reset_lifetime),
                used_at: None,
            })
            .await?;
            let name = account.as_ref().map_or("", |account| &account.name);
            let to = account
                .as_ref()
                .map_or(email.as_str(), |account| &account.email);
            let message = Message::ResetPassword {
                name: name.to_owned(),
                token: token.as_str().to_owned(),
                lifetime: self.rules.reset_lifetime.as_secs(),
            };
            let language = account
                .as_ref()
                .map_or(client.language, |account| account.language_of_mail(client));
            let mail = mail::queue_in(language, &self.foundation, work, to, message).await?;
            let unwanted = if account.is_some() {
                time_ordered_id(now, random).to_string()
            } else {
                mail
            };
            work.delete_mail(&unwanted).await?;
        }
        Ok(mailed)
    }

    /// Looks at a link without using it: mail scanners follow links.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails.
    pub async fn reset_link(&self, token: &str) -> Result<ResetLink, StorageError> {
        Ok(match self.look_at_reset(token).await? {
            Looked::Ready(_, account, connected) => {
                let mut work = self.foundation.store.read().await?;
                let now = self.foundation.now();
                ResetLink::Ready {
                    tokens: work.count_api_tokens(account.id, now).await?,
                    email: account.email,
                    connected,
                }
            }
            Looked::Dead(link) => link,
        })
    }

    /// Uses a link, once: sets the password, ends every session, forgets failures and the browsers
    /// that were known, and, unless these are to stay, disconnects what signs in besides and revokes
    /// tokens.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; the link can be used again then.
    pub async fn reset_password(
        &self,
        form: ResetPassword<'_>,
    ) -> Result<ResetOutcome, StorageError> {
        let (link, account) = match self.look_at_reset(form.token).await? {
            Looked::Ready(link, account, _) => (link, account),
            Looked::Dead(link) => return Ok(ResetOutcome::Dead(link)),
        };
        let whose = [account.email.as_str(), account.name.as_str()];
        let hash = match self.new_hash(form.password, whose).await {
            Ok(Ok(hash)) => hash,
            Ok(Err(problem)) => return Ok(ResetOutcome::Refused(problem)),
            Err(HashingError::Busy {
                retry_after_seconds,
            }) => {
                return Ok(ResetOutcome::Busy {
                    retry_after_seconds,
                });
            }
            Err(error) => return Err(StorageError::Database(Box::new(error))),
        };
        let mut work = self.foundation.store.begin().await?;
        work.hold_account(account.id).await?;
        let purpose = LinkPurpose::ResetPassword;
        if !work.use_link(purpose, &link, self.foundation.now()).await? {
            // Whoever used it may not be on disk yet: what was only seen in passing isn't told.
            work.commit().await?;
            return Ok(ResetOutcome::Dead(ResetLink::Used));
        }
        if form.disconnect {
            self.disconnect_all(work.as_mut(), account.id, form.client)
                .await?;
        }
        if form.revoke_tokens {
            let by = By::owner(account.id, form.client);
            revoke_api_tokens(work.as_mut(), &self.foundation, account.id, by).await?;
        }
        let kind = (EventKind::PasswordReset, "");
        work.set_password(account.id, &hash, self.foundation.now())
            .await?;
        self.password_replaced(work.as_mut(), &account, kind, form.client)
            .await?;
        work.forget_browsers(account.id).await?;
        if let Some(browser) = &form.client.browser {
            // Whoever else guesses on can't make this one wait.
            work.remember_browser(account.id, browser, self.foundation.now())
                .await?;
        }
        if let Ok(email) = EmailAddress::parse(&account.email) {
            let lookup_key = email.lookup_key().as_str();
            self.checks
                .forgive(work.as_mut(), lookup_key, form.client)
                .await?;
        }
        work.commit().await?;
        Ok(ResetOutcome::Set)
    }

    async fn look_at_reset(&self, token: &str) -> Result<Looked, StorageError> {
        let (purpose, now) = (LinkPurpose::ResetPassword, self.foundation.now());
        let mut work = self.foundation.store.read().await?;
        let link = match links::find(work.as_mut(), purpose, token, now).await? {
            FoundLink::Live(link) => link,
            FoundLink::Expired => return Ok(Looked::Dead(ResetLink::Expired)),
            FoundLink::Used => return Ok(Looked::Dead(ResetLink::Used)),
            FoundLink::Unknown => return Ok(Looked::Dead(ResetLink::Unknown)),
        };
        let account = match AccountId::parse(&link.target) {
            Some(id) => work.find_account(id).await?,
            None => None,
        };
        let Some(account) = account else {
            return Ok(Looked::Dead(ResetLink::Unknown));
        };
        let connected = work.list_identities(account.id).await?;
        Ok(Looked::Ready(link.hash, Box::new(account), connected))
    }
}
