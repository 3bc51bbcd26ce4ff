//! The audit trail as operators check it.

use serde_json::Value;

use crate::support::{
    home::Home,
    on_both,
    program::{run, text_of},
};

/// A home whose server has stopped, after somebody had signed in.
async fn used(home: &Home) {
    let server = home.serve().await;
    server.signed_in("ada@example.com").await;
    server.stop().await;
}

/// The state of the check and all that was found, and the exit code.
fn doctor(home: &Home) -> (Vec<(String, String)>, Option<i32>) {
    let output = run(home, &["doctor", "--audit", "--json"], &[], "");
    let document: Value = serde_json::from_str(&text_of(&output)).expect("one JSON document");
    let checks = document["checks"].as_array().expect("a list");
    let audit = checks.iter().filter(|check| {
        check["check"]
            .as_str()
            .is_some_and(|name| name.starts_with("audit"))
    });
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let found = audit.map(|check| (text(&check["state"]), text(&check["found"])));
    (found.collect(), output.status.code())
}

#[track_caller]
fn finds(home: &Home, state: &str, words: &str) {
    let (found, code) = doctor(home);
    let said = found
        .iter()
        .any(|(is, what)| is == state && what.contains(words));
    assert!(said, "no {state}: {words} in {found:#?}");
    // Other checks may find something beside it.
    assert!(state != "problem" || code == Some(1), "{found:#?}");
}

/// What somebody does who may drop triggers.
async fn tamper(home: &Home, statements: &[&str]) {
    let mut raw = home.raw().await;
    if home.is_sqlite() {
        for trigger in [
            "audit_events_no_update",
            "audit_events_no_delete",
            "audit_chain_no_delete",
        ] {
            raw.run(&format!("DROP TRIGGER {trigger}")).await;
        }
    } else {
        for table in ["audit_events", "audit_chain"] {
            raw.run(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL"))
                .await;
        }
    }
    for sql in statements {
        assert!(raw.run(sql).await > 0, "{sql}");
    }
}

on_both! {
    async fn an_untouched_audit_trail_is_whole(home: &Home) {
        used(home).await;
        finds(home, "ok", "whole: ");
        // Going on is not a fault, and neither is another checkpoint.
        used_again(home).await;
        finds(home, "ok", " fitted");
        let (found, _) = doctor(home);
        assert_eq!(found.len(), 2, "{found:#?}");
    }

    async fn a_changed_audit_event_is_told(home: &Home) {
        used(home).await;
        tamper(home, &["UPDATE audit_events SET actor = 'system' WHERE kind = 'session.started'"]).await;
        finds(home, "problem", "was changed after it was chained");
    }

    async fn a_cut_off_end_of_the_audit_trail_is_told(home: &Home) {
        used(home).await;
        let newest = "(SELECT event FROM audit_chain WHERE seq = (SELECT MAX(seq) FROM audit_chain))";
        let mut raw = home.raw().await;
        raw.run("DELETE FROM audit_sides").await;
        tamper(home, &[
            &format!("DELETE FROM audit_events WHERE id = {newest}"),
            "DELETE FROM audit_chain WHERE seq = (SELECT MAX(seq) FROM audit_chain)",
        ]).await;
        finds(home, "problem", "the end was cut off");
    }

    async fn a_changed_checkpoint_is_told(home: &Home) {
        used(home).await;
        let file = home.folder().join("audit-checkpoints.jsonl");
        let text = std::fs::read_to_string(&file).expect("the file of checkpoints");
        let claims = text.split('.').nth(1).expect("a statement");
        std::fs::write(&file, text.replace(claims, &claims.chars().rev().collect::<String>())).expect("written");
        finds(home, "problem", "changed after they were written: line 1");
        std::fs::remove_file(&file).expect("there");
        // The installation is older than a first statement takes.
        finds(home, "problem", "there have to be some");
    }
}

async fn used_again(home: &Home) {
    let server = home.serve().await;
    server.another_browser_of("ada@example.com").await;
    server.stop().await;
}
