//! A mail server that is not ours, as a process of its own (`end2end/support/smtp.js`).

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end");
/// Who sends.
pub(crate) const FROM: &str = "Latchkey <login@example.com>";

/// Runs until it is dropped.
pub(crate) struct PostOffice {
    child: Child,
    input: ChildStdin,
    events: UnboundedReceiver<Value>,
    pub(crate) port: u16,
    tls: String,
}

/// A key and a certificate, by an authority that nobody else knows.
pub(crate) struct Certificate {
    key: String,
    chain: String,
    /// The authority's own, as `smtp.ca_file` wants it.
    pub(crate) authority: String,
}

impl Certificate {
    /// For a host of this name.
    pub(crate) fn of(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = || KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(params, key()).expect("an authority");
        let own = key();
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&own, &authority).expect("a certificate");
        Self {
            key: own.serialize_pem(),
            chain: certificate.pem(),
            authority: authority.pem(),
        }
    }
}

impl PostOffice {
    /// One without encryption.
    pub(crate) async fn open() -> Self {
        Self::with(json!({ "tls": "none" })).await
    }

    /// One that shows a certificate; `tls` is a word of `smtp.tls`.
    pub(crate) async fn showing(certificate: &Certificate, tls: &str) -> Self {
        Self::with(json!({ "tls": tls, "key": certificate.key, "cert": certificate.chain })).await
    }

    /// One with the options of `smtp.js`.
    pub(crate) async fn with(options: Value) -> Self {
        assert!(
            Path::new(FOLDER).join("node_modules/smtp-server").is_dir(),
            "the mail server for tests isn't installed: cargo xtask setup"
        );
        let mut child = Command::new("node")
            .args(["support/smtp.js", &options.to_string()])
            .current_dir(FOLDER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is there");
        let (tell, events) = unbounded_channel();
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("a line of JSON");
                // A test that is over doesn't listen any more.
                let _ = tell.send(event);
            }
        });
        let mut office = Self {
            input: child.stdin.take().expect("piped"),
            child,
            events,
            port: 0,
            tls: options["tls"].as_str().expect("a word").to_owned(),
        };
        let port = office.event("listening").await["port"].as_u64();
        office.port = port.and_then(|port| port.try_into().ok()).expect("a port");
        office
    }

    /// The settings that lead here, changed by `more`.
    pub(crate) fn settings(&self, more: &[(&str, &str)]) -> Settings {
        Settings::to(self.port, &self.tls).and(more)
    }

    /// The next event of this kind; others are passed over.
    pub(crate) async fn event(&mut self, kind: &str) -> Value {
        loop {
            let event = self.events.recv().await.expect("the mail server runs");
            if event["event"] == kind {
                return event;
            }
        }
    }

    /// How many events of this kind came until now, those that were looked for aside.
    pub(crate) fn count(&mut self, kind: &str) -> usize {
        let mut count = 0;
        while let Ok(event) = self.events.try_recv() {
            count += usize::from(event["event"] == kind);
        }
        count
    }

    /// Confirms the mails that were held back.
    pub(crate) fn release(&mut self) {
        self.input.write_all(b"\n").expect("it listens");
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        // Gone already, when it failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The section `smtp` of a configuration.
pub(crate) struct Settings(Vec<(String, String)>);

impl Settings {
    /// A mail server on this machine.
    pub(crate) fn to(port: u16, tls: &str) -> Self {
        let (port, own) = (port.to_string(), |text: &str| text.to_owned());
        Self(vec![
            (own("smtp.host"), own("localhost")),
            (own("smtp.port"), port),
            (own("smtp.tls"), own(tls)),
            (own("smtp.from"), own(FROM)),
        ])
    }

    fn and(mut self, more: &[(&str, &str)]) -> Self {
        for (key, value) in more {
            self.set(key, value);
        }
        self
    }

    /// Adds a key.
    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.0.push((key.to_owned(), value.to_owned()));
    }

    /// As `serve_with` takes them.
    pub(crate) fn keys(&self) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect()
    }
}
