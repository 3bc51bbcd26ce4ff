//! Which of our languages a browser asks for (RFC 9110 section 12.5.4).
//!
//! Never an error: what isn't well-formed is passed over, and so is what comes after a bounded part
//! of the header.

use domain::language::Language;
use http::{HeaderMap, header::ACCEPT_LANGUAGE};

/// How much of the header is looked at, in bytes.
const BYTES: usize = 1000;
/// How many of its ranges.
const RANGES: usize = 20;

/// The best of what is asked for; `None` when nothing of it is ours.
pub(super) fn accepted(headers: &HeaderMap) -> Option<Language> {
    let mut left = BYTES;
    let mut ranges = Vec::new();
    for value in headers.get_all(ACCEPT_LANGUAGE) {
        let sent = value.as_bytes();
        let looked_at = &sent[..sent.len().min(left)];
        left -= looked_at.len();
        let mut parts: Vec<_> = looked_at.split(|byte| *byte == b',').collect();
        if looked_at.len() < sent.len() {
            // What is cut off in the middle says something else than it did.
            parts.pop();
        }
        ranges.extend(parts.into_iter().filter_map(Range::parse));
    }
    ranges.truncate(RANGES);
    best(ranges)
}

/// The lookup of RFC 4647 section 3.4, for languages without regions: "de-AT" finds German. A language
/// of its own weight 0 is out, whatever else is said.
fn best(mut ranges: Vec<Range>) -> Option<Language> {
    let refused: Vec<Language> = ranges
        .iter()
        .filter(|range| range.weight == 0 && !range.has_region)
        .filter_map(|range| range.language)
        .collect();
    let named: Vec<Language> = ranges.iter().filter_map(|range| range.language).collect();
    // Those of equal weight stay in their order.
    ranges.sort_by_key(|range| std::cmp::Reverse(range.weight));
    let mut wanted = ranges.iter().filter(|range| range.weight > 0);
    wanted.find_map(|range| {
        let found = if range.any {
            // "*" is what isn't named otherwise.
            let mut ours = Language::ALL.into_iter();
            ours.find(|language| !named.contains(language))
        } else {
            range.language
        };
        found.filter(|language| !refused.contains(language))
    })
}

/// One thing that is asked for.
struct Range {
    /// "*"
    any: bool,
    /// Ours, if it is one of ours.
    language: Option<Language>,
    has_region: bool,
    /// In thousandths.
    weight: u16,
}

impl Range {
    fn parse(part: &[u8]) -> Option<Self> {
        let part = std::str::from_utf8(part).ok()?;
        let (range, weight) = match part.split_once(';') {
            Some((range, weight)) => (range, weight_of(weight.trim_matches(WHITE))?),
            None => (part, 1000),
        };
        let range = range.trim_matches(WHITE);
        let mut subtags = range.split('-');
        let primary = subtags.next()?;
        let any = range == "*";
        let well_formed = is_subtag(primary, u8::is_ascii_alphabetic)
            && range
                .split('-')
                .all(|subtag| is_subtag(subtag, u8::is_ascii_alphanumeric));
        (any || well_formed).then(|| Self {
            any,
            language: Language::parse(primary),
            has_region: range.len() > primary.len(),
            weight,
        })
    }
}

/// Optional white space (RFC 9110 section 5.6.3).
const WHITE: [char; 2] = [' ', '\t'];

fn is_subtag(text: &str, of: impl Fn(&u8) -> bool) -> bool {
    (1..=8).contains(&text.len()) && text.as_bytes().iter().all(of)
}

/// The thousandths of a `q=0.5` (RFC 9110 section 12.4.2).
fn weight_of(parameter: &str) -> Option<u16> {
    let value = parameter
        .strip_prefix("q=")
        .or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const EN: Option<Language> = Some(Language::English);
    const DE: Option<Language> = Some(Language::German);

    fn asked(values: &[&[u8]]) -> Option<Language> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT_LANGUAGE, HeaderValue::from_bytes(value).unwrap());
        }
        accepted(&headers)
    }

    fn all(cases: &[(&str, Option<Language>)]) {
        for (header, language) in cases {
            assert_eq!(asked(&[header.as_bytes()]), *language, "{header:?}");
        }
    }

    #[test]
    fn the_heaviest_of_ours_wins_and_the_first_among_equals() {
        all(&[
            ("de", DE),
            ("en", EN),
            ("de,en", DE),
            ("en, de", EN),
            ("en;q=0.5, de", DE),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", EN),
            ("fr, it;q=0.9, de;q=0.001", DE),
            ("fr", None),
        ]);
        assert_eq!(asked(&[]), None);
        assert_eq!(asked(&[b"fr", b"en;q=0.2", b"de;q=0.3"]), DE);
    }

    #[test]
    fn a_region_finds_its_language_in_any_case() {
        all(&[
            ("de-AT", DE),
            ("DE-at, en", DE),
            ("De-Latn-CH-1996", DE),
            ("de-AT, en;q=0.5, de;q=0.3", DE),
            ("deu", None),
            ("den, e", None),
        ]);
    }

    #[test]
    fn what_has_no_weight_is_not_wanted() {
        all(&[
            ("de;q=0", None),
            ("de;q=0.000, en;q=0.1", EN),
            ("de-AT, de;q=0, en;q=0.1", EN),
            // Not Austrian German; any other will do.
            ("de-AT;q=0, de;q=0.5", DE),
        ]);
    }

    #[test]
    fn a_star_stands_for_what_is_not_named() {
        all(&[
            ("*", EN),
            ("fr, *;q=0.5", EN),
            ("de, *;q=0.5", DE),
            ("*, de;q=0.5", EN),
            ("en;q=0, *", DE),
            ("en;q=0.1, *;q=0.5", DE),
            ("*;q=0", None),
            ("*-DE", None),
        ]);
    }

    #[test]
    fn what_is_malformed_is_passed_over() {
        let odd = [
            "",
            ",",
            " ,\t, ",
            ";",
            "de;",
            "de;q",
            "de;q=",
            "de;q=2",
            "de;q=1.001",
            "de;q=0.1234",
            "de;q=-1",
            "de;q=nan",
            "de;q=1;x=y",
            "de;x=1",
            "de q=1",
            "d_e",
            "de-",
            "-de",
            "de--AT",
            "de-toolongtag",
            "\"de\"",
            "**",
            "de=",
            "de\t-AT",
        ];
        for odd in odd {
            assert_eq!(asked(&[odd.as_bytes()]), None, "{odd:?}");
            let among = format!("{odd}, en;q=0.1");
            assert_eq!(asked(&[among.as_bytes()]), EN, "{odd:?}");
        }
        all(&[
            ("de ;\tq=0.5 , en ; Q=0.6", EN),
            ("de;q=1.000,en;q=1.", DE),
            ("de;q=0.,en;q=0.1", EN),
        ]);
        assert_eq!(asked(&[b"\xff\xfe, de, \x80"]), DE);
    }

    #[test]
    fn only_a_bounded_part_is_looked_at() {
        let late = format!("{}, de", "x".repeat(BYTES - 4));
        assert_eq!(late.len(), BYTES);
        let spaced = |spaces: usize| format!("{}de;q=0.5", " ".repeat(spaces));
        assert_eq!(asked(&[spaced(BYTES - 8).as_bytes()]), DE);
        for cut in 1..8 {
            assert_eq!(asked(&[spaced(BYTES - 8 + cut).as_bytes()]), None, "{cut}");
        }
        assert_eq!(asked(&[late.as_bytes()]), DE);
        assert_eq!(asked(&[late.as_bytes(), b"en"]), DE);
        let ranges = |before: usize| format!("{}de", "fr,".repeat(before));
        assert_eq!(asked(&[ranges(RANGES - 1).as_bytes()]), DE);
        assert_eq!(asked(&[ranges(RANGES).as_bytes()]), None);
        assert_eq!(asked(&["de,".repeat(10_000).as_bytes()]), DE);
        assert_eq!(asked(&[&vec![b'-'; 4_000_000]]), None);
    }
}
