//! The mail server.

use std::time::Duration;

use domain::accounts::SignUpPolicy;

use super::{Config, dev, lines, load, refusals};
use crate::config::{Smtp, SmtpTls};

/// The least that mail needs.
const LEAST: &str = "smtp.host = \"mail.example.com\"\nsmtp.from = \"login@example.com\"\n";

fn smtp(more: &str) -> Smtp {
    load(&format!("{LEAST}{more}"), &[])
        .smtp
        .expect("a mail server")
}

/// What is wrong with a mail server at `host`.
fn wrong(host: &str, more: &str) -> String {
    let file = format!("smtp.host = \"{host}\"\nsmtp.from = \"login@example.com\"\n{more}");
    refusals(&file, &[]).join("\n")
}

#[test]
fn a_host_and_a_sender_are_enough() {
    let smtp = smtp("");
    assert_eq!((smtp.host.as_str(), smtp.port), ("mail.example.com", 587));
    assert_eq!(smtp.tls, SmtpTls::StartTls);
    assert_eq!(smtp.from.to_string(), "login@example.com");
    assert_eq!(smtp.timeout, Duration::from_secs(30));
    assert!(smtp.login.is_none() && smtp.ca_file.is_none());
}

#[test]
fn the_port_follows_the_encryption_unless_it_is_set() {
    assert_eq!(smtp("smtp.tls = \"tls\"").port, 465);
    assert_eq!(smtp("smtp.tls = \"tls\"\nsmtp.port = 2465").port, 2465);
    let config = load(LEAST, &[]);
    assert!(
        config
            .describe()
            .contains(&("smtp.port".into(), "587".into(), "default"))
    );
}

#[test]
fn a_mail_server_opens_sign_up_unless_told_otherwise() {
    assert_eq!(load("", &[]).accounts.signup, SignUpPolicy::Closed);
    assert_eq!(load(LEAST, &[]).accounts.signup, SignUpPolicy::Open);
    let closed = format!("{LEAST}accounts.signup = \"closed\"");
    assert_eq!(load(&closed, &[]).accounts.signup, SignUpPolicy::Closed);
}

#[test]
fn the_environment_can_take_the_mail_server_away() {
    let file = format!("{LEAST}smtp.username = \"ada\"");
    assert_eq!(refusals(&file, &[]).len(), 1);
    let config = load(&file, &[("LATCHKEY_SMTP__HOST", "")]);
    assert!(config.smtp.is_none());
}

#[test]
fn unencrypted_mail_stays_on_this_machine() {
    let none = "smtp.tls = \"none\"";
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.3.2.1", "::1"] {
        let file = format!("smtp.host = \"{host}\"\nsmtp.from = \"login@example.com\"\n{none}");
        let smtp = load(&file, &[]).smtp.expect("a mail server");
        assert_eq!((smtp.tls, smtp.port), (SmtpTls::None, 25));
    }
    for host in [
        "mail.example.com",
        "10.0.0.1",
        "localhost.example.com",
        "::2",
        "0.0.0.0",
    ] {
        let problem = wrong(host, none);
        assert!(
            problem.starts_with("\"smtp.tls\" in latchkey.toml: none is for"),
            "{problem}"
        );
        assert_eq!(problem.lines().count(), 1, "{problem}");
        let other = wrong(
            host,
            &format!("{none}\nsmtp.plaintext_host = \"mail.example.net\""),
        );
        assert_eq!(other, problem, "only the host that is named");
    }
    let problem = lines(dev(&format!("{LEAST}{none}"))).join("\n");
    assert!(
        problem.contains("none is for"),
        "in development too: {problem}"
    );
}

#[test]
fn a_host_that_is_named_twice_may_go_unencrypted_and_never_sees_a_password() {
    let twice = "smtp.tls = \"none\"\nsmtp.plaintext_host = \"relay\"";
    let file = format!("smtp.host = \"relay\"\nsmtp.from = \"login@example.com\"\n{twice}");
    assert_eq!(
        load(&file, &[]).smtp.expect("a mail server").tls,
        SmtpTls::None
    );
    let login = "smtp.username = \"ada\"\nsmtp.password = \"pa55word\"";
    let problem = wrong("relay", &format!("{twice}\n{login}"));
    assert!(
        problem.contains("would send smtp.password readably"),
        "{problem}"
    );
    assert!(!problem.contains("pa55word"));
    let here = format!(
        "smtp.host = \"localhost\"\nsmtp.from = \"login@example.com\"\nsmtp.tls = \"none\"\n{login}"
    );
    assert!(
        load(&here, &[])
            .smtp
            .expect("a mail server")
            .login
            .is_some()
    );
}

#[test]
fn a_user_name_and_a_password_go_together() {
    let login = smtp("smtp.username = \"ada\"\nsmtp.password = \"pa55word\"").login;
    let (username, password) = login.expect("both");
    assert_eq!((username.as_str(), password.reveal()), ("ada", "pa55word"));
    for half in ["smtp.username = \"ada\"", "smtp.password = \"pa55word\""] {
        let problem = wrong("mail.example.com", half);
        assert!(problem.contains("is set, and this isn't"), "{problem}");
        assert!(!problem.contains("pa55word"));
    }
    let problem = wrong(
        "mail.example.com",
        "smtp.username = \"a\\r\\nb\"\nsmtp.password = \"x\"",
    );
    assert!(problem.contains("control characters"), "{problem}");
}

#[test]
fn the_password_may_come_from_a_file_and_is_shown_nowhere() {
    let file = format!("{LEAST}smtp.username = \"ada\"");
    let config = load(
        &file,
        &[("LATCHKEY_SMTP__PASSWORD_FILE", "/run/secrets/url")],
    );
    assert!(config.describe().contains(&(
        "smtp.password".into(),
        "(secret)".into(),
        "environment"
    )));
    let text = format!("{config:#?}");
    assert!(!text.contains("pa55word"), "{text}");
}

#[test]
fn a_sender_is_needed_and_must_be_one_line_with_a_plain_address() {
    let problem = refusals("smtp.host = \"mail.example.com\"", &[]).join("\n");
    assert!(
        problem.starts_with("\"smtp.from\" (default): smtp.host is set; wanted an address"),
        "{problem}"
    );
    for from in [
        "nonsense",
        "login@",
        "a@example.com, b@example.com",
        "Evil\\r\\nBcc: x@example.com <login@example.com>",
        "login@example.com\\n",
        "zoë@example.com",
    ] {
        let file = format!("smtp.host = \"mail.example.com\"\nsmtp.from = \"{from}\"");
        let problem = refusals(&file, &[]).join("\n");
        assert!(
            problem.starts_with("\"smtp.from\" in latchkey.toml: found the text"),
            "{from}: {problem}"
        );
    }
    for from in [
        "Zoë's House <login@example.com>",
        "latchkey@localhost",
        "\\\"A, B\\\" <a@example.com>",
    ] {
        let file = format!("smtp.host = \"mail.example.com\"\nsmtp.from = \"{from}\"");
        assert!(load(&file, &[]).smtp.is_some(), "{from}");
    }
}

#[test]
fn a_host_is_a_host_alone() {
    for host in [
        "mail.example.com:587",
        "smtp://mail.example.com",
        "a b",
        "[::1]",
        "a@b",
        "mail\\n",
    ] {
        let problem = wrong(host, "");
        assert!(
            problem.contains("wanted a host name or an IP address alone"),
            "{host}: {problem}"
        );
    }
    let problem = wrong("mail.example.com", "smtp.helo_name = \"a b\"");
    assert!(
        problem.contains(
            "\"smtp.helo_name\" in latchkey.toml: found the text \"a b\", wanted a host name"
        ),
        "{problem}"
    );
}

#[test]
fn we_introduce_ourselves_as_the_public_host_unless_told_otherwise() {
    for (url, name) in [
        ("https://id.example.com", "id.example.com"),
        ("http://127.0.0.1:8080", "[127.0.0.1]"),
        ("http://[::1]:8080", "[IPv6:::1]"),
    ] {
        assert_eq!(smtp(&format!("public_url = \"{url}\"")).helo_name, name);
    }
    assert_eq!(
        smtp("smtp.helo_name = \"out.example.com\"").helo_name,
        "out.example.com"
    );
    // One mistake is one line.
    let problems = refusals(&format!("{LEAST}public_url = \"x\""), &[]);
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn in_development_mail_may_leave_too() {
    assert!(Config::load(dev(LEAST)).expect("fine").smtp.is_some());
}
