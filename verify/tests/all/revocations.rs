//! What a verifier knows, and what follows from it.

use latchkey_verify::{
    LONGEST_LEEWAY, Refused,
    revocation::{Discontinuous, Entry, Feed, Revocations, Revoked},
};

use crate::support::{ISSUER, NOW, good_claims};

fn reading(seq: i64, since: Option<i64>, ids: &[Entry]) -> Feed {
    let item = |id| Revoked { id, exp: NOW + 300 };
    Feed {
        seq,
        since,
        made_at: Some(NOW),
        items: ids.iter().copied().map(item).collect(),
    }
}

fn knowing(ids: &[Entry]) -> Revocations {
    let mut known = Revocations::new();
    known.apply(&reading(7, None, ids), NOW).expect("a fit");
    known
}

#[test]
fn a_token_falls_with_its_name_its_session_or_its_accounts_epoch() {
    let claims = good_claims();
    for id in [
        Entry::of_token(ISSUER, "t1"),
        Entry::of_session(ISSUER, "s1"),
        Entry::of_account(ISSUER, "q1w2e3", 3),
    ] {
        let known = knowing(&[id]);
        assert!(known.is_revoked(&claims), "{id}");
        assert_eq!(known.check(&claims, NOW), Err(Refused::Revoked));
    }
    let strangers = [
        Entry::of_token(ISSUER, "t2"),
        Entry::of_token("https://other.example", "t1"),
        Entry::of_token(ISSUER, "s1"),
        Entry::of_session(ISSUER, "t1"),
        Entry::of_account(ISSUER, "q1w2e3", 2),
        Entry::of_account(ISSUER, "q1w2e3", 4),
    ];
    assert_eq!(knowing(&strangers).check(&claims, NOW), Ok(()));
    assert_eq!(knowing(&[]).check(&claims, NOW), Ok(()));
}

#[test]
fn a_token_without_session_or_epoch_falls_by_its_name_alone() {
    let mut claims = good_claims();
    claims.sid = None;
    claims.epoch = None;
    let others = [
        Entry::of_session(ISSUER, "s1"),
        Entry::of_account(ISSUER, "q1w2e3", 3),
        Entry::of_account(ISSUER, "q1w2e3", 0),
    ];
    assert!(!knowing(&others).is_revoked(&claims));
    assert!(knowing(&[Entry::of_token(ISSUER, "t1")]).is_revoked(&claims));
}

#[test]
fn a_number_that_goes_back_is_refused_and_changes_nothing() {
    let one = Entry::of_token(ISSUER, "t1");
    let mut known = knowing(&[]);
    for since in [None, Some(6)] {
        assert_eq!(
            known.apply(&reading(6, since, &[one]), NOW),
            Err(Discontinuous::WentBack {
                known: 7,
                offered: 6
            })
        );
    }
    assert_eq!((known.seq(), known.len()), (7, 0));
}

#[test]
fn a_reading_that_starts_too_late_leaves_a_gap() {
    let mut known = knowing(&[]);
    let late = reading(9, Some(8), &[]);
    let gap = |known| Err(Discontinuous::Gap { known, since: 8 });
    assert_eq!(known.apply(&late, NOW), gap(7));
    assert_eq!(Revocations::new().apply(&late, NOW), gap(0));
    assert_eq!(known.seq(), 7);
    for since in [0, 6, 7] {
        let mut known = knowing(&[]);
        assert_eq!(known.apply(&reading(9, Some(since), &[]), NOW), Ok(()));
        assert_eq!(known.seq(), 9);
    }
    assert_eq!(
        Revocations::new().apply(&reading(9, Some(0), &[]), NOW),
        Ok(())
    );
}

#[test]
fn what_was_revoked_stays_so() {
    let one = Entry::of_token(ISSUER, "t1");
    let mut known = knowing(&[one]);
    known.apply(&reading(8, Some(7), &[]), NOW).expect("a fit");
    known.apply(&reading(9, None, &[]), NOW).expect("a fit");
    assert!(known.is_revoked(&good_claims()));
}

#[test]
fn an_entry_is_forgotten_when_no_verifier_takes_its_token_any_more() {
    let mut known = knowing(&[Entry::of_token(ISSUER, "t1")]);
    let end = NOW + 300 + i64::from(LONGEST_LEEWAY);
    known.forget(end - 1);
    assert_eq!(known.len(), 1);
    known.forget(end);
    assert!(known.is_empty());
}

#[test]
fn the_later_end_of_an_entry_counts() {
    let one = Entry::of_token(ISSUER, "t1");
    let mut earlier = reading(8, None, &[one]);
    earlier.items[0].exp = NOW - 1000;
    let mut known = knowing(&[one]);
    known.apply(&earlier, NOW).expect("a fit");
    known.forget(NOW);
    assert_eq!(known.len(), 1);
}

#[test]
fn long_lived_tokens_need_a_fresh_copy() {
    let mut short = good_claims();
    short.exp = short.iat + 600;
    let mut long = good_claims();
    long.exp = long.iat + 601;

    let unheard = Revocations::new();
    assert!(unheard.is_stale(NOW) && !unheard.is_heard());
    assert_eq!(unheard.check(&short, NOW), Ok(()));
    assert_eq!(unheard.check(&long, NOW), Err(Refused::Stale));

    let known = knowing(&[]);
    assert_eq!(known.check(&long, NOW + 60), Ok(()));
    assert_eq!(known.check(&long, NOW + 61), Err(Refused::Stale));
    assert_eq!(known.check(&short, NOW + 61), Ok(()));
    // A clock that was set back says nothing about the copy's age.
    assert_eq!(known.check(&long, NOW - 61), Err(Refused::Stale));

    let patient = knowing(&[]).stale_after(300).short_life(3600);
    assert!(!patient.is_stale(NOW + 300) && patient.is_stale(NOW + 301));
    assert_eq!(patient.check(&long, NOW + 301), Ok(()));
}

#[test]
fn a_copy_is_as_old_as_its_making_not_as_its_arrival() {
    let mut known = Revocations::new();
    known
        .apply(&reading(7, None, &[]), NOW + 50)
        .expect("a fit");
    assert!(known.is_stale(NOW + 61));
    // A server whose clock is ahead doesn't make it younger.
    known
        .apply(&reading(7, None, &[]), NOW - 20)
        .expect("a fit");
    assert!(known.is_stale(NOW + 41));
    // Plain JSON doesn't say when it was made.
    let mut plain = reading(7, None, &[]);
    plain.made_at = None;
    known.apply(&plain, NOW + 50).expect("a fit");
    assert!(!known.is_stale(NOW + 110) && known.is_stale(NOW + 111));
}

#[test]
fn a_revoked_token_is_refused_however_short_its_life_and_old_the_copy() {
    let known = knowing(&[Entry::of_token(ISSUER, "t1")]);
    assert_eq!(
        known.check(&good_claims(), NOW + 10_000),
        Err(Refused::Revoked)
    );
}
