//! Password hashing: right, and neither slow nor cheap.

use std::{
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use domain::{
    credentials::{EngineChoice, HashingPool, HashingPoolConfig},
    random::{Random, random_bytes},
};

use super::report::Report;
use crate::config::Config;

const NAME: &str = "password hashing";
const SAMPLE: &[u8] = b"correct horse battery staple";
/// Longer, and a person waits for their own sign-in.
const SLOW: Duration = Duration::from_secs(1);
/// Shorter, and whoever steals the hashes guesses quickly.
const CHEAP: Duration = Duration::from_millis(5);

/// Tests the engines, and makes and checks one hash at full cost.
pub(super) async fn check(report: &mut Report, config: &Config, random: &dyn Random) {
    let pool = HashingPool::start(&HashingPoolConfig {
        threads: Some(NonZeroUsize::MIN),
        ..config.hashing_pool()
    });
    let pool = match pool {
        Ok(pool) => pool,
        Err(error) => {
            return report.problem(NAME, error.to_string(), "set passwords.engine to argon2");
        }
    };
    let begun = Instant::now();
    let made = pool
        .hash(SAMPLE.to_vec().into(), random_bytes(random))
        .await;
    let taken = begun.elapsed();
    let verified = match made {
        Ok(hash) => pool.verify(SAMPLE.to_vec().into(), hash).await,
        Err(error) => Err(error),
    };
    let engine = pool.verifying_engine();
    match verified {
        Ok(verified) if verified.matches => judge(report, config, engine, taken),
        Ok(_) => report.problem(
            NAME,
            format!("{engine} doesn't know a hash again that was just made"),
            "set passwords.engine to argon2",
        ),
        Err(error) => report.problem(
            NAME,
            format!(
                "{error}; {} KiB may be more than there is",
                config.passwords.params.memory_kib
            ),
            "lower passwords.memory_kib and raise passwords.iterations",
        ),
    }
}

fn judge(report: &mut Report, config: &Config, engine: &str, taken: Duration) {
    let found = format!("a hash takes {} ms, {engine} verifies", taken.as_millis());
    let meant = config.passwords.engine;
    if taken > SLOW {
        report.warning(
            NAME,
            found,
            "lower passwords.memory_kib or passwords.iterations",
        );
    } else if taken < CHEAP {
        report.warning(
            NAME,
            found,
            "raise passwords.memory_kib or passwords.iterations",
        );
    } else if meant == EngineChoice::Auto && engine == EngineChoice::Reference.as_str() {
        report.warning(
            NAME,
            format!("{found}: the fast engine fails its self-test on this machine"),
            "set passwords.engine to argon2 to say that this is fine",
        );
    } else {
        report.ok(NAME, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    #[test]
    fn what_is_slow_cheap_or_second_choice_is_told() {
        let config = Config::load(Sources::default()).unwrap();
        for (engine, millis, complaint) in [
            ("argon2-rust", 4, true),
            ("argon2-rust", 5, false),
            ("argon2-rust", 1000, false),
            ("argon2-rust", 1001, true),
            ("argon2", 20, true),
        ] {
            let mut report = Report::default();
            judge(&mut report, &config, engine, Duration::from_millis(millis));
            assert_eq!(report.has_complaint(NAME), complaint, "{engine} {millis}");
        }
    }
}
