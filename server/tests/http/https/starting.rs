//! What a start says about the certificate, and what it refuses.

use std::time::Duration;

use domain::clock::Clock;
use server::{SystemClock, startup::StartError};

use crate::support::{
    home::Home,
    program::{Program, error_of, free_port, run, text_of},
    tls::{Authority, Files, replace},
};

#[tokio::test]
async fn a_certificate_that_cannot_be_shown_is_refused_by_the_name_of_its_key() {
    let home = Home::sqlite();
    let authority = Authority::new();
    let good = authority.issues("id.example");
    let files = Files::of(&home, &good);
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let other = authority.issues("id.example").key;
    let cut = &good.key[..good.key.len() - 40];
    for (chain, key, problem) in [
        (
            good.chain.as_str(),
            other.as_str(),
            "tls.private_key # doesn't belong to the certificate of tls.certificate #",
        ),
        (
            &good.chain,
            encrypted,
            "tls.private_key # holds no private key, or one with a passphrase",
        ),
        (
            &good.chain,
            &good.chain,
            "tls.private_key # holds no private key",
        ),
        (&good.chain, cut, "tls.private_key # isn't PEM"),
        (
            &good.chain,
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "tls.private_key # holds a key of a kind that isn't supported",
        ),
        (
            &good.key,
            &good.key,
            "tls.certificate # holds no certificate",
        ),
        ("", &good.key, "tls.certificate # holds no certificate"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            &good.key,
            "tls.certificate # can't be understood",
        ),
    ] {
        replace(&files.certificate, chain);
        replace(&files.private_key, key);
        match home.try_serve_with(&files.keys()).await {
            Err(StartError::Tls(error)) => {
                let error = error.to_string();
                let short = error
                    .replace(&files.certificate.display().to_string(), "#")
                    .replace(&files.private_key.display().to_string(), "#");
                assert!(short.starts_with(problem), "{error}");
                assert!(
                    !error.contains(key.lines().nth(1).unwrap_or("-")),
                    "{error}"
                );
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it started: {problem}"),
        }
        assert!(!home.folder().join("latchkey.db").exists(), "{problem}");
    }
    std::fs::remove_file(&files.private_key).expect("it was there");
    match home.try_serve_with(&files.keys()).await {
        Err(StartError::Tls(error)) => {
            assert!(
                error
                    .to_string()
                    .ends_with("key.pem can't be read: entity not found"),
                "{error}"
            );
        }
        _ => panic!("a file is missing"),
    }
}

#[tokio::test]
async fn a_certificate_without_its_key_or_with_plain_http_is_refused() {
    let home = Home::sqlite();
    let files = Files::of(&home, &Authority::new().issues("id.example"));
    let certificate = ("LATCHKEY_TLS__CERTIFICATE", files.keys()[1].1);
    let key = ("LATCHKEY_TLS__PRIVATE_KEY", files.keys()[2].1);
    let https = ("LATCHKEY_PUBLIC_URL", "https://id.example");
    for (variables, problem) in [
        (vec![https, certificate], "tls.private_key"),
        (vec![https, key], "tls.private_key is set, and this isn't"),
        (
            vec![certificate, key],
            "LATCHKEY_TLS__CERTIFICATE: is set, and public_url is http",
        ),
    ] {
        let output = run(&home, &["serve"], &variables, "");
        assert_eq!(output.status.code(), Some(78));
        assert!(error_of(&output).contains(problem), "{}", error_of(&output));
    }
    let output = run(&home, &["check-config"], &[https, certificate, key], "");
    assert!(output.status.success(), "{}", error_of(&output));
    assert!(text_of(&output).contains("tls.private_key = "));
    replace(&files.private_key, "nonsense");
    let output = run(&home, &["check-config"], &[https, certificate, key], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        error_of(&output).contains("tls.private_key"),
        "{}",
        error_of(&output)
    );
}

#[tokio::test]
async fn a_start_warns_of_what_browsers_will_not_like() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::sqlite();
    let authority = Authority::new();
    let now = SystemClock.now();
    let soon = now.plus(Duration::from_hours(20 * 24));
    let issues = |host: &str, end| authority.issues_until(host, end);
    let lax = std::fs::Permissions::from_mode(0o644);
    for (issued, readable, warnings) in [
        (authority.issues("id.example"), false, &[][..]),
        (
            issues("id.example", soon),
            false,
            &["the certificate expires soon"],
        ),
        (
            issues("id.example", now),
            false,
            &["the certificate has expired"],
        ),
        (
            authority.issues("id.example.net"),
            true,
            &[
                "isn't for the host of public_url",
                "everybody on this machine can read tls.private_key",
            ],
        ),
    ] {
        let files = Files::of(&home, &issued);
        if readable {
            std::fs::set_permissions(&files.private_key, lax.clone()).expect("it is ours");
        }
        let program = Program::serve(&home, free_port(), &files.keys());
        let (well, lines) = program.stop();
        assert!(well);
        for warning in [
            "expires soon",
            "has expired",
            "isn't for the host",
            "everybody on this machine",
        ] {
            let wanted = warnings.iter().any(|wanted| wanted.contains(warning));
            let told = lines.iter().filter(|line| line.contains(warning)).count();
            assert_eq!(told, usize::from(wanted), "{warning}: {lines:?}");
        }
        let days = lines.iter().any(|line| line.contains("days=19"));
        assert_eq!(
            days,
            warnings == ["the certificate expires soon"],
            "{lines:?}"
        );
    }
}
