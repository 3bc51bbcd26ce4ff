//! What is wrong with a form, in words.

use super::{Text, t};
use crate::actions::{Field, FieldProblem, FormProblem};

/// The message beside a field.
pub fn field_problem(field: Field, problem: FieldProblem) -> String {
    match (field, problem) {
        (Field::Email, FieldProblem::Missing) => "Type your email address.".into(),
        (Field::Name, FieldProblem::Missing) => "Type your name.".into(),
        (Field::Password, FieldProblem::Missing) => "Type your password.".into(),
        (_, FieldProblem::TooShort { min }) => {
            format!("Use at least {min} characters. A few words together make a good password.")
        }
        (_, FieldProblem::TooLong { max }) => format!("Use at most {max} characters."),
        (_, FieldProblem::NotAnAddress) => "Type an email address like name@example.com.".into(),
        (_, FieldProblem::Unprintable) => "Leave out line breaks and invisible characters.".into(),
        (_, FieldProblem::WrongPassword) => {
            "That isn't the password you signed up with. Try again, or sign up again.".into()
        }
    }
}

/// The message for a form as a whole.
pub const fn form_problem(problem: FormProblem) -> &'static str {
    t(match problem {
        FormProblem::WrongCredentials => Text::WrongCredentials,
        FormProblem::Busy { .. } => Text::TooManyPasswords,
        FormProblem::SignUpClosed => Text::SignUpClosedBody,
        FormProblem::LinkExpired => Text::LinkExpiredBody,
        FormProblem::LinkUsed => Text::LinkUsedBody,
        FormProblem::LinkUnknown => Text::LinkUnknownBody,
        FormProblem::PointsElsewhere => Text::LoginElsewhereBody,
        FormProblem::NoSuchSession => Text::SessionGone,
        FormProblem::BadRequest => Text::BadRequestBody,
        FormProblem::Broken => Text::BrokenBody,
        FormProblem::Unreachable => Text::Unreachable,
    })
}

/// The hint below a new password's label.
pub fn password_hint(min: usize) -> String {
    format!(
        "At least {min} characters. A few words that only you would put together are easy to remember and hard to guess."
    )
}
