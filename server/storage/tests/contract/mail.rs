//! The queue of sealed mails.

use domain::{
    mail::{MailCounts, QueuedMail},
    store::StorageError,
};

use crate::support::{
    assert_fails,
    database::TestDatabase,
    on_both,
    samples::{at, just_before, mail},
};

async fn queue(db: &TestDatabase, row: &QueuedMail) {
    db.keep(async |work| work.insert_mail(row).await)
        .await
        .expect("kept");
}

async fn ids(db: &TestDatabase, limit: i64) -> Vec<String> {
    let rows = db.look(async |work| work.list_mail(limit).await).await;
    rows.into_iter().map(|row| row.mail.id).collect()
}

on_both! {
    async fn a_mail_is_found_as_it_was_queued(db: &TestDatabase) {
        let row = mail("one", at(1));
        queue(db, &row).await;

        let found = db.look(async |work| work.find_mail("one").await).await.expect("it waits");
        for found in [found, db.look(async |work| work.list_mail(9).await).await.remove(0)] {
            assert_eq!(found.mail.id, row.id);
            assert_eq!(found.mail.sealed, row.sealed, "every byte counts in something sealed");
            assert_eq!((found.mail.created_at, found.mail.expires_at), (row.created_at, row.expires_at));
            assert_eq!((found.attempts, found.next_attempt_at), (0, row.created_at));
            assert_eq!((found.claimed_until, found.last_error, found.failed_at), (None, None, None));
        }
        assert!(db.look(async |work| work.find_mail("two").await).await.is_none());
        assert!(db.look(async |work| work.find_mail("").await).await.is_none());
    }

    async fn the_newest_mails_come_first_up_to_the_limit(db: &TestDatabase) {
        assert!(ids(db, 10).await.is_empty());
        for (id, seconds) in [("b", 2), ("d", 1), ("a", 3), ("c", 1)] {
            queue(db, &mail(id, at(seconds))).await;
        }

        assert_eq!(ids(db, 10).await, ["a", "b", "d", "c"], "equal times go by id");
        assert_eq!(ids(db, 4).await, ["a", "b", "d", "c"]);
        assert_eq!(ids(db, 2).await, ["a", "b"]);
        assert!(ids(db, 0).await.is_empty());
    }

    async fn an_id_is_one_mail(db: &TestDatabase) {
        queue(db, &mail("one", at(1))).await;
        assert_fails!(
            db.keep(async |work| work.insert_mail(&mail("one", at(2))).await).await,
            StorageError::Taken
        );
        let found = db.look(async |work| work.find_mail("one").await).await;
        assert_eq!(found.map(|row| row.mail.created_at), Some(at(1)));
    }

    async fn a_new_mail_is_due_at_once_and_unclaimed(db: &TestDatabase) {
        queue(db, &mail("one", at(1))).await;
        let rows: Vec<(i64, i64, Option<String>, Option<i64>)> = db
            .raw()
            .await
            .rows("SELECT attempts, next_attempt_at, claimed_by, claimed_until FROM mail_queue")
            .await;
        assert_eq!(rows, [(0, at(1).as_micros(), None, None)]);
    }

    async fn a_mail_can_be_taken_back(db: &TestDatabase) {
        for id in ["one", "two"] {
            queue(db, &mail(id, at(1))).await;
        }
        for id in ["one", "one", "unknown"] {
            db.keep(async |work| work.delete_mail(id).await).await.expect("an answer");
        }
        assert_eq!(ids(db, 10).await, ["two"]);
    }

    async fn expired_mails_go_and_are_counted(db: &TestDatabase) {
        for (id, end) in
            [("a", at(5)), ("b", just_before(at(10))), ("c", at(10)), ("d", at(11))]
        {
            let row = QueuedMail {
                expires_at: end,
                ..mail(id, at(0))
            };
            queue(db, &row).await;
        }

        for expected in [2, 0] {
            let gone = db
                .keep(async |work| work.delete_expired_mail(at(10)).await)
                .await
                .expect("an answer");
            assert_eq!(gone, expected);
        }
        assert_eq!(ids(db, 10).await, ["d", "c"]);
    }

    async fn waiting_and_failed_mails_are_counted_until_they_expire(db: &TestDatabase) {
        for id in ["a", "b", "c"] {
            queue(db, &mail(id, at(0))).await;
        }
        let row = QueuedMail { expires_at: at(10), ..mail("d", at(0)) };
        queue(db, &row).await;
        db.raw().await.run("UPDATE mail_queue SET failed_at = 1 WHERE id = 'b'").await;
        for (now, waiting) in [(at(9), 3), (at(10), 2)] {
            let counts = db.look(async |work| work.count_mail(now).await).await;
            assert_eq!(counts, MailCounts { waiting, failed: 1 });
        }
        let end = at(0).plus(std::time::Duration::from_hours(1));
        let counts = db.look(async |work| work.count_mail(end).await).await;
        assert_eq!(counts, MailCounts { waiting: 0, failed: 0 });
    }
}
