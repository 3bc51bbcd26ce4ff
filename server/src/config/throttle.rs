//! `[throttle]`: how often passwords may be guessed, and accounts asked for.

use std::time::Duration;

use domain::throttle::ThrottleRules;

use super::{Key, loading::Values};

const FREE: Key = Key::whole(
    "throttle.free_failures",
    5,
    1..=100,
    "Wrong passwords for an account, or from a browser known to it, that cost no wait.",
);
const FIRST: Key = Key::whole(
    "throttle.first_wait_seconds",
    1,
    1..=3600,
    "The wait after the first wrong password that isn't free; it doubles with each further one.",
);
const LONGEST: Key = Key::whole(
    "throttle.longest_wait_seconds",
    900,
    1..=86_400,
    "The longest wait between two passwords for an account.",
);
const KNOWN_FROM: Key = Key::whole(
    "throttle.known_browsers_only_from",
    100,
    10..=10_000,
    "From so many wrong passwords on, a password alone works only from a browser known to the \
     account, until a reset mail is used.",
);
const KNOWN_FAILURES: Key = Key::whole(
    "throttle.known_browser_failures",
    10,
    1..=1000,
    "Wrong passwords that such a browser has then.",
);
const ADDRESS_FAILURES: Key = Key::whole(
    "throttle.address_failures",
    60,
    10..=100_000,
    "Wrong passwords from one address (IPv6: one /64) within the window below.",
);
const ADDRESS_WINDOW: Key = Key::whole(
    "throttle.address_minutes",
    10,
    1..=1440,
    "The window in minutes in which they are counted.",
);

const SIGNUPS: Key = Key::whole(
    "throttle.signups_per_address",
    20,
    1..=100_000,
    "Sign-ups that are accepted from one address (IPv6: one /64) within an hour.",
);

const RECOVERIES: Key = Key::whole(
    "throttle.recoveries_per_address",
    60,
    1..=100_000,
    "Links that set a new password, asked for from one address (IPv6: one /64) within an hour.",
);

const STARTS: Key = Key::whole(
    "throttle.provider_starts_per_address",
    300,
    1..=100_000,
    "Sign-ins at providers that are begun from one address (IPv6: one /64) within an hour.",
);

pub(super) static KEYS: [Key; 10] = [
    FREE,
    FIRST,
    LONGEST,
    KNOWN_FROM,
    KNOWN_FAILURES,
    ADDRESS_FAILURES,
    ADDRESS_WINDOW,
    SIGNUPS,
    RECOVERIES,
    STARTS,
];

/// How often passwords may be guessed, and accounts asked for.
#[derive(Clone, Debug)]
pub struct Throttle {
    /// The numbers for passwords.
    pub rules: ThrottleRules,
    /// Sign-ups that are accepted from one network within an hour.
    pub signups_per_address: i64,
    /// Recoveries that are taken from one network within an hour.
    pub recoveries_per_address: i64,
    /// People that one network sends to providers within an hour.
    pub provider_starts_per_address: i64,
}

impl Throttle {
    pub(super) fn read(values: &mut Values) -> Option<Self> {
        let free_failures: Option<i64> = values.whole(&FREE);
        let first_wait: Option<u64> = values.whole(&FIRST);
        let longest_wait: Option<u64> = values.whole(&LONGEST);
        let known_from: Option<i64> = values.whole(&KNOWN_FROM);
        let known_failures: Option<i64> = values.whole(&KNOWN_FAILURES);
        let address_failures: Option<i64> = values.whole(&ADDRESS_FAILURES);
        let window: Option<u64> = values.whole(&ADDRESS_WINDOW);
        let signups: Option<i64> = values.whole(&SIGNUPS);
        let recoveries: Option<i64> = values.whole(&RECOVERIES);
        let starts: Option<i64> = values.whole(&STARTS);
        let (first_wait, longest_wait) = (first_wait?, longest_wait?);
        if first_wait > longest_wait {
            let limit = format!("{} = {longest_wait}", LONGEST.name());
            return values.refuse(
                &FIRST,
                format!("found {first_wait}, which is more than {limit}"),
            );
        }
        let (free_failures, known_browsers_only_from) = (free_failures?, known_from?);
        if free_failures >= known_browsers_only_from {
            let limit = format!("{} = {known_browsers_only_from}", KNOWN_FROM.name());
            return values.refuse(
                &FREE,
                format!("found {free_failures}, which isn't less than {limit}"),
            );
        }
        Some(Self {
            rules: ThrottleRules {
                free_failures,
                first_wait: Duration::from_secs(first_wait),
                longest_wait: Duration::from_secs(longest_wait),
                known_browsers_only_from,
                known_browser_failures: known_failures?,
                address_failures: address_failures?,
                address_window: Duration::from_mins(window?),
            },
            signups_per_address: signups?,
            recoveries_per_address: recoveries?,
            provider_starts_per_address: starts?,
        })
    }
}
