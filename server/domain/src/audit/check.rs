//! Checking the chain from its beginning to its end.

use std::{collections::VecDeque, fmt, time::Duration};

use super::{
    AuditKey, Checkpoint, LinkRow, Unchained,
    chain::{FIRST, hash},
    chainer::{Head, start},
};
use crate::{clock::Timestamp, store::StorageError, store::Work};

/// So many places are read at once.
const AT_ONCE: i64 = 1_000;
/// So many faults are told one by one.
const TOLD: usize = 20;
/// An event without a place is late after so long.
const LATE: Duration = Duration::from_mins(1);

/// What doesn't hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The event at a place isn't what was chained there.
    EventChanged {
        /// The place.
        seq: i64,
        /// The event's id.
        event: String,
    },
    /// The event at a place is gone.
    EventGone {
        /// The place.
        seq: i64,
        /// Its id.
        event: String,
    },
    /// Places are gone, and the events with them or without.
    PlacesGone {
        /// The first of them.
        from: i64,
        /// The last.
        to: i64,
    },
    /// A place doesn't follow the one before it: they were exchanged, or chained anew.
    OutOfOrder {
        /// The place.
        seq: i64,
    },
    /// What was personal in an event isn't what was written with it.
    SideChanged {
        /// The place.
        seq: i64,
        /// The event's id.
        event: String,
    },
    /// A checkpoint knows more than there is.
    CutOff {
        /// How many events there were.
        known: i64,
        /// When.
        at: Timestamp,
        /// How many there are.
        there: i64,
    },
    /// Another hash stands where a checkpoint saw one.
    Rewritten {
        /// The place.
        seq: i64,
        /// When the checkpoint was made.
        at: Timestamp,
    },
    /// Old events were removed, but not by this installation.
    ForeignCut {
        /// The last place that is gone.
        seq: i64,
    },
    /// Events that have no place, and wait for none.
    WithoutPlace {
        /// How many.
        events: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EventChanged { seq, event } => {
                write!(f, "event {seq} ({event}) was changed after it was chained")
            }
            Self::EventGone { seq, event } => write!(f, "event {seq} ({event}) was removed"),
            Self::PlacesGone { from, to } if from == to => {
                write!(f, "place {from} of the chain was removed")
            }
            Self::PlacesGone { from, to } => {
                write!(f, "places {from} to {to} of the chain were removed")
            }
            Self::OutOfOrder { seq } => {
                write!(
                    f,
                    "place {seq} doesn't follow the one before it: the order was changed"
                )
            }
            Self::SideChanged { seq, event } => write!(
                f,
                "what is personal in event {seq} ({event}) was changed after it was written"
            ),
            Self::CutOff { known, there, .. } => write!(
                f,
                "the end was cut off: a checkpoint knows {known} events, and the chain ends at {there}"
            ),
            Self::Rewritten { seq, .. } => write!(
                f,
                "the chain was written anew: at place {seq} stands another hash than a checkpoint saw"
            ),
            Self::ForeignCut { seq } => write!(
                f,
                "the events up to place {seq} were removed, but not by this installation"
            ),
            Self::WithoutPlace { events } => write!(
                f,
                "events that have no place in the chain and wait for none: {events}"
            ),
        }
    }
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The first place that is kept.
    pub from: i64,
    /// The end of the chain.
    pub head: Head,
    /// What doesn't hold, the first twenty.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more: u64,
    /// So many checkpoints stood for what is there.
    pub checkpoints: usize,
    /// So many events wait for their place for longer than a minute.
    pub late: i64,
}

/// Goes along the chain, place by place.
pub(super) struct Walk {
    head: Head,
}

impl Walk {
    /// Begins behind a cut, or at the very beginning.
    pub(super) const fn after(cut: Option<Head>) -> Self {
        let head = match cut {
            Some(head) => head,
            None => Head {
                seq: 0,
                hash: FIRST,
            },
        };
        Self { head }
    }

    /// The place it stands at.
    pub(super) const fn head(&self) -> Head {
        self.head
    }

    /// Takes the next place, and says what is wrong there.
    pub(super) fn step(&mut self, row: &LinkRow) -> Option<Fault> {
        let (seq, event) = (row.seq, || row.event.clone());
        let before = self.head;
        // From here on everything is judged by what is stored, so that one fault is told once.
        self.head.seq = seq;
        self.head.hash = row.hash.as_slice().try_into().unwrap_or(FIRST);
        if seq != before.seq + 1 {
            let (from, to) = (before.seq + 1, seq - 1);
            return Some(Fault::PlacesGone { from, to });
        }
        if row.prev != before.hash {
            return Some(Fault::OutOfOrder { seq });
        }
        let Some(stored) = &row.stored else {
            let event = event();
            return Some(Fault::EventGone { seq, event });
        };
        if hash(seq, &row.prev, stored).as_slice() != row.hash {
            let event = event();
            return Some(Fault::EventChanged { seq, event });
        }
        match &row.side {
            Some(side) if !stored.fits(side) => {
                let event = event();
                Some(Fault::SideChanged { seq, event })
            }
            // One that is gone was erased, as it may be.
            _ => None,
        }
    }
}

/// Checks every place of the chain, what stands there, and what checkpoints say of it. Reads a part at a
/// time; events that come meanwhile are checked too.
///
/// # Errors
/// [`StorageError`] when the database fails.
pub async fn check(
    work: &mut dyn Work,
    key: &AuditKey,
    mut checkpoints: Vec<Checkpoint>,
    now: Timestamp,
) -> Result<Checked, StorageError> {
    checkpoints.sort_by_key(|checkpoint| checkpoint.head.seq);
    let mut waiting: VecDeque<_> = checkpoints.into();
    let mut faults = Faults::default();
    let Unchained {
        waiting: late,
        lost,
    } = work.count_unchained(now.minus(LATE)).await?;
    let mut cut = beginning(work, key, &mut faults).await?;
    let mut from = cut.map_or(0, |cut| cut.seq);
    let mut walk = Walk::after(cut);
    let mut stood = 0;
    loop {
        let rows = work.list_links(walk.head().seq, AT_ONCE).await?;
        // Old events may be removed while we read.
        if rows
            .first()
            .is_none_or(|row| row.seq != walk.head().seq + 1)
        {
            let newer = beginning(work, key, &mut faults).await?;
            if newer > cut && newer.is_some_and(|cut| cut.seq > walk.head().seq) {
                cut = newer;
                from = newer.map_or(0, |cut| cut.seq);
                walk = Walk::after(newer);
                continue;
            }
        }
        for row in &rows {
            if let Some(fault) = walk.step(row) {
                faults.add(fault);
            }
            // Those of places that are gone can't be compared any more.
            while let Some(known) = waiting.pop_front_if(|known| known.head.seq <= row.seq) {
                if known.head.seq < row.seq {
                    continue;
                }
                stood += 1;
                if known.head.hash.as_slice() != row.hash {
                    let (seq, at) = (row.seq, known.at);
                    faults.add(Fault::Rewritten { seq, at });
                }
            }
        }
        if rows.is_empty() {
            break;
        }
    }
    let head = walk.head();
    if let Some(last) = waiting.back().filter(|last| last.head.seq > head.seq) {
        faults.add(Fault::CutOff {
            known: last.head.seq,
            at: last.at,
            there: head.seq,
        });
    }
    if lost > 0 {
        faults.add(Fault::WithoutPlace { events: lost });
    }
    Ok(Checked {
        from: from + 1,
        head,
        faults: faults.told,
        more: faults.more,
        checkpoints: stood,
        late,
    })
}

/// Where the chain begins, if its first events were removed.
async fn beginning(
    work: &mut dyn Work,
    key: &AuditKey,
    faults: &mut Faults,
) -> Result<Option<Head>, StorageError> {
    let Some(cut) = work.newest_cut().await? else {
        return Ok(None);
    };
    let fault = Fault::ForeignCut { seq: cut.seq };
    if !key.vouches_for(&cut) && !faults.told.contains(&fault) {
        faults.add(fault);
    }
    start(&cut).map(Some)
}

#[derive(Default)]
struct Faults {
    told: Vec<Fault>,
    more: u64,
}

impl Faults {
    fn add(&mut self, fault: Fault) {
        if self.told.len() < TOLD {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }
}
