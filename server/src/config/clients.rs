//! `[clients]`: apps that sign people in here.

use super::{Key, loading::Values};

const BY_PEOPLE: Key = Key::flag(
    "clients.by_people",
    false,
    "Whether everybody may register apps of their own, at /account/clients. Administrators always may. \
     With --dev everybody may unless this says otherwise.",
);

pub(super) static KEYS: [Key; 1] = [BY_PEOPLE];

/// Apps that sign people in here.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Whether everybody registers them.
    pub by_people: bool,
}

impl Clients {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let by_people = values.flag(&BY_PEOPLE);
        let by_dev = values.dev() && !values.is_given(&BY_PEOPLE);
        if by_dev {
            values.resolve(&BY_PEOPLE, "true");
        }
        Some(Self {
            by_people: by_people? || by_dev,
        })
    }
}
