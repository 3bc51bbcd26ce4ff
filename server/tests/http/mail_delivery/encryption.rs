//! Nothing is said to a mail server that can't be trusted.

use domain::mail::{MailState, TroubleKind};
use serde_json::json;

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    post_office::{Certificate, PostOffice, Settings},
    server::TestServer,
};

/// Writes an authority down and gives its path.
fn kept(home: &Home, certificate: &Certificate) -> String {
    let path = home.folder().join("authority.pem");
    std::fs::write(&path, &certificate.authority).expect("written");
    path.display().to_string()
}

/// Why the mail to an address waits, once somebody has tried.
async fn trouble(server: &TestServer, email: &str) -> TroubleKind {
    loop {
        // The mail server can't tell when we have given up; the queue can.
        if let MailState::Retry { why, .. } = server.mail_to(email).await.state {
            return why.kind;
        }
        tokio::task::yield_now().await;
    }
}

on_both! {
    async fn a_certificate_that_names_the_host_is_trusted_both_ways(home: &Home) {
        let certificate = Certificate::of("localhost");
        let authority = kept(home, &certificate);
        for tls in ["starttls", "tls"] {
            let mut office = PostOffice::showing(&certificate, tls).await;
            let settings = office.settings(&[("smtp.ca_file", &authority)]);
            let server = home.serve_with(&settings.keys()).await;
            server.browser().sign_up(&format!("{tls}@example.com"), PASSWORD).await.is(303);
            let mail = office.event("message").await;
            assert_eq!((&mail["secure"], &mail["to"][0]), (&true.into(), &json!(format!("{tls}@example.com"))));
            server.stop().await;
        }
    }

    async fn a_certificate_of_another_host_or_an_unknown_authority_is_refused(home: &Home) {
        let (other, own) = (Certificate::of("mail.example.com"), Certificate::of("localhost"));
        let known = kept(home, &other);
        for (number, (certificate, authority)) in
            [(&other, known.as_str()), (&own, known.as_str()), (&own, "")].into_iter().enumerate()
        {
            for tls in ["starttls", "tls"] {
                let mut office = PostOffice::showing(certificate, tls).await;
                let settings = office.settings(&[("smtp.ca_file", authority)]);
                let server = home.serve_with(&settings.keys()).await;
                let email = format!("{tls}{number}@example.com");
                server.browser().sign_up(&email, PASSWORD).await.is(303);
                assert_eq!(trouble(&server, &email).await, TroubleKind::Insecure);
                server.stop().await;
                assert_eq!(office.count("recipient"), 0, "nothing was said");
            }
        }
    }

    async fn a_mail_server_that_offers_no_encryption_is_told_nothing(home: &Home) {
        let mut office = PostOffice::with(json!({ "tls": "none", "user": "u", "password": "p" })).await;
        let mut settings = Settings::to(office.port, "starttls");
        settings.set("smtp.username", "u");
        settings.set("smtp.password", "p");
        let server = home.serve_with(&settings.keys()).await;
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        assert_eq!(trouble(&server, "ada@example.com").await, TroubleKind::Insecure);
        server.stop().await;
        assert_eq!(office.count("recipient") + office.count("login refused"), 0);
    }

    async fn an_authority_that_cannot_be_read_stops_the_start(home: &Home) {
        let empty = home.folder().join("empty.pem");
        std::fs::write(&empty, "no certificate").expect("written");
        for (path, word) in [("/nowhere/authority.pem", "can't be read"), (empty.to_str().expect("text"), "holds no")] {
            let mut settings = Settings::to(1, "tls");
            settings.set("smtp.ca_file", path);
            let error = home.try_serve_with(&settings.keys()).await.err().expect("refused");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
