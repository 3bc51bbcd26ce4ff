//! Rotating and dropping signing keys.

use async_trait::async_trait;
use domain::keys::signing::Rotation;
use serde::Deserialize;

use super::{admin, desk};
use crate::{
    actions::{Done, Field, FieldProblem, FormProblem, FormState, PageForm, Problems},
    context::{PageContext, PageTitle, PageView, broken},
    pages::{admin::keys::rotate_page, message},
    paths,
    text::{Admin, Text, t},
};

/// Rotates every key that signs, or drops them all once words were typed.
#[derive(Clone, Deserialize)]
pub struct RotateKeys {
    /// `rotate`; without it, the keys are dropped.
    #[serde(default)]
    pub act: Option<String>,
    /// The words that confirm that.
    #[serde(default)]
    pub confirmation: String,
}

#[async_trait]
impl PageForm for RotateKeys {
    const FIELDS: &'static [&'static str] = &["act", "confirmation"];
    const KEPT: &'static [&'static str] = &["confirmation"];
    const BY_FETCH: bool = false;

    async fn submit(self, page: &PageContext) -> Result<Done, Problems> {
        let desk = match desk(page, paths::ADMIN_ROTATE).await {
            Ok(desk) => desk,
            Err(done) => return done,
        };
        let admin = admin(page, &desk).await?;
        let (outcome, word) = match self.act.as_deref() {
            Some("rotate") => (admin.rotate_keys(None).await, "rotated"),
            Some(_) => return Err(Problems::form(FormProblem::BadRequest)),
            None if self.confirmation.trim() == t(Text::Admin(Admin::DropWord)) => {
                (admin.drop_keys(None).await, "dropped")
            }
            None => {
                return Err(Problems::field(
                    Field::Confirmation,
                    FieldProblem::NotTheWords,
                ));
            }
        };
        let word = match outcome.map_err(|error| broken(error.into()))? {
            Rotation::Unknown => "nothing",
            Rotation::Planned(_) | Rotation::Dropped(_) => word,
        };
        Ok(Done::go(format!("{}?done={word}", paths::ADMIN_KEYS)))
    }

    async fn page(&self, page: &PageContext, state: FormState) -> (PageTitle, PageView) {
        if page.desk().is_none_or(|desk| desk.admin().is_none()) {
            return message::not_found();
        }
        (
            state.title(Text::Admin(Admin::RotateTitle)),
            rotate_page(&state),
        )
    }
}
