//! What is wrong with a form, in words.

use std::time::Duration;

use super::{Text, t, time::span};
use crate::{
    actions::{Field, FieldProblem, FormProblem, Problems, Suggestion},
    components::{MeterWords, Said, Suggested},
};

/// Everything that is wrong with a form, for its page.
pub fn said(problems: &Problems) -> Said {
    let message = |&(field, problem): &(Field, FieldProblem)| {
        (field.name().to_owned(), field_problem(field, problem))
    };
    Said {
        title: t(Text::ErrorTitle).to_owned(),
        heading: t(Text::ProblemHeading).to_owned(),
        form: problems.form.map(form_problem),
        fields: problems.fields.iter().map(message).collect(),
        elsewhere: problems.elsewhere(),
        suggestion: problems.suggestion.as_ref().map(suggested),
    }
}

/// What a form says when the server can't be reached.
pub fn unreachable() -> Said {
    Said {
        form: Some(t(Text::Unreachable).to_owned()),
        ..said(&Problems::default())
    }
}

/// The message beside a field.
fn field_problem(field: Field, problem: FieldProblem) -> String {
    match (field, problem) {
        (Field::Email, FieldProblem::Missing) => "Type your email address.".into(),
        (Field::Name, FieldProblem::Missing) => "Type your name.".into(),
        (Field::Password, FieldProblem::Missing) => "Type your password.".into(),
        (Field::CurrentPassword, FieldProblem::Missing) => "Type your current password.".into(),
        (Field::NewPassword, FieldProblem::Missing) => "Type a new password.".into(),
        (Field::NewEmail, FieldProblem::Missing) => "Type a new email address.".into(),
        (Field::NewEmail, FieldProblem::Unchanged) => "That is your address already.".into(),
        (_, FieldProblem::NotOwnAddress) => "That isn't the address of your account.".into(),
        (_, FieldProblem::Unchanged) => "That is your current password. Choose another one.".into(),
        (_, FieldProblem::NotCurrent) => "That isn't your current password.".into(),
        (_, FieldProblem::TooShort { min }) => {
            format!("Use at least {min} characters. A few words together make a good password.")
        }
        (_, FieldProblem::TooLong { max }) => format!("Use at most {max} characters."),
        (_, FieldProblem::NotAnAddress) => "Type an email address like name@example.com.".into(),
        (_, FieldProblem::Unprintable) => "Leave out line breaks and invisible characters.".into(),
        (_, FieldProblem::WrongPassword) => {
            "That isn't the password you signed up with. Try again, or sign up again.".into()
        }
        (_, FieldProblem::Common) => "Attackers try this password, or one very like it, before all others. Put together a few words that have nothing to do with each other.".into(),
        (_, FieldProblem::MadeOfContext) => "This is mostly your email, your name or the name of this site, which others know too. Add a few words that have nothing to do with them.".into(),
        (_, FieldProblem::TooGuessable) => "This follows a pattern that programs guess quickly. Add a word or two that nobody would expect here.".into(),
    }
}

/// The message for a form as a whole.
fn form_problem(problem: FormProblem) -> String {
    let key = match problem {
        FormProblem::WrongCredentials => Text::WrongCredentials,
        FormProblem::Busy { .. } => Text::TooManyPasswords,
        FormProblem::TooManyFailures {
            retry_after_seconds,
        } => {
            let wait = span(Duration::from_secs(retry_after_seconds.into()));
            return format!("There were too many wrong passwords. Try again in {wait}.");
        }
        FormProblem::TooManyRequests {
            retry_after_seconds,
        } => {
            let wait = span(Duration::from_secs(retry_after_seconds.into()));
            return format!("That was asked for many times. Try again in {wait}.");
        }
        FormProblem::LastAdministrator => Text::LastAdministrator,
        FormProblem::OtherAccount => Text::OtherAccountBody,
        FormProblem::AddressTaken => Text::AddressTakenBody,
        FormProblem::KnownBrowsersOnly => Text::KnownBrowsersOnly,
        FormProblem::SignUpClosed => Text::SignUpClosedBody,
        FormProblem::LinkExpired => Text::LinkExpiredBody,
        FormProblem::LinkUsed => Text::LinkUsedBody,
        FormProblem::LinkUnknown => Text::LinkUnknownBody,
        FormProblem::PointsElsewhere => Text::LoginElsewhereBody,
        FormProblem::NoSuchSession => Text::SessionGone,
        FormProblem::BadRequest => Text::BadRequestBody,
        FormProblem::Broken => Text::BrokenBody,
        FormProblem::TooSlow => Text::TimeoutBody,
    };
    t(key).to_owned()
}

/// The hint below a new password's label.
pub fn password_hint(min: usize) -> String {
    format!(
        "At least {min} characters. A few words that only you would put together are easy to remember and hard to guess."
    )
}

/// What to do with a suggestion.
fn suggested(suggestion: &Suggestion) -> Suggested {
    Suggested {
        field: suggestion.field.name().to_owned(),
        passphrase: suggestion.passphrase.clone(),
        note: t(Text::SuggestionNote).replace("{button}", t(suggestion.button)),
    }
}

/// What is said of a new password while it is typed.
pub fn meter_words() -> MeterWords {
    let say = |key| t(key).to_owned();
    MeterWords {
        one_more: say(Text::MeterOneMore),
        more: say(Text::MeterMore),
        weak: say(Text::MeterWeak),
        fair: say(Text::MeterFair),
        good: say(Text::MeterGood),
        strong: say(Text::MeterStrong),
    }
}
