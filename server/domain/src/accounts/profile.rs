//! What a person tells of themselves.

use super::{AccountId, AccountsService, DisplayName, NameProblem, owner::own_event};
use crate::{audit::EventKind, client::Client, language::Language, store::StorageError};

/// What is chosen in a language's place by who leaves it to their browser.
pub const AUTOMATIC_LANGUAGE: &str = "auto";

/// A filled-in profile.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    /// What the person wants to be called, as typed; `None` leaves it as it is.
    pub name: Option<&'a str>,
    /// The tag of the language they read, or [`AUTOMATIC_LANGUAGE`]; nothing leaves it as it is.
    pub language: &'a str,
}

/// What is wrong with a profile, field by field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProfileProblems {
    /// The name.
    pub name: Option<NameProblem>,
    /// Whether the language is none that is offered.
    pub unknown_language: bool,
}

impl AccountsService {
    /// Changes what a person tells of themselves. Neither what it was nor what it is stands in the
    /// audit events, of which there is one for each change.
    ///
    /// # Errors
    /// [`StorageError`] when the database fails; everything stays as it was then.
    pub async fn save_profile(
        &self,
        account: AccountId,
        typed: Profile<'_>,
        client: &Client,
    ) -> Result<Result<(), ProfileProblems>, StorageError> {
        let parsed = (
            typed.name.map(DisplayName::parse).transpose(),
            Chosen::parse(typed.language),
        );
        let (name, language) = match parsed {
            (Ok(name), Some(language)) => (name, language),
            (name, language) => {
                return Ok(Err(ProfileProblems {
                    name: name.err(),
                    unknown_language: language.is_none(),
                }));
            }
        };
        let mut work = self.foundation.store.begin().await?;
        let mut changes = Vec::new();
        if let Some(name) = name
            && work.set_name(account, name.as_str()).await?
        {
            changes.push(EventKind::AccountRenamed);
        }
        if let Chosen::Set(language) = language
            && work.set_language(account, language).await?
        {
            changes.push(EventKind::AccountLanguageChanged);
        }
        if changes.is_empty() {
            return Ok(Ok(()));
        }
        for kind in changes {
            let event = own_event(kind, account, &[], client);
            work.append_event(&event.row(&self.foundation)).await?;
        }
        work.commit().await?;
        Ok(Ok(()))
    }
}

/// What is to become of the language.
enum Chosen {
    Kept,
    Set(Option<Language>),
}

impl Chosen {
    /// `None` when it is none that is offered.
    fn parse(typed: &str) -> Option<Self> {
        match typed {
            "" => Some(Self::Kept),
            AUTOMATIC_LANGUAGE => Some(Self::Set(None)),
            tag => Language::parse(tag).map(|language| Self::Set(Some(language))),
        }
    }
}
