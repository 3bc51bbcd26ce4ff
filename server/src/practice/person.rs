//! The people who live at the practice providers. Both know the same ones.

use aws_lc_rs::digest::{SHA256, digest};

use super::act::Act;

/// Somebody, as the providers know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// GitHub's `id`; never changes.
    pub(super) number: u64,
    /// GitHub's `login`.
    pub(super) login: &'static str,
    pub(super) given_name: &'static str,
    pub(super) family_name: &'static str,
    /// `None`: kept private.
    pub(super) email: Option<Email>,
}

/// An address at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Email {
    pub(super) address: String,
    pub(super) verified: bool,
}

impl Person {
    /// Who comes back after an act. `address` is what was typed for [`Act::Address`]: each address is
    /// a person of its own.
    pub(super) fn of(act: Act, address: Option<&str>) -> Self {
        let own = |number, login, given_name, family_name, verified| Self {
            number,
            login,
            given_name,
            family_name,
            email: Some(Email {
                address: format!("{login}@practice.example"),
                verified,
            }),
        };
        match act {
            Act::Grace => own(1_906, "grace-hopper", "Grace", "Hopper", true),
            Act::Charles => own(1_791, "charles-babbage", "Charles", "Babbage", false),
            Act::Emmy => Self {
                email: None,
                ..own(1_882, "emmy-noether", "Emmy", "Noether", true)
            },
            Act::Address => {
                let address = address.unwrap_or_default();
                Self {
                    number: number_of(address),
                    email: Some(Email {
                        address: address.to_owned(),
                        verified: true,
                    }),
                    ..own(0, "somebody", "Somebody", "Else", true)
                }
            }
            _ => own(1_815, "ada-lovelace", "Ada", "Lovelace", true),
        }
    }

    /// Both names.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// Google's `sub`: 21 digits.
    pub(super) fn subject(&self) -> String {
        format!("1{:020}", self.number)
    }
}

/// The same for the same address, above those of the people with names, and a whole number in
/// JavaScript too.
fn number_of(address: &str) -> u64 {
    let hash = digest(&SHA256, address.to_lowercase().as_bytes());
    let first = hash.as_ref().iter().take(6);
    1_000_000 + first.fold(0, |number, byte| number * 256 + u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_somebody_else_and_stays_the_same() {
        let mut numbers: Vec<u64> = Act::PEOPLE
            .map(|act| Person::of(act, None).number)
            .into_iter()
            .chain(["a@example.com", "b@example.com"].map(number_of))
            .collect();
        assert_eq!(number_of("a@example.com"), number_of("A@example.com"));
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 6);
        assert!(numbers.iter().all(|number| *number < 1 << 53));
        assert_eq!(Person::of(Act::Ada, None).subject().len(), 21);
        assert_eq!(Person::of(Act::Rotate, None), Person::of(Act::Ada, None));
    }
}
