//! Tokens that people make for themselves: making and revoking them, and looking at one.

use async_trait::async_trait;
use domain::tokens::{
    CreateTokenOutcome, Expiry, ExpiryProblem, NewToken, ScopesProblem, TokenProblems,
};
use serde::Deserialize;

use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken, broken_page},
    pages::{
        account::tokens::{created_page, revoke_all_page, tokens_page, viewer_page},
        message,
    },
    paths,
    text::Text,
};

/// The dashboard's forms: makes a token, or revokes the one of this id.
#[derive(Clone, Deserialize)]
pub struct TokenForm {
    /// The id of a token to be revoked; without it, one is made.
    #[serde(default)]
    pub revoke: Option<String>,
    /// What to call it.
    #[serde(default)]
    pub token_name: String,
    /// What it may do, with spaces between.
    #[serde(default)]
    pub scope: String,
    /// For how many days it works, or `date`.
    #[serde(default)]
    pub expires: String,
    /// Until when, if it is to be a date.
    #[serde(default)]
    pub expires_on: String,
}

#[async_trait]
impl PageForm for TokenForm {
    const FIELDS: &'static [&'static str] =
        &["revoke", "token_name", "scope", "expires", "expires_on"];
    const KEPT: &'static [&'static str] = &["token_name", "scope", "expires", "expires_on"];
    const REPEATED: &'static [&'static str] = &["scope"];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        match &self.revoke {
            Some(id) => revoke(page, id).await,
            None => self.create(page).await,
        }
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::TokensTitle);
        match tokens_page(page, state, None).await {
            Ok(Some(view)) => (title, view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}

async fn revoke(page: &PageContext, id: &str) -> Result<Done, Problems> {
    let Some(session) = &page.session else {
        return Ok(Done::go(page.login_path()));
    };
    let tokens = &page.services.tokens;
    let revoked = tokens.revoke(session.account, id, &page.client).await;
    if revoked.map_err(broken)? {
        Ok(Done::go(format!("{}?revoked=one", paths::TOKENS)))
    } else {
        Err(Problems::form(FormProblem::NoSuchToken))
    }
}

impl TokenForm {
    async fn create(self, page: &PageContext) -> Result<Done, Problems> {
        let session = match page.fresh_session(paths::TOKENS) {
            Ok(session) => session,
            Err(elsewhere) => return Ok(Done::go(elsewhere)),
        };
        let scopes: Vec<&str> = self.scope.split_ascii_whitespace().collect();
        let wish = NewToken {
            name: &self.token_name,
            scopes: &scopes,
            expiry: Expiry::parse(&self.expires, &self.expires_on),
        };
        let tokens = &page.services.tokens;
        let outcome = tokens.create(session, wish, &page.client).await;
        match outcome.map_err(broken)? {
            CreateTokenOutcome::Created(created) => {
                let title = PageTitle::plain(Text::TokenCreatedTitle);
                Ok(Done::Show(title, created_page(page, *created)))
            }
            CreateTokenOutcome::Refused(problems) => Err(self.said(problems)),
            CreateTokenOutcome::TooMany => Err(Problems::form(FormProblem::TooManyTokens)),
            CreateTokenOutcome::NotFresh => Ok(Done::go(page.login_path())),
        }
    }

    fn said(&self, problems: TokenProblems) -> Problems {
        let name = problems
            .name
            .map(|problem| (Field::TokenName, problem.into()));
        let scopes = problems.scopes.map(|problem| {
            let problem = match problem {
                ScopesProblem::Missing => FieldProblem::Missing,
                ScopesProblem::NotOffered(_) => FieldProblem::NotOffered,
            };
            (Field::Scope, problem)
        });
        let is_date = self.expires == "date";
        let expiry = problems.expiry.map(|problem| {
            let field = if is_date {
                Field::ExpiresOn
            } else {
                Field::Expires
            };
            let problem = match problem {
                ExpiryProblem::Missing => FieldProblem::Missing,
                ExpiryProblem::Malformed if is_date => FieldProblem::NotADate,
                ExpiryProblem::Malformed => FieldProblem::NotOffered,
                ExpiryProblem::Past => FieldProblem::Past,
                ExpiryProblem::TooLate { days } => FieldProblem::TooLate { days },
            };
            (field, problem)
        });
        Problems {
            fields: [name, scopes, expiry].into_iter().flatten().collect(),
            ..Problems::default()
        }
    }
}

/// Revokes every token, once that is confirmed.
#[derive(Clone, Deserialize)]
pub struct RevokeTokens {}

#[async_trait]
impl PageForm for RevokeTokens {
    const FIELDS: &'static [&'static str] = &[];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let Some(session) = &page.session else {
            return Ok(Done::go(page.login_path()));
        };
        let tokens = &page.services.tokens;
        let revoked = tokens.revoke_all(session.account, &page.client).await;
        revoked.map_err(broken)?;
        Ok(Done::go(format!("{}?revoked=all", paths::TOKENS)))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::RevokeAllTitle);
        match revoke_all_page(page).await {
            Ok(Some(view)) => (title, view),
            Ok(None) => message::not_found(),
            Err(error) => broken_page(error),
        }
    }
}

/// Takes a token apart for whoever pastes it. Nothing is kept.
#[derive(Clone, Deserialize)]
pub struct ViewToken {
    /// The token.
    #[serde(default)]
    pub token: String,
}

#[async_trait]
impl PageForm for ViewToken {
    const FIELDS: &'static [&'static str] = &["token"];
    const KEPT: &'static [&'static str] = &[];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        if page.session.is_none() {
            return Ok(Done::go(page.login_path()));
        }
        if self.token.trim().is_empty() {
            return Err(Problems::field(Field::Token, FieldProblem::Missing));
        }
        let seen = page.services.tokens.look_at(&self.token).await;
        let seen = seen.map_err(broken)?;
        let title = PageTitle::plain(Text::ViewerTitle);
        let view = viewer_page(page, FormState::default(), Some(seen));
        Ok(Done::Show(title, view))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        let title = state.title(Text::ViewerTitle);
        (title, viewer_page(page, state, None))
    }
}
