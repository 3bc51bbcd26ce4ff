//! https by the program itself, and the way to it.

use std::path::Path;

use super::{dev, lines, load, refusals};

const HTTPS: &str = "public_url = \"https://id.example\"\n";
const BOTH: &str = "tls.certificate = \"/c.pem\"\ntls.private_key = \"/k.pem\"\n";

#[test]
fn a_certificate_and_its_key_go_together() {
    let files = load(&format!("{HTTPS}{BOTH}"), &[]).tls.files;
    let files = files.expect("a pair");
    assert_eq!(files.certificate, Path::new("/c.pem"));
    assert_eq!(files.private_key, Path::new("/k.pem"));
    let half = refusals(&format!("{HTTPS}tls.certificate = \"/c.pem\""), &[]);
    assert_eq!(
        half,
        ["\"tls.private_key\" (default): tls.certificate is set, and this isn't"]
    );
    let half = refusals(&format!("{HTTPS}tls.private_key = \"/k.pem\""), &[]);
    assert_eq!(
        half,
        ["\"tls.certificate\" (default): tls.private_key is set, and this isn't"]
    );
}

#[test]
fn the_environment_can_take_https_away() {
    let variables = [
        ("LATCHKEY_TLS__CERTIFICATE", ""),
        ("LATCHKEY_TLS__PRIVATE_KEY", ""),
    ];
    let config = load(&format!("{HTTPS}{BOTH}"), &variables);
    assert!(config.tls.files.is_none());
}

#[test]
fn a_certificate_wants_an_https_public_url() {
    let problem = "\"tls.certificate\" in latchkey.toml: is set, and public_url is http: with a \
                   certificate it has to be https";
    assert_eq!(refusals(BOTH, &[]), [problem]);
    assert_eq!(lines(dev(BOTH)), [problem]);
    // One mistake is one line.
    let problems = refusals(&format!("public_url = \"x\"\n{BOTH}"), &[]);
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn a_redirect_leads_from_an_address_of_its_own_to_https() {
    let redirect = "listen.redirect_address = \"0.0.0.0:80\"\n";
    let config = load(&format!("{HTTPS}{redirect}"), &[]);
    let address = config.listen.redirect_address.expect("an address");
    assert_eq!(address.to_string(), "0.0.0.0:80");
    for (file, problem) in [
        (
            redirect.to_owned(),
            "\"listen.redirect_address\" in latchkey.toml: is set, and public_url is http",
        ),
        (
            format!("{HTTPS}listen.redirect_address = \"127.0.0.1:8080\""),
            "\"listen.redirect_address\" in latchkey.toml: found the text \"127.0.0.1:8080\", \
             wanted another one than listen.address",
        ),
        (
            format!("{HTTPS}listen.redirect_address = \"80\""),
            "\"listen.redirect_address\" in latchkey.toml: found the text \"80\", wanted an IP",
        ),
        (
            "listen.metrics_address = \"127.0.0.1:8080\"".to_owned(),
            "\"listen.metrics_address\" in latchkey.toml: found the text \"127.0.0.1:8080\", \
             wanted another one than those of pages",
        ),
        (
            "listen.metrics_address = \"here\"".to_owned(),
            "\"listen.metrics_address\" in latchkey.toml: found the text \"here\", wanted an IP",
        ),
    ] {
        let problems = refusals(&file, &[]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(problem), "{problems:?}");
    }
    let problems = lines(dev(&format!("{HTTPS}{redirect}")));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].contains("nothing else goes with --dev"),
        "{problems:?}"
    );
}
