//! Lists, a page at a time.

use axum::extract::FromRequestParts;
use domain::place::{place_in, read_place};
use http::request::Parts;
use serde::Serialize;
use url::form_urlencoded::parse;
use utoipa::{IntoParams, ToSchema};

use crate::http::{
    error::api::{Kind, Problem},
    state::AppState,
};

/// How many items a page has unless told otherwise.
const USUAL: usize = 50;
/// How many it has at most.
const MOST: usize = 100;

/// Which page of a list.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// The most items that are wanted.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub(super) limit: usize,
    /// What an earlier page said in `next`.
    #[param(nullable = false, min_length = 1)]
    pub(super) after: Option<String>,
    /// Which list, filtered how.
    #[param(ignore)]
    list: String,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// What is on it.
    pub(super) items: Vec<T>,
    /// What to send as `after` for the next page; null on the last one.
    #[schema(required = true)]
    pub(super) next: Option<String>,
}

impl FromRequestParts<AppState> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let mut paging = Self::of(query)?;
        paging.list.insert_str(0, parts.uri.path());
        Ok(paging)
    }
}

/// The one value of a parameter.
pub(super) fn parameter(query: &str, name: &str) -> Result<Option<String>, Problem> {
    let mut values = parse(query.as_bytes()).filter(|(key, _)| key == name);
    let value = values.next().map(|(_, value)| value.into_owned());
    if values.next().is_some() {
        let detail = format!("The parameter {name} stands there twice.");
        return Err(Problem::new(Kind::InvalidRequest, detail));
    }
    Ok(value)
}

/// A cursor that isn't ours.
fn no_cursor() -> Problem {
    Problem::new(
        Kind::InvalidRequest,
        "after isn't what a page said in next.",
    )
}

impl Paging {
    fn of(query: &str) -> Result<Self, Problem> {
        let limit = parameter(query, "limit")?.map_or(Some(USUAL), |typed| whole(&typed));
        let limit = limit.filter(|limit| (1..=MOST).contains(limit));
        let limit = limit.ok_or_else(|| {
            Problem::new(
                Kind::InvalidRequest,
                "limit is a whole number from 1 to 100.",
            )
        })?;
        let after = parameter(query, "after")?;
        let mut list = String::new();
        for (name, value) in parse(query.as_bytes()) {
            if !matches!(&*name, "limit" | "after") {
                list.extend(["&", &*name, "=", &*value]);
            }
        }
        Ok(Self { limit, after, list })
    }

    /// Where the page begins, as `read` understands it.
    pub(super) fn place<T>(
        &self,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let after = self.after.as_deref();
        after
            .map(|after| {
                read_place(&self.list, after)
                    .and_then(read)
                    .ok_or_else(no_cursor)
            })
            .transpose()
    }

    /// How many rows to ask for: one more than the page has, to know whether another one follows.
    pub(super) fn most(&self) -> i64 {
        i64::try_from(self.limit + 1).unwrap_or(i64::MAX)
    }

    /// The page that `rows` begin, of which there is one more if there is another page.
    pub(super) fn page<R, T>(
        &self,
        mut rows: Vec<R>,
        cursor: impl FnOnce(&R) -> String,
        item: impl FnMut(R) -> T,
    ) -> Page<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| more).map(cursor);
        let next = last.map(|last| place_in(&self.list, &last));
        Page {
            items: rows.into_iter().map(item).collect(),
            next,
        }
    }
}

/// Digits and nothing else.
fn whole(typed: &str) -> Option<usize> {
    let digits = typed.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| typed.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_one_to_a_hundred_items() {
        let limit = |query| Paging::of(query).ok().map(|paging| paging.limit);
        assert_eq!(limit(""), Some(50));
        assert_eq!(limit("limit=1&other=x"), Some(1));
        assert_eq!(limit("limit=%31%30%30"), Some(100));
        for odd in [
            "limit=0",
            "limit=101",
            "limit=",
            "limit=-1",
            "limit=+1",
            "limit=1e1",
            "limit=1&limit=1",
            "limit",
        ] {
            assert_eq!(limit(odd), None, "{odd}");
        }
        assert!(Paging::of("after=a&after=b").is_err());
    }

    #[test]
    fn only_a_page_that_another_follows_names_the_next() {
        let paging = Paging::of("limit=2").unwrap();
        let page = |rows: &[u8]| paging.page(rows.to_vec(), u8::to_string, |row| row);
        let first = page(&[1, 2, 3]);
        assert_eq!(
            (first.items, first.next),
            (vec![1, 2], Some(place_in("", "2")))
        );
        let last = page(&[1, 2]);
        assert_eq!((last.items, last.next), (vec![1, 2], None));
    }
}
