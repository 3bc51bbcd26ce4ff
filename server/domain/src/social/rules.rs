//! What comes of an identity that a provider vouches for: one table for every combination.

use crate::accounts::SignUpPolicy;

/// What the person who was sent to the provider wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// To sign in, or to sign up: who has no account yet is offered one either way.
    SignIn,
    /// To connect the identity to the account that is signed in.
    Connect,
    /// To prove again who they are.
    Confirm,
}

/// Whose the identity is, by issuer and subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// No account has it.
    Nobodys,
    /// The account that is signed in has it, or, where nobody is signed in, some account.
    Known,
    /// Another account has it than the one that is signed in.
    Anothers,
    /// Its account was disabled.
    Disabled,
}

/// What the provider says of an address, and what we know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// None, or one that nobody has.
    Free,
    /// An account's, and the provider is believed that it is this person's.
    TakenAndVouched,
    /// An account's, and that it is this person's is only claimed.
    TakenAndClaimed,
}

/// Who is signed in, in the browser that comes back from the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// Nobody.
    Nobody,
    /// Whoever went to the provider, or anybody, where nobody was signed in then.
    Somebody,
    /// Another account than the one that went.
    SomebodyElse,
}

/// Everything the outcome hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What was wanted.
    pub wanted: Wanted,
    /// Whose the identity is.
    pub whose: Whose,
    /// Whose the address is.
    pub address: Address,
    /// Who is signed in.
    pub signed_in: SignedIn,
    /// Who may sign up.
    pub sign_up: SignUpPolicy,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// Sign in to the account that has it.
    SignIn,
    /// Connect it to the account that is signed in.
    LinkTo,
    /// It is connected already.
    AlreadyLinked,
    /// The session's owner proved again who they are.
    Confirmed,
    /// "Finish signing up".
    OfferRegistration,
    /// "You already have an account: sign in to connect it".
    OfferConnection,
    /// Nothing, for a reason.
    Refuse(Refusal),
}

/// Why nothing came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another account has this identity: disconnect it there, or sign in with it.
    LinkedElsewhere,
    /// Its account was disabled.
    Disabled,
    /// Whoever wanted this is no longer signed in.
    SignedOut,
    /// Another account is signed in by now.
    OtherAccount,
    /// Somebody is signed in, and the identity is nobody's: connect it in their account.
    ConnectInstead,
    /// It isn't connected to the account that is signed in.
    NotConnected,
    /// This installation takes no sign-ups.
    SignUpClosed,
    /// This installation takes those who were invited.
    ByInvitation,
}

/// The table of `docs/decisions/0019`: linking never happens by e-mail alone.
pub const fn resolve(facts: Facts) -> Resolution {
    match facts.wanted {
        Wanted::SignIn => match facts.whose {
            Whose::Known | Whose::Anothers => Resolution::SignIn,
            Whose::Disabled => Resolution::Refuse(Refusal::Disabled),
            Whose::Nobodys => newcomer(facts),
        },
        Wanted::Connect | Wanted::Confirm => match facts.signed_in {
            SignedIn::Nobody => Resolution::Refuse(Refusal::SignedOut),
            SignedIn::SomebodyElse => Resolution::Refuse(Refusal::OtherAccount),
            SignedIn::Somebody => owner(facts),
        },
    }
}

const fn newcomer(facts: Facts) -> Resolution {
    if !matches!(facts.signed_in, SignedIn::Nobody) {
        return Resolution::Refuse(Refusal::ConnectInstead);
    }
    match (facts.address, facts.sign_up) {
        (Address::TakenAndVouched, _) => Resolution::OfferConnection,
        (_, SignUpPolicy::Open) => Resolution::OfferRegistration,
        (_, SignUpPolicy::Invite) => Resolution::Refuse(Refusal::ByInvitation),
        (_, SignUpPolicy::Closed) => Resolution::Refuse(Refusal::SignUpClosed),
    }
}

const fn owner(facts: Facts) -> Resolution {
    match (facts.wanted, facts.whose) {
        (Wanted::Confirm, Whose::Known) => Resolution::Confirmed,
        (Wanted::Confirm, _) => Resolution::Refuse(Refusal::NotConnected),
        (_, Whose::Known) => Resolution::AlreadyLinked,
        (_, Whose::Nobodys) => Resolution::LinkTo,
        (_, Whose::Anothers | Whose::Disabled) => Resolution::Refuse(Refusal::LinkedElsewhere),
    }
}
