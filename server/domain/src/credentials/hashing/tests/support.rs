//! Engines that misbehave, and what it takes to drive futures without a runtime.

use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::credentials::hashing::worker::MakeEngine;
use crate::credentials::hashing::{
    Argon2Params, EngineChoice, EngineError, FastEngine, HashingPoolConfig, PasswordHash,
    PasswordHashing, ReferenceEngine,
};

pub(super) const fn params(memory_kib: u32, iterations: u32, parallelism: u32) -> Argon2Params {
    Argon2Params {
        memory_kib,
        iterations,
        parallelism,
    }
}

pub(super) const SMALL: Argon2Params = params(64, 1, 1);

pub(super) fn config(threads: usize, queue_per_thread: usize) -> HashingPoolConfig {
    HashingPoolConfig {
        engine: EngineChoice::Auto,
        params: SMALL,
        threads: NonZeroUsize::new(threads),
        queue_per_thread: NonZeroUsize::new(queue_per_thread).unwrap(),
    }
}

pub(super) fn password(text: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.as_bytes().to_vec())
}

pub(super) fn stored(text: &str) -> PasswordHash {
    ReferenceEngine::new()
        .hash(text.as_bytes(), &[3; 16], &SMALL)
        .unwrap()
}

pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Polls once, which is what submits a request.
pub(super) fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

pub(super) fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < limit, "waited too long for: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// How a [`Scripted`] engine behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Computes what it should.
    Right,
    /// Flips a bit of every tag.
    Wrong,
    /// Is right up to 64 KiB and flips a bit above.
    WrongWhenLarge,
    /// Fails.
    Fails,
    /// Panics.
    Panics,
}

/// What a test sees and steers of the engines it made.
pub(super) struct Probe {
    script: Script,
    pub(super) calls: AtomicUsize,
    pub(super) most_held: AtomicUsize,
    pub(super) held_after_release: AtomicBool,
    open: Mutex<bool>,
    opened: Condvar,
}

impl Probe {
    pub(super) fn new(script: Script) -> Arc<Self> {
        Arc::new(Self {
            script,
            calls: AtomicUsize::new(0),
            most_held: AtomicUsize::new(0),
            held_after_release: AtomicBool::new(true),
            open: Mutex::new(true),
            opened: Condvar::new(),
        })
    }

    /// Lets calls through, or holds them up.
    pub(super) fn set_open(&self, open: bool) {
        *self.open.lock().unwrap() = open;
        self.opened.notify_all();
    }

    pub(super) fn engine(self: &Arc<Self>) -> MakeEngine {
        let probe = Arc::clone(self);
        Arc::new(move || {
            Box::new(Scripted {
                probe: Arc::clone(&probe),
                inner: FastEngine::new(),
            })
        })
    }
}

struct Scripted {
    probe: Arc<Probe>,
    inner: FastEngine,
}

impl PasswordHashing for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn tag(
        &mut self,
        password: &[u8],
        salt: &[u8],
        params: &Argon2Params,
        tag: &mut [u8],
    ) -> Result<(), EngineError> {
        self.probe.calls.fetch_add(1, Ordering::SeqCst);
        let open = self.probe.open.lock().unwrap();
        drop(self.probe.opened.wait_while(open, |open| !*open).unwrap());
        self.inner.tag(password, salt, params, tag)?;
        self.probe
            .most_held
            .fetch_max(self.inner.held_kib(), Ordering::SeqCst);
        match self.probe.script {
            Script::Right => {}
            Script::WrongWhenLarge if params.memory_kib <= 64 => {}
            Script::Wrong | Script::WrongWhenLarge => tag[0] ^= 1,
            Script::Fails => return Err(EngineError::OutOfMemory(params.memory_kib)),
            Script::Panics => panic!("scripted"),
        }
        Ok(())
    }

    fn held_kib(&self) -> usize {
        self.inner.held_kib()
    }

    fn release(&mut self) {
        self.inner.release();
        self.probe
            .held_after_release
            .store(self.inner.held_kib() > 0, Ordering::SeqCst);
    }
}
