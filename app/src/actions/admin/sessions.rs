//! Ending sessions of everyone.

use async_trait::async_trait;
use serde::Deserialize;

use super::{desk, instead};
use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{
        admin::{
            PageQuery,
            sessions::{Wanted, end_matching_page, end_selected_page, list_path, sessions_page},
        },
        message,
    },
    text::{Admin, Text, t},
};

/// Ends one session, or a selection after it was asked about.
#[derive(Clone, Deserialize)]
pub struct EndEveryonesSessions {
    /// The one to be ended.
    #[serde(default)]
    pub end: Option<String>,
    /// Those that were ticked, with spaces between.
    #[serde(default)]
    pub selected: String,
    /// Whether the question was answered.
    #[serde(default)]
    pub confirmed: Option<String>,
}

#[async_trait]
impl PageForm for EndEveryonesSessions {
    const FIELDS: &'static [&'static str] = &["end", "selected", "confirmed"];
    const KEPT: &'static [&'static str] = &[];
    const REPEATED: &'static [&'static str] = &["selected"];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let query = PageQuery::of(&page.path_and_query);
        let desk = match desk(page, &list_path(&query, &[])).await {
            Ok(desk) => desk,
            Err(done) => return done,
        };
        if let Some(end) = &self.end {
            let ended = desk.end_sessions(&[end]).await.map_err(broken)?;
            if ended == 0 {
                return Err(Problems::form(FormProblem::NoSuchSession));
            }
            return Ok(Done::go(list_path(&query, &[("done", "session")])));
        }
        let selected: Vec<&str> = self.selected.split_ascii_whitespace().collect();
        if selected.is_empty() {
            return Err(Problems::form(FormProblem::NothingSelected));
        }
        if self.confirmed.is_none() {
            let selected = selected.into_iter().map(str::to_owned).collect();
            let view = end_selected_page(page, selected);
            return Ok(Done::Show(
                PageTitle::plain(Text::Admin(Admin::EndSelectedTitle)),
                view,
            ));
        }
        let ended = desk.end_sessions(&selected).await.map_err(broken)?;
        let count = ended.to_string();
        let word = if ended == 0 { "nothing" } else { "sessions" };
        let done = [("done", word), ("count", count.as_str())];
        Ok(Done::go(list_path(&query, &done)))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::Admin(Admin::SessionsTitle));
        let Some(desk) = page.desk() else {
            return message::not_found();
        };
        match sessions_page(page, &desk, &state).await {
            Ok(view) => (title, view),
            Err(error) => broken_page(error),
        }
    }
}

/// Ends every session that the filter in the address finds.
#[derive(Clone, Deserialize)]
pub struct EndMatchingSessions {
    /// The words that confirm it.
    #[serde(default)]
    pub confirmation: String,
}

#[async_trait]
impl PageForm for EndMatchingSessions {
    const FIELDS: &'static [&'static str] = &["confirmation"];
    const KEPT: &'static [&'static str] = &["confirmation"];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let query = PageQuery::of(&page.path_and_query);
        let desk = match desk(page, &page.path_and_query).await {
            Ok(desk) => desk,
            Err(done) => return done,
        };
        let wanted = Wanted::read(&query, &desk, page.now)
            .await
            .map_err(broken)?;
        if !wanted.bad.is_empty() {
            // A filter that says less than was meant would end more.
            return Err(Problems::form(FormProblem::BadFilter));
        }
        if self.confirmation.trim() != t(Text::Admin(Admin::EndWord)) {
            return Err(Problems::field(
                Field::Confirmation,
                FieldProblem::NotTheWords,
            ));
        }
        let ended = desk.end_matching(&wanted.filter).await.map_err(broken)?;
        let count = ended.ended.to_string();
        let word = match (ended.ended, ended.more) {
            (0, _) => "nothing",
            (_, true) => "more",
            (_, false) => "sessions",
        };
        let done = [("done", word), ("count", count.as_str())];
        Ok(Done::go(list_path(&query, &done)))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let Some(desk) = page.desk() else {
            return message::not_found();
        };
        let title = state.title(Text::Admin(Admin::EndMatchingTitle));
        match end_matching_page(page, &desk, &state).await {
            Ok(view) => instead(Some((title, view))),
            Err(error) => broken_page(error),
        }
    }
}
