//! The chain of audit events: who gives places, what shows, and what may go.

use std::{sync::Arc, time::Duration};

use domain::{
    accounts::AccountId,
    audit::{self, AuditKey, Checked, Checkpoint, EventFilter, EventKind, EventRow, Fault, Head},
    clock::{Clock, Timestamp},
    foundation::Foundation,
    keys::{KeyRing, MacKey, MasterKey},
    random::time_ordered_id,
    store::Store,
    watching::Uncounted,
};
use storage::Database;

use crate::support::{
    database::TestDatabase,
    on_both,
    raw::Raw,
    samples::{Repeated, Sequence, at, event, nobody},
};

struct Still(Timestamp);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A day later than the samples.
fn foundation(store: Arc<Database>) -> Foundation {
    let ring = KeyRing::of(MasterKey::generate(&Repeated(7)));
    Foundation {
        store,
        clock: Arc::new(Still(at(86_400))),
        random: Arc::new(Sequence),
        names: Arc::new(MacKey::first(&ring)),
        keys: Arc::new(ring),
        issuer: "https://id.example.org".into(),
        tally: Arc::new(Uncounted),
    }
}

fn key(of: &Foundation) -> AuditKey {
    AuditKey::of(&of.names).expect("a key")
}

/// An event that happened then.
fn event_at(seconds: u64) -> EventRow {
    EventRow {
        id: time_ordered_id(at(seconds), &Sequence).to_string(),
        at: at(seconds),
        ..event(EventKind::SessionStarted)
    }
}

/// So many events, a second apart, each with a side row that fits, chained.
async fn trail(db: &TestDatabase, events: u64) -> Foundation {
    let foundation = foundation(db.store());
    for seconds in 0..events {
        let row = with_side(&foundation, seconds);
        db.keep(async |work| work.append_event(&row).await)
            .await
            .expect("kept");
    }
    audit::chain_pending(&foundation).await.expect("chained");
    foundation
}

/// The side row comes from an event that the domain made.
fn with_side(foundation: &Foundation, seconds: u64) -> EventRow {
    let made = audit::Event {
        kind: EventKind::SessionStarted,
        actor: audit::Actor::System,
        subject: None,
        details: &[("session", "s")],
        client: None,
        email: Some("anna@example.org"),
    }
    .row(foundation);
    EventRow {
        id: time_ordered_id(at(seconds), &Sequence).to_string(),
        at: at(seconds),
        ..made
    }
}

async fn check_against(foundation: &Foundation, checkpoints: Vec<Checkpoint>) -> Checked {
    let mut work = foundation.store.read().await.expect("a reader");
    audit::check(
        work.as_mut(),
        &key(foundation),
        checkpoints,
        foundation.now(),
    )
    .await
    .expect("checked")
}

async fn faults(foundation: &Foundation) -> Vec<Fault> {
    check_against(foundation, Vec::new()).await.faults
}

async fn checkpoint(foundation: &Foundation) -> Checkpoint {
    let head = audit::head(foundation).await.expect("a head");
    let statement = key(foundation).sign(foundation, head).expect("signed");
    key(foundation).read(&statement).expect("ours")
}

/// Somebody who may drop triggers, and whom no foreign key stops.
async fn tamperer(db: &TestDatabase) -> Raw {
    let mut raw = db.raw().await;
    if db.is_sqlite() {
        raw.run("PRAGMA foreign_keys = OFF").await;
        let triggers: Vec<(String,)> = raw
            .rows("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'audit%'")
            .await;
        for (name,) in triggers {
            raw.run(&format!("DROP TRIGGER {name}")).await;
        }
    } else {
        for table in ["audit_events", "audit_chain", "audit_cuts"] {
            raw.run(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL"))
                .await;
        }
        raw.run("ALTER TABLE audit_sides DROP CONSTRAINT audit_sides_event_fkey")
            .await;
    }
    raw
}

/// The event at a place.
const AT_2: &str = "(SELECT event FROM audit_chain WHERE seq = 2)";

on_both! {
    async fn every_event_gets_its_place_behind_the_one_before(db: &TestDatabase) {
        let foundation = trail(db, 120).await;
        let mut raw = db.raw().await;
        let rows: Vec<(i64, Vec<u8>, Vec<u8>)> =
            raw.rows("SELECT seq, prev, hash FROM audit_chain ORDER BY seq").await;
        assert_eq!(rows.len(), 120);
        assert_eq!(rows[0].1, [0; 32]);
        for (seq, pair) in (1..).zip(rows.windows(2)) {
            assert_eq!((pair[0].0, &pair[0].2), (seq, &pair[1].1));
        }
        assert_eq!(raw.count("audit_pending").await, 0);
        let found = check_against(&foundation, vec![checkpoint(&foundation).await]).await;
        assert_eq!((found.faults, found.from, found.head.seq), (Vec::new(), 1, 120));
        assert_eq!((found.checkpoints, found.late), (1, 0));
    }

    async fn an_event_that_comes_late_with_an_older_id_is_not_left_out(db: &TestDatabase) {
        let foundation = trail(db, 3).await;
        let late = event_at(1);
        db.keep(async |work| work.append_event(&late).await).await.expect("kept");
        assert_eq!(audit::chain_pending(&foundation).await.expect("chained"), 1);
        assert_eq!(db.raw().await.count(&format!("audit_chain WHERE seq = 4 AND event = '{}'", late.id)).await, 1);
    }

    async fn two_chainers_beside_eight_writers_neither_skip_nor_double(db: &TestDatabase) {
        const WRITERS: u64 = 8;
        const EACH: u64 = 250;
        let mut writers = tokio::task::JoinSet::new();
        for _ in 0..WRITERS {
            let store = db.store();
            writers.spawn(async move {
                for second in 0..EACH {
                    let row = event_at(second);
                    let mut work = store.begin().await.expect("a unit opens");
                    work.append_event(&row).await.expect("written");
                    work.commit().await.expect("kept");
                }
            });
        }
        let (first, second) = (foundation(db.store()), foundation(Arc::new(db.open_again().await)));
        let chainers = [first.clone(), second].map(|foundation| {
            tokio::spawn(async move {
                let mut chained = 0;
                while audit::head(&foundation).await.expect("a head").seq < (WRITERS * EACH).cast_signed() {
                    // One that met the other tries again, as the job does.
                    chained += audit::chain_pending(&foundation).await.unwrap_or(0);
                    tokio::task::yield_now().await;
                }
                chained
            })
        });
        let mut chained = 0;
        for chainer in chainers {
            chained += chainer.await.expect("it ends");
        }
        while let Some(done) = writers.join_next().await {
            done.expect("written");
        }
        assert_eq!(chained, WRITERS * EACH);
        let found = check_against(&first, Vec::new()).await;
        assert_eq!((found.faults, found.head.seq, found.late), (Vec::new(), 2_000, 0));
    }

    async fn a_changed_event_shows_whatever_column_it_is(db: &TestDatabase) {
        let foundation = trail(db, 3).await;
        let mut raw = tamperer(db).await;
        for (change, back) in [
            ("at = at + 1", "at = at - 1"),
            ("kind = 'session.ended'", "kind = 'session.started'"),
            ("actor = 'anonymous'", "actor = 'system'"),
            ("subject = 'x'", "subject = NULL"),
            ("outcome = 'failure'", "outcome = 'success'"),
            ("details = '{}'", "details = '{\"session\":\"s\"}'"),
        ] {
            raw.run(&format!("UPDATE audit_events SET {change} WHERE id = {AT_2}")).await;
            let found = faults(&foundation).await;
            assert!(matches!(&*found, [Fault::EventChanged { seq: 2, .. }]), "{change}: {found:?}");
            raw.run(&format!("UPDATE audit_events SET {back} WHERE id = {AT_2}")).await;
            assert_eq!(faults(&foundation).await, [], "{back}");
        }
        raw.run(&format!("UPDATE audit_events SET side_digest = NULL WHERE id = {AT_2}")).await;
        assert!(matches!(&*faults(&foundation).await, [Fault::EventChanged { seq: 2, .. }]));
    }

    async fn a_removed_event_shows(db: &TestDatabase) {
        let foundation = trail(db, 3).await;
        tamperer(db).await.run(&format!("DELETE FROM audit_events WHERE id = {AT_2}")).await;
        assert!(matches!(&*faults(&foundation).await, [Fault::EventGone { seq: 2, .. }]));
    }

    async fn a_removed_place_shows_and_so_does_its_event(db: &TestDatabase) {
        let foundation = trail(db, 3).await;
        tamperer(db).await.run("DELETE FROM audit_chain WHERE seq = 2").await;
        assert_eq!(
            faults(&foundation).await,
            [Fault::PlacesGone { from: 2, to: 2 }, Fault::WithoutPlace { events: 1 }]
        );
    }

    async fn events_that_changed_places_show(db: &TestDatabase) {
        let foundation = trail(db, 4).await;
        let mut raw = tamperer(db).await;
        for (from, to) in [(2, 9), (3, 2), (9, 3)] {
            raw.run(&format!("UPDATE audit_chain SET seq = {to} WHERE seq = {from}")).await;
        }
        assert_eq!(
            faults(&foundation).await,
            [2, 3, 4].map(|seq| Fault::OutOfOrder { seq })
        );
    }

    async fn a_tail_that_was_cut_off_shows_by_the_checkpoint(db: &TestDatabase) {
        let foundation = trail(db, 5).await;
        let known = checkpoint(&foundation).await;
        let mut raw = tamperer(db).await;
        for sql in [
            "DELETE FROM audit_sides WHERE event IN (SELECT event FROM audit_chain WHERE seq > 3)",
            "DELETE FROM audit_events WHERE id IN (SELECT event FROM audit_chain WHERE seq > 3)",
            "DELETE FROM audit_chain WHERE seq > 3",
        ] {
            raw.run(sql).await;
        }
        assert_eq!(faults(&foundation).await, []);
        let found = check_against(&foundation, vec![known]).await.faults;
        let at = foundation.now();
        assert_eq!(found, [Fault::CutOff { known: 5, at, there: 3 }]);
    }

    async fn a_chain_that_was_written_anew_shows_by_the_checkpoint(db: &TestDatabase) {
        let foundation = trail(db, 3).await;
        let known = checkpoint(&foundation).await;
        let mut raw = tamperer(db).await;
        raw.run(&format!("UPDATE audit_events SET actor = 'anonymous' WHERE id = {AT_2}")).await;
        raw.run("DELETE FROM audit_chain").await;
        raw.run("INSERT INTO audit_pending SELECT id FROM audit_events").await;
        assert_eq!(audit::chain_pending(&foundation).await.expect("chained"), 3);
        assert_eq!(faults(&foundation).await, []);
        let found = check_against(&foundation, vec![known]).await.faults;
        let at = foundation.now();
        assert_eq!(found, [Fault::Rewritten { seq: 3, at }]);
    }

    async fn every_fault_shows_among_five_thousand_events(db: &TestDatabase) {
        let foundation = foundation(db.store());
        db.keep(async |work| {
            for seconds in 0..5_000 {
                work.append_event(&with_side(&foundation, seconds)).await?;
            }
            Ok(())
        })
        .await
        .expect("kept");
        assert_eq!(audit::chain_pending(&foundation).await.expect("chained"), 5_000);
        let known = checkpoint(&foundation).await;
        let mut raw = tamperer(db).await;
        // People may go.
        raw.run("DELETE FROM audit_sides").await;
        assert_eq!(check_against(&foundation, vec![known]).await.faults, []);

        let known = checkpoint(&foundation).await;
        let event = |seq: i64| format!("(SELECT event FROM audit_chain WHERE seq = {seq})");
        let one_byte = "details = '{\"session\":\"t\"}'";
        raw.run(&format!("UPDATE audit_events SET {one_byte} WHERE id = {}", event(1_000))).await;
        raw.run(&format!("DELETE FROM audit_events WHERE id = {}", event(2_500))).await;
        for (from, to) in [(3_000, 9_000), (3_001, 3_000), (9_000, 3_001)] {
            raw.run(&format!("UPDATE audit_chain SET seq = {to} WHERE seq = {from}")).await;
        }
        for sql in [
            "DELETE FROM audit_events WHERE id IN (SELECT event FROM audit_chain WHERE seq > 4990)",
            "DELETE FROM audit_chain WHERE seq > 4990",
        ] {
            raw.run(sql).await;
        }
        let found = check_against(&foundation, vec![known]).await.faults;
        assert_eq!(found.len(), 6, "{found:?}");
        assert!(matches!(found[0], Fault::EventChanged { seq: 1_000, .. }), "{found:?}");
        assert!(matches!(found[1], Fault::EventGone { seq: 2_500, .. }), "{found:?}");
        let at = foundation.now();
        assert_eq!(
            found[2..],
            [
                Fault::OutOfOrder { seq: 3_000 },
                Fault::OutOfOrder { seq: 3_001 },
                Fault::OutOfOrder { seq: 3_002 },
                Fault::CutOff { known: 5_000, at, there: 4_990 },
            ]
        );
    }

    async fn a_side_row_may_go_and_may_not_change(db: &TestDatabase) {
        let foundation = trail(db, 3).await;
        let mut raw = db.raw().await;
        raw.run(&format!("UPDATE audit_sides SET body = '{{}}' WHERE event = {AT_2}")).await;
        assert!(matches!(&*faults(&foundation).await, [Fault::SideChanged { seq: 2, .. }]));
        raw.run(&format!("DELETE FROM audit_sides WHERE event = {AT_2}")).await;
        assert_eq!(faults(&foundation).await, []);
    }

    async fn an_event_that_waits_for_its_place_for_long_is_told(db: &TestDatabase) {
        let foundation = trail(db, 1).await;
        let row = event_at(5);
        db.keep(async |work| work.append_event(&row).await).await.expect("kept");
        let found = check_against(&foundation, Vec::new()).await;
        assert_eq!((found.late, found.faults), (1, Vec::new()));
    }

    async fn old_events_go_and_the_rest_can_be_checked(db: &TestDatabase) {
        let foundation = trail(db, 1_200).await;
        let before = checkpoint(&foundation).await;
        let removed = audit::remove_before(&foundation, &key(&foundation), at(1_100)).await.expect("removed");
        assert_eq!((removed.events, removed.stopped_at), (1_100, None));
        let mut raw = db.raw().await;
        for table in ["audit_events", "audit_chain", "audit_sides"] {
            assert_eq!(raw.count(table).await, 100, "{table}");
        }
        let found = check_against(&foundation, vec![before]).await;
        assert_eq!((found.faults, found.from, found.head.seq), (Vec::new(), 1_101, 1_200));
        assert_eq!(found.checkpoints, 1);
        // What is kept is as final as before.
        for sql in ["DELETE FROM audit_chain", "DELETE FROM audit_events", "DELETE FROM audit_cuts"] {
            assert!(raw.refusal(sql).await.contains("final"), "{sql}");
        }
        // The last place always stays, and so does what has none.
        let row = event_at(2_000);
        db.keep(async |work| work.append_event(&row).await).await.expect("kept");
        let removed = audit::remove_before(&foundation, &key(&foundation), at(9_000)).await.expect("removed");
        assert_eq!(removed.events, 99);
        assert_eq!(raw.count("audit_events").await, 2);
        audit::chain_pending(&foundation).await.expect("chained");
        let found = check_against(&foundation, vec![before]).await;
        assert_eq!((found.faults, found.from, found.head.seq), (Vec::new(), 1_200, 1_201));
    }

    async fn what_does_not_hold_is_not_removed(db: &TestDatabase) {
        let foundation = trail(db, 5).await;
        let mut raw = tamperer(db).await;
        raw.run("UPDATE audit_events SET actor = 'x' WHERE id = (SELECT event FROM audit_chain WHERE seq = 3)").await;
        let removed = audit::remove_before(&foundation, &key(&foundation), at(9_000)).await.expect("removed");
        assert_eq!((removed.events, removed.stopped_at), (2, Some(3)));
        assert_eq!(raw.count("audit_events").await, 3);
    }

    async fn a_cut_that_this_installation_did_not_make_shows(db: &TestDatabase) {
        let foundation = trail(db, 4).await;
        let mut raw = db.raw().await;
        // No trigger needs to be dropped for this.
        raw.run("INSERT INTO audit_cuts SELECT seq, hash, 0, 'nobody' FROM audit_chain WHERE seq = 2").await;
        raw.run("DELETE FROM audit_sides").await;
        raw.run("DELETE FROM audit_events WHERE id IN (SELECT event FROM audit_chain WHERE seq <= 2)").await;
        raw.run("DELETE FROM audit_chain WHERE seq <= 2").await;
        assert_eq!(faults(&foundation).await, [Fault::ForeignCut { seq: 2 }]);
    }

    async fn what_a_person_did_to_others_is_erased_with_them(db: &TestDatabase) {
        let foundation = foundation(db.store());
        let (anna, bert) = (nobody(), nobody());
        let rows = [(anna, anna), (anna, bert), (bert, anna), (bert, bert)].map(|(actor, subject)| EventRow {
            actor: format!("account:{actor}"),
            subject: Some(subject),
            ..with_side(&foundation, 1)
        });
        for row in &rows {
            db.keep(async |work| work.append_event(row).await).await.expect("kept");
        }
        audit::chain_pending(&foundation).await.expect("chained");
        db.keep(async |work| work.erase_sides_of(anna).await).await.expect("erased");
        let sides: Vec<(String,)> = db.raw().await.rows("SELECT event FROM audit_sides").await;
        assert_eq!(sides, [(rows[3].id.clone(),)]);
        assert_eq!(faults(&foundation).await, []);
    }

    async fn events_are_found_by_who_whom_what_and_when(db: &TestDatabase) {
        let foundation = foundation(db.store());
        let (anna, bert) = (nobody(), nobody());
        let write = async |kind, actor: &str, subject: Option<AccountId>, seconds| {
            let id = time_ordered_id(at(seconds), &Sequence).to_string();
            let row = EventRow { id, at: at(seconds), actor: actor.to_owned(), subject, ..event(kind) };
            db.keep(async |work| work.append_event(&row).await).await.expect("kept");
        };
        let by_anna = format!("account:{anna}");
        write(EventKind::SessionStarted, &by_anna, Some(anna), 1).await;
        write(EventKind::SignInFailed, "anonymous", Some(bert), 2).await;
        write(EventKind::SessionEnded, &by_anna, Some(bert), 3).await;
        write(EventKind::AccountCreated, "command-line", Some(bert), 4).await;
        let find = async |filter: EventFilter| {
            let found = audit::find_events(&foundation, &filter, None, 10).await.expect("found");
            found.iter().map(|event| event.at.since(at(0)).as_secs()).collect::<Vec<_>>()
        };
        let all = EventFilter::default();
        assert_eq!(find(all.clone()).await, [4, 3, 2, 1]);
        assert_eq!(find(EventFilter { involved: Some(anna), ..all.clone() }).await, [3, 1]);
        assert_eq!(find(EventFilter { subject: Some(bert), ..all.clone() }).await, [4, 3, 2]);
        assert_eq!(find(EventFilter { actor: Some(audit::Actor::CommandLine), ..all.clone() }).await, [4]);
        let sessions = EventFilter::kinds_of("session.");
        assert_eq!(find(EventFilter { kinds: sessions.clone(), ..all.clone() }).await, [3, 1]);
        assert_eq!(find(EventFilter { kinds: sessions, subject: Some(bert), ..all.clone() }).await, [3]);
        assert_eq!(find(EventFilter { outcome: Some(audit::Outcome::Failure), ..all.clone() }).await, [2]);
        let (from, until) = (Some(at(2)), Some(at(4)));
        assert_eq!(find(EventFilter { from, until, ..all.clone() }).await, [3, 2]);
        // Page by page.
        let first = audit::find_events(&foundation, &all, None, 3).await.expect("found");
        let rest = audit::find_events(&foundation, &all, Some(&first[2].id), 3).await.expect("found");
        assert_eq!((first.len(), rest.len()), (3, 1));
        assert_eq!(rest[0].at, at(1));
        assert_eq!(rest[0].seq, None);
    }

    async fn a_flood_of_refused_requests_leaves_one_event_in_ten_minutes(db: &TestDatabase) {
        let client = domain::client::Client {
            address: std::net::IpAddr::from([192, 0, 2, 1]).into(),
            user_agent: domain::client::UserAgent::new("Firefox"),
            browser: None,
            browser_is_new: false,
            language: domain::language::Language::English,
        };
        let anna = nobody();
        let mut foundation = foundation(db.store());
        for minutes in [0, 0, 0, 9, 10, 11, 20] {
            foundation.clock = Arc::new(Still(at(0).plus(Duration::from_mins(minutes))));
            audit::note_denied(&foundation, anna, "/admin/users", &client).await.expect("noted");
        }
        let found = audit::find_events(&foundation, &EventFilter::default(), None, 10).await.expect("found");
        let told: Vec<_> = found.iter().rev().map(|event| {
            (event.at.since(at(0)).as_secs() / 60, &*event.outcome, event.detail("not_written_before"))
        }).collect();
        assert_eq!(told, [
            (0, "denied", None),
            (10, "denied", Some("3".to_owned())),
            (20, "denied", Some("1".to_owned())),
        ]);
    }
}

#[test]
fn a_head_is_compared_by_its_place_first() {
    let head = |seq, byte| Head {
        seq,
        hash: [byte; 32],
    };
    assert!(head(1, 9) < head(2, 0));
}
