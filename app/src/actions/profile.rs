//! What a person tells of themselves.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use leptos::prelude::*;

use crate::{
    actions::{Done, Field, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken},
    pages::{account::profile::profile_page, message},
    paths,
    text::Text,
};

/// Changes the name of whoever is signed in.
#[server(SaveProfile, prefix = "", endpoint = "account/profile")]
pub async fn save_profile(name: String) -> Result<(), Problems> {
    super::page_form::answer(SaveProfile { name }).await
}

#[async_trait]
impl PageForm for SaveProfile {
    const FIELDS: &'static [&'static str] = &["name"];
    const KEPT: &'static [&'static str] = &["name"];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(page.login_path()));
        };
        let accounts = &page.services.accounts;
        let renamed = accounts.rename(session.account, &self.name, &page.client);
        match renamed.await.map_err(broken)? {
            Ok(()) => Ok(Done::go(format!("{}?saved", paths::PROFILE))),
            Err(problem) => Err(Problems::field(Field::Name, problem.into())),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match profile_page(page, state, None).await {
            Ok(Some(view)) => (PageTitle::error(Text::ProfileTitle), view),
            Ok(None) => message::not_found(),
            Err(error) => {
                broken(error);
                message::broken()
            }
        }
    }
}
