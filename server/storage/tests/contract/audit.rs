//! Audit events and their side rows.

use domain::{
    audit::{EventKind, EventRow},
    random::time_ordered_id,
};

use crate::support::{
    database::TestDatabase,
    on_both,
    raw::Raw,
    samples::{Repeated, Sequence, account, at, event},
};

/// A trail of two events with one side row, chained.
async fn trail(db: &TestDatabase) -> Raw {
    let first = event(EventKind::AccountCreated);
    let second = EventRow {
        side_digest: Some([9; 32]),
        side: Some(([7; 16], "{}".to_owned())),
        ..event(EventKind::SessionStarted)
    };
    db.keep(async |work| {
        work.append_event(&first).await?;
        work.append_event(&second).await
    })
    .await
    .expect("kept");
    let mut raw = db.raw().await;
    raw.run(&format!(
        "INSERT INTO audit_chain (seq, event, prev, hash)
         VALUES (1, '{}', CAST('1' AS BYTEA), CAST('2' AS BYTEA))",
        first.id
    ))
    .await;
    raw
}

/// An event as its table has it.
type EventColumns = (
    String,
    i64,
    String,
    String,
    Option<String>,
    String,
    String,
    Option<Vec<u8>>,
);

on_both! {
    async fn an_event_is_kept_with_its_side_row(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let row = EventRow {
            actor: format!("account:{}", anna.id),
            subject: Some(anna.id),
            details: r#"{"by":"confirmed registration"}"#.to_owned(),
            side_digest: Some([9; 32]),
            side: Some(([7; 16], r#"{"address":"192.0.2.1"}"#.to_owned())),
            ..event(EventKind::AccountCreated)
        };
        db.keep(async |work| work.append_event(&row).await).await.expect("kept");

        let mut raw = db.raw().await;
        let events: Vec<EventColumns> = raw
            .rows("SELECT id, at, kind, actor, subject, outcome, details, side_digest FROM audit_events")
            .await;
        assert_eq!(
            events,
            [(
                row.id.clone(),
                at(0).as_micros(),
                "account.created".to_owned(),
                row.actor,
                Some(anna.id.to_string()),
                "success".to_owned(),
                row.details,
                Some(vec![9; 32]),
            )]
        );
        let sides: Vec<(String, Vec<u8>, String)> =
            raw.rows("SELECT event, salt, body FROM audit_sides").await;
        assert_eq!(sides, [(row.id, vec![7; 16], r#"{"address":"192.0.2.1"}"#.to_owned())]);
    }

    async fn an_event_about_nobody_has_no_side_row(db: &TestDatabase) {
        let row = event(EventKind::RoleGranted);
        db.keep(async |work| work.append_event(&row).await).await.expect("kept");

        let mut raw = db.raw().await;
        let events: Vec<(Option<String>, Option<Vec<u8>>)> =
            raw.rows("SELECT subject, side_digest FROM audit_events").await;
        assert_eq!(events, [(None, None)]);
        assert_eq!(raw.count("audit_sides").await, 0);
    }

    async fn an_id_is_one_event(db: &TestDatabase) {
        let row = event(EventKind::AccountCreated);
        db.keep(async |work| work.append_event(&row).await).await.expect("kept");
        assert!(db.keep(async |work| work.append_event(&row).await).await.is_err());
        assert_eq!(db.raw().await.count("audit_events").await, 1);
    }

    async fn what_did_not_happen_leaves_no_event(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let mut work = db.begin().await;
        work.insert_account(&anna).await.expect("written");
        work.append_event(&event(EventKind::AccountCreated)).await.expect("written");
        drop(work);

        let mut raw = db.raw().await;
        assert_eq!(raw.count("audit_events").await, 0);
        assert_eq!(raw.count("accounts").await, 0);
    }

    async fn nobody_rewrites_what_happened(db: &TestDatabase) {
        let mut raw = trail(db).await;
        for sql in [
            "UPDATE audit_events SET details = 'nothing'",
            "UPDATE audit_events SET side_digest = NULL",
            "UPDATE audit_events SET id = 'other' WHERE side_digest IS NULL",
            "DELETE FROM audit_events WHERE kind = 'session.started'",
            "DELETE FROM audit_events",
            "UPDATE audit_chain SET hash = prev",
            "DELETE FROM audit_chain",
        ] {
            let refusal = raw.refusal(sql).await;
            assert!(refusal.contains("final"), "{sql}: {refusal}");
        }
        assert_eq!(raw.count("audit_events").await, 2);
        assert_eq!(raw.count("audit_chain WHERE hash <> prev").await, 1);
        if db.is_sqlite() {
            for sql in [
                "INSERT OR REPLACE INTO audit_events SELECT id, at, 'account.created', actor, subject, outcome, '{}', NULL FROM audit_events",
                "REPLACE INTO audit_chain SELECT seq, event, hash, hash FROM audit_chain",
            ] {
                assert!(raw.refusal(sql).await.contains("final"), "{sql}");
            }
        } else {
            for sql in ["TRUNCATE audit_events CASCADE", "TRUNCATE audit_chain"] {
                assert!(raw.refusal(sql).await.contains("final"));
            }
        }
    }

    async fn what_is_personal_can_be_erased_and_the_event_stands(db: &TestDatabase) {
        let mut raw = trail(db).await;
        assert_eq!(raw.run("DELETE FROM audit_sides").await, 1);
        assert_eq!(raw.count("audit_events WHERE side_digest IS NOT NULL").await, 1);
    }

    async fn an_event_outlives_its_account(db: &TestDatabase) {
        let anna = account("anna@example.org");
        let row = EventRow {
            subject: Some(anna.id),
            ..event(EventKind::AccountCreated)
        };
        db.keep(async |work| {
            work.insert_account(&anna).await?;
            work.append_event(&row).await
        })
        .await
        .expect("kept");

        let mut raw = db.raw().await;
        assert_eq!(raw.run("DELETE FROM accounts").await, 1);
        assert_eq!(raw.count(&format!("audit_events WHERE subject = '{}'", anna.id)).await, 1);
    }

    async fn events_are_counted_by_kind_and_span_and_sign_ins_by_method(db: &TestDatabase) {
        let session = "AAAAAAAAAAAAAAAAAAAAAA";
        let started = |amr: &str| (EventKind::SessionStarted, format!(r#"{{"amr":"{amr}","session":"{session}"}}"#));
        let happened = [
            (1, started("pwd")), (2, started("fed")), (12, started("fed")), (13, started("pwd otp")),
            (14, started("pwd")), (15, (EventKind::SignInFailed, r#"{"failures":"5"}"#.to_owned())),
            (16, (EventKind::SessionEnded, "{}".to_owned())), (30, started("fed")),
        ];
        for (seconds, (kind, details)) in happened {
            let row = EventRow { id: time_ordered_id(at(seconds), &Sequence).to_string(), at: at(seconds), details, ..event(kind) };
            db.keep(async |work| work.append_event(&row).await).await.expect("kept");
        }
        let bound = |seconds| time_ordered_id(at(seconds), &Repeated(0)).to_string();
        let bounds = [bound(0), bound(10), bound(20), bound(25)];
        let kinds = [EventKind::SessionStarted, EventKind::SignInFailed];
        let mut counts = db.look(async |work| work.count_events(&kinds, &bounds).await).await;
        counts.sort_by(|a, b| (&a.kind, a.span).cmp(&(&b.kind, b.span)));
        let counts: Vec<_> = counts.iter().map(|found| (&*found.kind, found.span, found.count)).collect();
        let (started, failed) = ("session.started", "sign_in.failed");
        assert_eq!(counts, [(started, 0, 2), (started, 1, 3), (started, 2, 0), (failed, 0, 0), (failed, 1, 1), (failed, 2, 0)]);
        let mut methods = db.look(async |work| work.count_other_methods(&bounds[0], &bounds[3]).await).await;
        methods.sort();
        assert_eq!(methods, [("fed".to_owned(), 2), ("pwd otp".to_owned(), 1)]);
    }

    async fn the_newest_event_is_the_one_that_happened_last(db: &TestDatabase) {
        assert_eq!(db.look(async |work| work.newest_event_at().await).await, None);
        for seconds in [5, 9, 7] {
            let row = EventRow {
                id: time_ordered_id(at(seconds), &Sequence).to_string(),
                at: at(seconds),
                ..event(EventKind::SessionStarted)
            };
            db.keep(async |work| work.append_event(&row).await).await.expect("kept");
        }
        assert_eq!(db.look(async |work| work.newest_event_at().await).await, Some(at(9)));
    }
}
