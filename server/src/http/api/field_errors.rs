//! What the rules say of fields, in the words of the pages.

use app::{
    actions::{Field, FieldProblem, Problems},
    text::{Language, with_language},
};

use super::body::pointer;
use crate::http::error::api::{FieldError, Problem};

/// A refusal that points at each field that won't do.
pub(super) fn refused(fields: impl IntoIterator<Item = (Field, FieldProblem)>) -> Problem {
    let problems = Problems {
        fields: fields.into_iter().collect(),
        ..Problems::default()
    };
    let said = with_language(Language::English, || problems.said());
    let errors = said.fields.into_iter().map(|(name, detail)| FieldError {
        pointer: pointer(&name),
        detail: detail.into(),
    });
    Problem::fields(errors.collect())
}
