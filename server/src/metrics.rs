//! What Prometheus is told. Labels are words of this program and nothing else: no address, id or
//! e-mail.

use std::time::{Duration, Instant};

use app::context::Services;
use domain::{
    clock::Timestamp,
    sessions::AuthenticationMethod,
    store::StorageError,
    watching::{self, IssuedToken, SignInEnd, Stock, Tally},
};
use http::{Method, StatusCode};
use prometheus::{
    Error, Gauge, GaugeVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TextEncoder, core::Collector,
};
use storage::Database;
use tokio::sync::Mutex;

/// Where a request is counted that no route was for.
const NO_ROUTE: &str = "none";
/// Upper bounds in seconds: from a page out of memory to a password check in a queue.
const BUCKETS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];
/// How long a count of everything holds at least, and how many times longer than it took: on a big
/// database counting takes no more than a fiftieth of the time.
const STOCK_HOLDS: Duration = Duration::from_secs(5);
const STOCK_SHARE: u32 = 50;

/// A job, as it is named to those who watch.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Job {
    LastSeen,
    Expiry,
    Revocations,
    Keys,
    AuditChain,
    AuditCheckpoint,
    Mail,
}

impl Job {
    const fn as_str(self) -> &'static str {
        match self {
            Self::LastSeen => "last_seen",
            Self::Expiry => "expiry",
            Self::Revocations => "revocations",
            Self::Keys => "keys",
            Self::AuditChain => "audit_chain",
            Self::AuditCheckpoint => "audit_checkpoint",
            Self::Mail => "mail",
        }
    }
}

/// Everything that is counted and measured in this process.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    request_seconds: HistogramVec,
    sign_ins: IntCounterVec,
    tokens_issued: IntCounterVec,
    tokens_refused: IntCounterVec,
    job_failures: IntCounterVec,
    job_succeeded_at: GaugeVec,
    hashing_depth: IntGauge,
    hashing_busy: IntGauge,
    hashing_taken: IntCounter,
    hashing_waited: prometheus::Counter,
    connections: IntGaugeVec,
    accounts: IntGauge,
    sessions: IntGauge,
    api_tokens: IntGauge,
    mails: IntGaugeVec,
    mail_oldest: Gauge,
    audit_waiting: IntGauge,
    stock_until: Mutex<Option<Instant>>,
}

impl Metrics {
    /// Everything at nought.
    ///
    /// # Errors
    /// [`Error`] when two of them have one name.
    pub(crate) fn new() -> Result<Self, Error> {
        let registry = Registry::new();
        let r = &registry;
        let about = gauges(r, "latchkey_info", "The version that runs", &["version"])?;
        about.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        let opts = HistogramOpts::new(
            "latchkey_http_request_duration_seconds",
            "How long requests took, until the answer's head",
        );
        let histogram = HistogramVec::new(opts.buckets(BUCKETS.to_vec()), &["route"])?;
        Ok(Self {
            requests: counters(
                r,
                "latchkey_http_requests_total",
                "Answered requests",
                &["route", "method", "status"],
            )?,
            request_seconds: kept(r, histogram)?,
            sign_ins: counters(
                r,
                "latchkey_sign_ins_total",
                "Attempts to sign in by how they ended",
                &["method", "outcome"],
            )?,
            tokens_issued: counters(
                r,
                "latchkey_tokens_issued_total",
                "Tokens that were given out",
                &["kind"],
            )?,
            tokens_refused: counters(
                r,
                "latchkey_tokens_refused_total",
                "Tokens that our own API didn't accept",
                &["reason"],
            )?,
            job_failures: counters(
                r,
                "latchkey_job_failures_total",
                "Turns of background jobs that failed",
                &["job"],
            )?,
            job_succeeded_at: kept(
                r,
                GaugeVec::new(
                    Opts::new(
                        "latchkey_job_last_success_timestamp_seconds",
                        "When a background job last came to its end",
                    ),
                    &["job"],
                )?,
            )?,
            hashing_depth: gauge(
                r,
                "latchkey_hashing_queue_depth",
                "Password checks that wait",
            )?,
            hashing_busy: gauge(r, "latchkey_hashing_busy", "Threads that hash now")?,
            hashing_taken: kept(
                r,
                IntCounter::new(
                    "latchkey_hashing_jobs_total",
                    "Password checks that were taken up",
                )?,
            )?,
            hashing_waited: kept(
                r,
                prometheus::Counter::new(
                    "latchkey_hashing_wait_seconds_total",
                    "How long they had waited, all together",
                )?,
            )?,
            connections: gauges(
                r,
                "latchkey_database_connections",
                "Open connections to the database",
                &["pool", "state"],
            )?,
            accounts: gauge(r, "latchkey_accounts", "Accounts")?,
            sessions: gauge(r, "latchkey_sessions", "Sessions that are not over")?,
            api_tokens: gauge(r, "latchkey_api_tokens", "API tokens that are not over")?,
            mails: gauges(r, "latchkey_mail_queue", "Mails in the queue", &["state"])?,
            mail_oldest: kept(
                r,
                Gauge::new(
                    "latchkey_mail_queue_oldest_seconds",
                    "How long the mail that waits longest has waited",
                )?,
            )?,
            audit_waiting: gauge(
                r,
                "latchkey_audit_unchained_events",
                "Audit events that wait for their place in the chain",
            )?,
            stock_until: Mutex::new(None),
            registry,
        })
    }

    /// Counts an answer.
    pub(crate) fn answered(
        &self,
        route: Option<&str>,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let route = route.unwrap_or(NO_ROUTE);
        self.requests
            .with_label_values(&[route, known(method), status.as_str()])
            .inc();
        self.request_seconds
            .with_label_values(&[route])
            .observe(took.as_secs_f64());
    }

    /// Counts a turn of a job.
    pub(crate) fn worked<T, E>(&self, job: Job, now: Timestamp, turn: &Result<T, E>) {
        let name = &[job.as_str()];
        match turn {
            Ok(_) => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "microseconds since 1970 fit into 52 bits until 2112"
                )]
                let seconds = now.as_micros() as f64 / 1e6;
                self.job_succeeded_at.with_label_values(name).set(seconds);
            }
            Err(_) => self.job_failures.with_label_values(name).inc(),
        }
    }

    /// Everything as text that Prometheus reads. What the database holds is counted at most every
    /// few seconds.
    ///
    /// # Errors
    /// [`Unmeasured`] when the database fails.
    pub(crate) async fn text(
        &self,
        services: &Services,
        database: &Database,
    ) -> Result<String, Unmeasured> {
        let hashing = services.credentials.hashing();
        self.hashing_depth.set(whole(hashing.depth()));
        self.hashing_busy.set(whole(hashing.busy()));
        let (taken, waited) = hashing.waits();
        self.hashing_taken
            .inc_by(taken.saturating_sub(self.hashing_taken.get()));
        self.hashing_waited
            .inc_by((waited.as_secs_f64() - self.hashing_waited.get()).max(0.0));
        for pool in database.pools() {
            let of = |state| self.connections.with_label_values(&[pool.name, state]);
            of("idle").set(whole(pool.idle));
            of("busy").set(whole(pool.open.saturating_sub(pool.idle)));
        }
        self.take_stock(services).await?;
        let families = self.registry.gather();
        Ok(TextEncoder::new().encode_to_string(&families)?)
    }

    async fn take_stock(&self, services: &Services) -> Result<(), StorageError> {
        let mut until = self.stock_until.lock().await;
        let begun = Instant::now();
        if until.is_some_and(|until| begun < until) {
            return Ok(());
        }
        let foundation = &services.foundation;
        let stock = watching::stock(foundation.store.as_ref(), foundation.now()).await?;
        *until = Some(Instant::now() + STOCK_HOLDS.max(begun.elapsed() * STOCK_SHARE));
        self.set_stock(stock);
        Ok(())
    }

    fn set_stock(&self, stock: Stock) {
        self.accounts.set(stock.accounts);
        self.sessions.set(stock.sessions);
        self.api_tokens.set(stock.api_tokens);
        let mails = |state| self.mails.with_label_values(&[state]);
        mails("waiting").set(stock.mail_waiting);
        mails("failed").set(stock.mail_failed);
        self.mail_oldest.set(stock.mail_oldest.as_secs_f64());
        self.audit_waiting.set(stock.audit_waiting);
    }
}

impl Tally for Metrics {
    fn sign_in_ended(&self, method: AuthenticationMethod, end: SignInEnd) {
        self.sign_ins
            .with_label_values(&[method.as_str(), end.as_str()])
            .inc();
    }

    fn token_issued(&self, kind: IssuedToken) {
        self.tokens_issued.with_label_values(&[kind.as_str()]).inc();
    }

    fn token_refused(&self, why: &'static str) {
        self.tokens_refused.with_label_values(&[why]).inc();
    }
}

/// Why nothing can be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unmeasured {
    /// The database can't be counted.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// What was gathered can't be written.
    #[error(transparent)]
    Text(#[from] Error),
}

/// A stranger may invent methods; each would be a line for ever.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn kept<C: Collector + Clone + 'static>(registry: &Registry, metric: C) -> Result<C, Error> {
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

fn counters(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
) -> Result<IntCounterVec, Error> {
    kept(registry, IntCounterVec::new(Opts::new(name, help), labels)?)
}

fn gauges(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
) -> Result<IntGaugeVec, Error> {
    kept(registry, IntGaugeVec::new(Opts::new(name, help), labels)?)
}

fn gauge(registry: &Registry, name: &str, help: &str) -> Result<IntGauge, Error> {
    kept(registry, IntGauge::new(name, help)?)
}
