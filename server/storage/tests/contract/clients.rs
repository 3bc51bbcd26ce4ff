//! OAuth clients, their secrets, and what may be used once.

use domain::{
    clients::{Authentication, ClientSecretRow, GrantType, JwksSource, RegisteredClient},
    store::StorageError,
};
use futures_util::future::join_all;

use crate::support::{
    database::TestDatabase,
    on_both,
    samples::{account, at},
};

/// A client with everything that one can have.
pub(crate) fn client(id: &str) -> RegisteredClient {
    RegisteredClient {
        id: id.to_owned(),
        name: "Notes \u{2603} <b>".to_owned(),
        owner: None,
        authentication: Authentication::PrivateKeyJwt,
        redirect_uris: vec![
            "https://a.example/cb?x=1".to_owned(),
            "com.a:/cb".to_owned(),
        ],
        grants: GrantType::ALL.to_vec(),
        scopes: vec!["openid".to_owned(), "data:read".to_owned()],
        pairwise: true,
        first_party: true,
        require_pkce: false,
        keys: Some(JwksSource::Inline("{\"keys\":[]}".to_owned())),
        home_uri: Some("https://a.example/".to_owned()),
        policy_uri: None,
        created_at: at(0),
    }
}

pub(crate) async fn keep(db: &TestDatabase, client: &RegisteredClient) {
    db.keep(async |work| work.insert_client(client).await)
        .await
        .expect("kept");
}

async fn found(db: &TestDatabase, id: &str) -> Option<RegisteredClient> {
    db.look(async |work| work.find_client(id).await).await
}

on_both! {
    async fn a_client_comes_back_as_it_was_written(db: &TestDatabase) {
        assert!(!db.look(async |work| work.has_clients().await).await);
        let whole = client("a");
        let least = RegisteredClient {
            authentication: Authentication::None,
            redirect_uris: Vec::new(),
            grants: vec![GrantType::ClientCredentials],
            scopes: Vec::new(),
            pairwise: false,
            first_party: false,
            require_pkce: true,
            keys: None,
            home_uri: None,
            policy_uri: Some("https://a.example/p".to_owned()),
            ..client("b")
        };
        let elsewhere = RegisteredClient {
            keys: Some(JwksSource::Uri("https://a.example/jwks".to_owned())),
            authentication: Authentication::Secret,
            ..client("c")
        };
        for row in [&whole, &least, &elsewhere] {
            keep(db, row).await;
            assert_eq!(found(db, &row.id).await.as_ref(), Some(row));
        }
        assert!(db.look(async |work| work.has_clients().await).await);
        let twice = db.keep(async |work| work.insert_client(&whole).await).await;
        assert!(matches!(twice, Err(StorageError::Taken)));
        assert_eq!(found(db, "nobody").await, None);
    }

    async fn clients_are_listed_in_order_and_by_owner(db: &TestDatabase) {
        let ada = account("ada@example.org");
        db.keep(async |work| work.insert_account(&ada).await).await.expect("kept");
        for (id, owner) in [("c", None), ("a", Some(ada.id)), ("b", Some(ada.id))] {
            keep(db, &RegisteredClient { owner, ..client(id) }).await;
        }
        let ids = async |owner, after: &str, limit| {
            let rows = db.look(async |work| work.list_clients(owner, after, limit).await).await;
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(None, "", 9).await, ["a", "b", "c"]);
        assert_eq!(ids(None, "a", 1).await, ["b"]);
        assert_eq!(ids(Some(ada.id), "", 9).await, ["a", "b"]);
        assert_eq!(ids(Some(ada.id), "b", 9).await, Vec::<String>::new());
        let count = db.keep(async |work| work.count_clients_of(ada.id).await).await;
        assert_eq!(count.expect("kept"), 2);
        // They serve while their owner may sign in, and those of nobody always.
        let serving = async |id: &str| db.look(async |work| work.find_serving_client(id).await).await.map(|row| row.id);
        for (disabled_at, of_ada) in [(Some(at(1)), None), (None, Some("a".to_owned()))] {
            db.keep(async |work| work.set_disabled(ada.id, disabled_at).await).await.expect("kept");
            assert_eq!(serving("a").await, of_ada);
            assert_eq!(serving("c").await.as_deref(), Some("c"));
            assert_eq!(serving("nobody").await, None);
        }
        // They go with their owner.
        db.keep(async |work| work.plan_deletion(ada.id, at(1)).await).await.expect("kept");
        db.keep(async |work| work.delete_due_account(ada.id, at(2)).await).await.expect("kept");
        assert_eq!(ids(None, "", 9).await, ["c"]);
    }

    async fn a_secret_is_known_by_its_hash_until_it_is_taken_away(db: &TestDatabase) {
        keep(db, &client("a")).await;
        keep(db, &client("b")).await;
        let row = |id: &str| ClientSecretRow { id: id.to_owned(), created_at: at(1) };
        db.keep(async |work| {
            work.insert_client_secret("a", &row("one"), &[1; 32]).await?;
            work.insert_client_secret("a", &row("two"), &[2; 32]).await
        }).await.expect("kept");
        let known = async |client: &str, letter| {
            db.look(async |work| work.has_client_secret(client, &[letter; 32]).await).await
        };
        assert!(known("a", 1).await && known("a", 2).await);
        assert!(!known("a", 3).await && !known("b", 1).await);
        let listed = db.look(async |work| work.list_client_secrets("a").await).await;
        assert_eq!(listed, [row("one"), row("two")]);
        let gone = async |client: &str| db.keep(async |work| work.delete_client_secret(client, "one").await).await;
        assert!(!gone("b").await.expect("kept"));
        assert!(gone("a").await.expect("kept"));
        assert!(!gone("a").await.expect("kept"));
        assert!(!known("a", 1).await && known("a", 2).await);
        assert!(db.keep(async |work| work.hold_client("a").await).await.expect("held"));
        assert!(db.keep(async |work| work.delete_client("a").await).await.expect("kept"));
        assert!(!known("a", 2).await);
        assert!(!db.keep(async |work| work.hold_client("a").await).await.expect("held"));
        assert!(!db.keep(async |work| work.delete_client("a").await).await.expect("kept"));
    }

    async fn of_several_who_use_something_once_one_does(db: &TestDatabase) {
        let note = async |letter: u8| {
            db.keep(async |work| work.note_replay(&[letter; 32], at(60)).await).await.expect("kept")
        };
        let noted = join_all((0..10).map(|_| note(1))).await;
        assert_eq!(noted.into_iter().filter(|first| *first).count(), 1);
        assert!(note(2).await);
        let gone = db.keep(async |work| work.delete_expired_replays(at(60)).await).await;
        assert_eq!(gone.expect("kept"), 0);
        let gone = db.keep(async |work| work.delete_expired_replays(at(61)).await).await;
        assert_eq!(gone.expect("kept"), 2);
        assert!(note(1).await);
    }
}
