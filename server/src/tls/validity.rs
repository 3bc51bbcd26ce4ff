//! From when until when a certificate is valid.

use std::time::Duration;

use domain::clock::Timestamp;
use tokio_rustls::rustls::{
    CertificateError, Error, RootCertStore,
    client::verify_server_cert_signed_by_trust_anchor,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, UnixTime},
    server::ParsedCertificate,
};

const DAY: Duration = Duration::from_hours(24);
const WEEK: Duration = Duration::from_hours(7 * 24);
const MONTH: Duration = Duration::from_hours(30 * 24);
/// The year 10000, after every certificate's end: ASN.1 has four digits.
const AFTER_ALL: Duration = Duration::from_hours(24 * 2_932_897);

/// From when until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    from: Timestamp,
    until: Timestamp,
}

/// What is wrong about the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Not valid yet.
    Early,
    /// Less than 30 days are left.
    Month,
    /// Less than 7 days are left.
    Week,
    /// Over.
    Expired,
}

impl Validity {
    /// Of a certificate, by asking what is wrong with it at the two ends of time: the library says
    /// when it begins and ends before it looks at who vouches for it.
    pub(super) fn of(
        certificate: &CertificateDer<'_>,
        provider: &CryptoProvider,
    ) -> Result<Self, Error> {
        let certificate = ParsedCertificate::try_from(certificate)?;
        let judge = |at: Duration| {
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &RootCertStore::empty(),
                &[],
                UnixTime::since_unix_epoch(at),
                provider.signature_verification_algorithms.all,
            )
        };
        let until = match judge(AFTER_ALL) {
            Err(Error::InvalidCertificate(CertificateError::ExpiredContext {
                not_after, ..
            })) => timestamp(not_after),
            Err(error) => return Err(error),
            Ok(()) => return Err(CertificateError::BadEncoding.into()),
        };
        let from = match judge(Duration::ZERO) {
            Err(Error::InvalidCertificate(CertificateError::NotValidYetContext {
                not_before,
                ..
            })) => timestamp(not_before),
            _ => Timestamp::from_micros(0),
        };
        Ok(Self { from, until })
    }

    pub(super) fn trouble(&self, now: Timestamp) -> Option<Trouble> {
        let left = self.until.since(now);
        if now < self.from {
            Some(Trouble::Early)
        } else if now > self.until {
            Some(Trouble::Expired)
        } else if left < WEEK {
            Some(Trouble::Week)
        } else if left < MONTH {
            Some(Trouble::Month)
        } else {
            None
        }
    }

    /// Whole days until the end.
    pub(super) fn days_left(&self, now: Timestamp) -> u64 {
        self.until.since(now).as_secs() / DAY.as_secs()
    }
}

fn timestamp(time: UnixTime) -> Timestamp {
    Timestamp::from_micros(0).plus(Duration::from_secs(time.as_secs()))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use tokio_rustls::rustls::crypto::aws_lc_rs;

    use super::*;

    fn of(change: impl FnOnce(&mut CertificateParams)) -> Validity {
        let mut params = CertificateParams::new(vec!["id.example".to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Validity::of(certificate.der(), &aws_lc_rs::default_provider()).unwrap()
    }

    fn day(number: u64) -> Timestamp {
        Timestamp::from_micros(0).plus(DAY * u32::try_from(number).unwrap())
    }

    #[test]
    fn the_two_ends_are_those_in_the_certificate() {
        let validity = of(|params| {
            params.not_before = date_time_ymd(2026, 1, 1);
            params.not_after = date_time_ymd(2026, 4, 1);
        });
        assert_eq!((validity.from, validity.until), (day(20_454), day(20_544)));
        let validity = of(|params| {
            params.not_before = date_time_ymd(1970, 1, 1);
            params.not_after = date_time_ymd(9999, 12, 31);
        });
        assert_eq!(validity.from, day(0));
        assert_eq!(validity.trouble(day(100_000)), None);
    }

    #[test]
    fn a_certificate_is_told_of_thirty_and_seven_days_before_its_end() {
        let validity = Validity {
            from: day(10),
            until: day(100),
        };
        for (now, trouble, left) in [
            (day(9), Some(Trouble::Early), 91),
            (day(10), None, 90),
            (day(70), None, 30),
            (day(71), Some(Trouble::Month), 29),
            (day(93), Some(Trouble::Month), 7),
            (day(94), Some(Trouble::Week), 6),
            (day(100), Some(Trouble::Week), 0),
            (day(101), Some(Trouble::Expired), 0),
        ] {
            assert_eq!(
                (validity.trouble(now), validity.days_left(now)),
                (trouble, left)
            );
        }
    }
}
