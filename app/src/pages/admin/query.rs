//! What the address of a list says: filter, order and place.

use std::borrow::Cow;

use domain::place::read_place;
use form_urlencoded::{Serializer, parse};

/// Longest value that is read. Nothing to look for is longer.
const LIMIT: usize = 512;

/// The query of a page, name by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageQuery {
    pairs: Vec<(String, String)>,
    /// The names of what can't be read.
    unread: Vec<String>,
}

impl PageQuery {
    /// Reads the query of a path. Of a name that stands there twice, the first counts; what is longer
    /// than anything to look for, or holds what nobody types, can't be read.
    pub fn of(path_and_query: &str) -> Self {
        let query = path_and_query
            .split_once('?')
            .map_or("", |(_, query)| query);
        let mut read = Self::default();
        for (name, value) in parse(query.as_bytes()).take(64) {
            let known = read.pairs.iter().any(|(earlier, _)| *earlier == name);
            let typed = value.len() <= LIMIT && !value.contains(char::is_control);
            if !typed {
                read.unread.push(name.into_owned());
            } else if !known {
                read.pairs
                    .push((name.into_owned(), value.trim().to_owned()));
            }
        }
        read
    }

    /// Which of these parts of a filter say something that can't be read: nothing may be done by such
    /// a filter, which finds more than was meant.
    pub fn unread<'a, T: Copy>(&'a self, parts: &'a [(&str, T)]) -> impl Iterator<Item = T> + 'a {
        let lost = |name: &str| self.unread.iter().any(|unread| unread == name);
        let parts = parts.iter().filter(move |(name, _)| lost(name));
        parts.map(|(_, part)| *part)
    }

    /// A value that says something.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    /// The value of a field, or nothing.
    pub fn value(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// The place in a list after which to go on, and whether there is one that can't be read, or is of
    /// another list or filter. `list` is the list's address without a place.
    pub fn place<P>(&self, list: &str, read: impl FnOnce(&str) -> Option<P>) -> (Option<P>, bool) {
        let place = self.get("after");
        let place = place.map(|text| read_place(list, text).and_then(read));
        let unread = self.unread.iter().any(|name| name == "after");
        let gone = unread || matches!(place, Some(None));
        (place.flatten(), gone)
    }

    /// A path with the parts of this query that `kept` names, and with more.
    pub fn path(&self, path: &str, kept: &[&str], more: &[(&str, &str)]) -> String {
        let kept = kept
            .iter()
            .filter_map(|name| Some((*name, self.get(name)?)));
        let pairs: Vec<_> = kept.chain(more.iter().copied()).collect();
        if pairs.is_empty() {
            return path.to_owned();
        }
        let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{path}?{query}")
    }
}

/// The part of a path between `before` and the next slash, decoded.
pub fn segment<'a>(path_and_query: &'a str, before: &str) -> Option<Cow<'a, str>> {
    let path = path_and_query.split('?').next()?;
    let rest = path.strip_prefix(before)?.strip_prefix('/')?;
    let segment = rest.split('/').next()?;
    (!segment.is_empty()).then_some(Cow::Borrowed(segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_counts_and_what_is_too_long_is_left_out() {
        let long = format!("/admin/users?q=+ada%40&q=x&state=&role={}", "x".repeat(600));
        let query = PageQuery::of(&long);
        assert_eq!(query.get("q"), Some("ada@"));
        assert_eq!((query.get("state"), query.get("role")), (None, None));
        assert_eq!(PageQuery::of("/admin/users"), PageQuery::default());
        let unread = PageQuery::of("/admin/users?person=%00&after=a%0Ab");
        assert_eq!((unread.get("person"), unread.get("after")), (None, None));
        let parts = [("q", 1), ("person", 2)];
        assert_eq!(unread.unread(&parts).collect::<Vec<_>>(), [2]);
        assert_eq!(unread.place("", |_| Some(())), (None, true));
        assert_eq!(query.unread(&[("role", 3)]).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn a_path_keeps_what_is_named() {
        let query = PageQuery::of("/admin/users?q=a%26b&after=x&done=y");
        let path = query.path("/admin/users", &["q", "state"], &[("after", "z")]);
        assert_eq!(path, "/admin/users?q=a%26b&after=z");
        assert_eq!(query.path("/admin/users", &[], &[]), "/admin/users");
    }

    #[test]
    fn a_segment_is_the_next_part_of_a_path() {
        let of = |path| segment(path, "/admin/users");
        assert_eq!(of("/admin/users/abc?x").as_deref(), Some("abc"));
        assert_eq!(of("/admin/users/abc/disable").as_deref(), Some("abc"));
        assert_eq!(of("/admin/users/"), None);
        assert_eq!(of("/admin/usersabc"), None);
    }
}
