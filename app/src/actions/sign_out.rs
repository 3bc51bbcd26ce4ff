//! Signing out.

use async_trait::async_trait;
use leptos::prelude::*;

use crate::{
    actions::{Done, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView},
    paths,
};

/// Ends this browser's session.
#[server(SignOut, prefix = "", endpoint = "logout")]
pub async fn sign_out() -> Result<(), Problems> {
    super::page_form::answer(SignOut {}).await
}

#[async_trait]
impl PageForm for SignOut {
    const FIELDS: &'static [&'static str] = &[];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        page.sign_out().await?;
        Ok(Done::go(paths::LANDING))
    }

    async fn page(&self, _: &PageContext, _: FormState) -> (PageTitle, PageView) {
        crate::pages::message::broken()
    }
}
