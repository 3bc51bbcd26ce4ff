//! What is left of a password without its disguise. The list of common passwords is made with this
//! same file (`cargo xtask blocklist`), so it needs nothing but the standard library; after a change
//! here the list has to be made anew, which a test asks for.

/// The reduced form of `text` (NFC): lower case, leet undone, one separator left out, every run of
/// a character written once, and of a repetition only what is repeated. `P4$$-w0rd-P4$$-w0rd` and
/// `passssword` have the same one.
///
/// It is a key for comparing, not a word: what leet leaves open (1 is i or l, 6 and 9 are g) is
/// folded together, `password` itself becomes `pasword`.
pub(crate) fn reduced_form(text: &str) -> String {
    let lower = text.to_lowercase();
    let separator = only_separator(&lower);
    let mut letters: Vec<char> = lower
        .chars()
        .filter(|c| Some(*c) != separator)
        .map(without_leet)
        .collect();
    letters.dedup();
    let unit = repeated_unit(&letters);
    letters[..unit].iter().collect()
}

/// The letter that a sign stands for, one for each class of signs and letters that leet mixes up.
pub(crate) const fn without_leet(c: char) -> char {
    match c {
        '4' | '@' => 'a',
        '8' => 'b',
        '(' | '[' | '{' | '<' => 'c',
        '3' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' | 'l' => 'i',
        '0' => 'o',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '%' => 'x',
        '2' => 'z',
        other => other,
    }
}

/// The sign between words, if there is only one kind: with two or more, they may be what makes
/// the password good.
fn only_separator(text: &str) -> Option<char> {
    let mut signs = text
        .chars()
        .filter(|c| !c.is_alphanumeric() && without_leet(*c) == *c);
    let first = signs.next()?;
    signs.all(|sign| sign == first).then_some(first)
}

/// The length of the shortest beginning that, written again and again, gives the whole text. The
/// last time may be cut short. The whole length when nothing is written twice.
fn repeated_unit(text: &[char]) -> usize {
    // The failure function of Knuth, Morris and Pratt: linear, however the text is made.
    let mut borders: Vec<usize> = Vec::with_capacity(text.len());
    let mut border = 0;
    for (position, c) in text.iter().enumerate() {
        while border > 0 && text[border] != *c {
            border = borders[border - 1];
        }
        if position > 0 && text[border] == *c {
            border += 1;
        }
        borders.push(border);
    }
    let unit = text.len() - border;
    if unit * 2 <= text.len() {
        unit
    } else {
        text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguises_of_one_word_have_one_reduced_form() {
        for disguise in [
            "PASSWORD",
            "P4$$w0rd",
            "p@ssw0rd",
            "passssword",
            "ppaasswwoorrdd",
            "passwordpassword",
            "password password password",
            "p-a-s-s-w-o-r-d",
            "passwordpasswordpass",
        ] {
            assert_eq!(
                reduced_form(disguise),
                reduced_form("password"),
                "{disguise}"
            );
        }
        assert_eq!(reduced_form("hello"), reduced_form("he11o"));
        assert_eq!(reduced_form("hello"), reduced_form("he||0"));
    }

    #[test]
    fn several_kinds_of_signs_are_more_than_separators() {
        assert_eq!(reduced_form("ab_cd.ef"), "ab_cd.ef");
    }

    #[test]
    fn what_is_reduced_already_stays() {
        for text in ["", "pasword", "correct horse", "zażółć", "ab ac"] {
            let once = reduced_form(text);
            assert_eq!(reduced_form(&once), once, "{text}");
        }
    }

    #[test]
    fn a_repetition_is_found_and_nothing_else_is_taken_for_one() {
        let unit = |text: &str| repeated_unit(&text.chars().collect::<Vec<_>>());
        assert_eq!(unit(""), 0);
        assert_eq!(unit("a"), 1);
        assert_eq!(unit("abab"), 2);
        assert_eq!(unit("ababa"), 2);
        assert_eq!(unit("abcab"), 5);
        assert_eq!(unit("aabaab"), 3);
        assert_eq!(unit("abcabcabd"), 9);
    }
}
