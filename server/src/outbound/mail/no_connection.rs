//! Why there is no connection to speak on.

use domain::mail::{Trouble, TroubleKind};

/// No connection came about that a mail could be sent on.
pub(crate) struct NoConnection {
    /// As the queue keeps it.
    pub(crate) trouble: Trouble,
    /// What the operating system or TLS said; for operators, since the queue keeps codes only.
    pub(crate) reason: Option<String>,
}

impl NoConnection {
    pub(super) fn because(trouble: Trouble, reason: impl std::fmt::Display) -> Self {
        Self {
            trouble,
            reason: Some(reason.to_string()),
        }
    }

    /// The trouble alone, once the log has the reason.
    pub(super) fn logged(self) -> Trouble {
        // The one trouble whose reason an operator can't guess from a code.
        if let (TroubleKind::Insecure, Some(error)) = (self.trouble.kind, self.reason) {
            tracing::warn!(error, "the mail server can't be trusted");
        }
        self.trouble
    }
}

impl From<Trouble> for NoConnection {
    fn from(trouble: Trouble) -> Self {
        Self {
            trouble,
            reason: None,
        }
    }
}
