//! Revocations, in the order of the feed.

use domain::tokens::RevocationRow;
use futures_util::future::join_all;

use crate::support::{on_both, samples::at};

fn row(byte: u8, seq: i64, end: u64) -> RevocationRow {
    RevocationRow {
        entry: [byte; 16],
        seq,
        expires_at: at(end),
    }
}

on_both! {
    async fn what_was_revoked_is_told_in_order_until_it_is_over(db: &TestDatabase) {
        for row in [row(1, 1, 100), row(2, 2, 50), row(3, 3, 100)] {
            db.keep(async |work| work.insert_revocation(&row).await).await.expect("kept");
        }
        let list = async |since, now| db.look(async |work| work.list_revocations(since, at(now)).await).await;
        assert_eq!(list(0, 0).await, [row(1, 1, 100), row(2, 2, 50), row(3, 3, 100)]);
        assert_eq!(list(1, 50).await, [row(3, 3, 100)]);
        assert!(list(3, 0).await.is_empty());
        assert_eq!(db.keep(async |work| work.delete_expired_revocations(at(51)).await).await.expect("kept"), 1);
    }

    async fn what_is_revoked_again_moves_to_its_new_place_and_is_told_for_longer(db: &TestDatabase) {
        for row in [row(1, 1, 100), row(1, 2, 50), row(2, 3, 10), row(2, 4, 60)] {
            db.keep(async |work| work.insert_revocation(&row).await).await.expect("kept");
        }
        let all = db.look(async |work| work.list_revocations(0, at(0)).await).await;
        assert_eq!(all, [row(1, 2, 100), row(2, 4, 60)]);
    }

    async fn whoever_reads_a_count_has_seen_everything_up_to_it(db: &TestDatabase) {
        // Units that would commit in another order than they counted.
        let revoke = async |byte: u8| {
            db.keep(async |work| {
                let seq = work.next_revocation().await?;
                work.insert_revocation(&row(byte, seq, 100)).await
            })
            .await
            .expect("kept");
        };
        let read = async || {
            let mut seen = 0;
            while seen < 20 {
                let mut work = db.reader().await;
                let seq = work.revocations_seq().await.expect("read");
                let told = work.list_revocations(0, at(0)).await.expect("read");
                let up_to = told.iter().filter(|row| row.seq <= seq).count();
                assert_eq!(i64::try_from(up_to).expect("few"), seq);
                seen = seq;
            }
        };
        let all = join_all((1..=20).map(revoke));
        tokio::join!(all, read());
    }

    async fn a_count_that_was_not_committed_is_given_again(db: &TestDatabase) {
        let mut dropped = db.begin().await;
        assert_eq!(dropped.next_revocation().await.expect("counted"), 1);
        drop(dropped);
        assert_eq!(db.keep(async |work| work.next_revocation().await).await.expect("kept"), 1);
        assert_eq!(db.look(async |work| work.revocations_seq().await).await, 1);
    }
}
