//! A place in a list, as it stands in an address: it counts for that list and that filter alone.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// How many bytes of the digest a place carries. It guards against mix-ups, not against forgery: whoever
/// makes one up sees what they may see anyway.
const TAG: usize = 4;

/// A place in the list of this address and filter.
pub fn place_in(list: &str, place: &str) -> String {
    format!("{place}~{}", tag(list, place))
}

/// The place, if it is one of that list.
pub fn read_place<'a>(list: &str, text: &'a str) -> Option<&'a str> {
    let (place, sent) = text.rsplit_once('~')?;
    (sent == tag(list, place)).then_some(place)
}

fn tag(list: &str, place: &str) -> String {
    let digest = Sha256::new()
        .chain_update(list)
        .chain_update([0])
        .chain_update(place)
        .finalize();
    let mut text = String::with_capacity(TAG * 2);
    for byte in digest.iter().take(TAG) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_in_its_own_list_alone() {
        let place = place_in("/admin/users?q=ada", "0190");
        assert_eq!(read_place("/admin/users?q=ada", &place), Some("0190"));
        assert_eq!(read_place("/admin/users?q=bob", &place), None);
        assert_eq!(read_place("/admin/tokens?q=ada", &place), None);
        for odd in ["", "0190", "0190~", "~", "0190~00000000"] {
            assert_eq!(read_place("/admin/users?q=ada", odd), None, "{odd}");
        }
    }
}
