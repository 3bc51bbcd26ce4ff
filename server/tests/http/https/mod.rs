//! https, by the program itself and by a proxy in front.

mod behind_nginx;
mod handshakes;
mod redirects;
mod rotation;
mod starting;

use tokio_rustls::rustls::{
    ProtocolVersion,
    version::{TLS12, TLS13},
};

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    tls::{Authority, Files, ask},
};

on_both! {
    async fn a_person_signs_in_over_tls(home: &Home) {
        let authority = Authority::new();
        let files = Files::of(home, &authority.issues("id.example"));
        let server = home.serve_with(&files.keys()).await;
        server.account("ada@example.com", PASSWORD).await;
        let browser = authority.trusting().browser_at(&server).await;
        let page = browser.get("/login").await;
        page.is(200).is_a_page();
        assert_eq!(page.header("strict-transport-security"), "max-age=63072000");
        let mark = page.cookie("__Host-latchkey-browser").expect("a mark");
        assert!(mark.ends_with("; Secure"), "{mark}");
        let answer = browser.sign_in("ada@example.com", PASSWORD).await;
        answer.leads_to("/account");
        let cookie = answer.cookie("__Host-latchkey").expect("a session");
        for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        browser.get("/account/sessions").await.is(200).says("127.0.0.1");
        let elsewhere = browser.posts("/logout", &[]).with("sec-fetch-site", "cross-site");
        elsewhere.send().await.is(403);
        assert!(browser.is_signed_in().await);
        server.stop().await;
    }
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_and_http_1_1_inside() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let files = Files::of(&home, &authority.issues("id.example"));
    let server = home.serve_with(&files.keys()).await;
    for (version, spoken) in [
        (&TLS12, ProtocolVersion::TLSv1_2),
        (&TLS13, ProtocolVersion::TLSv1_3),
    ] {
        let client = authority.trusting_by(version);
        let stream = client.connects(server.address, "id.example").await;
        let mut stream = stream.expect("a safe connection");
        let connection = stream.get_ref().1;
        assert_eq!(connection.protocol_version(), Some(spoken));
        assert_eq!(connection.alpn_protocol(), Some(&b"http/1.1"[..]));
        let certificates = connection.peer_certificates().expect("some");
        assert_eq!(certificates.len(), 2, "the whole chain is shown");
        let answer = ask(&mut stream, "id.example").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}
