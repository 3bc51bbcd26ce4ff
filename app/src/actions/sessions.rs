//! Ending sessions.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use leptos::prelude::*;

use crate::{
    actions::{Done, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::account::sessions::sessions_page,
    paths,
    text::Text,
};

/// Ends one session by its public id, or all others (`end = "others"`).
#[server(EndSessions, prefix = "", endpoint = "account/sessions")]
pub async fn end_sessions(end: String) -> Result<(), Problems> {
    super::page_form::answer(EndSessions { end }).await
}

#[async_trait]
impl PageForm for EndSessions {
    const FIELDS: &'static [&'static str] = &["end"];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(page.login_path()));
        };
        let sessions = &page.services.sessions;
        if self.end == "others" {
            sessions
                .end_others(session.account, &session.public_id, &page.client)
                .await
                .map_err(broken)?;
            return Ok(Done::go(format!("{}?ended=others", paths::SESSIONS)));
        }
        if self.end == session.public_id {
            page.sign_out().await?;
            return Ok(Done::go(paths::LOGIN));
        }
        let ended = sessions
            .end(session.account, &self.end, &page.client)
            .await
            .map_err(broken)?;
        if ended {
            Ok(Done::go(format!("{}?ended=one", paths::SESSIONS)))
        } else {
            Err(Problems::form(FormProblem::NoSuchSession))
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match sessions_page(page, &state, None).await {
            Ok(view) => (PageTitle::error(Text::SessionsTitle), view),
            Err(error) => broken_page(error),
        }
    }
}
