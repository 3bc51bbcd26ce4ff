//! A disk without room: what was answered is kept, what isn't kept is said, and it passes.

use futures_util::future::join_all;

use crate::support::{
    PASSWORD,
    home::Home,
    on_both,
    program::{Program, error_of, free_port, run, text_of},
};

const ADA: &str = "ada@example.com";

/// Takes the room away. SQLite's files may not grow any more; on PostgreSQL every table answers as
/// its server does when the disk is full, since a server of all tests can't be filled for one.
async fn fill(home: &Home, program: &Program) {
    if home.is_sqlite() {
        let log = std::fs::metadata(home.folder().join("latchkey.db-wal")).expect("a log");
        program.limit_files(Some(log.len()));
        return;
    }
    let sql = "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT table_name FROM information_schema.tables
                WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%' LOOP
                EXECUTE format('CREATE TRIGGER disk BEFORE INSERT OR UPDATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION is_full()', name);
            END LOOP;
        END $$";
    home.raw().await.run(sql).await;
}

async fn make_room(home: &Home, program: &Program) {
    if home.is_sqlite() {
        program.limit_files(None);
    } else {
        home.raw()
            .await
            .run("DROP FUNCTION is_full() CASCADE")
            .await;
    }
}

on_both! {
    async fn a_disk_that_fills_while_a_mail_is_queued_loses_nothing_that_was_answered(home: &Home) {
        let port = free_port();
        let program = Program::serve(home, port, &[]);
        let owner = program.browser();
        owner.sign_up(ADA, PASSWORD).await.is(303);
        let url = format!("http://localhost:{port}");
        let links = || {
            let output = run(home, &["mail", "list", "--json"], &[("LATCHKEY_PUBLIC_URL", &url)], "");
            assert!(output.status.success(), "{}", error_of(&output));
            let listed: serde_json::Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
            listed["items"].as_array().expect("a list").clone()
        };
        let link = links()[0]["link"].as_str().expect("a link").to_owned();
        owner.confirm(&link).await.leads_to("/account");
        let before = home.rows().await;

        fill(home, &program).await;
        for round in 0..3 {
            let people: Vec<_> = (0..8).map(|_| program.browser()).collect();
            let sign_ups = people.iter().enumerate().map(async |(number, browser)| {
                browser.sign_up(&format!("person{round}-{number}@example.com"), PASSWORD).await
            });
            for answer in join_all(sign_ups).await {
                answer.is(503).is_a_page().says("get at its data").hides("disk").hides("space");
                assert_eq!(answer.header("retry-after"), "10");
            }
            let forgotten = program.browser().post("/forgot-password", &[("email", ADA)]).await;
            forgotten.is(503).is_a_page();
            program.browser().sign_in(ADA, PASSWORD).await.is(503).is_a_page();
            let told = program.browser().fetch("/forgot-password", &[("email", ADA)]).await;
            told.is(503).says("\"unavailable\"");
            assert_eq!(told.header("retry-after"), "10");
        }
        // What only reads goes on, and whoever watches is told.
        program.browser().get("/login").await.is(200);
        owner.get("/account").await.is(200).says("Ada Lovelace");
        program.browser().get("/healthz").await.is(200);
        program.browser().get("/readyz").await.is(503).says("takes no writes");
        assert_eq!(home.rows().await, before, "no half of anything");

        make_room(home, &program).await;
        program.browser().get("/readyz").await.is(200);
        let newcomer = program.browser();
        newcomer.sign_up("grace@example.com", PASSWORD).await.is(303);
        program.browser().sign_in(ADA, PASSWORD).await.leads_to("/account");
        let mails = links();
        let link = mails.iter().find(|mail| mail["to"] == "grace@example.com").expect("a mail");
        newcomer.confirm(link["link"].as_str().expect("a link")).await.leads_to("/account");
        let (well, said) = program.stop();
        assert!(well);
        assert!(said.iter().all(|line| !line.contains("panicked")), "{said:#?}");
        let mut raw = home.raw().await;
        assert_eq!(raw.number("SELECT COUNT(*) FROM accounts").await, 2);
        assert_eq!(raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'registration.created'").await, 2);
    }
}
