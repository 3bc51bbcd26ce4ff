//! Who may sign up: by policy, by the domain of their address, and how often from one network.

use super::EmailAddress;

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUpPolicy {
    /// Everybody.
    Open,
    /// Whoever was invited.
    Invite,
    /// Nobody; accounts are made from the command line, or by invitation.
    Closed,
}

impl SignUpPolicy {
    /// The word for it in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invite => "invite",
            Self::Closed => "closed",
        }
    }
}

/// The rules of signing up. An invitation stands above all of them.
#[derive(Clone, Debug)]
pub struct SignUpRules {
    /// Who may.
    pub policy: SignUpPolicy,
    /// With addresses at which domains; at all when there are none.
    pub domains: Vec<AllowedDomain>,
    /// How many sign-ups are accepted from one network within an hour.
    pub per_network: i64,
}

impl SignUpRules {
    /// Whether an address is at a domain whose people may have an account without being invited.
    pub fn allows(&self, email: &EmailAddress) -> bool {
        let covers = |domain: &AllowedDomain| domain.covers(email);
        self.domains.is_empty() || self.domains.iter().any(covers)
    }
}

/// A domain, or with `*.` before it every domain below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedDomain {
    /// As in lookup keys.
    ascii: String,
    below: bool,
}

impl AllowedDomain {
    /// Parses `example.com`, which doesn't cover `sub.example.com`, or `*.example.com`, which
    /// doesn't cover `example.com`. `None` unless there can be addresses at it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (domain, below) = match text.strip_prefix("*.") {
            Some(domain) => (domain, true),
            None => (text, false),
        };
        // Whatever folds the domain of an address away folds this one alike.
        let address = EmailAddress::parse(&format!("a@{domain}")).ok()?;
        Some(Self {
            ascii: address.domain().to_owned(),
            below,
        })
    }

    fn covers(&self, email: &EmailAddress) -> bool {
        let Some(before) = email.domain().strip_suffix(&*self.ascii) else {
            return false;
        };
        if self.below {
            before.len() > 1 && before.ends_with('.')
        } else {
            before.is_empty()
        }
    }
}

impl std::fmt::Display for AllowedDomain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.below {
            f.write_str("*.")?;
        }
        f.write_str(&idna::domain_to_unicode(&self.ascii).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(domains: &[&str], email: &str) -> bool {
        let rules = SignUpRules {
            policy: SignUpPolicy::Open,
            domains: domains
                .iter()
                .map(|domain| AllowedDomain::parse(domain).unwrap())
                .collect(),
            per_network: 20,
        };
        rules.allows(&EmailAddress::parse(email).unwrap())
    }

    #[test]
    fn without_a_list_every_domain_is_allowed() {
        assert!(allowed(&[], "ada@example.com"));
    }

    #[test]
    fn a_domain_covers_itself_in_every_spelling_and_nothing_else() {
        for email in ["ada@example.com", "ADA@Example.COM", "a.b+c@example.com"] {
            assert!(allowed(&["Example.com"], email), "{email}");
        }
        for email in [
            "ada@sub.example.com",
            "ada@notexample.com",
            "ada@example.com.evil.example",
            "example.com@evil.example",
            "ada@example.co",
        ] {
            assert!(!allowed(&["example.com"], email), "{email}");
        }
        assert!(allowed(&["b\u{fc}cher.example"], "a@xn--bcher-kva.example"));
        assert!(allowed(
            &["XN--bcher-KVA.example"],
            "a@BU\u{308}CHER.example"
        ));
        assert!(allowed(&["one.example", "two.example"], "a@two.example"));
    }

    #[test]
    fn a_star_covers_what_is_below_a_domain_and_not_itself() {
        for email in ["a@sub.example.com", "a@x.y.EXAMPLE.com"] {
            assert!(allowed(&["*.example.com"], email), "{email}");
        }
        for email in ["a@example.com", "a@subexample.com", "a@sub.example.org"] {
            assert!(!allowed(&["*.example.com"], email), "{email}");
        }
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        for text in [
            "",
            " ",
            "*",
            "*.",
            "localhost",
            "a@example.com",
            "*.*.example.com",
            "exa mple.com",
            "example..com",
            ".example.com",
            "https://example.com",
        ] {
            assert_eq!(AllowedDomain::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_domain_is_shown_as_people_write_it() {
        for (text, shown) in [
            (" Example.COM ", "example.com"),
            ("*.xn--bcher-kva.example", "*.b\u{fc}cher.example"),
        ] {
            assert_eq!(AllowedDomain::parse(text).unwrap().to_string(), shown);
        }
    }
}
