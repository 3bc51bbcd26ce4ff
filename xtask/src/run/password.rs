//! A password that a person can copy by hand.

use std::fs::File;
use std::io::Read as _;

use crate::failure::{Attempt as _, Outcome};

/// No letter or digit here looks like another.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP_LENGTH: usize = 5;

/// Draws about 99 bits from the operating system.
pub(super) fn generate() -> Outcome<String> {
    let mut random = File::open("/dev/urandom").attempt("open /dev/urandom")?;
    let mut bytes = [0; 64];
    let mut letters = String::new();
    while letters.len() < GROUPS * GROUP_LENGTH {
        random.read_exact(&mut bytes).attempt("read /dev/urandom")?;
        letters.extend(bytes.iter().filter_map(|byte| letter(*byte)));
    }
    letters.truncate(GROUPS * GROUP_LENGTH);
    Ok(grouped(&letters))
}

/// The letter for a byte, or none for the few bytes that would favour some letters.
fn letter(byte: u8) -> Option<char> {
    let usable = 256 / ALPHABET.len() * ALPHABET.len();
    let byte = usize::from(byte);
    (byte < usable).then(|| char::from(ALPHABET[byte % ALPHABET.len()]))
}

fn grouped(letters: &str) -> String {
    let mut password = String::new();
    for (position, letter) in letters.chars().enumerate() {
        if position > 0 && position % GROUP_LENGTH == 0 {
            password.push('-');
        }
        password.push(letter);
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_groups_of_five() {
        let password = generate().unwrap();
        let groups: Vec<&str> = password.split('-').collect();
        assert_eq!(groups.len(), 4);
        assert!(groups.iter().all(|group| group.len() == 5), "{password}");
        assert_ne!(password, generate().unwrap());
    }

    #[test]
    fn every_letter_is_equally_likely() {
        let drawn: Vec<char> = (0..=255).filter_map(letter).collect();
        for wanted in ALPHABET {
            let count = drawn
                .iter()
                .filter(|letter| **letter == char::from(*wanted))
                .count();
            assert_eq!(count, 8, "{}", char::from(*wanted));
        }
    }
}
