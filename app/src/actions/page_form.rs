//! What every form of a page can do on the server.

use async_trait::async_trait;
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;

use super::{FormProblem, FormState, Problems};
use crate::context::{PageContext, PageTitle, PageView};

/// A form did its work.
pub enum Done {
    /// Go to this path of this site, or back to the client that asked.
    Go(String),
    /// Show this in the answer itself: something that is shown once. Only for forms that aren't sent
    /// by fetch.
    Show(PageTitle, PageView),
}

impl Done {
    /// Go to `location`.
    pub fn go(location: impl Into<String>) -> Self {
        Self::Go(location.into())
    }
}

/// A form, posted to its page's own path.
#[async_trait]
pub trait PageForm: DeserializeOwned + Clone + Send + Sync + 'static {
    /// Every field that may be sent.
    const FIELDS: &'static [&'static str];
    /// Fields that are shown again after a problem. Never a secret.
    const KEPT: &'static [&'static str];
    /// Fields that may be sent several times: what they hold is put together with spaces.
    const REPEATED: &'static [&'static str] = &[];
    /// Whether there is a server function of the same path.
    const BY_FETCH: bool = true;

    /// Does what the form is for.
    ///
    /// # Errors
    /// [`Problems`] that the person can read.
    async fn submit(self, page: &PageContext) -> Result<Done, Problems>;

    /// The page on which the form stands, after a problem.
    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView);
}

/// A server function's body: the same verb, answered for fetch.
pub(super) async fn answer<F: PageForm>(form: F) -> Result<(), Problems> {
    let page = expect_context::<PageContext>();
    match form.submit(&page).await {
        Ok(Done::Go(location)) => {
            leptos_axum::redirect(&location);
            Ok(())
        }
        // No server function is made of such a form.
        Ok(Done::Show(..)) => Err(Problems::form(FormProblem::BadRequest)),
        Err(problems) => {
            let response = expect_context::<ResponseOptions>();
            if let Ok(status) = http::StatusCode::from_u16(problems.status()) {
                response.set_status(status);
            }
            if let Some(seconds) = problems.retry_after_seconds() {
                response.insert_header(http::header::RETRY_AFTER, seconds.into());
            }
            Err(problems)
        }
    }
}
