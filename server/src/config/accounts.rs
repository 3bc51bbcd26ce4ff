//! `[accounts]`: who may have one.

use domain::accounts::{AllowedDomain, SignUpPolicy};

use super::{Key, loading::Values};

const SIGNUP: Key = Key::text(
    "accounts.signup",
    "",
    "Who may sign up: open (everybody), invite (whoever was invited from the command line) or \
     closed (nobody; accounts are made from the command line). Empty means open with --dev or with \
     smtp.host, and closed without: nobody could confirm an address.",
);

const ALLOWED_DOMAINS: Key = Key::text(
    "accounts.allowed_domains",
    "",
    "The domains whose addresses may sign up, with commas between them, such as \"example.com, \
     *.example.com\"; the star stands for every domain below. Empty means all. Who is invited may \
     have any address.",
);

pub(super) static KEYS: [Key; 2] = [SIGNUP, ALLOWED_DOMAINS];

/// Who may have an account.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// Who may sign up.
    pub signup: SignUpPolicy,
    /// With addresses at which domains; at all when there are none.
    pub allowed_domains: Vec<AllowedDomain>,
}

impl Accounts {
    /// `mail_leaves`: whether a mail server is named.
    pub(super) fn read(values: &mut Values, mail_leaves: bool) -> Option<Self> {
        let allowed_domains = read_domains(values);
        let given = values.text(&SIGNUP)?;
        let signup = match given.as_str() {
            "" if values.dev() || mail_leaves => SignUpPolicy::Open,
            "" => SignUpPolicy::Closed,
            _ => values.choice(
                &SIGNUP,
                &[
                    SignUpPolicy::Open,
                    SignUpPolicy::Invite,
                    SignUpPolicy::Closed,
                ]
                .map(|policy| (policy.as_str(), policy)),
            )?,
        };
        values.resolve(&SIGNUP, signup.as_str());
        Some(Self {
            signup,
            allowed_domains: allowed_domains?,
        })
    }
}

fn read_domains(values: &mut Values) -> Option<Vec<AllowedDomain>> {
    let given = values.text(&ALLOWED_DOMAINS)?;
    if given.trim().is_empty() {
        return Some(Vec::new());
    }
    // One that is left out would open the door to everybody else.
    let parsed: Option<Vec<_>> = given.split(',').map(AllowedDomain::parse).collect();
    parsed.or_else(|| {
        let wanted = "domains with commas between them, such as \"example.com, *.example.com\"";
        values.mismatch(&ALLOWED_DOMAINS, wanted)
    })
}
