//! How the feed is followed.

use latchkey_verify::{Claims, Refused};

use super::{Issuer, builder, ready};

const SHORT: i64 = 600;
const LONG: i64 = 30 * 24 * 3600;

fn reason(judged: &Result<Claims, Refused>) -> Option<Refused> {
    judged.as_ref().err().copied()
}

#[tokio::test]
async fn a_revoked_token_is_refused_a_second_later() {
    let (issuer, verifier) = ready().await;
    let token = issuer.token(1, LONG);
    assert!(verifier.check(&token).await.is_ok());
    issuer.revoke("t1");
    issuer.clock.pass(1).await;
    assert_eq!(
        reason(&verifier.check(&token).await),
        Some(Refused::Revoked)
    );
}

#[tokio::test]
async fn only_what_is_new_is_asked_for() {
    let (issuer, _verifier) = ready().await;
    issuer.clock.pass(1).await;
    issuer.revoke("t1");
    issuer.clock.pass(1).await;
    issuer.clock.pass(1).await;
    let since = |seq: i64| Some(format!("since={seq}"));
    let expected = [None, since(0), since(0), since(1)];
    assert_eq!(issuer.told().feed_asked, expected);
}

#[tokio::test]
async fn after_a_gap_everything_is_asked_for_at_once() {
    let (issuer, verifier) = ready().await;
    let token = issuer.token(1, LONG);
    issuer.revoke("t1");
    {
        let mut told = issuer.told();
        told.seq = 5;
        told.forced_since = Some(4);
    }
    issuer.clock.pass(1).await;
    assert_eq!(issuer.told().feed_asked.last(), Some(&None));
    assert_eq!(
        reason(&verifier.check(&token).await),
        Some(Refused::Revoked)
    );
}

#[tokio::test]
async fn a_number_that_goes_back_is_not_believed() {
    let (issuer, verifier) = ready().await;
    issuer.revoke("t0");
    issuer.clock.pass(1).await;
    issuer.told().seq = 0;
    issuer.clock.pass(60).await;
    let long = issuer.token(1, LONG);
    assert!(verifier.check(&long).await.is_ok());
    // What isn't believed doesn't make the copy younger.
    issuer.clock.pass(1).await;
    assert_eq!(reason(&verifier.check(&long).await), Some(Refused::Stale));
}

#[tokio::test]
async fn while_the_feed_is_silent_long_lived_tokens_are_refused() {
    let (issuer, verifier) = ready().await;
    let (short, long) = (issuer.token(1, SHORT), issuer.token(1, LONG));
    issuer.told().feed_fails = true;
    issuer.clock.pass(60).await;
    assert!(verifier.check(&long).await.is_ok());
    issuer.clock.pass(1).await;
    assert_eq!(reason(&verifier.check(&long).await), Some(Refused::Stale));
    assert!(verifier.check(&short).await.is_ok());
    issuer.told().feed_fails = false;
    issuer.clock.pass(15).await;
    assert!(verifier.check(&long).await.is_ok());
}

#[tokio::test]
async fn how_old_and_how_long_is_a_setting() {
    let issuer = Issuer::start().await;
    let verifier = builder(&issuer)
        .stale_after(10)
        .short_life(60)
        .build()
        .expect("a verifier");
    verifier.ready().await;
    issuer.told().feed_fails = true;
    issuer.clock.pass(11).await;
    assert!(verifier.check(&issuer.token(1, 60)).await.is_ok());
    let judged = verifier.check(&issuer.token(1, 61)).await;
    assert_eq!(reason(&judged), Some(Refused::Stale));
}

#[tokio::test]
async fn before_the_feed_was_heard_long_lived_tokens_are_refused() {
    let issuer = Issuer::start().await;
    issuer.told().feed_fails = true;
    let verifier = builder(&issuer).build().expect("a verifier");
    assert!(verifier.check(&issuer.token(1, SHORT)).await.is_ok());
    let judged = verifier.check(&issuer.token(1, LONG)).await;
    assert_eq!(reason(&judged), Some(Refused::Stale));
}

#[tokio::test]
async fn a_feed_by_another_key_is_not_heard() {
    let issuer = Issuer::start().await;
    issuer.told().feed_signer = 9;
    let verifier = builder(&issuer).build().expect("a verifier");
    issuer.clock.idle().await;
    let judged = verifier.check(&issuer.token(1, LONG)).await;
    assert_eq!(reason(&judged), Some(Refused::Stale));
}

#[tokio::test]
async fn pauses_grow_while_it_fails_and_shrink_when_it_works() {
    let issuer = Issuer::start().await;
    issuer.told().feed_fails = true;
    let _verifier = builder(&issuer).build().expect("a verifier");
    for expected in [1, 2, 4, 8, 15, 15] {
        let pause = issuer.clock.idle().await;
        assert_eq!(pause, expected);
        issuer.clock.pass(pause).await;
    }
    issuer.told().feed_fails = false;
    issuer.clock.pass(15).await;
    assert_eq!(issuer.clock.idle().await, 1);
}
