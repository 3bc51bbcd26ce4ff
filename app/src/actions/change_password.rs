//! Changing a password.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::{
    accounts::{self, ChangeOutcome, FirstPasswordOutcome},
    sessions::LoadedSession,
};
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FieldProblem, FormState, PageForm, Problems, Suggestion},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{account::security::security_page, message},
    paths,
    text::Text,
};

/// Changes the password of whoever is signed in. With `suggest` it only suggests one.
#[server(ChangePassword, prefix = "", endpoint = "account/security")]
pub async fn change_password(
    #[server(default)] current_password: Option<String>,
    new_password: String,
    #[server(default)] suggest: Option<String>,
) -> Result<(), Problems> {
    super::page_form::answer(ChangePassword {
        current_password,
        new_password,
        suggest,
    })
    .await
}

#[async_trait]
impl PageForm for ChangePassword {
    const FIELDS: &'static [&'static str] = &["current_password", "new_password", "suggest"];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(page.login_path()));
        };
        if self.suggest.is_some() {
            let button = Text::ChangePassword;
            return Err(Suggestion::answer(page, Field::NewPassword, button));
        }
        let Some(current) = &self.current_password else {
            return self.first(session, page).await;
        };
        let form = accounts::ChangePassword {
            account: session.account,
            session: &session.public_id,
            persistent: session.persistent,
            current,
            new: &self.new_password,
            client: &page.client,
        };
        let changed = page.services.accounts.change_password(form).await;
        match changed.map_err(broken)? {
            ChangeOutcome::Changed(session) => {
                if page.sign_in(session).await? {
                    Ok(Done::go(format!("{}?changed", paths::SECURITY)))
                } else {
                    Ok(Done::go(paths::LOGIN))
                }
            }
            ChangeOutcome::Unchanged => {
                Err(Problems::field(Field::NewPassword, FieldProblem::Unchanged))
            }
            ChangeOutcome::Refused { current, new } => {
                let both = [(Field::CurrentPassword, current), (Field::NewPassword, new)];
                let fields = both
                    .into_iter()
                    .filter_map(|(field, problem)| Some((field, problem?.into())));
                Err(Problems {
                    fields: fields.collect(),
                    ..Problems::default()
                })
            }
            ChangeOutcome::WrongPassword => Err(Problems::field(
                Field::CurrentPassword,
                FieldProblem::NotCurrent,
            )),
            ChangeOutcome::Gone => Ok(Done::go(page.login_path())),
            ChangeOutcome::Held(held) => Err(held.into()),
            ChangeOutcome::Busy {
                retry_after_seconds,
            } => Err(Problems::busy(retry_after_seconds)),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::SecurityTitle);
        match security_page(page, state, None).await {
            Ok(Some(view)) => (title, view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}

impl ChangePassword {
    /// Without a current password there must be none.
    async fn first(&self, session: &LoadedSession, page: &PageContext) -> Result<Done, Problems> {
        if let Err(elsewhere) = page.fresh_session(paths::SECURITY) {
            return Ok(Done::go(elsewhere));
        }
        let accounts = &page.services.accounts;
        let set = accounts.set_first_password(session, &self.new_password, &page.client);
        match set.await.map_err(broken)? {
            FirstPasswordOutcome::Set => Ok(Done::go(format!("{}?set", paths::SECURITY))),
            FirstPasswordOutcome::Refused(problem) => {
                Err(Problems::field(Field::NewPassword, problem.into()))
            }
            FirstPasswordOutcome::HasOne => Err(Problems::field(
                Field::CurrentPassword,
                FieldProblem::Missing,
            )),
            FirstPasswordOutcome::NotFresh => Ok(Done::go(page.login_path())),
            FirstPasswordOutcome::Busy {
                retry_after_seconds,
            } => Err(Problems::busy(retry_after_seconds)),
        }
    }
}
