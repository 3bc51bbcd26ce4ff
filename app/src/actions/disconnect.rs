//! Disconnecting an identity from an account.

#![expect(
    missing_docs,
    reason = "`#[server]` makes a public struct of the arguments"
)]

use async_trait::async_trait;
use domain::{
    social::{Connected, DisconnectOutcome},
    store::StorageError,
};
use leptos::prelude::*;

use crate::{
    actions::{Done, FormProblem, FormState, PageForm, Problems, sign_in::notice_path},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{
        account::connections::{connections_page, disconnect_page},
        message,
    },
    paths,
    text::Text,
};

/// Takes the identity of this id from whoever is signed in.
#[server(Disconnect, prefix = "", endpoint = "account/connections/disconnect")]
pub async fn disconnect(id: String) -> Result<(), Problems> {
    super::page_form::answer(Disconnect { id }).await
}

#[async_trait]
impl PageForm for Disconnect {
    const FIELDS: &'static [&'static str] = &["id"];
    const KEPT: &'static [&'static str] = &[];

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let session = match page.fresh_session(paths::CONNECTIONS) {
            Ok(session) => session,
            Err(elsewhere) => return Ok(Done::go(elsewhere)),
        };
        let social = &page.services.social;
        let gone = social.disconnect(session, &self.id, &page.client).await;
        match gone.map_err(broken)? {
            DisconnectOutcome::Disconnected { provider } => {
                Ok(Done::go(notice_path("disconnected", Some(&provider))))
            }
            DisconnectOutcome::LastWayIn => Err(Problems::form(FormProblem::LastWayIn)),
            DisconnectOutcome::Unknown => Err(Problems::form(FormProblem::NoSuchConnection)),
            DisconnectOutcome::NotFresh => Ok(Done::go(page.login_path())),
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        match disconnect_or_list(page, &self.id, state).await {
            Ok(Some(shown)) => shown,
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}

/// The page that asks, if there is something to ask, else the list.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn disconnect_or_list(
    page: &PageContext,
    id: &str,
    mut state: FormState,
) -> Result<Option<(PageTitle, PageView)>, StorageError> {
    if state.problems.is_empty()
        && let Some(session) = &page.session
    {
        let connections = page.services.social.connections(session.account).await?;
        let may_go = connections.may_go(id);
        let mut connected = connections.connected.into_iter();
        let problem = match connected.find(|one| one.connection.id == id) {
            Some(Connected {
                connection,
                provider,
                ..
            }) if may_go => {
                let title = state.title(Text::ConnectionsTitle);
                return Ok(Some((
                    title,
                    disconnect_page(&connection, &provider, state),
                )));
            }
            Some(_) => FormProblem::LastWayIn,
            None => FormProblem::NoSuchConnection,
        };
        state.problems = Problems::form(problem);
    }
    let title = state.title(Text::ConnectionsTitle);
    let list = connections_page(page, &state, None).await?;
    Ok(list.map(|view| (title, view)))
}
