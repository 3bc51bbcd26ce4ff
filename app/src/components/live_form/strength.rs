//! A coarse judgement of a password, made where it is typed.
//!
//! It looks at length and variety and knows no list of words, so it praises nothing for length alone
//! and leaves the last word to the server.

/// How good a password looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// Not long enough.
    TooShort {
        /// How many characters are still to come.
        missing: usize,
        /// How many there must be.
        of: usize,
    },
    /// Long enough, and hardly anything in it but repeats, sequences or what stands beside it.
    Weak,
    /// Longer than what repeats in it, but all of a kind.
    Fair,
    /// Several words or kinds of characters.
    Good,
    /// Many of them.
    Strong,
}

/// Neighbours on the keyboard are as easy to guess as neighbours in the alphabet.
const KEYBOARD: &str = "qwertyuiop asdfghjkl zxcvbnm";

impl Strength {
    /// Judges what is typed. `beside` is what stands in other fields: an address, a name.
    pub(super) fn judge(password: &str, min_length: usize, beside: &str) -> Self {
        let length = password.chars().count();
        if length < min_length {
            return Self::TooShort {
                missing: min_length - length,
                of: min_length,
            };
        }
        let own = without_known(password, beside);
        match (worth(&own), words(&own).max(kinds(password))) {
            (20.., 4..) => Self::Strong,
            (15.., 3..) => Self::Good,
            (10.., _) => Self::Fair,
            _ => Self::Weak,
        }
    }

    /// How much of a meter is filled, in hundredths.
    pub(super) fn level(self) -> usize {
        match self {
            Self::TooShort { missing, of } => of.saturating_sub(missing) * 25 / of.max(1),
            Self::Weak => 25,
            Self::Fair => 50,
            Self::Good => 75,
            Self::Strong => 100,
        }
    }
}

/// The password in lower case, with a blank for each word of `beside`.
fn without_known(password: &str, beside: &str) -> String {
    let beside = beside.to_ascii_lowercase();
    let known = beside.split(is_between).filter(|word| word.len() >= 3);
    known.fold(password.to_ascii_lowercase(), |own, word| {
        own.replace(word, " ")
    })
}

/// Whether no word goes on here. Of other scripts every character is taken for a letter: the tables
/// that know better would be a good part of the bundle.
const fn is_between(letter: char) -> bool {
    letter.is_ascii() && !letter.is_ascii_alphabetic()
}

/// How many characters don't follow from those before them.
fn worth(text: &str) -> usize {
    let letters: Vec<char> = text.trim().chars().collect();
    let mut pairs: Vec<(char, char)> = Vec::new();
    let mut before = None;
    for pair in letters.windows(2) {
        let pair = (pair[0], pair[1]);
        let goes_on = before.is_some_and(|before| is_sequence(before, pair));
        if !goes_on && !pairs.contains(&pair) {
            pairs.push(pair);
        }
        before = Some(pair.0);
    }
    usize::from(!letters.is_empty()) + pairs.len()
}

/// Whether three characters go on in steps of one.
fn is_sequence(first: char, (second, third): (char, char)) -> bool {
    let alphabet = |letter: char| i64::from(u32::from(letter));
    let keyboard = |letter| KEYBOARD.find(letter).and_then(|at| i64::try_from(at).ok());
    let in_steps =
        |one: i64, two: i64, three: i64| two - one == three - two && (two - one).abs() <= 1;
    if in_steps(alphabet(first), alphabet(second), alphabet(third)) {
        return true;
    }
    match (keyboard(first), keyboard(second), keyboard(third)) {
        (Some(one), Some(two), Some(three)) => in_steps(one, two, three),
        _ => false,
    }
}

/// How many different words of three letters or more there are. Digits part none: `1qaz2wsx` is a
/// walk over the keyboard.
fn words(text: &str) -> usize {
    let is_end = |letter: char| letter.is_ascii() && !letter.is_ascii_alphanumeric();
    let mut words: Vec<&str> = text.split(is_end).collect();
    words.retain(|word| {
        word.chars()
            .filter(|letter| !letter.is_ascii_digit())
            .count()
            >= 3
    });
    words.sort_unstable();
    words.dedup();
    words.len()
}

/// How many kinds of characters there are: letters, capitals, digits, signs. What stands between
/// words is none.
fn kinds(text: &str) -> usize {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || !letter.is_ascii();
    let is_sign = |letter: char| letter.is_ascii_punctuation() && letter != '-';
    let there = [
        text.contains(is_letter),
        text.contains(|letter: char| letter.is_ascii_uppercase()),
        text.contains(|letter: char| letter.is_ascii_digit()),
        text.contains(is_sign),
    ];
    there.into_iter().filter(|there| *there).count()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::{
        credentials::{Password, PasswordContext, PasswordPolicy, passphrase},
        random::Random,
    };

    use super::*;

    const MIN: usize = 15;
    const BESIDE: &str = "ada@example.com Ada Lovelace";

    fn judge(password: &str) -> Strength {
        Strength::judge(password, MIN, BESIDE)
    }

    #[test]
    fn what_is_missing_is_counted_in_characters() {
        for (typed, missing) in [
            ("a", 14),
            ("zw\u{f6}lf schl\u{fc}sse", 1),
            ("\u{1f5dd}", 14),
        ] {
            let strength = judge(typed);
            assert_eq!(strength, Strength::TooShort { missing, of: MIN }, "{typed}");
            assert!(strength.level() < Strength::Weak.level(), "{typed}");
        }
    }

    #[test]
    fn length_alone_is_worth_nothing() {
        for typed in [
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz",
            "123456789012345678901234567890",
            "qwertyuiopasdfghjkl",
            "abcabcabcabcabcabcabc",
            "passwordpassword",
            "monkey123456789",
            "               ",
            "ada.lovelace@example.com",
            "AdaLovelace1234",
        ] {
            assert_eq!(judge(typed), Strength::Weak, "{typed}");
        }
    }

    #[test]
    fn nothing_that_the_policy_refuses_is_called_good() {
        let policy = PasswordPolicy { min_length: MIN };
        let context = PasswordContext::of(BESIDE.split(' '));
        for typed in [
            "P4$$w0rd!!!!!!!!",
            "Passw0rd!Passw0rd!",
            "ILoveYou12345678",
            "qwertyuiop123456789",
            "1qaz2wsx3edc4rfv",
            "football2024!!!!!",
            "letmeinletmein123",
            "lovelace lovelace lovelace",
            "Ada Lovelace 1815",
            "ada-example-com-2026",
        ] {
            let password = Password::parse(typed).unwrap();
            assert!(policy.judge(&password, &context).is_err(), "{typed}");
            let strength = judge(typed);
            assert!(
                !matches!(strength, Strength::Good | Strength::Strong),
                "{typed}: {strength:?}"
            );
        }
    }

    #[test]
    fn words_and_kinds_of_characters_make_a_good_one() {
        for (typed, strength) in [
            ("donaudampfschifffahrt", Strength::Fair),
            ("seventeen quiet lighthouses", Strength::Good),
            ("xK9#mQ2$vL7&pR4!", Strength::Good),
            ("correct horse battery staple", Strength::Strong),
            ("vier gr\u{fc}ne K\u{e4}mme am Deich", Strength::Strong),
        ] {
            assert_eq!(judge(typed), strength, "{typed}");
        }
    }

    #[test]
    fn a_suggestion_is_good_or_better() {
        /// A linear congruential generator (Knuth's MMIX).
        struct Seeded(std::sync::Mutex<u64>);
        impl Random for Seeded {
            fn fill(&self, bytes: &mut [u8]) {
                let mut state = self.0.lock().unwrap();
                for byte in bytes {
                    *state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    *byte = state.to_be_bytes()[0];
                }
            }
        }
        let random = Seeded(std::sync::Mutex::new(1815));
        let policy = PasswordPolicy { min_length: MIN };
        for _ in 0..1_000 {
            let suggestion = passphrase::suggest(&policy, &random);
            let strength = judge(&suggestion);
            assert!(
                matches!(strength, Strength::Good | Strength::Strong),
                "{suggestion}"
            );
        }
    }
}
