//! Master keys change, and nobody notices: not those who are served meanwhile, not a run that comes
//! after one that was killed.

use std::{
    cell::{Cell, RefCell},
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use domain::{
    clock::Clock,
    foundation::Foundation,
    keys::{self, Mac, MacKey, Purpose, signing::KeyState},
    mail::{self, Content, Message},
};
use server::{
    OsRandom, SystemClock,
    secrets::{self, Progress, RotationError},
    startup::{self, Core},
};

use crate::{
    account::tokens::make,
    social::{arrival_of, leave},
    support::{
        PASSWORD,
        chance::Chance,
        home::{Home, variable},
        on_both,
        program::{error_of, killed_after, killed_at, run, text_of},
        server::TestServer,
    },
};

const MAILS: usize = 300;
const CROWD: (&str, &str) = ("throttle.signups_per_address", "10000");
const ROTATE: [&str; 4] = ["secrets", "rotate", "--wait", "0"];

fn file(home: &Home) -> PathBuf {
    home.folder().join("master.key")
}

/// The keys of the file, in their order.
fn lines(home: &Home) -> Vec<String> {
    let text = fs::read_to_string(file(home)).expect("the key file");
    let keys = text.lines().filter(|line| !line.starts_with('#'));
    keys.map(str::to_owned).collect()
}

/// What a second process has.
async fn another(home: &Home) -> Core {
    let config = home.config(&[]).expect("the configuration is fine");
    let clock = Arc::clone(&home.clock) as Arc<_>;
    startup::open(&config, clock, Arc::new(OsRandom))
        .await
        .expect("it opens")
}

fn name_of(foundation: &Foundation) -> Mac {
    foundation
        .names
        .mac(Purpose::Throttle, "account", b"ada@example.com")
}

async fn otherwise(foundation: &Foundation) -> i64 {
    let mut work = foundation.store.read().await.expect("a reader");
    keys::count_sealed_otherwise(work.as_mut(), &foundation.keys)
        .await
        .expect("a count")
}

/// That every mail opens, and every signing key signs that did.
async fn all_opens(foundation: &Foundation, core: &Core, mails: usize) {
    let found = mail::list(foundation, 10_000).await.expect("mail");
    assert_eq!(found.len(), mails);
    assert!(found.iter().all(|mail| mail.content != Content::Unreadable));
    core.services.keys.tend().await.expect("tended");
    let listed = core.services.keys.list().await.expect("keys");
    assert_eq!(listed.len(), 2, "none was made anew");
    for key in listed {
        assert_eq!(key.state, KeyState::Signing);
        let sealed = key.row.sealed_private.expect("a private half");
        assert!(
            foundation
                .keys
                .open(Purpose::SigningKey, &key.row.kid, &sealed)
                .is_ok()
        );
    }
}

/// A database with mails, keys, somebody under way and counts; nobody serves it.
async fn filled(home: &Home) -> Mac {
    let server = home.serve().await;
    server.account("ada@example.com", PASSWORD).await;
    server
        .browser()
        .sign_in("ada@example.com", "wrong password, all of it")
        .await
        .is(422);
    leave(&server.browser(), "/auth/github", &[("intent", "sign_in")]).await;
    let foundation = &server.services().foundation;
    let mut work = foundation.store.begin().await.expect("a unit");
    for number in 0..MAILS {
        let to = format!("person{number}@example.com");
        mail::queue(foundation, work.as_mut(), &to, Message::AccountDeleted {})
            .await
            .expect("queued");
    }
    work.commit().await.expect("kept");
    let name = name_of(foundation);
    server.stop().await;
    name
}

/// One person after the other does what needs sealed things.
async fn traffic(server: &TestServer, ada: &crate::support::browser::TestBrowser, number: usize) {
    let email = format!("person{number}@example.com");
    server.browser().sign_up(&email, PASSWORD).await.is(303);
    make(ada, &format!("token {number}"), &["profile:read"]).await;
    leave(&server.browser(), "/auth/google", &[("intent", "sign_in")]).await;
    server
        .browser()
        .sign_in("ada@example.com", "wrong password, all of it")
        .await
        .is(422);
}

fn configured(keys: &[&str]) -> (String, String) {
    (variable("secrets.master_key"), keys.join("\n"))
}

on_both! {
    async fn a_rotation_that_is_killed_at_any_line_is_taken_up_by_the_next(home: &Home) {
        let name = filled(home).await;
        let mut chance = Chance::seeded(7);
        let mut ended = 0;
        for number in 1.. {
            let before = lines(home);
            // Line by line until there is none more, then a few moments by chance.
            let killed = tokio::task::block_in_place(|| match ended {
                0 => killed_after(home, &ROTATE, number),
                _ => killed_at(home, &ROTATE, Duration::from_millis(chance.below(250) as u64)),
            });
            if !killed {
                ended += 1;
            }
            let mode = fs::metadata(file(home)).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            let core = another(home).await;
            let foundation = &core.services.foundation;
            all_opens(foundation, &core, MAILS).await;
            assert_eq!(name_of(foundation), name, "counts keep their names");
            core.database.close().await;

            let output = tokio::task::block_in_place(|| run(home, &ROTATE, &[], ""));
            assert!(output.status.success(), "{}", error_of(&output));
            assert!(!text_of(&output).contains("opened by none"), "{}", text_of(&output));
            let after = lines(home);
            assert!(after.len() == 1 && !before.contains(&after[0]), "another one, alone");
            let core = another(home).await;
            let foundation = &core.services.foundation;
            assert_eq!(otherwise(foundation).await, 0);
            all_opens(foundation, &core, MAILS).await;
            assert_eq!(name_of(foundation), name, "counts keep their names");
            core.database.close().await;
            if ended > 0 && number > 20 {
                break;
            }
        }
        let mut raw = home.raw().await;
        assert!(raw.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'secrets.rotated'").await >= 20);
        assert_eq!(raw.number("SELECT COUNT(*) FROM flows").await, 1);
        let left: Vec<_> = fs::read_dir(home.folder()).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        assert!(!left.iter().any(|name| name == "master.key.new"), "{left:?}");
    }

    async fn requests_go_on_without_failure_during_a_rotation(home: &Home) {
        let server = home.serve_with(&[CROWD, ("throttle.free_failures", "90"), ("throttle.provider_starts_per_address", "1000")]).await;
        let ada = server.signed_in("ada@example.com").await;
        traffic(&server, &ada, 0).await;
        let name = name_of(&server.services().foundation);
        let core = another(home).await;
        let travellers = [server.browser(), server.browser(), server.browser(), server.browser()];
        let (pauses, under_way) = (Cell::new(0), RefCell::new(None));
        let pause = async || {
            let number = pauses.get() + 1;
            pauses.set(number);
            // Half of the people come before the server has seen the change.
            traffic(&server, &ada, 2 * number).await;
            server.look_at_keys();
            traffic(&server, &ada, 2 * number + 1).await;
            let away = leave(&travellers[number % 4], "/auth/github", &[("intent", "sign_up")]).await;
            // Somebody who left before the last step comes back after it.
            if let Some(earlier) = under_way.replace(Some(away)) {
                let earlier: crate::social::Away<'_> = earlier;
                arrival_of(&earlier.comes_back_as("address", &format!("traveller{number}@example.com")).await);
            }
        };
        let told = RefCell::new(Vec::new());
        let foundation = &core.services.foundation;
        let path = core.key_file.as_ref().expect("a file").path();
        let rotated = secrets::rotate(foundation, path, pause, |progress| told.borrow_mut().push(progress)).await.expect("rotated");
        assert_eq!((rotated.locked, rotated.former), (0, 1));
        assert!(matches!(told.borrow()[..3], [Progress::Announced(_), Progress::Waiting, Progress::Sealing(_)]));
        let rounds = pauses.get();
        assert!(rounds >= 3, "announced, sealing, and a last look: {rounds}");

        // The server knows the former key until it looks.
        traffic(&server, &ada, 2 * rounds + 2).await;
        server.look_at_keys();
        traffic(&server, &ada, 2 * rounds + 3).await;
        assert_eq!(server.services().foundation.keys.ids(), [rotated.key]);
        assert_eq!(otherwise(foundation).await, 0);
        assert!(server.mails().await.iter().all(|mail| mail.content != Content::Unreadable));
        assert_eq!(name_of(&server.services().foundation), name);
        server.stop().await;
        let server = home.serve().await;
        assert_eq!(name_of(&server.services().foundation), name);
        assert!(server.mails().await.iter().all(|mail| mail.content != Content::Unreadable));
        make(&ada_again(&server).await, "afterwards", &["profile:read"]).await;
    }

    async fn a_server_that_does_not_follow_keeps_the_former_key_alive(home: &Home) {
        let name = filled(home).await;
        let core = another(home).await;
        let stubborn = another(home).await;
        let old = &stubborn.services.foundation;
        let pause = async || {
            let mut work = old.store.begin().await.expect("a unit");
            mail::queue(old, work.as_mut(), "ada@example.com", Message::AccountDeleted {}).await.expect("queued");
            work.commit().await.expect("kept");
        };
        let foundation = &core.services.foundation;
        let path = core.key_file.as_ref().expect("a file").path();
        let done = secrets::rotate(foundation, path, pause, |_| {}).await;
        assert!(matches!(done, Err(RotationError::NotFollowed)));
        assert_eq!(lines(home).len(), 2, "nothing is lost");
        stubborn.database.close().await;
        let rotated = secrets::rotate(foundation, path, async || {}, |_| {}).await.expect("taken up");
        assert_eq!(rotated.former, 1);
        assert_eq!(otherwise(foundation).await, 0);
        assert_eq!((lines(home).len(), name_of(foundation)), (1, name));
    }

    async fn two_rotations_at_once_are_one(home: &Home) {
        filled(home).await;
        let core = another(home).await;
        let foundation = &core.services.foundation;
        let path = core.key_file.as_ref().expect("a file").path();
        let pause = async || {
            let output = tokio::task::block_in_place(|| run(home, &ROTATE, &[], ""));
            assert_eq!(output.status.code(), Some(1));
            assert!(error_of(&output).contains("another `latchkey secrets rotate` is at work"), "{}", error_of(&output));
        };
        secrets::rotate(foundation, path, pause, |_| {}).await.expect("rotated");
        assert_eq!(lines(home).len(), 1);
    }

    async fn a_broken_or_vanished_key_file_changes_nothing_in_a_running_server(home: &Home) {
        let server = home.serve_with(&[CROWD]).await;
        let good = fs::read(file(home)).expect("a key");
        let ids = server.services().foundation.keys.ids();
        for (number, content) in [Some("nonsense"), Some(""), None].into_iter().enumerate() {
            match content {
                Some(content) => fs::write(file(home), content).expect("written"),
                None => fs::remove_file(file(home)).expect("removed"),
            }
            server.look_at_keys();
            server.browser().sign_up(&format!("person{number}@example.com"), PASSWORD).await.is(303);
            assert_eq!(server.services().foundation.keys.ids(), ids);
        }
        fs::write(file(home), good).expect("written");
        server.look_at_keys();
        assert!(server.mails().await.iter().all(|mail| mail.content != Content::Unreadable));
    }

    async fn keys_of_the_configuration_are_followed_and_the_lines_that_can_go_are_named(home: &Home) {
        filled(home).await;
        let old = lines(home).remove(0);
        fs::remove_file(file(home)).expect("removed");
        let new = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
        let rotate = |keys: &[&str]| {
            let (name, text) = configured(keys);
            tokio::task::block_in_place(|| run(home, &ROTATE, &[(&name, &text)], ""))
        };
        let output = rotate(&[&old]);
        assert_eq!(output.status.code(), Some(1));
        assert!(error_of(&output).contains("secrets.master_key holds one key"), "{}", error_of(&output));
        let output = rotate(&["# the new one", new, "", &old]);
        assert!(output.status.success(), "{}", error_of(&output));
        assert!(text_of(&output).contains("300 queued mails"), "{}", text_of(&output));
        assert!(text_of(&output).contains("Line 4 of secrets.master_key can go"), "{}", text_of(&output));
        let again = rotate(&[new, &old]);
        assert!(text_of(&again).contains("Nothing was encrypted under another key."), "{}", text_of(&again));
        let (name, text) = configured(&[new]);
        let list = tokio::task::block_in_place(|| run(home, &["mail", "list", "--json"], &[(&name, &text)], ""));
        let list: serde_json::Value = serde_json::from_str(&text_of(&list)).expect("one JSON document");
        let mails = list["items"].as_array().expect("a list");
        assert!(mails.len() == MAILS && mails.iter().all(|mail| mail["readable"] == true));
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM audit_events WHERE kind = 'secrets.rotated'").await, 1);
        assert!(!file(home).exists());
    }

    async fn a_rotation_is_told_as_one_document(home: &Home) {
        filled(home).await;
        let output = tokio::task::block_in_place(|| run(home, &["secrets", "rotate", "--wait", "0", "--json"], &[], ""));
        assert!(output.status.success(), "{}", error_of(&output));
        let told: serde_json::Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
        let again = serde_json::json!({ "mail": MAILS, "signing_keys": 2, "flows": 1, "key_of_names": 1 });
        assert_eq!((&told["encrypted_again"], &told["left_locked"], &told["former_keys"]), (&again, &0.into(), &1.into()));
        assert_eq!(told["key"].as_str().expect("text").len(), 16);
        let text = fs::read_to_string(file(home)).expect("the key file");
        assert!(!text_of(&output).contains(&lines(home)[0]) && text.starts_with('#'), "no key is shown");
    }

    async fn an_earlier_version_s_names_stay_what_they_are(home: &Home) {
        filled(home).await;
        let expected = {
            let core = another(home).await;
            name_of(&Foundation {
                names: Arc::new(MacKey::taken_over(&core.services.foundation.keys)),
                ..core.services.foundation.clone()
            })
        };
        home.raw().await.run("UPDATE installation SET mac_key = NULL").await;
        for _ in 0..2 {
            let core = another(home).await;
            assert_eq!(name_of(&core.services.foundation), expected);
            let output = tokio::task::block_in_place(|| run(home, &ROTATE, &[], ""));
            assert!(output.status.success(), "{}", error_of(&output));
        }
        assert_eq!(home.raw().await.number("SELECT COUNT(*) FROM installation WHERE mac_key IS NOT NULL").await, 1);
    }

    async fn where_the_master_key_is_lost_other_keys_sign(home: &Home) {
        // The program goes by the machine's clock.
        home.clock.advance(SystemClock.now().since(home.clock.now()));
        let server = home.serve_with(&[CROWD]).await;
        let ada = server.signed_in("ada@example.com").await;
        make(&ada, "before", &["profile:read"]).await;
        let kids: Vec<_> = server.services().keys.list().await.expect("keys").into_iter().map(|key| key.row.kid).collect();
        server.stop().await;
        fs::remove_file(file(home)).expect("removed");
        let other = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
        let refused = home.try_serve_with(&[("secrets.master_key", other)]).await.err().expect("refused");
        assert!(refused.to_string().contains("is not the one that this database was encrypted under"), "{refused}");
        let migrate = |arguments: &[&str]| {
            let all: Vec<_> = ["migrate"].iter().chain(arguments).copied().collect();
            tokio::task::block_in_place(|| run(home, &all, &[], ""))
        };
        let output = migrate(&[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(error_of(&output).contains("latchkey migrate --new-master-key"), "{}", error_of(&output));
        let output = migrate(&["--new-master-key"]);
        assert!(output.status.success(), "{}", error_of(&output));
        for kid in &kids {
            assert!(text_of(&output).contains(&format!("The signing key {kid} can't be opened")), "{}", text_of(&output));
        }
        let again = migrate(&["--new-master-key"]);
        assert_eq!(text_of(&again), "The database is up to date.\n", "nothing more is given up");

        // The program's clock went on meanwhile.
        home.clock.advance(Duration::from_mins(1));
        let server = home.serve_with(&[CROWD]).await;
        let listed = server.services().keys.list().await.expect("keys");
        for key in &listed {
            let expected = if kids.contains(&key.row.kid) { KeyState::Retired } else { KeyState::Signing };
            assert_eq!(key.state, expected);
        }
        assert_eq!(listed.len(), 4, "what was signed still verifies");
        make(&ada_again(&server).await, "after", &["profile:read"]).await;
        server.browser().sign_up("bob@example.com", PASSWORD).await.is(303);
    }
}

async fn ada_again(server: &TestServer) -> crate::support::browser::TestBrowser {
    server.another_browser_of("ada@example.com").await
}
