//! The token that came with a request.

use axum::http::{HeaderMap, header::AUTHORIZATION};

/// What the `Authorization` headers hold (RFC 6750 §2.1). No other place is looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent<'a> {
    /// No token: no header, or one of another scheme.
    Nothing,
    /// Something that claims to be one.
    Token(&'a str),
    /// More than one header. Who stands in between might judge another one than we do.
    TooMuch,
}

impl<'a> Sent<'a> {
    pub(super) fn of(headers: &'a HeaderMap) -> Self {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        let (line, more) = (lines.next(), lines.next());
        if more.is_some() {
            return Self::TooMuch;
        }
        let Some(line) = line else {
            return Self::Nothing;
        };
        let (scheme, token) = match line.as_bytes().split_at_checked(6) {
            Some((scheme, rest)) if rest.first().is_none_or(|next| *next == b' ') => (scheme, rest),
            _ => return Self::Nothing,
        };
        // RFC 9110 §11.1: schemes compare case-insensitively.
        if !scheme.eq_ignore_ascii_case(b"bearer") {
            return Self::Nothing;
        }
        // What isn't text can't be a token; an empty one is refused like any other.
        Self::Token(str::from_utf8(token).unwrap_or_default().trim_matches(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = axum::http::HeaderValue::from_bytes(line).expect("a header");
            headers.append(AUTHORIZATION, value);
        }
        headers
    }

    #[test]
    fn only_one_bearer_token_is_a_token() {
        for (lines, expected) in [
            (&[][..], Sent::Nothing),
            (&[&b"Basic YTpi"[..]], Sent::Nothing),
            (&[b"DPoP a.b.c"], Sent::Nothing),
            (&[b""], Sent::Nothing),
            (&[b"Bearers a.b.c"], Sent::Nothing),
            (&[b"a.b.c"], Sent::Nothing),
            (&[b"Bearer a.b.c"], Sent::Token("a.b.c")),
            (&[b"bEARER   a.b.c "], Sent::Token("a.b.c")),
            (&[b"Bearer"], Sent::Token("")),
            (&[b"Bearer \xff"], Sent::Token("")),
            (&[b"Bearer a, Bearer b"], Sent::Token("a, Bearer b")),
            (&[b"Bearer a", b"Bearer a"], Sent::TooMuch),
            (&[b"Basic YTpi", b"Bearer a"], Sent::TooMuch),
        ] {
            assert_eq!(Sent::of(&headers(lines)), expected, "{lines:?}");
        }
    }
}
