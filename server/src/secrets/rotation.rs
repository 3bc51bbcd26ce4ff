//! Another master key takes over, beside running servers and whenever it is broken off: what was
//! begun is taken up by the next run, and nothing is ever sealed by a key that isn't on disk.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{
    audit::{Actor, Event, EventKind},
    foundation::Foundation,
    keys::{self, KeyRing, MasterKey, MasterKeyId, Purpose, Resealed},
    store::StorageError,
};
use zeroize::Zeroizing;

use super::{
    SecretsError,
    key_file::{self, KeyLines, Stage},
};

/// So many looks that each find something anew, and somebody doesn't follow.
const LOOKS: usize = 5;
/// How often a database that is busy is asked.
const ATTEMPTS: usize = 5;

/// Why no other key took over. A further run takes up what was done.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The key file can't be read or written.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Somebody else is at it.
    #[error("another `latchkey secrets rotate` is at work")]
    UnderWay,
    /// The configuration holds one key, and only people can add to it.
    #[error(
        "secrets.master_key holds one key, and this program can't write it. Put a new one (openssl rand \
         -base64 32) on a second line and restart every server; then put it on the first line and restart \
         them again; then run this once more"
    )]
    OneKey,
    /// New values appear under an older key.
    #[error(
        "something goes on encrypting under an older key: a server that has other keys, or hasn't read \
         the new one. All keys stay; restart that server, and run this again"
    )]
    NotFollowed,
}

/// What is told while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A run before this one was broken off.
    TakenUp,
    /// A new key can be read by everybody; it seals nothing yet.
    Announced(MasterKeyId),
    /// Running servers are given time.
    Waiting,
    /// This key seals from now on.
    Sealing(MasterKeyId),
    /// So many values of a purpose are sealed by it.
    Again(Purpose, u64),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that seals now.
    pub key: MasterKeyId,
    /// How many values of each purpose were encrypted again.
    pub again: Vec<(Purpose, u64)>,
    /// So many values no key opens; they are as they were.
    pub locked: u64,
    /// So many keys are needed no more. Those of the key file are gone from it.
    pub former: usize,
}

/// Has a new key take over in the key file. `pause` lets the time pass in which running servers read
/// the file, and finish what they sealed before.
///
/// # Errors
/// [`RotationError`] with the reason.
pub async fn rotate(
    foundation: &Foundation,
    path: &Path,
    pause: impl AsyncFn(),
    mut tell: impl FnMut(Progress),
) -> Result<Rotated, RotationError> {
    let file = Locked::lock(path)?;
    let mut lines = file.read(foundation)?;
    if lines.stage != Stage::Settled {
        tell(Progress::TakenUp);
    }
    if lines.stage == Stage::Settled {
        let key = MasterKey::generate(foundation.random.as_ref());
        lines = lines.announce(&key);
        file.write(foundation, &lines)?;
        tell(Progress::Announced(key.id()));
    }
    if lines.stage == Stage::Announced {
        // Others must be able to open what this key seals before it does.
        tell(Progress::Waiting);
        pause().await;
        lines = lines.promote();
        file.write(foundation, &lines)?;
    }
    let key = current(foundation)?;
    tell(Progress::Sealing(key));
    tell(Progress::Waiting);
    pause().await;
    let former = lines.count() - 1;
    let rotated = all_again(foundation, key, former, &pause, &mut tell).await?;
    // Before the keys go: an event twice is better than none.
    note(foundation, &rotated).await?;
    file.write(foundation, &lines.settle())?;
    Ok(rotated)
}

/// Encrypts under the first key of a ring that people keep what its other keys sealed.
///
/// # Errors
/// [`RotationError`] with the reason.
pub async fn follow_configured(
    foundation: &Foundation,
    pause: impl AsyncFn(),
    mut tell: impl FnMut(Progress),
) -> Result<Rotated, RotationError> {
    let former = foundation.keys.ids().len() - 1;
    if former == 0 {
        return Err(RotationError::OneKey);
    }
    let key = current(foundation)?;
    tell(Progress::Sealing(key));
    let rotated = all_again(foundation, key, former, &pause, &mut tell).await?;
    if !rotated.again.is_empty() {
        note(foundation, &rotated).await?;
    }
    Ok(rotated)
}

/// Encrypts everything again, until a while brought nothing more.
async fn all_again(
    foundation: &Foundation,
    key: MasterKeyId,
    former: usize,
    pause: &impl AsyncFn(),
    tell: &mut impl FnMut(Progress),
) -> Result<Rotated, RotationError> {
    let mut rotated = Rotated {
        key,
        again: Vec::new(),
        locked: 0,
        former,
    };
    look(foundation, &mut rotated, tell).await?;
    for _ in 0..LOOKS {
        // Whoever sealed a value before the new key took over may have kept it only now.
        tell(Progress::Waiting);
        pause().await;
        if look(foundation, &mut rotated, tell).await? {
            return Ok(rotated);
        }
    }
    Err(RotationError::NotFollowed)
}

/// One look at everything; `true` when there was nothing to do.
async fn look(
    foundation: &Foundation,
    rotated: &mut Rotated,
    tell: &mut impl FnMut(Progress),
) -> Result<bool, StorageError> {
    rotated.locked = 0;
    let mut is_clean = true;
    for purpose in Purpose::ALL {
        let found = patiently(foundation, purpose, tell).await?;
        rotated.locked += found.locked;
        is_clean &= found.done == 0 && found.overtaken == 0;
        if found.done > 0 {
            match rotated.again.iter_mut().find(|(of, _)| *of == purpose) {
                Some((_, sum)) => *sum += found.done,
                None => rotated.again.push((purpose, found.done)),
            }
        }
    }
    Ok(is_clean)
}

async fn patiently(
    foundation: &Foundation,
    purpose: Purpose,
    tell: &mut impl FnMut(Progress),
) -> Result<Resealed, StorageError> {
    let mut attempt = 1;
    let mut before = 0;
    loop {
        let mut done = 0;
        let found = keys::reseal(foundation, purpose, |sum| {
            done = sum;
            if sum > 0 {
                tell(Progress::Again(purpose, before + sum));
            }
        });
        match found.await {
            Ok(found) => {
                return Ok(Resealed {
                    done: before + found.done,
                    ..found
                });
            }
            Err(StorageError::Unavailable(_)) if attempt < ATTEMPTS => attempt += 1,
            Err(error) => return Err(error),
        }
        before += done;
    }
}

fn current(foundation: &Foundation) -> Result<MasterKeyId, SecretsError> {
    let first = foundation.keys.ids().first().copied();
    first.ok_or_else(|| SecretsError::KeyRing {
        path: super::FILE.to_owned(),
        source: keys::KeyRingError::Empty,
    })
}

async fn note(foundation: &Foundation, rotated: &Rotated) -> Result<(), StorageError> {
    let values: u64 = rotated.again.iter().map(|(_, sum)| sum).sum();
    let event = Event {
        kind: EventKind::SecretsRotated,
        actor: Actor::CommandLine,
        subject: None,
        details: &[
            ("key", &rotated.key.to_string()),
            ("values", &values.to_string()),
        ],
        client: None,
        email: None,
    };
    let mut work = foundation.store.begin().await?;
    work.append_event(&event.row(foundation)).await?;
    work.commit().await
}

/// A key file that nobody else rotates.
struct Locked {
    path: PathBuf,
    /// Its lock ends with it, however that ends.
    _folder: fs::File,
}

impl Locked {
    fn lock(path: &Path) -> Result<Self, RotationError> {
        let failed = |source| SecretsError::File {
            path: path.to_owned(),
            source,
        };
        let folder = key_file::folder_of(path).map_err(failed)?;
        match folder.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _folder: folder,
            }),
            Err(fs::TryLockError::WouldBlock) => Err(RotationError::UnderWay),
            Err(fs::TryLockError::Error(source)) => Err(failed(source).into()),
        }
    }

    fn read(&self, foundation: &Foundation) -> Result<KeyLines, SecretsError> {
        let text = fs::read_to_string(&self.path).map(Zeroizing::new);
        let text = text.map_err(|source| SecretsError::File {
            path: self.path.clone(),
            source,
        })?;
        self.take_up(foundation, &text)?;
        Ok(KeyLines::read(&text))
    }

    fn write(&self, foundation: &Foundation, lines: &KeyLines) -> Result<(), SecretsError> {
        let text = lines.text();
        key_file::replace(&self.path, &text).map_err(|source| SecretsError::File {
            path: self.path.clone(),
            source,
        })?;
        self.take_up(foundation, &text)
    }

    fn take_up(&self, foundation: &Foundation, text: &str) -> Result<(), SecretsError> {
        let ring = KeyRing::parse(text).map_err(|source| SecretsError::KeyRing {
            path: self.path.display().to_string(),
            source,
        })?;
        foundation.keys.follow(&ring);
        Ok(())
    }
}
