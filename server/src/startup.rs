//! From configuration to a served page, top to bottom.

use std::{net::SocketAddr, sync::Arc};

use app::context::{Services, Site};
use domain::{
    accounts::{AccountRules, AccountsService, SignUpPolicy, SignUpRules},
    admin::AdminService,
    clients::ClientsService,
    clock::Clock,
    credentials::{CredentialsService, HashingPool, hashing::StartError as HashingStartError},
    foundation::Foundation,
    installation::{self, InstallationCheck, Names, NoMacKey},
    keys::{
        SealError,
        signing::{KeysError, KeysService, NoKey},
    },
    oauth_grants::OAuthService,
    random::Random,
    sessions::SessionsService,
    social::{Provider, SocialRules, SocialService},
    store::{StorageError, Store},
    throttle::PasswordChecks,
    tokens::{Callers, FeedService, GrantsService, PersonalTokens},
};
use futures_util::future::join_all;
use storage::{ConnectError, Database, DatabaseUrl, PoolSizes};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    aside::Aside,
    audit_trail::AuditTrail,
    config::{Config, PublicUrl, Secret},
    http,
    jobs::Jobs,
    memory,
    metrics::Metrics,
    outbound::{
        self,
        mail::{Mailer, TrustError},
        social::{NoWeb, Web},
    },
    secrets::{self, KeyFile, Missing, SecretsError},
    serving,
    tls::{Certificate, TlsError},
};

/// Why the program could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A secret or the data folder can't be read or written.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The database can't be used.
    #[error(transparent)]
    Database(#[from] ConnectError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Other master keys sealed what is there.
    #[error(
        "the master key is not the one that this database was encrypted under ({0}). Put that one back. If \
         it is lost: latchkey migrate --new-master-key"
    )]
    OtherMasterKey(SealError),
    /// No key signs.
    #[error("signing keys can't be made: {0}")]
    Keys(#[from] KeysError),
    /// Nothing can be measured.
    #[error("metrics can't be made: {0}")]
    Metrics(#[from] prometheus::Error),
    /// Nothing can be stated of the audit trail.
    #[error("the audit trail's key can't be made: {0}")]
    AuditKey(#[from] NoKey),
    /// Password hashing doesn't work on this machine.
    #[error("password hashing can't start: {0}")]
    Hashing(#[from] HashingStartError),
    /// The mail server could never be trusted.
    #[error(transparent)]
    MailServer(#[from] TrustError),
    /// No provider could be asked.
    #[error(transparent)]
    Providers(#[from] NoWeb),
    /// The certificate can't be shown.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The configuration names another issuer than the database.
    #[error(
        "public_url is {configured}, but this database belongs to {known}. Tokens and passkeys made for the \
         old address would stop working. To go ahead: latchkey migrate --accept-public-url"
    )]
    IssuerChanged {
        /// In the configuration.
        configured: String,
        /// In the database.
        known: String,
    },
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl From<NoMacKey> for StartError {
    fn from(error: NoMacKey) -> Self {
        match error {
            NoMacKey::Storage(error) => Self::Storage(error),
            NoMacKey::Sealed(error) => Self::OtherMasterKey(error),
        }
    }
}

impl StartError {
    /// Whether the configuration has to change: starting once more would end alike. A certificate's
    /// files change by themselves, so a later start may find them in order.
    pub const fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::Database(ConnectError::Url)
                | Self::Hashing(HashingStartError::Params(_))
                | Self::MailServer(_)
                | Self::IssuerChanged { .. }
        )
    }
}

/// Services over an open database: what the command line needs, and what a server starts from.
pub struct Core {
    /// The services.
    pub services: Arc<Services>,
    /// The database below them.
    pub database: Arc<Database>,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// The file that the master keys come from; `None`: the configuration holds them.
    pub key_file: Option<Arc<KeyFile>>,
}

impl Core {
    /// What there is to be measured.
    fn measured(&self) -> http::Measured {
        http::Measured {
            metrics: Arc::clone(&self.metrics),
            services: Arc::clone(&self.services),
            database: Arc::clone(&self.database),
        }
    }
}

/// Opens everything below the web.
///
/// # Errors
/// [`StartError`] with the reason.
pub async fn open(
    config: &Config,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
) -> Result<Core, StartError> {
    open_naming(config, clock, random, Names::Keep).await
}

/// Opens everything below the web; `names` says what becomes of a key of names that can't be opened.
///
/// # Errors
/// [`StartError`] with the reason.
pub(crate) async fn open_naming(
    config: &Config,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    names: Names,
) -> Result<Core, StartError> {
    secrets::make_data_folder(&config.data.folder)?;
    let url = database_url(config)?;
    if let DatabaseUrl::Sqlite(path) = &url {
        secrets::make_private_file(path)?;
    }
    let sizes = PoolSizes {
        readers: config.database.readers,
        writers: config.database.writers,
    };
    let database = Arc::new(Database::open(&url, sizes).await?);
    let used = database.read().await?.find_installation().await?.is_some();
    let configured = config.secrets.master_key.as_ref().map(Secret::reveal);
    let keys = secrets::key_ring(
        configured,
        &config.data.folder,
        if used {
            Missing::Refuse
        } else {
            Missing::Generate
        },
        random.as_ref(),
    )?;
    secrets::warn_of_lax_permissions(&config.data.folder);
    let keys = Arc::new(keys);
    let names = installation::mac_key(database.as_ref(), &keys, random.as_ref(), names).await?;
    let key_file = configured.is_none().then(|| {
        let path = config.data.folder.join(secrets::FILE);
        Arc::new(KeyFile::new(path, Arc::clone(&keys)))
    });
    let metrics = Arc::new(Metrics::new()?);
    let foundation = Foundation {
        store: Arc::clone(&database) as Arc<_>,
        clock,
        random,
        keys,
        names: Arc::new(names),
        issuer: config.public_url.issuer().into(),
        tally: Arc::clone(&metrics) as Arc<_>,
    };
    let services = services(config, foundation)?;
    Ok(Core {
        services: Arc::new(services),
        database,
        metrics,
        key_file,
    })
}

/// The services on their foundation.
fn services(config: &Config, foundation: Foundation) -> Result<Services, StartError> {
    let signing = KeysService::new(foundation.clone(), config.keys.rules.clone());
    let apis = Arc::new(config.apis.clone());
    let lifetimes = config.sessions.lifetimes();
    let hashing = Arc::new(HashingPool::start(&config.hashing_pool())?);
    let rules = AccountRules {
        signup: SignUpRules {
            policy: config.accounts.signup,
            domains: config.accounts.allowed_domains.clone(),
            per_network: config.throttle.signups_per_address,
        },
        confirm_lifetime: config.links.confirm_lifetime,
        invite_lifetime: config.links.invite_lifetime,
        reset_lifetime: config.links.reset_lifetime,
        recoveries_per_network: config.throttle.recoveries_per_address,
        password: config.passwords.policy(),
    };
    let checks = PasswordChecks::new(foundation.clone(), config.throttle.rules);
    let social = SocialService::new(
        foundation.clone(),
        providers(config, &foundation)?,
        SocialRules {
            sign_up: config.accounts.signup,
            starts_per_network: config.throttle.provider_starts_per_address,
        },
        config.public_url.url().clone(),
    );
    let accounts = AccountsService::new(
        foundation.clone(),
        Arc::clone(&hashing),
        checks.clone(),
        rules,
    );
    let accounts = accounts
        .with_site(config.public_url.host())
        .with_providers(social.providers());
    let accounts = Arc::new(accounts);
    let clients = ClientsService::new(
        foundation.clone(),
        Arc::clone(&apis),
        Arc::new(outbound::clients::FetchedKeys::new(config, &foundation)),
        signing.clone(),
    );
    let clients = Arc::new(clients);
    let grants = GrantsService::new(
        foundation.clone(),
        signing.clone(),
        Arc::clone(&apis),
        lifetimes,
    );
    let grants = Arc::new(grants);
    Ok(Services {
        admin: AdminService::new(
            foundation.clone(),
            Arc::clone(&accounts),
            signing.clone(),
            Arc::clone(&clients),
        ),
        accounts,
        credentials: CredentialsService::new(foundation.clone(), hashing, checks),
        sessions: SessionsService::new(foundation.clone(), lifetimes),
        social,
        tokens: PersonalTokens::new(foundation.clone(), signing.clone(), Arc::clone(&apis)),
        callers: Callers::new(foundation.clone(), signing.clone(), &apis),
        clients,
        oauth: OAuthService::new(
            foundation.clone(),
            signing.clone(),
            apis,
            Arc::clone(&grants),
        ),
        grants,
        feed: FeedService::new(foundation.clone(), signing.clone()),
        keys: signing,
        foundation,
    })
}

/// Who else may say who somebody is. Nobody is asked yet.
fn providers(
    config: &Config,
    foundation: &Foundation,
) -> Result<Vec<Arc<dyn Provider>>, StartError> {
    let configured = &config.social.providers;
    if configured.is_empty() {
        return Ok(Vec::new());
    }
    let web = Web::new(config.social.allow_private_addresses, config.social.timeout)?;
    let web = Arc::new(web);
    Ok(configured
        .iter()
        .map(|provider| {
            outbound::social::provider(provider, Arc::clone(&web), Arc::clone(&foundation.clock))
        })
        .collect())
}

/// A whole server that only needs a listener.
pub struct Server {
    core: Core,
    front: http::Front,
    limits: serving::Limits,
    jobs: Jobs,
    trail: Arc<AuditTrail>,
    certificate: Option<Arc<Certificate>>,
    asides: Vec<Aside>,
    /// Dropped when the server stops: what would go on for ever ends.
    ending: watch::Sender<()>,
}

impl Server {
    /// Puts the web on top.
    ///
    /// # Errors
    /// [`StartError`] with the reason.
    pub async fn new(
        config: &Config,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, StartError> {
        let mailer = config
            .smtp
            .as_ref()
            .map(|smtp| Mailer::new(smtp, &config.public_url, Arc::clone(&clock)))
            .transpose()?;
        let certificate = Certificate::open(config, Arc::clone(&clock))?.map(Arc::new);
        let core = open(config, clock, random).await?;
        check_issuer(config, &core.services.foundation).await?;
        core.services.keys.tend().await?;
        core.services.feed.refresh().await?;
        let site = Site {
            public_url: config.public_url.issuer().to_owned(),
            dev: config.dev,
            clients_by_people: config.clients.by_people,
            sign_up_open: config.accounts.signup == SignUpPolicy::Open,
        };
        let drain = config.http.shutdown_timeout;
        let (ending, ended) = watch::channel(());
        let front = http::router(config, site, core.measured(), ended);
        let mut jobs = Jobs::start(&core.services, &core.metrics, mailer, drain);
        let trail = AuditTrail::new(core.services.foundation.clone(), &config.audit)?;
        let trail = Arc::new(trail);
        jobs.keep(&trail);
        if let Some(file) = &core.key_file {
            jobs.follow(Arc::clone(file), Arc::clone(&core.services));
        }
        if let Some(certificate) = &certificate {
            jobs.watch(Arc::clone(certificate));
        }
        Ok(Self {
            jobs,
            trail,
            certificate,
            asides: Vec::new(),
            ending,
            front,
            limits: serving::Limits {
                connections: config.http.max_connections,
                header: config.http.header_timeout,
                drain,
            },
            core,
        })
    }

    /// The services, for tests that look behind the pages.
    pub const fn services(&self) -> &Arc<Services> {
        &self.core.services
    }

    /// The file that the master keys come from, for tests that change it.
    pub const fn key_file(&self) -> Option<&Arc<KeyFile>> {
        self.core.key_file.as_ref()
    }

    /// The certificate, for tests that change its files; `None`: the server speaks plain http.
    pub const fn certificate(&self) -> Option<&Arc<Certificate>> {
        self.certificate.as_ref()
    }

    /// Sends whoever comes to this listener on to `public_url`.
    #[must_use]
    pub fn redirecting(mut self, listener: TcpListener, public_url: &PublicUrl) -> Self {
        let front = http::redirect_router(public_url);
        self.asides.push(Aside::new(listener, front));
        self
    }

    /// Tells metrics to whoever comes to this listener.
    #[must_use]
    pub fn measured_at(mut self, listener: TcpListener) -> Self {
        let front = http::metrics_router(self.core.measured());
        self.asides.push(Aside::new(listener, front));
        self
    }

    /// Serves until `shutdown` resolves, drains, and closes the database.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let stop = self.jobs.stop();
        let streams = self.ending;
        let ended = streams.subscribe();
        // Jobs and requests finish side by side: whoever stops us waits once.
        let shutdown = async move {
            shutdown.await;
            stop.begin();
            drop(streams);
        };
        let handshakes = self.certificate.as_ref().map(|shown| shown.handshakes());
        let limits = self.limits;
        let answers = serving::serve(listener, handshakes, self.front, limits, shutdown);
        let asides = self.asides.into_iter();
        let asides = join_all(asides.map(|aside| aside.serve(limits, ended.clone())));
        tokio::join!(answers, asides);
        self.jobs.end().await;
        if let Err(error) = self.core.services.sessions.flush_last_seen().await {
            tracing::warn!(%error, "the last times of use were not written");
        }
        if let Err(error) = self.core.services.callers.flush().await {
            tracing::warn!(%error, "the last calls with tokens were not counted");
        }
        self.trail.finish().await;
        self.core.database.close().await;
    }
}

/// Opens the listener, says where it is and serves until `shutdown` resolves.
///
/// # Errors
/// [`StartError`] with the reason.
pub async fn run(
    config: Config,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), StartError> {
    // Listening comes first: a start that fails here must not leave its mark on the database.
    let address = config.listen.address;
    let listener = bind(address).await?;
    let redirects = bind_aside(config.listen.redirect_address).await?;
    let metrics = bind_aside(config.listen.metrics_address).await?;
    let mut server = Server::new(&config, clock, random).await?;
    if let Some(listener) = redirects {
        server = server.redirecting(listener, &config.public_url);
    }
    if let Some(listener) = metrics {
        server = server.measured_at(listener);
    }
    tracing::info!(
        url = config.public_url.issuer(),
        %address,
        tls = config.tls.files.is_some(),
        database = server.core.database.kind(),
        mail = where_mail_goes(&config),
        signup = ?config.accounts.signup,
        dev = config.dev,
        "latchkey is ready"
    );
    let port = listener
        .local_addr()
        .map_or(address.port(), |bound| bound.port());
    if config.public_url.is_elsewhere(port) {
        tracing::warn!(
            url = config.public_url.issuer(),
            port,
            "pages are answered at public_url only, and its port isn't the one listened on: set public_url"
        );
    }
    tokio::spawn(memory::give_start_back());
    server.serve(listener, shutdown).await;
    tracing::info!("latchkey has stopped");
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|source| StartError::Listen { address, source })
}

async fn bind_aside(address: Option<SocketAddr>) -> Result<Option<TcpListener>, StartError> {
    match address {
        Some(address) => bind(address).await.map(Some),
        None => Ok(None),
    }
}

/// Whether mail leaves, for those who watch.
pub(crate) const fn where_mail_goes(config: &Config) -> &'static str {
    match config.smtp {
        Some(_) => "delivered by SMTP",
        None => "queued only: no SMTP server is configured",
    }
}

/// Where the data is.
///
/// # Errors
/// [`ConnectError::Url`] when the URL isn't one.
pub fn database_url(config: &Config) -> Result<DatabaseUrl, ConnectError> {
    config.database.url.reveal().parse()
}

async fn check_issuer(config: &Config, foundation: &Foundation) -> Result<(), StartError> {
    let url = &config.public_url;
    match installation::check(foundation, url.issuer(), url.host()).await? {
        InstallationCheck::Same => Ok(()),
        InstallationCheck::IssuerChanged { known } => Err(StartError::IssuerChanged {
            configured: url.issuer().to_owned(),
            known,
        }),
    }
}
