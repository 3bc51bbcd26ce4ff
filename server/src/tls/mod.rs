//! The certificate that the program shows when it speaks https itself, as its files change.

mod handshake;
mod look;
mod pair;
mod validity;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::PermissionsExt,
    sync::Arc,
};

use domain::clock::Clock;
use tokio::sync::{Mutex, watch};
use tokio_rustls::rustls::ServerConfig;

pub(crate) use handshake::Handshakes;
pub(crate) use look::Look;

use crate::config::{Config, TlsFiles};
use pair::{Found, Pair};
use validity::{Trouble, Validity};

/// Why a certificate can't be shown. Names the key of the configuration and the file, and holds
/// nothing of what is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TlsError(String);

/// A certificate that is looked at again and again.
pub struct Certificate {
    files: TlsFiles,
    /// Whom it should name.
    host: String,
    clock: Arc<dyn Clock>,
    offered: watch::Sender<Arc<ServerConfig>>,
    known: Mutex<Known>,
}

/// What the last look found.
struct Known {
    /// Tells whether the files have changed.
    mark: u64,
    /// Of the certificate that is shown.
    validity: Validity,
    /// What was said about it.
    told: Option<Trouble>,
}

impl Certificate {
    /// Opens the files, and warns of what browsers won't like about them. `None`: the
    /// configuration names none.
    ///
    /// # Errors
    /// [`TlsError`] when they can't be used.
    pub fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Option<Self>, TlsError> {
        let Some(files) = &config.tls.files else {
            return Ok(None);
        };
        let found = Found::read(files);
        let pair = Pair::of(&found, files)?;
        let host = config.public_url.host().to_owned();
        warn_of_other_readers(files);
        warn_of_other_name(&pair, &host);
        let mut known = Known {
            mark: mark(&found),
            validity: pair.validity,
            told: None,
        };
        known.tell_of_trouble(clock.as_ref());
        Ok(Some(Self {
            files: files.clone(),
            host,
            clock,
            offered: watch::Sender::new(pair.offer),
            known: Mutex::new(known),
        }))
    }

    /// What new connections are offered, from now on.
    pub(crate) fn handshakes(&self) -> Handshakes {
        Handshakes::of(self.offered.subscribe())
    }

    /// Looks at the files. A pair that has changed is taken up for new connections; one that can't
    /// be used is told of once, and the one before is kept.
    pub async fn look(&self) {
        let mut known = self.known.lock().await;
        let (files, before) = (self.files.clone(), known.mark);
        let looked = tokio::task::spawn_blocking(move || {
            let found = Found::read(&files);
            let now = mark(&found);
            (now != before).then(|| (now, Pair::of(&found, &files)))
        });
        match looked.await {
            Ok(Some((now, outcome))) => {
                known.mark = now;
                match outcome {
                    Ok(pair) => self.take_up(pair, &mut known),
                    Err(error) => tracing::error!(
                        %error,
                        "the changed certificate can't be used; the one before is still shown"
                    ),
                }
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the certificate could not be looked at"),
        }
        known.tell_of_trouble(self.clock.as_ref());
    }

    fn take_up(&self, pair: Pair, known: &mut Known) {
        warn_of_other_readers(&self.files);
        warn_of_other_name(&pair, &self.host);
        known.validity = pair.validity;
        known.told = None;
        self.offered.send_replace(pair.offer);
        tracing::info!("a changed certificate is shown from now on");
    }
}

impl Known {
    /// Says what is wrong about the time, once for each stage of it.
    fn tell_of_trouble(&mut self, clock: &dyn Clock) {
        let now = clock.now();
        let trouble = self.validity.trouble(now);
        if trouble == self.told {
            return;
        }
        self.told = trouble;
        let days = self.validity.days_left(now);
        match trouble {
            None => {}
            Some(Trouble::Early) => tracing::warn!("the certificate is not valid yet"),
            Some(Trouble::Month | Trouble::Week) => {
                tracing::warn!(days, "the certificate expires soon");
            }
            Some(Trouble::Expired) => tracing::error!("the certificate has expired"),
        }
    }
}

/// Certificates differ whenever their files do, however quickly one follows the other and whatever
/// the file system says about times.
fn mark(found: &Found) -> u64 {
    let mut hasher = DefaultHasher::new();
    found.hash(&mut hasher);
    hasher.finish()
}

fn has_other_readers(files: &TlsFiles) -> bool {
    let found = std::fs::metadata(&files.private_key);
    found.is_ok_and(|file| file.permissions().mode() & 0o007 != 0)
}

fn warn_of_other_readers(files: &TlsFiles) {
    let path = &files.private_key;
    if has_other_readers(files) {
        tracing::warn!(path = %path.display(), "everybody on this machine can read tls.private_key: chmod 640");
    }
}

fn warn_of_other_name(pair: &Pair, host: &str) {
    if !pair.names(host) {
        tracing::warn!(
            host,
            "tls.certificate isn't for the host of public_url: browsers won't trust it"
        );
    }
}
