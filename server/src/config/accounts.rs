//! `[accounts]`: who may have one.

use domain::accounts::SignUpPolicy;

use super::{Key, loading::Values};

const SIGNUP: Key = Key::text(
    "accounts.signup",
    "",
    "Who may sign up: open (everybody) or closed (nobody; accounts are made from the command \
     line). Empty means open with --dev or with smtp.host, and closed without: nobody could \
     confirm an address.",
);

pub(super) static KEYS: [Key; 1] = [SIGNUP];

/// Who may have an account.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Who may sign up.
    pub signup: SignUpPolicy,
}

impl Accounts {
    /// `mail_leaves`: whether a mail server is named.
    pub(super) fn read(values: &mut Values, mail_leaves: bool) -> Option<Self> {
        let given = values.text(&SIGNUP)?;
        let signup = match given.as_str() {
            "" if values.dev() || mail_leaves => SignUpPolicy::Open,
            "" => SignUpPolicy::Closed,
            "invite" => {
                return values.refuse(&SIGNUP, "\"invite\" isn't there yet: use open or closed");
            }
            _ => values.choice(
                &SIGNUP,
                &[
                    ("open", SignUpPolicy::Open),
                    ("closed", SignUpPolicy::Closed),
                ],
            )?,
        };
        values.resolve(
            &SIGNUP,
            match signup {
                SignUpPolicy::Open => "open",
                SignUpPolicy::Closed => "closed",
            },
        );
        Some(Self { signup })
    }
}
