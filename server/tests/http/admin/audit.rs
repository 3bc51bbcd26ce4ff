//! `/admin/audit`: what happened, and taking it along.

use super::{ADMIN, administrator, support};
use crate::support::{home::Home, on_both};

/// More events than any buffer between us holds.
async fn fill(home: &Home) {
    let details = format!("{{\"x\":\"{}\"}}", "x".repeat(4_000));
    let fill = format!(
        "WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 3000)
         INSERT INTO audit_events (id, at, kind, actor, outcome, details)
         SELECT '0-' || i, i, 'account.renamed', 'system', 'success', '{details}' FROM numbers"
    );
    home.raw().await.run(&fill).await;
}

on_both! {
    async fn events_are_found_by_filters(home: &Home) {
        let server = home.serve().await;
        server.signed_in("ada@example.com").await;
        let admin = administrator(&server).await;
        let page = admin.get("/admin/audit").await;
        page.is(200).is_a_page().says("session.started").says("account.created").says("ada@example.com").says(ADMIN);
        admin.get("/admin/audit?kind=session.").await.says("session.started").hides("account.created");
        admin.get("/admin/audit?outcome=failure").await.says("No event was found");
        admin.get("/admin/audit?actor=command-line").await.says("role.granted").hides("session.started");
        admin.get("/admin/audit?until=2020-01-01").await.says("No event was found");
        admin.get("/admin/audit?kind=x&actor=y&from=z").await.is(200).says("Who did it, What happened, From");
        support(&server).await.get("/admin/audit").await.is(200).says("session.started").hides("CSV");
    }

    async fn exports_hold_what_the_filter_finds_and_leave_an_event(home: &Home) {
        let server = home.serve().await;
        server.signed_in("ada@example.com").await;
        let admin = administrator(&server).await;
        let csv = admin.get("/admin/audit/export?form=csv&kind=session.started").await;
        csv.is(200);
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        let lines: Vec<_> = csv.body.lines().collect();
        assert!(lines[0].starts_with("id,seq,at,kind,"), "{lines:?}");
        assert!(lines.len() > 1 && lines[1..].iter().all(|line| line.contains("session.started")));
        let json = admin.get("/admin/audit/export?form=jsonl").await;
        for line in json.is(200).body.lines() {
            let event: serde_json::Value = serde_json::from_str(line).expect("a document a line");
            assert!(event["kind"].is_string());
        }
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'audit.exported'";
        assert_eq!(home.raw().await.number(events).await, 2);
        let details = "SELECT details, COUNT(*) FROM audit_events WHERE kind = 'audit.exported' GROUP BY details ORDER BY details";
        let chosen = home.raw().await.pairs(details).await;
        let once = |details: &str| (details.to_owned(), 1);
        assert_eq!(chosen, [
            once(r#"{"chosen_by":"","form":"jsonl"}"#),
            once(r#"{"chosen_by":"kind","form":"csv"}"#),
        ]);
        admin.get("/admin/audit/export?form=xls").await.is(404);
        for odd in ["kind=x", "from=z", "person=nobody", "until=%00"] {
            let path = format!("/admin/audit/export?form=csv&{odd}");
            admin.get(&path).await.is(422).is_a_page().says("so it was left out").hides("CSV");
        }
        assert_eq!(home.raw().await.number(events).await, 2, "nothing was exported");
        support(&server).await.get("/admin/audit/export?form=csv").await.is(404);
        server.browser().get("/admin/audit/export?form=csv").await.is(303);
    }

    async fn an_export_that_is_broken_off_harms_nothing(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        fill(home).await;
        let path = "/admin/audit/export?form=jsonl&kind=account.renamed";
        let cookie = admin.cookie("latchkey").expect("a session");
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: latchkey={cookie}\r\n\r\n",
            server.host
        );
        // More of them than there are readers.
        for _ in 0..6 {
            let mut wire = server.wire().await;
            wire.write(&request).await;
            let head = wire.read_head().await;
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        }
        let whole = admin.get(path).await;
        assert_eq!(whole.is(200).body.lines().count(), 3_000);
        server.browser().get("/readyz").await.is(200);
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'audit.exported'";
        assert_eq!(home.raw().await.number(events).await, 7, "each was begun");
    }

    async fn an_export_breaks_off_when_its_reader_is_disabled(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        server.administrator("another@example.com", crate::support::PASSWORD).await;
        fill(home).await;
        let cookie = admin.cookie("latchkey").expect("a session");
        let request = format!(
            "GET /admin/audit/export?form=jsonl&kind=account.renamed HTTP/1.1\r\nHost: {}\r\nCookie: latchkey={cookie}\r\n\r\n",
            server.host
        );
        let mut wire = server.wire().await;
        wire.write(&request).await;
        assert!(wire.read_head().await.starts_with("HTTP/1.1 200"));
        home.disable(ADMIN).await;
        let rest = wire.read_all().await;
        assert!(rest.len() < 3_000 * 4_000, "the whole trail: {} bytes", rest.len());
        assert!(!rest.ends_with("\r\n0\r\n\r\n"), "it is no whole file");
    }

    async fn asking_for_an_administrators_page_is_written_down_once(home: &Home) {
        let server = home.serve().await;
        let ada = server.signed_in("ada@example.com").await;
        for path in ["/admin", "/admin/users", "/admin/keys"] {
            ada.get(path).await.is(404);
        }
        let events = "SELECT COUNT(*) FROM audit_events WHERE kind = 'access.denied' AND outcome = 'denied'";
        assert_eq!(home.raw().await.number(events).await, 1);
        ada.get("/account/activity").await.says("You asked for a page that is for administrators.");
    }
}
