//! What `latchkey doctor` finds, and that it changes nothing.

use std::{
    collections::BTreeMap, os::unix::fs::PermissionsExt, path::Path, process::Output,
    time::Duration,
};

use domain::clock::Clock;
use serde_json::{Value, json};
use server::SystemClock;

use crate::support::{
    PASSWORD,
    home::{Home, variable},
    on_both,
    post_office::{Certificate, PostOffice, Settings},
    program::{error_of, run, text_of},
    tls::{Authority, Files, replace},
};

/// What a visit found: state, words and advice by check; several findings of a check are joined.
struct Visit {
    output: Output,
    checks: Vec<Value>,
}

impl Visit {
    /// The state of a check, and what was found.
    #[track_caller]
    fn says(&self, check: &str, state: &str, words: &str) -> &Self {
        let of_check: Vec<_> = self
            .checks
            .iter()
            .filter(|found| found["check"] == check)
            .collect();
        let matching = of_check.iter().find(|found| {
            let all = format!("{} {}", found["found"], found["next"]);
            found["state"] == state && all.contains(words)
        });
        assert!(
            matching.is_some(),
            "no {check}: {state}: {words} in {of_check:#?}"
        );
        let advised = of_check
            .iter()
            .all(|found| found["next"].is_string() != (found["state"] == "ok"));
        assert!(advised, "advice belongs to every complaint: {of_check:#?}");
        self
    }

    /// That there is no problem, or that there is one.
    #[track_caller]
    fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.output.status.code(), Some(code), "{:#?}", self.checks);
        self
    }
}

/// Has the home looked at, with these settings.
fn visit(home: &Home, keys: &[(&str, &str)]) -> Visit {
    let named: Vec<_> = keys
        .iter()
        .map(|(key, value)| (variable(key), *value))
        .collect();
    let variables: Vec<_> = named
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let output = run(home, &["doctor", "--json"], &variables, "");
    let document: Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
    assert_eq!(document["healthy"], output.status.success());
    assert_eq!(
        error_of(&output).contains("problem"),
        !output.status.success()
    );
    Visit {
        checks: document["checks"].as_array().expect("a list").clone(),
        output,
    }
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("ours");
}

/// Every file of a folder, and its content.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// Waits until nobody has the database's file open: connections end on threads of their own.
async fn at_rest(home: &Home) {
    while home.folder().join("latchkey.db-wal").exists() {
        tokio::task::yield_now().await;
    }
}

on_both! {
    async fn nothing_yet_is_no_fault_and_stays_nothing(home: &Home) {
        home.empty().await;
        let data = home.folder().join("data");
        let found = visit(home, &[("data.folder", data.to_str().expect("text"))]);
        found.ends(0).says("data folder", "ok", "nothing here yet").says("master key", "ok", "nothing here yet");
        let check = if home.is_sqlite() { "database" } else { "tables" };
        found.says(check, "ok", "nothing here yet; `latchkey serve` makes");
        assert!(files(home.folder()).is_empty());
    }

    async fn a_healthy_installation_is_left_as_it_was(home: &Home) {
        // The program goes by the machine's clock.
        home.clock.advance(SystemClock.now().since(home.clock.now()));
        mode(home.folder(), 0o700);
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        server.browser().sign_up("bob@example.com", PASSWORD).await.is(303);
        let url = server.url.clone();
        server.stop().await;
        let rows = home.rows().await;
        at_rest(home).await;
        let before = files(home.folder());
        let found = visit(home, &[("public_url", &url), ("listen.address", "127.0.0.1:0")]);
        found.ends(0)
            .says("configuration", "ok", "by the environment")
            .says("data folder", "ok", "owner's alone")
            .says("database", "ok", if home.is_sqlite() { "SQLite 3" } else { "PostgreSQL " })
            .says("tables", "ok", "this version's")
            .says("address", "ok", &url)
            .says("master key", "ok", "opens what rests sealed")
            .says("clock", "ok", "20")
            .says("mail server", "warning", "none is named")
            .says("mail queue", "warning", "1 mail waiting, 0 given up")
            .says("password hashing", "ok", " ms, argon2");
        assert!(files(home.folder()) == before);
        assert_eq!(home.rows().await, rows);
    }

    async fn a_server_that_runs_is_not_disturbed(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        visit(home, &[("public_url", &server.url), ("listen.address", "127.0.0.1:0")])
            .ends(0)
            .says("tables", "ok", "this version's");
        assert!(browser.is_signed_in().await);
        server.another_browser_of("ada@example.com").await;
    }

    async fn people_get_a_line_for_each_check(home: &Home) {
        drop(home.serve().await);
        let output = run(home, &["doctor"], &[("LATCHKEY_PUBLIC_URL", "https://id.example")], "");
        assert_eq!(output.status.code(), Some(1));
        assert!(error_of(&output).contains("latchkey: 1 problem"), "{}", error_of(&output));
        let text = text_of(&output);
        for line in text.lines() {
            let word = line.split(' ').next();
            assert!(matches!(word, Some("ok" | "warning" | "problem" | "")), "{line}");
        }
        assert!(text.contains("problem  address: public_url is https://id.example, but"), "{text}");
        assert!(text.contains("latchkey migrate --accept-public-url"), "{text}");
    }

    async fn mistakes_in_the_configuration_are_all_told(home: &Home) {
        visit(home, &[("log.level", "loud"), ("passwords.min_length", "4")])
            .ends(1)
            .says("configuration", "problem", "LATCHKEY_LOG__LEVEL")
            .says("configuration", "problem", "LATCHKEY_PASSWORDS__MIN_LENGTH");
    }

    async fn what_is_hardly_meant_is_told(home: &Home) {
        visit(home, &[("listen.address", "0.0.0.0:8080"), ("accounts.signup", "open")])
            .ends(0)
            .says("configuration", "warning", "nobody but this machine is answered")
            .says("configuration", "warning", "sign-up is open, but no mail leaves");
        visit(home, &[("listen.address", "127.0.0.1:8081")])
            .says("configuration", "warning", "but 127.0.0.1:8081 is listened on");
        let https = ("public_url", "https://id.example");
        visit(home, &[https]).says("configuration", "warning", "set http.proxy_hops");
        visit(home, &[https, ("http.proxy_hops", "1")]).says("configuration", "ok", "keys");
        let file = home.folder().join("latchkey.toml");
        std::fs::write(&file, "smtp.password = \"geheim\"").expect("written");
        mode(&file, 0o644);
        let found = visit(home, &[]);
        found.says("configuration", "warning", "holds a secret");
        assert!(!text_of(&found.output).contains("geheim"));
        mode(&file, 0o640);
        visit(home, &[]).says("configuration", "ok", "1 key set by the file");
    }

    async fn files_that_others_can_read_are_told(home: &Home) {
        drop(home.serve().await);
        let key = home.folder().join("master.key");
        for (bits, state, code) in [(0o604, "problem", 1), (0o640, "warning", 0)] {
            mode(&key, bits);
            visit(home, &[("public_url", home.address()), ("listen.address", "127.0.0.1:0")])
                .ends(code)
                .says("data folder", state, "chmod 0600");
        }
        mode(&key, 0o600);
        mode(home.folder(), 0o755);
        visit(home, &[]).says("data folder", "warning", "chmod 0700");
    }

    async fn tables_of_another_version_are_told(home: &Home) {
        drop(home.serve().await);
        let mut raw = home.raw().await;
        raw.run("DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)").await;
        visit(home, &[]).ends(1).says("tables", "problem", "run `latchkey migrate`");
        raw.run(
            "INSERT INTO _sqlx_migrations
                 (version, description, installed_on, success, checksum, execution_time)
             SELECT 9999, 'from the future', installed_on, success, checksum, execution_time
             FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
        visit(home, &[]).ends(1).says("tables", "problem", "a newer version's (migration 9999)");
    }

    async fn a_lost_or_another_master_key_is_told(home: &Home) {
        let server = home.serve().await;
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        server.stop().await;
        let key = home.folder().join("master.key");
        let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        visit(home, &[("secrets.master_key", other)])
            .ends(1)
            .says("master key", "problem", "opens none of the 1 queued mails");
        std::fs::remove_file(&key).expect("it was there");
        visit(home, &[]).ends(1).says("master key", "problem", "is missing");
        assert!(!key.exists());
        std::fs::write(&key, "nonsense").expect("written");
        mode(&key, 0o600);
        visit(home, &[]).ends(1).says("master key", "problem", "is not a master key");
    }

    async fn what_an_older_key_of_the_ring_sealed_is_told(home: &Home) {
        let server = home.serve().await;
        server.browser().sign_up("ada@example.com", PASSWORD).await.is(303);
        server.stop().await;
        let key = home.folder().join("master.key");
        let (old, new) = (std::fs::read_to_string(&key).expect("a key"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        std::fs::write(&key, format!("{new}\n{old}")).expect("written");
        let visited = || visit(home, &[("public_url", home.address()), ("listen.address", "127.0.0.1:0")]);
        visited().ends(0).says("master key", "warning", "run `latchkey secrets rotate`");
        let output = run(home, &["secrets", "rotate", "--wait", "0"], &[], "");
        assert!(output.status.success(), "{}", error_of(&output));
        visited().ends(0).says("master key", "ok", "opens what rests sealed");
    }

    async fn a_clock_that_is_behind_is_told(home: &Home) {
        home.clock.advance(Duration::from_hours(24 * 365 * 100));
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        server.stop().await;
        visit(home, &[]).ends(1).says("clock", "problem", "the database holds what was written on");
    }

    async fn a_database_that_cannot_be_used_is_told_without_its_password(home: &Home) {
        let found = visit(home, &[("database.url", "postgres://u:geheim@127.0.0.1:1/d")]);
        found.ends(1).says("database", "problem", "see that PostgreSQL runs");
        assert!(!(text_of(&found.output) + &error_of(&found.output)).contains("geheim"));
        visit(home, &[("database.url", "postgres://u:geheim@h/d?sslmode=nonsense")])
            .ends(1)
            .says("database", "problem", "correct database.url");
        let text = home.folder().join("text.db");
        std::fs::write(&text, "This is a text, and a text is not a database. ".repeat(100)).expect("written");
        mode(&text, 0o600);
        visit(home, &[("database.url", &format!("sqlite:{}", text.display()))])
            .ends(1)
            .says("database", "problem", "put the newest backup back");
    }

    async fn a_mail_server_that_would_take_mail_is_told_and_gets_none(home: &Home) {
        let certificate = Certificate::of("localhost");
        let authority = home.folder().join("authority.pem");
        std::fs::write(&authority, &certificate.authority).expect("written");
        for tls in ["starttls", "tls"] {
            let mut office = PostOffice::showing(&certificate, tls).await;
            let settings = office.settings(&[("smtp.ca_file", authority.to_str().expect("text"))]);
            visit(home, &settings.keys()).ends(0).says("mail server", "ok", "answers");
            office.event("closed").await;
            assert_eq!(office.count("message") + office.count("recipient"), 0);
        }
    }

    async fn a_mail_server_that_would_not_take_mail_is_told(home: &Home) {
        let own = Certificate::of("localhost");
        let office = PostOffice::showing(&own, "starttls").await;
        visit(home, &office.settings(&[]).keys())
            .ends(1)
            .says("mail server", "problem", "can't be made safe (invalid peer certificate");
        let office = PostOffice::with(json!({ "tls": "none", "user": "u", "password": "p" })).await;
        let mut settings = Settings::to(office.port, "none");
        for (password, code, state) in [("geheim", 1, "problem"), ("p", 0, "ok")] {
            settings.set("smtp.username", "u");
            settings.set("smtp.password", password);
            let found = visit(home, &settings.keys());
            found.ends(code).says("mail server", state, "user name and password");
            assert!(!text_of(&found.output).contains("geheim"));
        }
        visit(home, &Settings::to(1, "none").keys())
            .ends(1)
            .says("mail server", "problem", "can't be reached (Connection refused");
    }

    async fn a_certificate_that_browsers_will_not_like_is_told(home: &Home) {
        let authority = Authority::new();
        let end = |days: u64| SystemClock.now().plus(Duration::from_hours(24 * days + 1));
        let files = Files::of(home, &authority.issues("id.example"));
        for (host, days, state, words, code) in [
            ("id.example", 60, "ok", "60 days left", 0),
            ("id.example", 20, "warning", "ends in 20 days", 0),
            ("other.example", 60, "problem", "isn't for id.example", 1),
        ] {
            files.hold(&authority.issues_until(host, end(days)));
            mode(&files.private_key, 0o640);
            let found = visit(home, &files.keys());
            found.ends(code).says("certificate", state, words).says("configuration", "ok", "");
        }
        mode(&files.private_key, 0o644);
        visit(home, &files.keys()).says("certificate", "warning", "everybody on this machine can read");
        replace(&files.private_key, "nonsense");
        visit(home, &files.keys()).ends(1).says("certificate", "problem", "belong together");
    }
}
