//! The closed list of what can be wrong with a form. Travels to the browser as JSON: the codes, and
//! beside them what a person reads.

use domain::{
    accounts::{EmailProblem, NameProblem, SignUpRules},
    credentials::PasswordProblem,
    throttle::Held,
};
use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

use super::Suggestion;
use crate::{components::Said, text};

/// A field that a message can stand beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// "Email".
    Email,
    /// "Name".
    Name,
    /// "Password".
    Password,
    /// "Current password".
    CurrentPassword,
    /// "New password".
    NewPassword,
    /// "New email".
    NewEmail,
    /// "Language".
    Language,
    /// "Token name".
    TokenName,
    /// What a token may do.
    Scope,
    /// "Expires".
    Expires,
    /// "On".
    ExpiresOn,
    /// "Token".
    Token,
    /// "Confirmation".
    Confirmation,
    /// "Application name".
    ClientName,
    /// "Redirect URIs".
    RedirectUris,
    /// Where an app runs.
    Kind,
    /// What an app does.
    Grant,
    /// "Public keys".
    Keys,
    /// An app's own page.
    HomeUri,
    /// What an app does with what it learns.
    PolicyUri,
}

impl Field {
    /// The field's name in the form and its id in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Password => "password",
            Self::CurrentPassword => "current_password",
            Self::NewPassword => "new_password",
            Self::NewEmail => "new_email",
            Self::Language => "language",
            Self::TokenName => "token_name",
            Self::Scope => "scope",
            Self::Expires => "expires",
            Self::ExpiresOn => "expires_on",
            Self::Token => "token",
            Self::Confirmation => "confirmation",
            Self::ClientName => "client_name",
            Self::RedirectUris => "redirect_uris",
            Self::Kind => "kind",
            Self::Grant => "grant",
            Self::Keys => "keys",
            Self::HomeUri => "home_uri",
            Self::PolicyUri => "policy_uri",
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// Nothing was typed.
    Missing,
    /// Fewer than `min` characters.
    TooShort {
        /// The fewest.
        min: usize,
    },
    /// More than `max` characters.
    TooLong {
        /// The most.
        max: usize,
    },
    /// Mail couldn't be sent to it.
    NotAnAddress,
    /// An address at a domain whose people may not sign up here.
    OtherDomain {
        /// The domains whose people may, unless they are many.
        allowed: Vec<String>,
    },
    /// Not among what there is to choose from.
    NotOffered,
    /// Control or direction characters.
    Unprintable,
    /// Not the password of the sign-up.
    WrongPassword,
    /// Not the account's password.
    NotCurrent,
    /// The password or the address that the account has already.
    Unchanged,
    /// Not the account's address.
    NotOwnAddress,
    /// A new password that everybody has, or one in another dress.
    Common,
    /// A new password made of the email, the name or the site's name.
    MadeOfContext,
    /// A new password that follows a pattern.
    TooGuessable,
    /// Not a date.
    NotADate,
    /// A time that is over.
    Past,
    /// Not the words that were to be typed.
    NotTheWords,
    /// Further ahead than so many days.
    TooLate {
        /// The most.
        days: u32,
    },
    /// An app can't be registered so.
    Client(ClientFault),
}

/// Why an app can't be registered as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFault {
    /// Not an absolute address.
    Malformed(String),
    /// An address with a fragment.
    Fragment(String),
    /// An address with a user name.
    UserInfo(String),
    /// An address with a star.
    Wildcard(String),
    /// Plain http, and not this machine.
    NotHttps(String),
    /// A scheme that anybody could claim.
    Scheme(String),
    /// More addresses than are kept.
    TooManyUris,
    /// Refresh tokens without codes.
    RefreshWithoutCode,
    /// A public app that would act for itself.
    CredentialsOfPublic,
    /// Apps of people act for people.
    CredentialsOfPeople,
    /// `offline_access` without refresh tokens.
    OfflineWithoutRefresh,
    /// Names of its own for several hosts.
    SeveralHosts,
    /// A public app without PKCE.
    PkceNeeded,
    /// Keys that can't be read.
    Keys,
    /// A private key among them.
    SecretKeys,
    /// A page that isn't at https.
    Link,
}

/// When to come back, in seconds, where nobody knows how long it takes.
pub const COME_BACK: u32 = 10;

/// What is wrong with a form as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormProblem {
    /// No such account, wrong password or disabled account: which, isn't said.
    WrongCredentials,
    /// Too many passwords are being checked.
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// Too many wrong passwords: nothing was checked.
    TooManyFailures {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// So many that only a reset, or a browser known to the account, helps.
    KnownBrowsersOnly,
    /// Too much was asked for within an hour.
    TooManyRequests {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// Nobody else could administer this site.
    LastAdministrator,
    /// The link is for another account than the one that is signed in.
    OtherAccount,
    /// The address belongs to another account by now.
    AddressTaken,
    /// The identity that a sign-up came with belongs to an account by now.
    IdentityTaken,
    /// Sign-up is closed.
    SignUpClosed,
    /// Sign-up is for those who were invited.
    SignUpByInvitation,
    /// Too many sign-ups came from the same network.
    TooManySignUps {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// The invitation's time is over.
    InvitationExpired,
    /// The invited address has its account.
    InvitationUsed,
    /// Not an invitation of ours.
    InvitationUnknown,
    /// The confirmation link's time is over.
    LinkExpired,
    /// The confirmation link did its work.
    LinkUsed,
    /// Not a link of ours.
    LinkUnknown,
    /// `next` isn't a path of this site.
    PointsElsewhere,
    /// The session to be ended isn't there.
    NoSuchSession,
    /// Only the browser that signed up can use the link.
    OtherBrowser,
    /// What came from a provider is no longer there, or not in this browser.
    ArrivalGone,
    /// The same, for somebody who is signed in: it was finished already, most likely.
    SignedInAlready,
    /// The connection to be taken away is the last way in.
    LastWayIn,
    /// The connection to be taken away isn't there.
    NoSuchConnection,
    /// The token to be revoked isn't there.
    NoSuchToken,
    /// That app has no access any more.
    NoSuchApp,
    /// That app isn't registered any more.
    NoSuchClient,
    /// People don't register apps here.
    ClientsByAdmins,
    /// Nobody has more apps than that.
    TooManyClients,
    /// Two secrets work already.
    TooManySecrets,
    /// A secret that is gone, or the last one.
    LastSecret,
    /// No more tokens than these.
    TooManyTokens,
    /// What was to be changed isn't there, or not for who asks.
    NotThere,
    /// Support asked for what only administrators do.
    OnlyAdmins,
    /// An administrator asked for what nobody does to themself.
    Yourself,
    /// Nobody else would be an administrator.
    NobodyElse,
    /// Whoever was to be invited has an account.
    InvitedHasAccount,
    /// Nothing was ticked.
    NothingSelected,
    /// A filter that can't be read, where it says what ends.
    BadFilter,
    /// The request isn't what the form sends.
    BadRequest,
    /// The server took too long.
    TooSlow,
    /// The database is out of reach, or full.
    Unavailable,
    /// The server failed.
    Broken,
}

/// Why a form wasn't done: everything that is wrong with it, or a suggestion that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", from = "Wire")]
pub struct Problems {
    /// With the form as a whole.
    pub form: Option<FormProblem>,
    /// With its fields, in their order.
    pub fields: Vec<(Field, FieldProblem)>,
    /// Nothing is wrong: a passphrase was asked for, and here is one.
    pub suggestion: Option<Suggestion>,
}

impl Problems {
    /// One problem with the form as a whole.
    pub const fn form(problem: FormProblem) -> Self {
        Self {
            form: Some(problem),
            fields: Vec::new(),
            suggestion: None,
        }
    }

    /// Too many passwords are being checked; nothing was.
    pub const fn busy(retry_after_seconds: u32) -> Self {
        Self::form(FormProblem::Busy {
            retry_after_seconds,
        })
    }

    /// One problem with one field.
    pub fn field(field: Field, problem: FieldProblem) -> Self {
        Self {
            fields: vec![(field, problem)],
            ..Self::default()
        }
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.form.is_none() && self.fields.is_empty()
    }

    /// In the reader's language.
    pub fn said(&self) -> Said {
        text::said(self)
    }

    /// When to try again, where that is known.
    pub const fn retry_after_seconds(&self) -> Option<u32> {
        match self.form {
            Some(
                FormProblem::Busy {
                    retry_after_seconds,
                }
                | FormProblem::TooManyFailures {
                    retry_after_seconds,
                }
                | FormProblem::TooManyRequests {
                    retry_after_seconds,
                }
                | FormProblem::TooManySignUps {
                    retry_after_seconds,
                },
            ) => Some(retry_after_seconds),
            Some(FormProblem::TooSlow | FormProblem::Unavailable) => Some(COME_BACK),
            _ => None,
        }
    }

    /// Whether the plain form's answer is another page than the form's own.
    pub const fn elsewhere(&self) -> bool {
        matches!(
            self.form,
            Some(
                FormProblem::SignUpClosed
                    | FormProblem::OtherAccount
                    | FormProblem::AddressTaken
                    | FormProblem::IdentityTaken
                    | FormProblem::SignUpByInvitation
                    | FormProblem::InvitationExpired
                    | FormProblem::InvitationUsed
                    | FormProblem::InvitationUnknown
                    | FormProblem::ArrivalGone
                    | FormProblem::SignedInAlready
                    | FormProblem::OtherBrowser
                    | FormProblem::LinkExpired
                    | FormProblem::LinkUsed
                    | FormProblem::LinkUnknown
                    | FormProblem::LastWayIn
                    | FormProblem::NoSuchConnection
                    | FormProblem::PointsElsewhere
                    | FormProblem::BadRequest
            )
        )
    }

    /// The HTTP status that says the same (RFC 9110 section 15).
    pub const fn status(&self) -> u16 {
        match self.form {
            None if self.suggestion.is_some() => 200,
            None
            | Some(
                FormProblem::WrongCredentials
                | FormProblem::NothingSelected
                | FormProblem::BadFilter,
            ) => 422,
            Some(
                FormProblem::TooManyFailures { .. }
                | FormProblem::TooManyRequests { .. }
                | FormProblem::KnownBrowsersOnly
                | FormProblem::TooManySignUps { .. },
            ) => 429,
            Some(
                FormProblem::LastAdministrator
                | FormProblem::AddressTaken
                | FormProblem::IdentityTaken
                | FormProblem::LastWayIn
                | FormProblem::TooManyTokens
                | FormProblem::TooManyClients
                | FormProblem::TooManySecrets
                | FormProblem::LastSecret
                | FormProblem::Yourself
                | FormProblem::NobodyElse
                | FormProblem::InvitedHasAccount,
            ) => 409,
            Some(FormProblem::Busy { .. } | FormProblem::TooSlow | FormProblem::Unavailable) => 503,
            Some(
                FormProblem::SignUpClosed
                | FormProblem::SignUpByInvitation
                | FormProblem::OtherAccount
                | FormProblem::OtherBrowser
                | FormProblem::OnlyAdmins
                | FormProblem::ClientsByAdmins,
            ) => 403,
            Some(
                FormProblem::LinkExpired
                | FormProblem::LinkUsed
                | FormProblem::InvitationExpired
                | FormProblem::InvitationUsed
                | FormProblem::ArrivalGone
                | FormProblem::SignedInAlready,
            ) => 410,
            Some(
                FormProblem::LinkUnknown
                | FormProblem::InvitationUnknown
                | FormProblem::NoSuchSession
                | FormProblem::NoSuchConnection
                | FormProblem::NoSuchToken
                | FormProblem::NoSuchApp
                | FormProblem::NoSuchClient
                | FormProblem::NotThere,
            ) => 404,
            Some(FormProblem::PointsElsewhere | FormProblem::BadRequest) => 400,
            Some(FormProblem::Broken) => 500,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    form: Option<FormProblem>,
    fields: Vec<(Field, FieldProblem)>,
    #[serde(skip_deserializing)]
    said: Said,
}

impl From<Problems> for Wire {
    fn from(problems: Problems) -> Self {
        let said = problems.said();
        let Problems { form, fields, .. } = problems;
        Self { form, fields, said }
    }
}

impl From<Wire> for Problems {
    fn from(Wire { form, fields, .. }: Wire) -> Self {
        Self {
            form,
            fields,
            suggestion: None,
        }
    }
}

impl From<PasswordProblem> for FieldProblem {
    fn from(problem: PasswordProblem) -> Self {
        match problem {
            PasswordProblem::Missing => Self::Missing,
            PasswordProblem::TooShort { min } => Self::TooShort { min },
            PasswordProblem::TooLong { max } => Self::TooLong { max },
            PasswordProblem::Common => Self::Common,
            PasswordProblem::MadeOfContext => Self::MadeOfContext,
            PasswordProblem::TooGuessable => Self::TooGuessable,
        }
    }
}

impl From<NameProblem> for FieldProblem {
    fn from(problem: NameProblem) -> Self {
        match problem {
            NameProblem::Missing => Self::Missing,
            NameProblem::TooLong => Self::TooLong { max: 100 },
            NameProblem::Unprintable => Self::Unprintable,
        }
    }
}

impl From<EmailProblem> for FieldProblem {
    fn from(problem: EmailProblem) -> Self {
        match problem {
            EmailProblem::Missing => Self::Missing,
            EmailProblem::TooLong => Self::TooLong { max: 254 },
            EmailProblem::NotAnAddress => Self::NotAnAddress,
            EmailProblem::OtherDomain => Self::OtherDomain {
                allowed: Vec::new(),
            },
        }
    }
}

/// Names the domains that are allowed if there are at most so many.
const NAMED_DOMAINS: usize = 3;

impl FieldProblem {
    /// What is wrong with an address under these rules. Which domains are allowed is said openly: it
    /// tells nothing about accounts.
    pub fn of_address(problem: EmailProblem, rules: &SignUpRules) -> Self {
        if problem == EmailProblem::OtherDomain && rules.domains.len() <= NAMED_DOMAINS {
            let allowed = rules.domains.iter().map(ToString::to_string).collect();
            return Self::OtherDomain { allowed };
        }
        problem.into()
    }
}

impl From<Held> for Problems {
    fn from(held: Held) -> Self {
        Self::form(match held {
            Held::Wait { seconds } => FormProblem::TooManyFailures {
                retry_after_seconds: seconds,
            },
            Held::KnownBrowsersOnly => FormProblem::KnownBrowsersOnly,
        })
    }
}

impl FromServerFnError for Problems {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::form(match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => FormProblem::BadRequest,
            _ => FormProblem::Broken,
        })
    }
}
