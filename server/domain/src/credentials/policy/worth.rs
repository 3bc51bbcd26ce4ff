//! How much there is to know in a piece of a password.

/// How many things somebody has to know to write `text`: a run (`!!!!`), a sequence (`12345`,
/// `cba`, `!@#`, `90123`) or a year (1000 to 1999, 2000 to 2099) is one, and so is every other
/// character.
pub(super) fn worth(text: &str) -> usize {
    let keys: Vec<char> = text.chars().map(unshifted).collect();
    let mut rest = keys.as_slice();
    let mut worth = 0;
    while !rest.is_empty() {
        rest = &rest[year(rest).max(sequence(rest))..];
        worth += 1;
    }
    worth
}

/// The digit on the key of a sign, as on the keyboards that most lists of passwords come from.
const fn unshifted(c: char) -> char {
    match c {
        '!' => '1',
        '@' => '2',
        '#' => '3',
        '$' => '4',
        '%' => '5',
        '^' => '6',
        '&' => '7',
        '*' => '8',
        '(' => '9',
        ')' => '0',
        other => other,
    }
}

/// The length of the year that `keys` begin with, or 0.
fn year(keys: &[char]) -> usize {
    match keys {
        ['1', a, b, c, ..] | ['2', a @ '0', b, c, ..]
            if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) =>
        {
            4
        }
        _ => 0,
    }
}

/// The length of the run or sequence of three keys or more that `keys` begin with: 1 where there
/// is none. Two that follow each other are chance.
fn sequence(keys: &[char]) -> usize {
    let mut steps = keys.windows(2).map(|pair| step(pair[0], pair[1]));
    match steps.next() {
        Some(Some(first)) => {
            let length = 2 + steps.take_while(|step| *step == Some(first)).count();
            if length > 2 { length } else { 1 }
        }
        _ => 1,
    }
}

/// Up one, down one or the same; nothing else is a step.
fn step(from: char, to: char) -> Option<i8> {
    match (from, to) {
        ('9', '0') => Some(1),
        ('0', '9') => Some(-1),
        _ => match i64::from(u32::from(to)) - i64::from(u32::from(from)) {
            -1 => Some(-1),
            0 => Some(0),
            1 => Some(1),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_sequences_and_years_are_one_thing_each() {
        for (text, expected) in [
            ("", 0),
            ("7", 1),
            ("12", 2),
            ("!!", 2),
            ("123", 1),
            ("!!!!!!!!", 1),
            ("123456789", 1),
            ("9876543210", 1),
            ("7890123", 1),
            ("!@#$%^&*()", 1),
            ("1815", 1),
            ("2024", 1),
            ("2124", 4),
            ("1991!", 2),
            ("2024!!!", 2),
            ("20242025", 2),
            ("837465019", 9),
            ("🦀🦀🦀", 1),
        ] {
            assert_eq!(worth(text), expected, "{text}");
        }
    }
}
