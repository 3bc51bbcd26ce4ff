//! Which of the two.

use app::text::Text;

use crate::config::practice;

/// A practice provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum House {
    GitHub,
    Google,
}

impl House {
    /// The heading of its page.
    pub(super) const fn title(self) -> Text {
        match self {
            Self::GitHub => Text::PracticeGitHubTitle,
            Self::Google => Text::PracticeGoogleTitle,
        }
    }

    /// Its name in addresses, and in what it seals.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::Google => "google",
        }
    }

    /// Its address: Google's issuer, GitHub's site.
    pub(super) fn address(self, public_url: &str) -> String {
        let path = match self {
            Self::GitHub => practice::GITHUB_PATH,
            Self::Google => practice::GOOGLE_PATH,
        };
        format!("{public_url}{path}")
    }

    /// The one address that is registered for coming back.
    pub(super) fn redirect_uri(self, public_url: &str) -> String {
        format!("{public_url}/auth/{}/callback", self.id())
    }
}
