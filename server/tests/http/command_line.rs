//! The program itself: what its commands answer and how they end.

use crate::support::{
    OTHER_PASSWORD, PASSWORD,
    home::Home,
    on_both,
    program::{Program, error_of, free_port, run, text_of},
};

on_both! {
    async fn an_unknown_variable_is_refused_with_the_nearest_key(home: &Home) {
        let output = run(home, &["serve"], &[("LATCHKEY_DATABSE__URL", "x")], "");
        assert_eq!(output.status.code(), Some(78));
        let error = error_of(&output);
        assert!(error.contains("unknown variable LATCHKEY_DATABSE__URL"), "{error}");
        assert!(error.contains("did you mean LATCHKEY_DATABASE__URL?"), "{error}");
    }

    async fn an_unknown_key_is_refused_with_the_nearest(home: &Home) {
        std::fs::write(home.folder().join("latchkey.toml"), "[sessions]\nidle_hour = 2\n").expect("written");
        let output = run(home, &["check-config"], &[], "");
        assert_eq!(output.status.code(), Some(78));
        let error = error_of(&output);
        assert!(error.contains("idle_hour") && error.contains("idle_hours"), "{error}");
    }

    async fn weak_hashing_is_refused_outside_development(home: &Home) {
        let output = run(home, &["serve"], &[("LATCHKEY_PASSWORDS__MEMORY_KIB", "64")], "");
        assert_eq!(output.status.code(), Some(78));
        assert!(error_of(&output).contains("too weak"), "{}", error_of(&output));
    }

    async fn development_mode_listens_on_this_machine_only(home: &Home) {
        let output = run(home, &["serve", "--dev"], &[("LATCHKEY_LISTEN__ADDRESS", "0.0.0.0:0")], "");
        assert_eq!(output.status.code(), Some(78));
        assert!(error_of(&output).contains("loopback"), "{}", error_of(&output));
    }

    async fn an_unusable_ca_file_is_a_mistake_of_the_configuration(home: &Home) {
        let variables = [
            ("LATCHKEY_SMTP__HOST", "localhost"),
            ("LATCHKEY_SMTP__FROM", "login@example.com"),
            ("LATCHKEY_SMTP__CA_FILE", "/nowhere/authority.pem"),
            ("LATCHKEY_LISTEN__ADDRESS", "127.0.0.1:0"),
        ];
        let output = run(home, &["serve"], &variables, "");
        assert_eq!(output.status.code(), Some(78), "{}", error_of(&output));
    }

    async fn an_address_that_is_taken_may_be_free_later(home: &Home) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let output = run(home, &["serve"], &[("LATCHKEY_LISTEN__ADDRESS", &address)], "");
        assert_eq!(output.status.code(), Some(1));
        assert!(error_of(&output).contains("can't listen on"), "{}", error_of(&output));
    }

    async fn the_sample_is_printed_whatever_is_configured(home: &Home) {
        std::fs::write(home.folder().join("latchkey.toml"), "nonsense").expect("written");
        let output = run(home, &["check-config", "--sample"], &[("LATCHKEY_ZZZ", "")], "");
        assert!(output.status.success(), "{}", error_of(&output));
        assert_eq!(text_of(&output), server::config::sample());
        let output = run(home, &["check-config", "--sample", "--json"], &[], "");
        assert_eq!(output.status.code(), Some(2), "one or the other");
    }

    async fn a_new_installation_is_announced(home: &Home) {
        let create = ["users", "create", "--email", "ada@example.com", "--verified"];
        let made = format!("latchkey: made a new installation in {}", home.folder().display());
        home.empty().await;
        for is_new in [true, false] {
            let output = run(home, &create, &[], PASSWORD);
            let said = error_of(&output).contains("made a new installation in ");
            assert_eq!(said, is_new, "{}", error_of(&output));
            if home.is_sqlite() && is_new {
                assert_eq!(error_of(&output).trim_end(), made);
            }
            assert!(!error_of(&output).contains("postgres://"));
        }
    }

    async fn what_the_database_remarks_at_each_start_is_not_logged(home: &Home) {
        for _ in 0..2 {
            let output = run(home, &["migrate"], &[], "");
            assert!(output.status.success());
            assert_eq!(error_of(&output), "");
        }
    }

    async fn health_says_whether_the_server_lives(home: &Home) {
        let port = free_port();
        for (listen, everywhere) in [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")] {
            let asked = format!("{everywhere}:{port}");
            let asked = [("LATCHKEY_LISTEN__ADDRESS", asked.as_str())];
            let output = run(home, &["health"], &asked, "");
            assert_eq!(output.status.code(), Some(1));
            assert!(error_of(&output).contains("nobody answers at 127.0.0.1"), "{}", error_of(&output));
            let program = Program::serve(home, port, &[("listen.address", &format!("{listen}:{port}"))]);
            let output = run(home, &["health"], &asked, "");
            assert!(output.status.success(), "{}", error_of(&output));
            assert_eq!(text_of(&output) + &error_of(&output), "");
            program.stop();
        }
    }

    async fn a_backup_is_whole_while_people_sign_up(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let file = home.folder().join("backup.db");
        let name = file.display().to_string();
        let writing = async {
            for number in 0..20 {
                let email = format!("person{number}@example.com");
                server.browser().sign_up(&email, PASSWORD).await.is(303);
            }
        };
        let copying = async {
            tokio::task::block_in_place(|| run(home, &["backup", &name], &[], ""))
        };
        let ((), output) = futures_util::future::join(writing, copying).await;
        if !home.is_sqlite() {
            assert_eq!(output.status.code(), Some(1));
            assert!(error_of(&output).contains("pg_dump"), "{}", error_of(&output));
            assert!(!file.exists());
            return;
        }
        assert!(output.status.success(), "{}", error_of(&output));
        assert!(text_of(&output).contains("The master key isn't in it"), "{}", text_of(&output));
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().expect("there").permissions());
        assert_eq!(mode & 0o777, 0o600);
        let again = run(home, &["backup", &name], &[], "");
        assert_eq!(again.status.code(), Some(1), "nothing is overwritten");

        let restored = Home::sqlite();
        for (from, to) in [("backup.db", "latchkey.db"), ("master.key", "master.key")] {
            std::fs::copy(home.folder().join(from), restored.folder().join(to)).expect("copied");
        }
        let server = restored.serve_with(&[("public_url", &server.url)]).await;
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
    }

    async fn users_are_listed_disabled_enabled_and_promoted(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        let user = |verb: &str, email: &str| run(home, &["users", verb, "--email", email], &[], "");
        let said = |output: std::process::Output| {
            assert!(output.status.success(), "{}", error_of(&output));
            text_of(&output)
        };
        assert_eq!(said(user("disable", "ADA@example.com")), "ADA@example.com is disabled now.\n");
        assert_eq!(said(user("disable", "ada@example.com")), "ada@example.com is disabled already.\n");
        assert!(!browser.is_signed_in().await);
        browser.sign_in("ada@example.com", PASSWORD).await.is(422);
        assert_eq!(said(user("enable", "ada@example.com")), "ada@example.com is enabled now.\n");
        browser.sign_in_and_stay("ada@example.com", PASSWORD).await.leads_to("/account");
        assert_eq!(said(user("promote", "ada@example.com")), "ada@example.com is an administrator now.\n");
        assert!(!browser.is_signed_in().await, "an administrator's sessions are short ones");
        assert_eq!(said(user("promote", "ada@example.com")), "ada@example.com is an administrator already.\n");

        let output = user("disable", "nobody@example.com");
        assert_eq!(output.status.code(), Some(1));
        assert!(error_of(&output).contains("no account has the address nobody@example.com"));
        let list = said(run(home, &["users", "list", "--json"], &[], ""));
        let list: serde_json::Value = serde_json::from_str(&list).expect("one JSON document");
        let ada = &list["users"][0];
        assert_eq!((&ada["email"], &ada["admin"], &ada["disabled"]), (&"ada@example.com".into(), &true.into(), &false.into()));
        assert!(said(run(home, &["users", "list"], &[], "")).starts_with("ada@example.com  Ada Lovelace  "));
        let mut raw = home.raw().await;
        for (kind, times) in [("account.disabled", 1), ("account.enabled", 1), ("role.granted", 1), ("session.ended", 2)] {
            let sql = format!("SELECT COUNT(*) FROM audit_events WHERE kind = '{kind}'");
            assert_eq!(raw.number(&sql).await, times, "{kind}");
        }
    }

    async fn a_user_is_made_once(home: &Home) {
        let create = ["users", "create", "--email", "Ada@Example.com", "--name", "Ada", "--verified", "--json"];
        let output = run(home, &create, &[], &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{}", error_of(&output));
        let made: serde_json::Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
        assert_eq!(made["created"], "Ada@Example.com");

        let again = ["users", "create", "--email", "ADA@example.com", "--verified"];
        let output = run(home, &again, &[], &format!("{OTHER_PASSWORD}\n"));
        assert_eq!(output.status.code(), Some(3), "{}", error_of(&output));
        assert!(error_of(&output).contains("has an account already"));

        let server = home.serve().await;
        server.browser().sign_in("ada@example.com", PASSWORD).await.leads_to("/account");
        server.browser().sign_in("ada@example.com", OTHER_PASSWORD).await.is(422);
    }

    async fn an_administrator_is_made_with_the_role(home: &Home) {
        let create = ["users", "create", "--email", "root@example.com", "--verified", "--admin"];
        let output = run(home, &create, &[], PASSWORD);
        assert!(output.status.success(), "{}", error_of(&output));
        assert_eq!(text_of(&output), "Created root@example.com.\n");
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM role_grants WHERE role = 'admin'").await, 1);
    }

    async fn a_user_that_cannot_be_made_leaves_nothing(home: &Home) {
        let verified = ["users", "create", "--email", "ada@example.com", "--verified"];
        for (arguments, input, code, word) in [
            (&verified[..], "short\n", 1, "password"),
            (&verified[..], "", 1, "password"),
            (&["users", "create", "--email", "nonsense", "--verified"][..], PASSWORD, 1, "e-mail"),
            (&["users", "create", "--email", "ada@example.com"][..], PASSWORD, 2, "--verified"),
            (&["users", "create", "--verified"][..], PASSWORD, 2, "--email"),
        ] {
            let output = run(home, arguments, &[], input);
            assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", error_of(&output));
            assert!(error_of(&output).contains(word), "{arguments:?}: {}", error_of(&output));
            assert!(!error_of(&output).contains("panicked"));
            assert!(!error_of(&output).contains(PASSWORD));
        }
        drop(home.serve().await);
        let mut rows = home.rows().await;
        // A start makes signing keys, and leaves events of that.
        let of_users = "SELECT COUNT(*) FROM audit_events WHERE kind NOT LIKE 'signing_key.%'";
        assert_eq!(home.raw().await.number(of_users).await, 0);
        rows.retain(|(table, _)| table != "audit_events");
        assert!(rows.iter().all(|(_, count)| *count == 0), "{rows:?}");
    }

    async fn waiting_mail_is_listed_and_shown(home: &Home) {
        if home.is_sqlite() {
            let output = run(home, &["mail", "list"], &[], "");
            assert_eq!(output.status.code(), Some(1), "a mistyped folder is no new installation");
            assert!(error_of(&output).contains("there is no database at"));
        }
        let server = home.serve().await;
        let output = run(home, &["mail", "list", "--json"], &[], "");
        let empty: serde_json::Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
        assert_eq!(empty["items"], serde_json::json!([]), "{}", error_of(&output));
        assert_eq!(text_of(&run(home, &["mail", "list"], &[], "")), "No mail waits.\n");

        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        let link = server.confirmation_link("ada@example.com").await;
        let url = server.url.clone();
        let at = [("LATCHKEY_PUBLIC_URL", url.as_str())];
        let output = run(home, &["mail", "list", "--json"], &at, "");
        let listed: serde_json::Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
        let mail = &listed["items"][0];
        assert_eq!(mail["to"], "ada@example.com");
        assert_eq!(mail["subject"], "Confirm your email for Latchkey");
        assert_eq!(mail["link"], format!("{url}{link}"));

        let id = mail["id"].as_str().expect("an id");
        let shown = text_of(&run(home, &["mail", "show", id], &at, ""));
        assert!(shown.contains("To: ada@example.com") && shown.contains(&link), "{shown}");
        let shown = text_of(&run(home, &["mail", "show", id, "--json"], &at, ""));
        let shown: serde_json::Value = serde_json::from_str(&shown).expect("one JSON document");
        assert_eq!(&shown, mail);
        for id in ["nonsense", "", "' OR 1=1 --"] {
            let output = run(home, &["mail", "show", id], &at, "");
            assert_eq!(output.status.code(), Some(1), "{id}");
            assert!(error_of(&output).contains("there is no mail by that id"));
        }
    }

    async fn check_config_names_every_source_and_shows_no_secret(home: &Home) {
        let variables = [("LATCHKEY_SESSIONS__IDLE_HOURS", "3"), ("LATCHKEY_DATABASE__URL", "postgres://u:geheim@h/d")];
        let output = run(home, &["check-config"], &variables, "");
        assert!(output.status.success(), "{}", error_of(&output));
        let text = text_of(&output);
        assert!(text.contains("sessions.idle_hours = 3    (environment)"), "{text}");
        assert!(text.contains("sessions.absolute_hours = 12    (default)"), "{text}");
        assert!(!text.contains("geheim"), "{text}");
        let output = run(home, &["check-config", "--json"], &variables, "");
        serde_json::from_str::<serde_json::Value>(&text_of(&output)).expect("one JSON document");
        assert!(!text_of(&output).contains("geheim"));
    }

    async fn a_changed_public_url_is_refused_until_it_is_accepted(home: &Home) {
        drop(home.serve_with(&[("public_url", "http://localhost:7001")]).await);
        let new = [("LATCHKEY_PUBLIC_URL", "https://id.example"), ("LATCHKEY_LISTEN__ADDRESS", "127.0.0.1:0")];
        let output = run(home, &["serve"], &new, "");
        assert_eq!(output.status.code(), Some(78));
        let error = error_of(&output);
        assert!(error.contains("https://id.example") && error.contains("http://localhost:7001"), "{error}");
        assert!(error.contains("latchkey migrate --accept-public-url"), "{error}");

        let output = run(home, &["migrate"], &new, "");
        assert!(output.status.success(), "{}", error_of(&output));
        assert!(home.try_serve_with(&[("public_url", "https://id.example")]).await.is_err(), "not accepted yet");
        let output = run(home, &["migrate", "--accept-public-url"], &new, "");
        assert!(output.status.success(), "{}", error_of(&output));
        drop(home.serve_with(&[("public_url", "https://id.example")]).await);
        assert!(home.try_serve_with(&[("public_url", "http://localhost:7001")]).await.is_err());
    }

    async fn a_database_that_cannot_be_opened_is_named_without_its_password(home: &Home) {
        let variables = [("LATCHKEY_DATABASE__URL", "postgres://u:geheim@127.0.0.1:1/d")];
        let output = run(home, &["serve"], &variables, "");
        assert_eq!(output.status.code(), Some(1));
        let error = error_of(&output);
        assert!(!error.is_empty() && !error.contains("geheim") && !error.contains("panicked"), "{error}");
    }
}
