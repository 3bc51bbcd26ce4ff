//! What a stranger wrote, made fit to be shown.

/// The longest label or name, in characters.
const LONGEST: usize = 128;
/// The longest address (RFC 5321 §4.5.3.1.3, without its brackets), in bytes.
const LONGEST_ADDRESS: usize = 254;

/// A name or label on one line, at most 128 characters long, without control characters and what turns
/// the direction of writing. `None` where nothing is left.
pub(super) fn label(text: &str) -> Option<String> {
    let words = text.split_whitespace().map(|word| {
        let seen = word.chars().filter(|c| !c.is_control() && !misleading(*c));
        seen.collect::<String>()
    });
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
        // Nobody needs the rest of a novel.
        if line.len() > LONGEST * 4 {
            break;
        }
    }
    let cut: String = line.chars().take(LONGEST).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// An address as it is written, unless it can't be one.
pub(super) fn address(text: &str) -> Option<String> {
    let fits = (3..=LONGEST_ADDRESS).contains(&text.len())
        && text.contains('@')
        && !text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || misleading(c));
    fits.then(|| text.to_owned())
}

/// Direction overrides and isolates, and invisible characters that hide a difference.
fn misleading(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_one_short_line_without_tricks() {
        assert_eq!(label("  Zoë  张伟 ").as_deref(), Some("Zoë 张伟"));
        assert_eq!(
            label("Ada\r\n\0Lovelace\u{7}").as_deref(),
            Some("Ada Lovelace")
        );
        assert_eq!(label("ada\u{202e}nimda").as_deref(), Some("adanimda"));
        for nothing in ["", " \t\n", "\u{200b}\u{202e}", "\0"] {
            assert_eq!(label(nothing), None, "{nothing:?}");
        }
        let long = label(&"ä".repeat(1_000_000)).expect("something is left");
        assert_eq!(long.chars().count(), 128);
        let spaced = label(&"ä ".repeat(1_000)).expect("something is left");
        assert!(spaced.chars().count() <= 128 && spaced.ends_with('ä'));
    }

    #[test]
    fn addresses_are_taken_as_they_are_or_not_at_all() {
        for good in ["Ada@Example.com", "zoë@bücher.example", "a@b"] {
            assert_eq!(address(good).as_deref(), Some(good));
        }
        let long = format!("{}@example.com", "a".repeat(243));
        for bad in [
            "",
            "ada",
            "@",
            "ada@example.com\n",
            "a b@example.com",
            "\u{202e}a@b",
            &long,
        ] {
            assert_eq!(address(bad), None, "{bad:?}");
        }
    }
}
