//! What administrators search: everyone's accounts, sessions and tokens.

use domain::{
    accounts::{AccountId, NewAccount, Role},
    admin::{
        AccountState, Network, SearchText, SessionFilter, SessionOrder, TokenFilter, UserFilter,
        UserName,
    },
    client::ClientAddress,
    sessions::SessionRow,
    tokens::{ApiTokenRow, GrantRow},
};
use storage::Database;

use crate::{
    api_tokens::token,
    support::{
        database::TestDatabase,
        on_both,
        samples::{Sequence, account, at, new_id, nobody, session},
    },
};

/// An account that was born some seconds after noon.
fn born(seconds: u64, name: &str, email: &str) -> NewAccount {
    NewAccount {
        id: AccountId::generate(at(seconds), &Sequence),
        name: name.to_owned(),
        created_at: at(seconds),
        ..account(email)
    }
}

/// Ada, Ben and Chloé, in the order of their birth.
async fn three_people(db: &TestDatabase) -> [AccountId; 3] {
    let people = [
        born(1, "Ada Lovelace", "ada@example.org"),
        born(2, "Ben ＢＡＵＥＲ", "ben_b@mail.example"),
        born(3, "Chloé Ångström", "chloe@example.org"),
    ];
    for person in &people {
        db.keep(async |work| work.insert_account(person).await)
            .await
            .expect("kept");
    }
    people.map(|person| person.id)
}

fn text(typed: &str) -> Option<SearchText> {
    let text = SearchText::parse(typed);
    assert!(text.is_some(), "something to look for");
    text
}

async fn people(db: &TestDatabase, filter: UserFilter) -> Vec<AccountId> {
    let found = db
        .look(async |work| work.search_users(&filter, at(60), None, 50).await)
        .await;
    found.into_iter().map(|row| row.id).collect()
}

async fn people_by_text(db: &TestDatabase, typed: &str) -> Vec<AccountId> {
    people(
        db,
        UserFilter {
            text: text(typed),
            ..UserFilter::default()
        },
    )
    .await
}

/// A session that began and was last seen some seconds after noon.
fn seen(account: AccountId, name: &str, began: u64, last: u64) -> SessionRow {
    SessionRow {
        id: domain::random::time_ordered_id(at(began), &Sequence).to_string(),
        created_at: at(began),
        last_seen_at: at(last),
        idle_until: at(1000),
        ..session(account, name)
    }
}

async fn sessions(db: &TestDatabase, filter: SessionFilter) -> Vec<String> {
    let found = db
        .look(async |work| {
            work.search_sessions(&filter, SessionOrder::LastSeen, at(60), None, 50)
                .await
        })
        .await;
    found.into_iter().map(|row| row.public_id).collect()
}

fn address(text: &str) -> Vec<u8> {
    let address: std::net::IpAddr = text.parse().expect("an address");
    ClientAddress::from(address).as_bytes().to_vec()
}

async fn keep_sessions(db: &TestDatabase, rows: &[SessionRow]) {
    for row in rows {
        db.keep(async |work| work.insert_session(row, None).await)
            .await
            .expect("kept");
    }
}

async fn tokens(db: &TestDatabase, filter: TokenFilter) -> Vec<String> {
    let found = db
        .look(async |work| work.search_tokens(&filter, at(60), None, 50).await)
        .await;
    found.into_iter().map(|row| row.id).collect()
}

on_both! {
    async fn people_are_listed_last_born_first_page_by_page(db: &TestDatabase) {
        let [ada, ben, chloe] = three_people(db).await;
        assert_eq!(people(db, UserFilter::default()).await, [chloe, ben, ada]);
        let page = async |after, limit| {
            let filter = UserFilter::default();
            let found = db.look(async |work| work.search_users(&filter, at(60), after, limit).await).await;
            found.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(page(None, 2).await, [chloe, ben]);
        assert_eq!(page(Some(ben), 2).await, [ada]);
        assert!(page(Some(ada), 2).await.is_empty());
        assert!(page(None, 0).await.is_empty());
    }

    async fn people_are_found_by_any_part_of_name_or_address(db: &TestDatabase) {
        let [ada, ben, chloe] = three_people(db).await;
        assert_eq!(people_by_text(db, "LOVE").await, [ada]);
        assert_eq!(people_by_text(db, "@example.org").await, [chloe, ada]);
        assert_eq!(people_by_text(db, "exampl").await, [chloe, ben, ada]);
        assert_eq!(people_by_text(db, "bauer").await, [ben]);
        assert_eq!(people_by_text(db, "CHLOE\u{301}").await, [chloe]);
        assert_eq!(people_by_text(db, "ångs").await, [chloe]);
        // Below three characters it is how a name or an address begins.
        assert_eq!(people_by_text(db, "b").await, [ben]);
        assert_eq!(people_by_text(db, "Ch").await, [chloe]);
        assert!(people_by_text(db, "da").await.is_empty());
    }

    async fn what_is_looked_for_is_no_pattern(db: &TestDatabase) {
        let [_, ben, _] = three_people(db).await;
        assert_eq!(people_by_text(db, "n_b").await, [ben]);
        for typed in ["a%a", "_da", "%%%", "___", "ada\\", "\"ada\"", "ada OR ben", "a*a", "ada'--", "ada*", "^ada", "da@:", "(ada)", "name:ada"] {
            assert!(people_by_text(db, typed).await.is_empty(), "{typed}");
        }
    }

    async fn who_is_renamed_or_moves_is_found_by_what_counts_now(db: &TestDatabase) {
        let [ada, ..] = three_people(db).await;
        assert!(db.keep(async |work| work.set_name(ada, "Augusta King").await).await.expect("kept"));
        assert!(people_by_text(db, "lovelace").await.is_empty());
        assert_eq!(people_by_text(db, "augusta").await, [ada]);
        assert_eq!(people_by_text(db, "ada@ex").await, [ada]);
    }

    async fn who_is_gone_is_found_no_longer(db: &TestDatabase) {
        let [ada, ..] = three_people(db).await;
        db.keep(async |work| work.plan_deletion(ada, at(10)).await).await.expect("kept");
        db.keep(async |work| work.delete_due_account(ada, at(20)).await).await.expect("kept");
        assert!(people_by_text(db, "lovelace").await.is_empty());
        assert_eq!(db.raw().await.count("search_texts").await, 2);
    }

    async fn people_are_found_by_state_and_role(db: &TestDatabase) {
        let [ada, ben, chloe] = three_people(db).await;
        db.keep(async |work| work.set_disabled(ada, Some(at(5))).await).await.expect("kept");
        db.keep(async |work| work.plan_deletion(ben, at(500)).await).await.expect("kept");
        db.keep(async |work| work.grant_role(chloe, Role::Admin, at(5)).await).await.expect("kept");
        let by_state = async |state| people(db, UserFilter { state: Some(state), ..UserFilter::default() }).await;
        assert_eq!(by_state(AccountState::Disabled).await, [ada]);
        assert_eq!(by_state(AccountState::Leaving).await, [ben]);
        assert_eq!(by_state(AccountState::Active).await, [chloe]);
        let admins = UserFilter { role: Some(Role::Admin), ..UserFilter::default() };
        assert_eq!(people(db, admins.clone()).await, [chloe]);
        assert!(people(db, UserFilter { text: text("lovelace"), ..admins }).await.is_empty());
    }

    async fn a_listing_tells_roles_sessions_and_when_somebody_was_seen(db: &TestDatabase) {
        let [ada, ben, _] = three_people(db).await;
        db.keep(async |work| work.grant_role(ada, Role::Admin, at(5)).await).await.expect("kept");
        let over = SessionRow { idle_until: at(60), ..seen(ada, "over", 1, 50) };
        keep_sessions(db, &[seen(ada, "one", 1, 30), seen(ada, "two", 2, 40), over]).await;
        let found = db.look(async |work| work.search_users(&UserFilter::default(), at(60), None, 50).await).await;
        let row = found.iter().find(|row| row.id == ada).expect("listed");
        assert_eq!((row.name.as_str(), row.email.as_str()), ("Ada Lovelace", "ada@example.org"));
        assert_eq!((&row.roles[..], row.sessions, row.last_seen_at), (&[Role::Admin][..], 2, Some(at(50))));
        assert_eq!((row.state(), row.created_at), (AccountState::Active, at(1)));
        let row = found.iter().find(|row| row.id == ben).expect("listed");
        assert_eq!((row.roles.len(), row.sessions, row.last_seen_at), (0, 0, None));
    }

    async fn a_person_is_found_by_either_name_with_what_a_page_needs(db: &TestDatabase) {
        let [ada, ..] = three_people(db).await;
        db.keep(async |work| work.set_disabled(ada, Some(at(5))).await).await.expect("kept");
        let by_id = db.look(async |work| work.find_user(UserName::Id(ada), at(60)).await).await.expect("found");
        let subject = by_id.listing.subject.clone();
        let by_subject = db.look(async |work| work.find_user(UserName::Subject(subject.as_str()), at(60)).await).await;
        assert_eq!(by_subject.as_ref(), Some(&by_id));
        assert_eq!((by_id.has_password, by_id.tokens, by_id.connections.len()), (true, 0, 0));
        assert_eq!(by_id.emails.len(), 1);
        assert!(by_id.emails[0].primary && by_id.emails[0].verified_at == Some(at(1)));
        assert_eq!(by_id.listing.state(), AccountState::Disabled);
        assert!(db.look(async |work| work.find_user(UserName::Id(nobody()), at(60)).await).await.is_none());
        assert!(db.look(async |work| work.find_user(UserName::Subject("nobody"), at(60)).await).await.is_none());
    }

    async fn sessions_of_everyone_are_listed_in_three_orders(db: &TestDatabase) {
        let [ada, ben, _] = three_people(db).await;
        let rows = [seen(ada, "a", 1, 50), seen(ben, "b", 2, 30), seen(ada, "c", 3, 40), seen(ben, "d", 4, 40)];
        keep_sessions(db, &rows).await;
        // Of two that were seen at once, the later one comes first.
        for (order, expected) in [
            (SessionOrder::LastSeen, ["a", "d", "c", "b"]),
            (SessionOrder::Newest, ["d", "c", "b", "a"]),
            (SessionOrder::Oldest, ["a", "b", "c", "d"]),
        ] {
            let mut after = None;
            for name in expected {
                let filter = SessionFilter::default();
                let page = db.look(async |work| work.search_sessions(&filter, order, at(60), after.as_ref(), 1).await).await;
                assert_eq!(page.len(), 1, "{order:?} {name}");
                assert_eq!(page[0].public_id, name, "{order:?}");
                after = Some(page[0].cursor(order));
            }
            let filter = SessionFilter::default();
            let end = db.look(async |work| work.search_sessions(&filter, order, at(60), after.as_ref(), 1).await).await;
            assert!(end.is_empty());
        }
    }

    async fn only_sessions_that_live_are_found(db: &TestDatabase) {
        let [ada, ben, _] = three_people(db).await;
        let rows = [
            seen(ada, "alive", 1, 50),
            SessionRow { idle_until: at(60), ..seen(ada, "idle", 1, 50) },
            SessionRow { absolute_until: at(60), ..seen(ada, "over", 1, 50) },
            seen(ben, "disabled", 1, 50),
        ];
        keep_sessions(db, &rows).await;
        db.keep(async |work| work.set_disabled(ben, Some(at(5))).await).await.expect("kept");
        assert_eq!(sessions(db, SessionFilter::default()).await, ["alive"]);
        let filter = SessionFilter::default();
        assert_eq!(db.look(async |work| work.count_sessions(&filter, at(60), 10).await).await, 1);
    }

    async fn sessions_are_found_by_each_filter(db: &TestDatabase) {
        let [ada, ben, chloe] = three_people(db).await;
        let rows = [
            SessionRow { address: address("10.1.2.3"), ..seen(ada, "a", 10, 50) },
            SessionRow { address: address("10.200.0.1"), amr: "fed".to_owned(), ..seen(ben, "b", 20, 40) },
            SessionRow { address: address("2001:db8::7"), amr: "pwd otp".to_owned(), ..seen(chloe, "c", 30, 35) },
        ];
        keep_sessions(db, &rows).await;
        let all = SessionFilter::default;
        let by_network = async |typed| sessions(db, SessionFilter { network: Network::parse(typed), ..all() }).await;
        assert_eq!(by_network("10.0.0.0/8").await, ["a", "b"]);
        assert_eq!(by_network("10.1.2.3").await, ["a"]);
        assert_eq!(by_network("2001:db8::/32").await, ["c"]);
        assert_eq!(by_network("::/0").await, ["a", "b", "c"]);
        assert!(by_network("192.0.2.0/24").await.is_empty());
        let by_method = async |word: &str| sessions(db, SessionFilter { method: Some(word.to_owned()), ..all() }).await;
        assert_eq!(by_method("pwd").await, ["a", "c"]);
        assert_eq!(by_method("otp").await, ["c"]);
        assert_eq!(by_method("fed").await, ["b"]);
        assert!(by_method("pw").await.is_empty());
        assert_eq!(sessions(db, SessionFilter { text: text("example.org"), ..all() }).await, ["a", "c"]);
        assert_eq!(sessions(db, SessionFilter { text: text("be"), ..all() }).await, ["b"]);
        assert_eq!(sessions(db, SessionFilter { account: Some(ben), ..all() }).await, ["b"]);
        assert_eq!(sessions(db, SessionFilter { created_since: Some(at(20)), ..all() }).await, ["b", "c"]);
        assert_eq!(sessions(db, SessionFilter { created_before: Some(at(20)), ..all() }).await, ["a"]);
        assert_eq!(sessions(db, SessionFilter { seen_since: Some(at(40)), ..all() }).await, ["a", "b"]);
        let several = SessionFilter { text: text("example.org"), method: Some("pwd".to_owned()), network: Network::parse("10.0.0.0/8"), seen_since: Some(at(45)), ..all() };
        assert_eq!(sessions(db, several).await, ["a"]);
    }

    async fn a_session_tells_whose_it_is_and_what_hangs_on_it(db: &TestDatabase) {
        let [ada, ..] = three_people(db).await;
        keep_sessions(db, &[SessionRow { address: address("192.0.2.7"), persistent: true, ..seen(ada, "a", 10, 50) }]).await;
        for _ in 0..2 {
            let grant = GrantRow {
                id: new_id(),
                account: ada,
                client_id: "client".to_owned(),
                session: Some("a".to_owned()),
                scopes: vec!["openid".to_owned()],
                audience: vec!["https://one.example".to_owned()],
                amr: "pwd".to_owned(),
                claims: Vec::new(),
                given_in: None,
                auth_time: at(0),
                created_at: at(0),
                absolute_until: at(500),
            };
            db.keep(async |work| work.insert_grant(&grant).await).await.expect("kept");
        }
        let filter = SessionFilter::default();
        let row = db.look(async |work| work.search_sessions(&filter, SessionOrder::LastSeen, at(60), None, 1).await).await.remove(0);
        assert_eq!((row.account, row.name.as_str(), row.email.as_str()), (ada, "Ada Lovelace", "ada@example.org"));
        assert_eq!((row.address.to_string(), row.amr.as_str(), row.persistent), ("192.0.2.7".to_owned(), "pwd", true));
        assert_eq!((row.created_at, row.last_seen_at, row.grants), (at(10), at(50), 2));
    }

    async fn sessions_that_match_are_counted_up_to_a_cap_and_named(db: &TestDatabase) {
        let [ada, ben, _] = three_people(db).await;
        keep_sessions(db, &[seen(ada, "a", 1, 50), seen(ada, "b", 2, 40), seen(ben, "c", 3, 30)]).await;
        let filter = SessionFilter { text: text("lovelace"), ..SessionFilter::default() };
        let count = async |most| db.look(async |work| work.count_sessions(&filter, at(60), most).await).await;
        assert_eq!((count(10).await, count(1).await, count(0).await), (2, 1, 0));
        let named = async |limit| {
            let mut found = db.look(async |work| work.list_matching_session_ids(&filter, at(60), limit).await).await;
            found.sort_by(|a, b| a.public_id.cmp(&b.public_id));
            found
        };
        let found = named(10).await;
        assert_eq!(found.iter().map(|row| (row.account, row.public_id.as_str())).collect::<Vec<_>>(), [(ada, "a"), (ada, "b")]);
        assert_eq!(named(1).await.len(), 1);
    }

    async fn tokens_of_everyone_are_found_by_each_filter(db: &TestDatabase) {
        let [ada, ben, _] = three_people(db).await;
        let row = |of, id: &str, scopes: &[&str]| ApiTokenRow {
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            epoch: 0,
            ..token(of, id, "k", at(500))
        };
        let rows = [row(ada, "01", &["a:read", "b"]), row(ben, "02", &["a:read"]), row(ada, "03", &["c"])];
        for row in &rows {
            db.keep(async |work| work.insert_api_token(row).await).await.expect("kept");
        }
        db.keep(async |work| work.note_api_token_calls("02", 7, 1, (at(40), &[1; 16])).await).await.expect("kept");
        let all = TokenFilter::default;
        assert_eq!(tokens(db, all()).await, ["03", "02", "01"]);
        assert_eq!(tokens(db, TokenFilter { account: Some(ada), ..all() }).await, ["03", "01"]);
        assert_eq!(tokens(db, TokenFilter { text: text("bauer"), ..all() }).await, ["02"]);
        assert_eq!(tokens(db, TokenFilter { scope: Some("a:read".to_owned()), ..all() }).await, ["02", "01"]);
        assert!(tokens(db, TokenFilter { scope: Some("a:rea".to_owned()), ..all() }).await.is_empty());
        assert_eq!(tokens(db, TokenFilter { unused_since: Some(at(40)), ..all() }).await, ["03", "01"]);
        assert_eq!(tokens(db, TokenFilter { unused_since: Some(at(41)), ..all() }).await, ["03", "02", "01"]);
        let page = db.look(async |work| work.search_tokens(&all(), at(60), Some("03"), 1).await).await;
        assert_eq!((page.len(), page[0].id.as_str(), page[0].last_used_at), (1, "02", Some(at(40))));
        assert_eq!((page[0].owner.as_str(), page[0].email.as_str(), page[0].name.as_str()), ("Ben ＢＡＵＥＲ", "ben_b@mail.example", "Backup \u{2603}"));
    }

    async fn tokens_that_nobody_can_use_are_not_found(db: &TestDatabase) {
        let [ada, ben, chloe] = three_people(db).await;
        for (of, id, until) in [(ada, "01", 60), (ben, "02", 500), (chloe, "03", 500), (ada, "04", 500)] {
            let row = ApiTokenRow { epoch: 0, ..token(of, id, "k", at(until)) };
            db.keep(async |work| work.insert_api_token(&row).await).await.expect("kept");
        }
        db.keep(async |work| work.set_disabled(ben, Some(at(5))).await).await.expect("kept");
        db.keep(async |work| work.raise_epoch(chloe).await).await.expect("kept");
        assert_eq!(tokens(db, TokenFilter::default()).await, ["04"]);
        let found = db.look(async |work| work.find_user(UserName::Id(ada), at(60)).await).await.expect("found");
        assert_eq!(found.tokens, 1);
    }

    async fn people_of_before_are_found_once_the_database_was_opened(db: &TestDatabase) {
        let [_, ben, _] = three_people(db).await;
        let mut raw = db.raw().await;
        raw.run("DELETE FROM search_texts").await;
        raw.run("UPDATE counters SET value = 0 WHERE name = 'search_texts'").await;
        assert!(people_by_text(db, "bauer").await.is_empty());
        let again: Database = db.open_again().await;
        assert_eq!(people_by_text(db, "bauer").await, [ben]);
        assert_eq!(raw.count("search_texts").await, 3);
        again.close().await;
    }
}
