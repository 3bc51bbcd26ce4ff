//! Where a person may be sent after a form: a path of this site, and nothing else.

use url::Url;

/// Longest `next` that is accepted, in bytes: an authorization request has to fit.
const LIMIT: usize = 6000;

/// Stands in for paths at which nobody can arrive.
const INSTEAD: &str = "/account";
/// What takes forms, or is there in development mode only.
const DEAD_ENDS: [&str; 3] = ["/auth", "/logout", "/dev"];

/// A parsed path of this site (with query), safe to put into a `Location` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPath(String);

/// Why a path was refused: it leaves this site or isn't a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a path of this site")]
pub struct NotLocal;

impl LocalPath {
    /// Parses a path as a browser would and refuses what leads elsewhere:
    /// `//host`, `/\host`, schemes, control characters, backslashes. Dead ends of this site become
    /// `/account`: nobody is deceived by that.
    ///
    /// # Errors
    /// [`NotLocal`] when it isn't a path of this site.
    pub fn parse(text: &str) -> Result<Self, NotLocal> {
        let suspicious = |c: char| c.is_control() || c == '\\' || c.is_whitespace();
        if text.len() > LIMIT || !text.starts_with('/') || text.chars().any(suspicious) {
            return Err(NotLocal);
        }
        // The invalid TLD (RFC 2606) can't be named by the text unless it sets out to leave.
        let base = Url::parse("https://here.invalid/").map_err(|_| NotLocal)?;
        let joined = base.join(text).map_err(|_| NotLocal)?;
        if joined.origin() != base.origin() || text.contains("here.invalid") {
            return Err(NotLocal);
        }
        let mut path = joined.path().to_owned();
        // `/.//evil` normalises to `//evil`, which a browser would take for a host.
        if path.starts_with("//") {
            return Err(NotLocal);
        }
        let below = |end: &str| {
            let rest = path.strip_prefix(end);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if DEAD_ENDS.into_iter().any(below) {
            return Ok(Self(INSTEAD.to_owned()));
        }
        if let Some(query) = joined.query() {
            path.push('?');
            path.push_str(query);
        }
        Ok(Self(path))
    }

    /// The path with its query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_site_pass() {
        for path in ["/", "/account", "/account/sessions?a=b&c=%2F", "/x//y"] {
            assert_eq!(LocalPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for path in [
            "",
            "account",
            "//evil",
            "///evil",
            "/\\evil",
            "\\\\evil",
            "/.//evil",
            "/%0d/..//evil",
            "javascript:alert(1)",
            "https://evil",
            "/\t/evil",
            "/\n/evil",
            "/a\r\nSet-Cookie: x",
            " /account",
            "https:/evil",
            "//here.invalid/x",
        ] {
            assert_eq!(LocalPath::parse(path), Err(NotLocal), "{path:?}");
        }
        assert_eq!(
            LocalPath::parse(&format!("/{}", "a".repeat(6000))),
            Err(NotLocal)
        );
    }

    #[test]
    fn dead_ends_lead_to_the_account() {
        for path in [
            "/auth/github",
            "/auth/github/callback?code=x",
            "/x/../auth/github",
            "/auth",
            "/logout",
            "/logout?x",
            "/dev/outbox",
        ] {
            assert_eq!(LocalPath::parse(path).unwrap().as_str(), "/account");
        }
        for path in ["/author", "/logouts", "/account/auth/x"] {
            assert_eq!(LocalPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn a_fragment_is_dropped() {
        assert_eq!(LocalPath::parse("/account#x").unwrap().as_str(), "/account");
    }
}
