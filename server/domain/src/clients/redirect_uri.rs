//! Where browsers may be sent with a code (RFC 6749 section 3.1.2, RFC 8252, RFC 9700 section 2.1).

use url::{Host, Url};

/// Longest redirect URI, in bytes.
const LONGEST: usize = 1000;

/// What answers say: an address that says it already would say it twice.
const ANSWERS: [&str; 5] = ["code", "state", "iss", "error", "error_description"];

/// Why a redirect URI was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectUriProblem {
    /// It isn't an absolute URI, or too long a one, or has a character that browsers would change.
    Malformed,
    /// It has a fragment (RFC 6749 section 3.1.2).
    Fragment,
    /// It holds a user name or password.
    UserInfo,
    /// A star stands for nothing here: it would have to be one address.
    Wildcard,
    /// Plain http, and not this machine itself: whoever is on the way would read the code.
    NotHttps,
    /// Its scheme isn't https, and not the reversed name of a domain (RFC 8252 section 7.1).
    Scheme,
}

/// Whether browsers may be sent there at all.
pub(super) fn check(uri: &str) -> Result<(), RedirectUriProblem> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    if uri.is_empty() || uri.len() > LONGEST || !uri.bytes().all(plain) {
        return Err(RedirectUriProblem::Malformed);
    }
    if uri.contains('#') {
        return Err(RedirectUriProblem::Fragment);
    }
    let parsed = Url::parse(uri).map_err(|_| RedirectUriProblem::Malformed)?;
    let mut given = parsed.query_pairs();
    if !is_percent_encoded(uri) || given.any(|(name, _)| ANSWERS.contains(&name.as_ref())) {
        return Err(RedirectUriProblem::Malformed);
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(RedirectUriProblem::UserInfo);
    }
    // As it is compared, so browsers have to read it: not `HTTPS:example.com`.
    let authority = uri.split_once("://").map(|(_, rest)| rest);
    let web = matches!(parsed.scheme(), "https" | "http");
    let names_host = authority.is_some_and(|rest| !rest.starts_with(['/', '?']));
    if web && !(names_host && uri.starts_with(parsed.scheme())) {
        return Err(RedirectUriProblem::Malformed);
    }
    let host = authority.and_then(|rest| rest.split(['/', '?']).next());
    if host.unwrap_or_default().contains('*') {
        return Err(RedirectUriProblem::Wildcard);
    }
    if host.unwrap_or_default().contains('@') {
        return Err(RedirectUriProblem::UserInfo);
    }
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if is_this_machine(&parsed) => Ok(()),
        "http" => Err(RedirectUriProblem::NotHttps),
        scheme if scheme.contains('.') => Ok(()),
        _ => Err(RedirectUriProblem::Scheme),
    }
}

/// Whether every `%` begins two hexadecimal digits (RFC 3986 section 2.1).
fn is_percent_encoded(uri: &str) -> bool {
    uri.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

fn is_this_machine(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a client registered this address: letter for letter, save for the port of a loopback
/// address, which programs on a desk can't know beforehand (RFC 8252 section 7.3).
pub(crate) fn is_registered(registered: &[String], asked: &str) -> bool {
    registered.iter().any(|known| {
        known == asked
            || without_port(known).is_some_and(|known| without_port(asked) == Some(known))
    })
}

/// A loopback address and what follows its port.
fn without_port(uri: &str) -> Option<(&'static str, &str)> {
    let (host, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| Some((host, uri.strip_prefix(host)?)))?;
    let Some(port) = rest.strip_prefix(':') else {
        let ends = rest.is_empty() || rest.starts_with(['/', '?']);
        return ends.then_some((host, rest));
    };
    let end = port.find(['/', '?']).unwrap_or(port.len());
    let (port, rest) = port.split_at_checked(end)?;
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    (digits && port.parse::<u16>().is_ok()).then_some((host, rest))
}

/// The host of an address.
pub(super) fn host_of(uri: &str) -> Option<String> {
    Some(Url::parse(uri).ok()?.host_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_browsers_may_be_sent() {
        for uri in [
            "https://app.example/callback",
            "https://app.example:8443/callback?tenant=a",
            "http://localhost:3000/callback",
            "http://127.0.0.1/callback",
            "http://[::1]:7000/",
            "com.example.app:/callback",
            "com.example.app://callback",
        ] {
            assert_eq!(check(uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn where_browsers_are_never_sent() {
        use RedirectUriProblem as P;
        for (uri, problem) in [
            ("", P::Malformed),
            ("/callback", P::Malformed),
            ("https:/app.example/", P::Malformed),
            ("https:app.example", P::Malformed),
            ("HTTPS://app.example/", P::Malformed),
            ("https:///app.example", P::Malformed),
            ("https://app.example/a b", P::Malformed),
            ("https://app.example\\@evil.example/", P::Malformed),
            ("https://app.example/\u{e9}", P::Malformed),
            ("https://app.example/%zz", P::Malformed),
            ("https://app.example/?a=%", P::Malformed),
            ("https://app.example/?code=1", P::Malformed),
            ("https://app.example/?a&%73tate", P::Malformed),
            ("https://app.example/#", P::Fragment),
            ("https://app.example/cb#x", P::Fragment),
            ("https://me@app.example/", P::UserInfo),
            ("https://me:pw@app.example/", P::UserInfo),
            ("https://@app.example/", P::UserInfo),
            ("https://*.example/", P::Wildcard),
            ("http://app.example/", P::NotHttps),
            ("http://127.0.0.1.example/", P::NotHttps),
            ("javascript:alert(1)", P::Scheme),
            ("data:text/html,x", P::Scheme),
            ("myapp://callback", P::Scheme),
        ] {
            assert_eq!(check(uri), Err(problem), "{uri}");
        }
        let long = format!("https://app.example/{}", "a".repeat(1000));
        assert_eq!(check(&long), Err(P::Malformed));
    }

    #[test]
    fn redirect_uris_are_compared_letter_for_letter() {
        let known = ["https://app.example/callback".to_owned()];
        assert!(is_registered(&known, "https://app.example/callback"));
        for asked in [
            "https://app.example/callback/",
            "https://app.example/Callback",
            "https://APP.example/callback",
            "https://app.example:443/callback",
            "https://app.example/callback?",
            "https://app.example/callback?x=1",
            "https://app.example/%63allback",
            "https://me@app.example/callback",
            "http://app.example/callback",
            "https://app.example.evil.example/callback",
            "https://app.example/callback/../other",
            "",
        ] {
            assert!(!is_registered(&known, asked), "{asked}");
        }
    }

    #[test]
    fn the_port_of_a_loopback_address_is_free() {
        let known = [
            "http://127.0.0.1/callback".to_owned(),
            "http://[::1]:1/callback".to_owned(),
            "http://localhost:3000/callback".to_owned(),
        ];
        for asked in [
            "http://127.0.0.1:51004/callback",
            "http://127.0.0.1/callback",
            "http://[::1]:9/callback",
            "http://localhost:3000/callback",
        ] {
            assert!(is_registered(&known, asked), "{asked}");
        }
        for asked in [
            "http://127.0.0.1:51004/callback/",
            "http://127.0.0.1:51004@evil.example/callback",
            "http://127.0.0.1:/callback",
            "http://127.0.0.1:99999/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://localhost:3001/callback",
            "https://127.0.0.1/callback",
        ] {
            assert!(!is_registered(&known, asked), "{asked}");
        }
    }
}
