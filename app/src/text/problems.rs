//! What is wrong with a form, in words.

use std::time::Duration;

use super::{Admin, Clients, OAuth, Text, t, t_with, time::span};
use crate::{
    actions::{ClientFault, Field, FieldProblem, FormProblem, Problems, Suggestion},
    components::{MeterWords, Said, Suggested},
};

/// Everything that is wrong with a form, for its page.
pub fn said(problems: &Problems) -> Said {
    let message = |(field, problem): &(Field, FieldProblem)| {
        (field.name().to_owned(), field_problem(*field, problem))
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
fn field_problem(field: Field, problem: &FieldProblem) -> String {
    let key = match problem {
        FieldProblem::Missing => missing(field),
        FieldProblem::NotOffered => match field {
            Field::Scope => Text::ScopeNotOffered,
            Field::Expires => Text::ExpiresMissing,
            Field::Kind => Text::Clients(Clients::NotPickedKind),
            _ => Text::LanguageNotOffered,
        },
        FieldProblem::NotADate => Text::NotADate,
        FieldProblem::NotTheWords => Text::Admin(Admin::NotTheWord),
        FieldProblem::Past => Text::DatePast,
        FieldProblem::TooLate { days } => return t_with(Text::DateTooLate, &[("days", days)]),
        FieldProblem::Unchanged if field == Field::NewEmail => Text::EmailUnchanged,
        FieldProblem::Unchanged => Text::PasswordUnchanged,
        FieldProblem::NotOwnAddress => Text::NotOwnAddress,
        FieldProblem::NotCurrent => Text::PasswordNotCurrent,
        FieldProblem::TooShort { min } => return t_with(Text::PasswordTooShort, &[("min", min)]),
        FieldProblem::TooLong { max } => return t_with(Text::TooLong, &[("max", max)]),
        FieldProblem::NotAnAddress => Text::NotAnAddress,
        FieldProblem::OtherDomain { allowed } => return other_domain(allowed),
        FieldProblem::Unprintable => Text::Unprintable,
        FieldProblem::WrongPassword => Text::WrongPassword,
        FieldProblem::Common => Text::PasswordCommon,
        FieldProblem::MadeOfContext => Text::PasswordMadeOfContext,
        FieldProblem::TooGuessable => Text::PasswordTooGuessable,
        FieldProblem::Client(fault) => return client_fault(fault),
    };
    t(key).to_owned()
}

fn client_fault(fault: &ClientFault) -> String {
    let key = match fault {
        ClientFault::Malformed(_) => Clients::UriMalformed,
        ClientFault::Fragment(_) => Clients::UriFragment,
        ClientFault::UserInfo(_) => Clients::UriUserInfo,
        ClientFault::Wildcard(_) => Clients::UriWildcard,
        ClientFault::NotHttps(_) => Clients::UriNotHttps,
        ClientFault::Scheme(_) => Clients::UriScheme,
        ClientFault::TooManyUris => Clients::TooManyUris,
        ClientFault::RefreshWithoutCode => Clients::RefreshWithoutCode,
        ClientFault::CredentialsOfPublic => Clients::CredentialsOfPublic,
        ClientFault::CredentialsOfPeople => Clients::CredentialsOfPeople,
        ClientFault::OfflineWithoutRefresh => Clients::OfflineWithoutRefresh,
        ClientFault::SeveralHosts => Clients::SeveralHosts,
        ClientFault::PkceNeeded => Clients::PkceNeeded,
        ClientFault::Keys => Clients::KeysWrong,
        ClientFault::SecretKeys => Clients::KeysSecret,
        ClientFault::Link => Clients::NotALink,
    };
    match fault {
        ClientFault::Malformed(uri)
        | ClientFault::Fragment(uri)
        | ClientFault::UserInfo(uri)
        | ClientFault::Wildcard(uri)
        | ClientFault::NotHttps(uri)
        | ClientFault::Scheme(uri) => t_with(Text::Clients(key), &[("uri", uri)]),
        _ => t(Text::Clients(key)).to_owned(),
    }
}

const fn missing(field: Field) -> Text {
    match field {
        Field::Email => Text::EmailMissing,
        Field::Name => Text::NameMissing,
        Field::Language => Text::LanguageNotOffered,
        Field::Password => Text::PasswordMissing,
        Field::CurrentPassword => Text::CurrentPasswordMissing,
        Field::NewPassword => Text::NewPasswordMissing,
        Field::NewEmail => Text::NewEmailMissing,
        Field::TokenName => Text::TokenNameMissing,
        Field::Scope => Text::ScopeMissing,
        Field::Expires => Text::ExpiresMissing,
        Field::ExpiresOn => Text::ExpiresOnMissing,
        Field::Token => Text::TokenMissing,
        Field::Confirmation => Text::Admin(Admin::NotTheWord),
        Field::ClientName => Text::Clients(Clients::NameMissing),
        Field::RedirectUris => Text::Clients(Clients::RedirectMissing),
        Field::Kind => Text::Clients(Clients::NotPickedKind),
        Field::Grant => Text::Clients(Clients::GrantMissing),
        Field::Keys => Text::Clients(Clients::KeysMissing),
        Field::HomeUri | Field::PolicyUri => Text::Clients(Clients::NotALink),
    }
}

fn other_domain(allowed: &[String]) -> String {
    match allowed {
        [] => t(Text::OtherDomain).to_owned(),
        [only] => t_with(Text::OnlyDomain, &[("only", only)]),
        [most @ .., last] => {
            let most = most.join(", ");
            t_with(Text::OnlyDomains, &[("most", &most), ("last", last)])
        }
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
            return t_with(Text::TooManyFailures, &[("wait", &wait)]);
        }
        FormProblem::TooManyRequests {
            retry_after_seconds,
        } => {
            let wait = span(Duration::from_secs(retry_after_seconds.into()));
            return t_with(Text::TooManyRequests, &[("wait", &wait)]);
        }
        FormProblem::LastAdministrator => Text::LastAdministrator,
        FormProblem::NotThere => Text::Admin(Admin::NotThere),
        FormProblem::OnlyAdmins => Text::Admin(Admin::OnlyAdmins),
        FormProblem::Yourself => Text::Admin(Admin::Yourself),
        FormProblem::NobodyElse => Text::Admin(Admin::LastAdministrator),
        FormProblem::InvitedHasAccount => Text::Admin(Admin::InviteTaken),
        FormProblem::NothingSelected => Text::Admin(Admin::SelectNone),
        FormProblem::BadFilter => Text::Admin(Admin::BadFilterAct),
        FormProblem::OtherAccount => Text::OtherAccountBody,
        FormProblem::AddressTaken => Text::AddressTakenBody,
        FormProblem::IdentityTaken => Text::IdentityTakenBody,
        FormProblem::KnownBrowsersOnly => Text::KnownBrowsersOnly,
        FormProblem::TooManySignUps {
            retry_after_seconds,
        } => {
            let wait = span(Duration::from_secs(retry_after_seconds.into()));
            return t_with(Text::TooManySignUps, &[("wait", &wait)]);
        }
        FormProblem::SignUpByInvitation => Text::SignUpByInvitationBody,
        FormProblem::InvitationExpired => Text::InvitationExpiredBody,
        FormProblem::InvitationUsed => Text::InvitationUsedBody,
        FormProblem::InvitationUnknown => Text::InvitationUnknownBody,
        FormProblem::SignUpClosed => Text::SignUpClosedBody,
        FormProblem::LinkExpired => Text::LinkExpiredBody,
        FormProblem::LinkUsed => Text::LinkUsedBody,
        FormProblem::LinkUnknown => Text::LinkUnknownBody,
        FormProblem::PointsElsewhere => Text::LoginElsewhereBody,
        FormProblem::ArrivalGone => Text::FinishGoneBody,
        FormProblem::SignedInAlready => Text::SignedInAlreadyBody,
        FormProblem::OtherBrowser => Text::OtherBrowserBody,
        FormProblem::LastWayIn => Text::LastWayIn,
        FormProblem::NoSuchConnection => Text::ConnectionUnknown,
        FormProblem::NoSuchSession => Text::SessionGone,
        FormProblem::NoSuchToken => Text::TokenGone,
        FormProblem::NoSuchApp => Text::OAuth(OAuth::NoSuchApp),
        FormProblem::NoSuchClient => Text::Clients(Clients::Gone),
        FormProblem::ClientsByAdmins => Text::Clients(Clients::NotAllowed),
        FormProblem::TooManyClients => Text::Clients(Clients::TooMany),
        FormProblem::TooManySecrets => Text::Clients(Clients::TooManySecrets),
        FormProblem::LastSecret => Text::Clients(Clients::LastSecret),
        FormProblem::TooManyTokens => Text::TooManyTokens,
        FormProblem::BadRequest => Text::BadRequestBody,
        FormProblem::Broken => Text::BrokenBody,
        FormProblem::TooSlow => Text::TimeoutBody,
        FormProblem::Unavailable => Text::UnavailableBody,
    };
    t(key).to_owned()
}

/// The hint below a new password's label.
pub fn password_hint(min: usize) -> String {
    t_with(Text::PasswordHint, &[("min", &min)])
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
