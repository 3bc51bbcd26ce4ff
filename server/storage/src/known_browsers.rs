//! Browsers that sign in to an account, by the hash of their mark.

use domain::accounts::Familiarity;
use sqlx::FromRow;

/// What remembers the browser `$2` of the account `$1` at `$3`, of the rows that the source gives. What was
/// there before is last seen after it was first, by a microsecond if need be.
macro_rules! remember_browser {
    ($source:literal) => {
        concat!(
            "INSERT INTO known_browsers (account, browser_hash, first_seen_at, last_seen_at) ",
            $source,
            " ON CONFLICT (account, browser_hash) DO UPDATE SET last_seen_at =
                  CASE WHEN $3 > known_browsers.first_seen_at THEN $3
                      ELSE known_browsers.first_seen_at + 1 END
              RETURNING first_seen_at = last_seen_at AS added,
                  EXISTS (SELECT 1 FROM known_browsers o
                      WHERE o.account = $1 AND o.browser_hash <> $2) AS others"
        )
    };
}
pub(crate) use remember_browser;

/// What [`remember_browser!`] answers.
#[derive(FromRow)]
pub(crate) struct Remembered {
    added: bool,
    others: bool,
}

impl From<Remembered> for Familiarity {
    fn from(row: Remembered) -> Self {
        match row {
            Remembered { added: false, .. } => Self::Known,
            Remembered { others: true, .. } => Self::New,
            Remembered { .. } => Self::First,
        }
    }
}
