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

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        include_str!("../../../../docs/decisions/0019-what-comes-of-an-identity.md");

    const WANTED: [(&str, Wanted); 3] = [
        ("sign in", Wanted::SignIn),
        ("connect", Wanted::Connect),
        ("confirm", Wanted::Confirm),
    ];
    const WHOSE: [(&str, Whose); 4] = [
        ("nobody's", Whose::Nobodys),
        ("known", Whose::Known),
        ("another's", Whose::Anothers),
        ("disabled", Whose::Disabled),
    ];
    const ADDRESS: [(&str, Address); 3] = [
        ("free", Address::Free),
        ("vouched", Address::TakenAndVouched),
        ("claimed", Address::TakenAndClaimed),
    ];
    const SIGNED_IN: [(&str, SignedIn); 3] = [
        ("nobody", SignedIn::Nobody),
        ("same", SignedIn::Somebody),
        ("other", SignedIn::SomebodyElse),
    ];
    const SIGN_UP: [SignUpPolicy; 3] = [
        SignUpPolicy::Open,
        SignUpPolicy::Invite,
        SignUpPolicy::Closed,
    ];

    fn said(resolution: Resolution) -> &'static str {
        match resolution {
            Resolution::SignIn => "sign in",
            Resolution::LinkTo => "link",
            Resolution::AlreadyLinked => "already linked",
            Resolution::Confirmed => "confirmed",
            Resolution::OfferRegistration => "offer registration",
            Resolution::OfferConnection => "offer connection",
            Resolution::Refuse(why) => match why {
                Refusal::LinkedElsewhere => "refuse: linked elsewhere",
                Refusal::Disabled => "refuse: disabled",
                Refusal::SignedOut => "refuse: signed out",
                Refusal::OtherAccount => "refuse: other account",
                Refusal::ConnectInstead => "refuse: connect instead",
                Refusal::NotConnected => "refuse: not connected",
                Refusal::SignUpClosed => "refuse: sign-up closed",
                Refusal::ByInvitation => "refuse: by invitation",
            },
        }
    }

    fn rows() -> Vec<[&'static str; 6]> {
        TABLE
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| Intent"))
            .map(|line| {
                let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
                cells.try_into().expect("six cells")
            })
            .collect()
    }

    fn covers(cell: &str, word: &str) -> bool {
        cell == "any" || cell.split(" or ").any(|listed| listed == word)
    }

    #[test]
    fn every_combination_of_the_written_table_comes_out_as_it_says() {
        let rows = rows();
        let mut used = vec![false; rows.len()];
        for (wanted_word, wanted) in WANTED {
            for (whose_word, whose) in WHOSE {
                for (address_word, address) in ADDRESS {
                    for (signed_in_word, signed_in) in SIGNED_IN {
                        for sign_up in SIGN_UP {
                            let words = [
                                wanted_word,
                                whose_word,
                                address_word,
                                signed_in_word,
                                sign_up.as_str(),
                            ];
                            let fitting: Vec<_> = (0..rows.len())
                                .filter(|row| {
                                    let cells = rows[*row].iter().zip(words);
                                    cells.into_iter().all(|(cell, word)| covers(cell, word))
                                })
                                .collect();
                            assert_eq!(fitting.len(), 1, "{words:?}: rows {fitting:?}");
                            used[fitting[0]] = true;
                            let resolution = resolve(Facts {
                                wanted,
                                whose,
                                address,
                                signed_in,
                                sign_up,
                            });
                            assert_eq!(said(resolution), rows[fitting[0]][5], "{words:?}");
                        }
                    }
                }
            }
        }
        assert!(used.iter().all(|used| *used), "a row that nothing fits");
    }
}
