//! Handing mail to the configured mail server.
//!
//! [`message`] makes the text that travels, with lettre. The conversation with the mail server is
//! our own ([`conversation`] over [`wire`]): it must know at any moment whether the server may have
//! the mail already, and after STARTTLS it must not believe a word that came before the handshake.

mod conversation;
mod html;
mod message;
mod no_connection;
mod tls;
mod wire;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use domain::{
    clock::Clock,
    mail::{ClaimedMail, Trouble, TroubleKind},
};

use crate::config::{PublicUrl, Smtp};

pub(crate) use tls::TrustError;

pub(crate) use conversation::Conversation;
pub(crate) use message::Letter;
pub(crate) use no_connection::NoConnection;

use conversation::Server;
use message::Sender;

/// Sends mail through the configured mail server.
pub(crate) struct Mailer {
    server: Arc<Server>,
    sender: Sender,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl Mailer {
    /// # Errors
    /// [`TrustError`] when no connection could ever be trusted.
    pub(crate) fn new(
        smtp: &Smtp,
        public_url: &PublicUrl,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, TrustError> {
        let encryption = tls::Encryption::new(smtp, Arc::clone(&clock))?;
        Ok(Self {
            server: Arc::new(Server::new(smtp, encryption)),
            sender: Sender {
                from: smtp.from.clone(),
                public_url: public_url.issuer().to_owned(),
                host: public_url.host().to_owned(),
            },
            timeout: smtp.timeout,
            clock,
        })
    }

    /// How long an attempt may take at most.
    pub(crate) const fn longest_attempt(&self) -> Duration {
        self.timeout.saturating_mul(2)
    }

    /// Begins to deliver: nothing has been sent yet.
    pub(crate) fn conversation(&self) -> Conversation {
        Conversation::new(Arc::clone(&self.server), self.timeout)
    }

    /// Goes as far with the mail server as one can without a mail: to a safe connection on which it
    /// took our user name and password.
    pub(crate) async fn try_out(&self) -> Result<(), NoConnection> {
        tokio::time::timeout(self.timeout, self.server.introduce())
            .await
            .unwrap_or_else(|_| Err(Trouble::silent(TroubleKind::NoAnswer).into()))
    }

    /// The text that travels.
    pub(crate) fn letter(&self, mail: &ClaimedMail) -> Result<Letter, Trouble> {
        let (to, draft) = mail
            .content()
            .ok_or(Trouble::silent(TroubleKind::Unreadable))?;
        self.sender.write(&mail.id, to, draft, self.clock.now())
    }
}
