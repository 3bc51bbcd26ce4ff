//! Revoking a token of anybody.

use async_trait::async_trait;
use serde::Deserialize;

use super::{admin, desk};
use crate::{
    actions::{Done, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{
        admin::{
            PageQuery,
            tokens::{list_path, tokens_page},
        },
        message,
    },
    text::{Admin, Text},
};

/// Revokes a token by its id.
#[derive(Clone, Deserialize)]
pub struct RevokeAnyToken {
    /// The id.
    pub revoke: String,
}

#[async_trait]
impl PageForm for RevokeAnyToken {
    const FIELDS: &'static [&'static str] = &["revoke"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let query = PageQuery::of(&page.path_and_query);
        let desk = match desk(page, &list_path(&query, &[])).await {
            Ok(desk) => desk,
            Err(done) => return done,
        };
        let revoked = admin(page, &desk).await?.revoke_token(&self.revoke).await;
        if !revoked.map_err(broken)? {
            return Err(Problems::form(FormProblem::NoSuchToken));
        }
        Ok(Done::go(list_path(&query, &[("done", "token")])))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::Admin(Admin::TokensTitle));
        let Some(desk) = page.desk() else {
            return message::not_found();
        };
        match tokens_page(page, &desk, &state).await {
            Ok(view) => (title, view),
            Err(error) => broken_page(error),
        }
    }
}
