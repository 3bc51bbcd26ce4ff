//! The OpenID provider that is not ours, for the journeys of those who sign in with one.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::guarded_child::GuardedChild;

const SECRET: &str = "only for the journeys";

/// It stands in the configuration twice, as two clients of it: as one that isn't believed about
/// addresses, which is what everybody gets who doesn't ask for more, and as one that is.
const ENTRIES: [(&str, &str, &str); 2] = [
    ("stranger", "Stranger", "false"),
    ("friend", "Friend", "true"),
];

/// A running provider; it ends when its holder does.
#[derive(Debug)]
pub(super) struct StrangeProvider {
    _child: GuardedChild,
    issuer: String,
}

impl StrangeProvider {
    /// Starts it for servers at these addresses.
    pub(super) fn start(checkout: &Checkout, folder: &Path, servers: &[String]) -> Outcome<Self> {
        let log = folder.join("provider.log");
        let errors = File::create(&log).attempt(format!("write {}", log.display()))?;
        let mut node = checkout.program("node");
        node.current_dir(checkout.root().join("end2end"))
            .args(["support/oidc.js", &options(servers)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors);
        let mut child = GuardedChild::start(&mut node, folder, "TERM")?;
        let mut line = String::new();
        if let Some(output) = child.take_output() {
            BufReader::new(output)
                .read_line(&mut line)
                .attempt("read where the provider listens")?;
        }
        let issuer = issuer(&line).ok_or_else(|| {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            Failure::new(format!("the provider did not start:\n{log}"))
        })?;
        Ok(Self {
            issuer: issuer.to_owned(),
            _child: child,
        })
    }

    /// Where browsers and servers find it.
    pub(super) fn url(&self) -> &str {
        &self.issuer
    }

    /// What a server is told of it.
    pub(super) fn settings(&self) -> Vec<(String, &str)> {
        let mut settings = vec![(
            "LATCHKEY_SOCIAL__ALLOW_PRIVATE_ADDRESSES".to_owned(),
            "true",
        )];
        for (number, (id, name, trusted)) in ENTRIES.into_iter().enumerate() {
            let keys = [
                ("ID", id),
                ("NAME", name),
                ("ISSUER", &self.issuer),
                ("CLIENT_ID", id),
                ("CLIENT_SECRET", SECRET),
                ("TRUST_EMAIL", trusted),
            ];
            settings.extend(keys.map(|(key, value)| {
                let name = format!("LATCHKEY_SOCIAL__PROVIDERS__{number}__{key}");
                (name, value)
            }));
        }
        settings
    }
}

/// The argument of `support/oidc.js`. Nothing in it needs to be escaped.
fn options(servers: &[String]) -> String {
    let callbacks: Vec<String> = servers
        .iter()
        .flat_map(|server| ENTRIES.map(|(id, ..)| format!("\"{server}/auth/{id}/callback\"")))
        .collect();
    let clients = ENTRIES.map(|(id, ..)| format!("\"{id}\""));
    format!(
        r#"{{"authentication":"client_secret_basic","algorithm":"RS256","client":[{}],"secret":"{SECRET}","redirectUris":[{}]}}"#,
        clients.join(","),
        callbacks.join(",")
    )
}

/// What the provider's first line says.
fn issuer(line: &str) -> Option<&str> {
    line.trim()
        .strip_prefix(r#"{"issuer":""#)?
        .strip_suffix(r#""}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_is_a_place_to_come_back_to() {
        let servers = ["http://localhost:1", "http://localhost:2"].map(str::to_owned);
        let options = options(&servers);
        for callback in [
            r#"["http://localhost:1/auth/stranger/callback","#,
            r#""http://localhost:2/auth/friend/callback"]}"#,
        ] {
            assert!(options.contains(callback), "{options}");
        }
    }

    #[test]
    fn the_first_line_names_the_issuer() {
        let line = "{\"issuer\":\"http://127.0.0.1:1\"}\n";
        assert_eq!(issuer(line), Some("http://127.0.0.1:1"));
        assert_eq!(issuer(""), None);
    }
}
