//! E-mail addresses: what mail is sent to, and the key by which they are told apart.

use unicode_normalization::UnicodeNormalization;

/// Longest address in bytes (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const LIMIT: usize = 254;

/// An address as it was typed (trimmed, NFC), with the key under which it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    address: String,
    key: LookupKey,
}

/// An address with case, Unicode form and the domain's spelling folded away.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LookupKey(String);

impl LookupKey {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why an address was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProblem {
    /// Nothing, or only spaces.
    Missing,
    /// More than 254 bytes.
    TooLong,
    /// Not an address that mail could be sent to.
    NotAnAddress,
    /// At a domain whose people may not sign up here. [`EmailAddress::parse`] never says so.
    OtherDomain,
}

impl EmailAddress {
    /// Parses what was typed: a dot-atom local part (RFC 5321, RFC 6531) at a domain of at least
    /// two labels. Quoted local parts, comments and address literals are refused.
    ///
    /// # Errors
    /// [`EmailProblem`] for the message beside the field.
    pub fn parse(typed: &str) -> Result<Self, EmailProblem> {
        let address: String = typed.trim().nfc().collect();
        if address.is_empty() {
            return Err(EmailProblem::Missing);
        }
        if address.len() > LIMIT {
            return Err(EmailProblem::TooLong);
        }
        let options = email_address::Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        let parsed = email_address::EmailAddress::parse_with_options(&address, options)
            .map_err(|_| EmailProblem::NotAnAddress)?;
        let local = parsed.local_part();
        let unprintable = |c: char| c.is_control() || c.is_whitespace();
        if local.starts_with('"') || address.chars().any(unprintable) {
            return Err(EmailProblem::NotAnAddress);
        }
        let domain = idna::domain_to_ascii_strict(parsed.domain())
            .map_err(|_| EmailProblem::NotAnAddress)?;
        // An IPv4 address is no domain (RFC 3696 section 2).
        let last = domain.rsplit('.').next().unwrap_or_default();
        if last.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(EmailProblem::NotAnAddress);
        }
        // Not NFKC: addresses that differ in compatibility forms are different mailboxes.
        let folded = fold(&fold(local));
        if folded.is_empty() || folded.contains(['@', ' ']) {
            return Err(EmailProblem::NotAnAddress);
        }
        Ok(Self {
            key: LookupKey(format!("{folded}@{domain}")),
            address,
        })
    }

    /// The address that mail goes to.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// Its domain as in the lookup key: ASCII, in lower case.
    pub fn domain(&self) -> &str {
        self.key.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether this is what was written, letter by letter, case aside in its domain. Of an address
    /// that reading changed nobody knows that its mailbox is the same.
    pub fn is_as_written(&self, written: &str) -> bool {
        let domain = written.rsplit_once('@').map_or("", |(_, domain)| domain);
        let domain = domain.to_lowercase();
        let known = self.domain();
        self.address == written && (domain == known || domain == idna::domain_to_unicode(known).0)
    }

    /// The key under which it is found.
    pub const fn lookup_key(&self) -> &LookupKey {
        &self.key
    }
}

fn fold(local: &str) -> String {
    local.nfc().flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_does_not_end_in_a_number() {
        for no_domain in ["x@1.2.3.4", "x@example.123", "x@\u{ff11}.2.3.4"] {
            assert_eq!(
                EmailAddress::parse(no_domain),
                Err(EmailProblem::NotAnAddress),
                "{no_domain}"
            );
        }
        assert!(EmailAddress::parse("x@3com.4you").is_ok());
    }

    #[test]
    fn what_reading_changed_is_not_as_written() {
        let same = |written: &str| EmailAddress::parse(written).unwrap().is_as_written(written);
        for written in [
            "ada@example.org",
            "Ada@Example.ORG",
            "\u{e9}mile@b\u{fc}cher.example",
            "a@xn--bcher-kva.example",
        ] {
            assert!(same(written), "{written}");
        }
        // The Kelvin sign, a full-width letter, an accent on its own, white space around it.
        for written in [
            "vi\u{212a}@example.org",
            "bob@bri\u{212a}.org",
            "bob@\u{ff45}xample.org",
            "e\u{301}mile@example.org",
            " ada@example.org",
        ] {
            assert!(!same(written), "{written}");
        }
    }

    fn key(typed: &str) -> String {
        EmailAddress::parse(typed)
            .unwrap()
            .lookup_key()
            .as_str()
            .to_owned()
    }

    #[test]
    fn case_and_unicode_form_are_one_address() {
        assert_eq!(key("Ada@Example.COM"), key("ada@example.com"));
        assert_eq!(key("zoe\u{308}@example.com"), key("ZO\u{cb}@example.com"));
        assert_ne!(key("ａｄａ@example.com"), key("ada@example.com"));
        assert_eq!(key("ada@bücher.example"), key("ada@xn--bcher-kva.example"));
        assert_eq!(key(" ada@example.com "), "ada@example.com");
    }

    #[test]
    fn the_typed_address_is_kept_for_mail() {
        assert_eq!(
            EmailAddress::parse("Ada@Example.com").unwrap().as_str(),
            "Ada@Example.com"
        );
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        assert_eq!(EmailAddress::parse(" "), Err(EmailProblem::Missing));
        let long = format!("{}@example.com", "a".repeat(300));
        assert_eq!(EmailAddress::parse(&long), Err(EmailProblem::TooLong));
        for typed in [
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "\"a b\"@example.com",
            "ada@[127.0.0.1]",
            "Ada <ada@example.com>",
            "ada@example.com\r\nBcc: x@y.example",
            "ada@exa mple.com",
            "ada@@example.com",
            "ada@example..com",
            "ada\0@example.com",
            "ada@-example.com",
        ] {
            assert_eq!(
                EmailAddress::parse(typed),
                Err(EmailProblem::NotAnAddress),
                "{typed:?}"
            );
        }
    }
}
