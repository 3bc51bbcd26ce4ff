//! `[sessions]`: how long people stay signed in.

use std::time::Duration;

use domain::sessions::{Lifetime, Lifetimes};

use super::{Key, loading::Values};

const IDLE: Key = Key::whole(
    "sessions.idle_hours",
    2,
    1..=8760,
    "Without \"Stay signed in\", a session ends when it isn't used for this many hours.",
);
const ABSOLUTE: Key = Key::whole(
    "sessions.absolute_hours",
    12,
    1..=8760,
    "Without \"Stay signed in\", a session ends this many hours after sign-in, used or not.",
);
const PERSISTENT_IDLE: Key = Key::whole(
    "sessions.persistent_idle_hours",
    168,
    1..=8760,
    "With \"Stay signed in\", a session ends when it isn't used for this many hours.",
);
const PERSISTENT_ABSOLUTE: Key = Key::whole(
    "sessions.persistent_absolute_hours",
    720,
    1..=8760,
    "With \"Stay signed in\", a session ends this many hours after sign-in, used or not.",
);

pub(super) static KEYS: [Key; 4] = [IDLE, ABSOLUTE, PERSISTENT_IDLE, PERSISTENT_ABSOLUTE];

/// How long people stay signed in.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// With "Stay signed in" and without.
    pub lifetimes: Lifetimes,
}

impl Sessions {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let short = read_lifetime(values, &IDLE, &ABSOLUTE);
        let persistent = read_lifetime(values, &PERSISTENT_IDLE, &PERSISTENT_ABSOLUTE);
        Some(Self {
            lifetimes: Lifetimes {
                persistent: persistent?,
                short: short?,
            },
        })
    }

    /// With "Stay signed in" and without.
    pub const fn lifetimes(&self) -> Lifetimes {
        self.lifetimes
    }
}

fn read_lifetime(values: &mut Values, idle: &Key, absolute: &Key) -> Option<Lifetime> {
    let idle_hours: Option<u64> = values.whole(idle);
    let absolute_hours: Option<u64> = values.whole(absolute);
    let (idle_hours, absolute_hours) = (idle_hours?, absolute_hours?);
    if idle_hours > absolute_hours {
        let limit = format!("{} = {absolute_hours}", absolute.name());
        return values.refuse(
            idle,
            format!("found {idle_hours}, which is more than {limit}"),
        );
    }
    Some(Lifetime {
        idle: Duration::from_hours(idle_hours),
        absolute: Duration::from_hours(absolute_hours),
    })
}
