//! What a person tells of themselves.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::accounts::Profile;
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FieldProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{account::profile::profile_page, message},
    paths,
    text::Text,
};

/// Changes what whoever is signed in tells of themselves. Without a `language`, that
/// stays as it is.
#[server(SaveProfile, prefix = "", endpoint = "account/profile")]
pub async fn save_profile(
    name: String,
    #[server(default)] language: String,
) -> Result<(), Problems> {
    super::page_form::answer(SaveProfile { name, language }).await
}

#[async_trait]
impl PageForm for SaveProfile {
    const FIELDS: &'static [&'static str] = &["name", "language"];
    const KEPT: &'static [&'static str] = &["name", "language"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(page.login_path()));
        };
        let accounts = &page.services.accounts;
        let profile = Profile {
            name: Some(&self.name),
            language: &self.language,
        };
        let saved = accounts.save_profile(session.account, profile, &page.client);
        let Err(refused) = saved.await.map_err(broken)? else {
            return Ok(Done::go(format!("{}?saved", paths::PROFILE)));
        };
        let name = refused.name.map(|problem| (Field::Name, problem.into()));
        let language = (Field::Language, FieldProblem::NotOffered);
        let language = refused.unknown_language.then_some(language);
        Err(Problems {
            fields: name.into_iter().chain(language).collect(),
            ..Problems::default()
        })
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match profile_page(page, state, None).await {
            Ok(Some(view)) => (PageTitle::error(Text::ProfileTitle), view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}
