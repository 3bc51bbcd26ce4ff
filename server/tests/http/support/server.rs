//! A server started as a library, and what can be seen behind its pages.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use app::{context::Services, text::mail::write};
use domain::{
    accounts::{AccountId, CreateAccount, CreateOutcome, Role},
    client::{Client, UserAgent},
    language::Language,
    mail::{self, ListedMail, Message},
    random::random_bytes,
    sessions::{AuthenticationMethod, NewSession, SessionKeyHash},
    tokens::{CreateTokenOutcome, Expiry, NewToken},
};
use server::{config::Config, secrets::KeyFile, startup::Server, tls::Certificate};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{browser::TestBrowser, caller::TestCaller, wire::Wire};

/// Runs until it is stopped or dropped.
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    /// `public_url`
    pub(crate) url: String,
    /// What browsers send as `Host`.
    pub(crate) host: String,
    /// Where plain http is sent on.
    pub(crate) redirects: Option<SocketAddr>,
    /// Where metrics are told to whoever comes.
    pub(crate) metrics: Option<SocketAddr>,
    services: Arc<Services>,
    key_file: Option<Arc<KeyFile>>,
    certificate: Option<Arc<Certificate>>,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl TestServer {
    pub(super) async fn start(mut server: Server, listener: TcpListener, config: &Config) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let mut redirects = None;
        if let Some(address) = config.listen.redirect_address {
            let listener = TcpListener::bind(address).await.expect("a free port");
            redirects = listener.local_addr().ok();
            server = server.redirecting(listener, &config.public_url);
        }
        let mut metrics = None;
        if let Some(address) = config.listen.metrics_address {
            let listener = TcpListener::bind(address).await.expect("a free port");
            metrics = listener.local_addr().ok();
            server = server.measured_at(listener);
        }
        Self {
            address: listener.local_addr().expect("an address"),
            url: config.public_url.issuer().to_owned(),
            host: config.public_url.host_header().to_owned(),
            redirects,
            metrics,
            services: Arc::clone(server.services()),
            key_file: server.key_file().cloned(),
            certificate: server.certificate().cloned(),
            stop: Some(stop),
            running: tokio::spawn(server.serve(listener, async move {
                // Dropping the server stops it too.
                let _ = stopped.await;
            })),
        }
    }

    /// The services behind the pages.
    pub(crate) fn services(&self) -> &Services {
        &self.services
    }

    /// Has the key file looked at, as happens every second.
    pub(crate) fn look_at_keys(&self) {
        self.key_file.as_ref().expect("a key file").look();
    }

    /// Has the certificate's files looked at, as happens every few seconds.
    pub(crate) async fn look_at_certificate(&self) {
        self.certificate.as_ref().expect("https").look().await;
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> TestBrowser {
        TestBrowser::new(self)
    }

    /// A connection on which a test writes bytes.
    pub(crate) async fn wire(&self) -> Wire {
        Wire::connect(self.address).await
    }

    /// Asks the server to stop, without waiting.
    pub(crate) fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Stops the server and waits until it has.
    pub(crate) async fn stop(mut self) {
        self.ask_to_stop();
        self.running.await.expect("the server ends well");
    }

    /// Makes an account without the web.
    pub(crate) async fn account(&self, email: &str, password: &str) -> AccountId {
        self.account_with(email, password, None).await
    }

    /// Makes an administrator's account.
    pub(crate) async fn administrator(&self, email: &str, password: &str) -> AccountId {
        self.account_with(email, password, Some(Role::Admin)).await
    }

    async fn account_with(&self, email: &str, password: &str, role: Option<Role>) -> AccountId {
        let form = CreateAccount {
            email,
            name: Some("Ada Lovelace"),
            password,
            role,
        };
        match self.services.accounts.create(form).await {
            Ok(CreateOutcome::Created(id)) => id,
            other => panic!("{email} can't have an account: {other:?}"),
        }
    }

    /// A browser that is signed in to a fresh account.
    pub(crate) async fn signed_in(&self, email: &str) -> TestBrowser {
        self.account(email, super::PASSWORD).await;
        self.another_browser_of(email).await
    }

    /// A browser that is signed in to an account that is there.
    pub(crate) async fn another_browser_of(&self, email: &str) -> TestBrowser {
        let browser = self.browser();
        browser
            .sign_in(email, super::PASSWORD)
            .await
            .leads_to("/account");
        browser
    }

    /// A program that calls the API without a token.
    pub(crate) fn caller(&self) -> TestCaller {
        TestCaller::new(self)
    }

    /// Somebody at a machine, for verbs that want to know who asks.
    #[expect(clippy::unused_self, reason = "reads as a sentence")]
    pub(crate) fn some_client(&self) -> Client {
        Client {
            address: IpAddr::from([192, 0, 2, 1]).into(),
            user_agent: UserAgent::new("curl/8.5.0"),
            browser: None,
            browser_is_new: false,
            language: Language::English,
        }
    }

    /// Disables an account, as the command line would within this process.
    pub(crate) async fn disable(&self, email: &str) {
        let disabled = self.services.accounts.disable(email).await;
        disabled.expect("it can be disabled");
    }

    /// A token that a person made for themselves, as the dashboard would.
    pub(crate) async fn token_of(&self, account: AccountId, scopes: &[&str]) -> String {
        let services = &self.services;
        let client = self.some_client();
        let admin = scopes.iter().any(|scope| scope.starts_with("admin:"));
        let new = NewSession {
            account,
            method: AuthenticationMethod::Password,
            auth_time: services.foundation.now(),
            persistent: false,
            password_since: None,
            leaving: false,
            identity: None,
        };
        let key = random_bytes::<32>(services.foundation.random.as_ref());
        let key = SessionKeyHash::of(&key);
        let started = services.sessions.start(key, &new, &client).await;
        started.expect("sessions begin").expect("a session");
        let session = services.sessions.load(&key).await.expect("sessions load");
        let wish = NewToken {
            name: "Nightly job",
            scopes,
            expiry: Ok(Expiry::Days(if admin { 7 } else { 30 })),
        };
        let session = session.expect("it is alive");
        let made = services.tokens.create(&session, wish, &client).await;
        services.sessions.sign_out(&key).await.expect("it ends");
        match made {
            Ok(CreateTokenOutcome::Created(created)) => created.token,
            other => panic!("no token: {other:?}"),
        }
    }

    /// A program with a token of a fresh account.
    pub(crate) async fn program_of(&self, email: &str, scopes: &[&str]) -> TestCaller {
        let account = self.account(email, super::PASSWORD).await;
        let token = self.token_of(account, scopes).await;
        self.caller().with_token(&token)
    }

    /// Every mail, newest first, save those about sign-ins: tests sign in from many browsers, often
    /// in one moment.
    pub(crate) async fn mails(&self) -> Vec<ListedMail> {
        let mails = self.all_mails().await.into_iter();
        mails.filter(|mail| !is_of_sign_in(mail)).collect()
    }

    async fn all_mails(&self) -> Vec<ListedMail> {
        mail::list(&self.services.foundation, 1000)
            .await
            .expect("mail can be read")
    }

    /// The mails about sign-ins from new browsers, in plain text.
    pub(crate) async fn told_of_sign_ins(&self, email: &str) -> Vec<String> {
        let mails = self.all_mails().await;
        let own = mails.iter().filter(|mail| mail.content.to() == Some(email));
        own.filter(|mail| is_of_sign_in(mail))
            .filter_map(|mail| mail.content.message())
            .map(|message| write(message, &self.url).plain())
            .collect()
    }

    /// One mail to an address.
    pub(crate) async fn mail_to(&self, email: &str) -> ListedMail {
        let mails = self.mails().await;
        let found = mails
            .into_iter()
            .find(|mail| mail.content.to() == Some(email));
        found.expect("a mail waits")
    }

    /// Has the queue looked through, as when mail was queued or time has passed.
    pub(crate) fn ring(&self) {
        self.services.foundation.store.mail_bell().notify_one();
    }

    /// The subjects of an address's mail, newest first.
    pub(crate) async fn subjects_to(&self, email: &str) -> Vec<String> {
        let mails = self.mails().await;
        let own = mails.iter().filter(|mail| mail.content.to() == Some(email));
        own.filter_map(|mail| mail.content.message())
            .map(|message| write(message, &self.url).subject)
            .collect()
    }

    /// An address's mail in plain text, newest first.
    pub(crate) async fn texts_to(&self, email: &str) -> Vec<String> {
        let mails = self.mails().await;
        let own = mails.iter().filter(|mail| mail.content.to() == Some(email));
        own.filter_map(|mail| mail.content.message())
            .map(|message| write(message, &self.url).plain())
            .collect()
    }

    /// The path of the link in the newest mail to an address.
    pub(crate) async fn confirmation_link(&self, email: &str) -> String {
        let mails = self.mails().await;
        let newest = mails
            .iter()
            .find(|mail| mail.content.to() == Some(email))
            .and_then(|mail| mail.content.message())
            .expect("a mail has come");
        let link = write(newest, &self.url).link;
        link.strip_prefix(&self.url)
            .expect("a link to this server")
            .to_owned()
    }
}

fn is_of_sign_in(mail: &ListedMail) -> bool {
    let draft = mail.content.message();
    draft.is_some_and(|draft| matches!(draft.message, Message::NewBrowser { .. }))
}
