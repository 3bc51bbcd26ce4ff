//! What was there when a session began, as far as rows tell.

use std::net::IpAddr;

use domain::{
    accounts::AccountId,
    admin::{SessionCue, SessionSpan, Surroundings},
    audit::{EventKind, EventRow},
    client::{BrowserHash, ClientAddress},
    sessions::SessionRow,
};

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{Sequence, account, at, event, session},
};

const HOUR: u64 = 3600;

async fn person(db: &TestDatabase, email: &str) -> AccountId {
    let person = account(email);
    db.keep(async |work| work.insert_account(&person).await)
        .await
        .expect("kept");
    person.id
}

fn id_of(began: u64) -> String {
    domain::random::time_ordered_id(at(began), &Sequence).to_string()
}

/// A session that began some seconds after noon, with a browser of its own.
fn begun(account: AccountId, began: u64, address: &str) -> SessionRow {
    let address: IpAddr = address.parse().expect("an address");
    SessionRow {
        id: id_of(began),
        created_at: at(began),
        last_seen_at: at(began),
        idle_until: at(9 * HOUR),
        absolute_until: at(9 * HOUR),
        address: ClientAddress::from(address).as_bytes().to_vec(),
        browser: None,
        ..session(account, &format!("{account} {began} {address}"))
    }
}

async fn keep(db: &TestDatabase, row: &SessionRow) {
    db.keep(async |work| work.insert_session(row, None).await)
        .await
        .expect("kept");
}

async fn around(db: &TestDatabase, rows: &[&SessionRow], most: i64) -> Vec<Surroundings> {
    let spans: Vec<_> = rows
        .iter()
        .map(|row| SessionSpan::of(&row.id, row.created_at))
        .collect();
    let found = db
        .look(async |work| work.surroundings(&spans, most).await)
        .await;
    rows.iter()
        .filter_map(|row| found.iter().find(|around| around.id == row.id).cloned())
        .collect()
}

async fn of(db: &TestDatabase, row: &SessionRow) -> Surroundings {
    around(db, &[row], 5).await.remove(0)
}

fn wrong_passwords(of: AccountId, at_second: u64, failures: &str) -> EventRow {
    EventRow {
        id: id_of(at_second),
        at: at(at_second),
        subject: Some(of),
        details: format!(r#"{{"failures":"{failures}"}}"#),
        ..event(EventKind::SignInFailed)
    }
}

on_both! {
    async fn a_session_alone_has_itself_around_it(db: &TestDatabase) {
        let ada = person(db, "ada@example.org").await;
        let only = begun(ada, 10, "192.0.2.1");
        keep(db, &only).await;
        let found = of(db, &only).await;
        assert_eq!((found.addresses.len(), found.accounts, found.browser_is_new), (1, 1, false));
        assert!(found.failures.is_empty() && found.cues().is_empty());
    }

    async fn only_the_hour_before_counts_and_only_what_is_its_own(db: &TestDatabase) {
        let (ada, ben) = (person(db, "ada@example.org").await, person(db, "ben@example.org").await);
        let looked_at = begun(ada, 2 * HOUR, "192.0.2.1");
        for row in [
            begun(ada, HOUR - 1, "198.51.100.1"),
            begun(ada, HOUR, "198.51.100.2"),
            begun(ada, 2 * HOUR - 1, "198.51.100.3"),
            begun(ada, 2 * HOUR + 1, "198.51.100.4"),
            begun(ben, 2 * HOUR - 1, "198.51.100.5"),
        ] {
            keep(db, &row).await;
        }
        keep(db, &looked_at).await;
        let found = of(db, &looked_at).await;
        let mut addresses: Vec<_> = found.addresses.iter().map(ToString::to_string).collect();
        addresses.sort();
        assert_eq!(addresses, ["192.0.2.1", "198.51.100.2", "198.51.100.3"]);
        assert_eq!(found.accounts, 1);
    }

    async fn accounts_at_one_address_are_counted_up_to_the_number_asked_for(db: &TestDatabase) {
        let mut last = None;
        for number in 0..4 {
            let somebody = person(db, &format!("p{number}@example.org")).await;
            // Twice each: people are counted, not sessions.
            for began in [100 + number, 200 + number] {
                let row = begun(somebody, began, "192.0.2.9");
                keep(db, &row).await;
                last = Some(row);
            }
        }
        let last = last.expect("kept");
        for (most, expected) in [(3, 3), (4, 4), (9, 4)] {
            assert_eq!(around(db, &[&last], most).await[0].accounts, expected);
        }
    }

    async fn a_browser_is_new_where_others_were_known_before(db: &TestDatabase) {
        let ada = person(db, "ada@example.org").await;
        let with = |began, name: &str| SessionRow {
            browser: Some(BrowserHash::of(name).as_bytes().to_vec()),
            ..begun(ada, began, "192.0.2.1")
        };
        let (first, second, again) = (with(10, "first"), with(20, "second"), with(30, "second"));
        for (row, name) in [(&first, "first"), (&second, "second"), (&again, "second")] {
            keep(db, row).await;
            let browser = BrowserHash::of(name);
            db.keep(async |work| work.remember_browser(ada, &browser, row.created_at).await.map(drop))
                .await
                .expect("kept");
        }
        let found = around(db, &[&first, &second, &again], 5).await;
        let new: Vec<_> = found.iter().map(|around| around.browser_is_new).collect();
        assert_eq!(new, [false, true, false]);
        assert_eq!(found[1].cues(), [SessionCue::NewBrowser]);
    }

    async fn notes_of_wrong_passwords_are_those_of_the_account_in_the_hour(db: &TestDatabase) {
        let (ada, ben) = (person(db, "ada@example.org").await, person(db, "ben@example.org").await);
        let looked_at = begun(ada, 2 * HOUR, "192.0.2.1");
        keep(db, &looked_at).await;
        for note in [
            wrong_passwords(ada, HOUR - 1, "8"),
            wrong_passwords(ada, HOUR + 5, "5"),
            wrong_passwords(ben, HOUR + 5, "16"),
            EventRow { kind: EventKind::SessionStarted, ..wrong_passwords(ada, HOUR + 6, "32") },
            wrong_passwords(ada, 2 * HOUR + 1, "64"),
        ] {
            db.keep(async |work| work.append_event(&note).await).await.expect("kept");
        }
        let found = of(db, &looked_at).await;
        assert_eq!(found.failures, [r#"{"failures":"5"}"#]);
        assert_eq!(found.cues(), [SessionCue::FailuresBefore]);
    }
}
