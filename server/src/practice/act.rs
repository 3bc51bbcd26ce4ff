//! What can be chosen on the page: who comes back, or what goes wrong.

use app::{pages::practice::PracticeAct, text::Text};
use serde::{Deserialize, Serialize};

use super::house::House;

/// One button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Act {
    /// Somebody with a verified address.
    Ada,
    /// Somebody else with one.
    Grace,
    /// Somebody whose address isn't verified.
    Charles,
    /// Somebody who keeps the address private.
    Emmy,
    /// Somebody with the verified address that was typed.
    Address,
    /// Access is denied.
    Deny,
    /// The code is answered too late.
    Slow,
    /// The code is answered with 500.
    Error,
    /// The browser comes back with another `state`.
    State,
    /// The ID token has another `nonce`.
    Nonce,
    /// The ID token is for somebody else.
    Audience,
    /// The ID token is over.
    Expired,
    /// The ID token is signed with a new key.
    Rotate,
}

impl Act {
    /// Who can be chosen, in order; the first gets through with one press.
    pub(super) const PEOPLE: [Self; 4] = [Self::Ada, Self::Grace, Self::Charles, Self::Emmy];

    /// What can go wrong at a provider, in order.
    pub(super) const fn failures(house: House) -> &'static [Self] {
        // GitHub has no ID tokens.
        match house {
            House::GitHub => &[Self::Deny, Self::Slow, Self::Error, Self::State],
            House::Google => &[
                Self::Deny,
                Self::Slow,
                Self::Error,
                Self::State,
                Self::Nonce,
                Self::Audience,
                Self::Expired,
                Self::Rotate,
            ],
        }
    }

    /// The act of this name, if the page of the provider has it.
    pub(super) fn find(house: House, name: &str) -> Option<Self> {
        let people = Self::PEOPLE.iter().chain(&[Self::Address]);
        let mut all = people.chain(Self::failures(house));
        all.find(|act| act.name() == name).copied()
    }

    /// Its name in the form.
    const fn name(self) -> &'static str {
        self.words().0
    }

    /// The button as the page shows it.
    pub(super) const fn shown(self) -> PracticeAct {
        let (name, label, hint) = self.words();
        PracticeAct { name, label, hint }
    }

    /// Name in the form, button, and what it does.
    const fn words(self) -> (&'static str, Text, Text) {
        match self {
            Self::Ada => ("ada", Text::PracticeAda, Text::PracticeAdaHint),
            Self::Grace => ("grace", Text::PracticeGrace, Text::PracticeGraceHint),
            Self::Charles => ("charles", Text::PracticeCharles, Text::PracticeCharlesHint),
            Self::Emmy => ("emmy", Text::PracticeEmmy, Text::PracticeEmmyHint),
            Self::Address => ("address", Text::PracticeAddress, Text::PracticeAddressHint),
            Self::Deny => ("deny", Text::PracticeDeny, Text::PracticeDenyHint),
            Self::Slow => ("slow", Text::PracticeSlow, Text::PracticeSlowHint),
            Self::Error => ("error", Text::PracticeError, Text::PracticeErrorHint),
            Self::State => ("state", Text::PracticeState, Text::PracticeStateHint),
            Self::Nonce => ("nonce", Text::PracticeNonce, Text::PracticeNonceHint),
            Self::Audience => (
                "audience",
                Text::PracticeAudience,
                Text::PracticeAudienceHint,
            ),
            Self::Expired => ("expired", Text::PracticeExpired, Text::PracticeExpiredHint),
            Self::Rotate => ("rotate", Text::PracticeRotate, Text::PracticeRotateHint),
        }
    }
}
