//! `/admin`: what went on lately, in numbers.

use std::time::Duration;

use super::{administrator, support};
use crate::support::{PASSWORD, answer::Answer, home::Home, on_both};

/// The sums that the charts tell.
fn sums(page: &Answer) -> Vec<String> {
    let parts = page.is(200).body.split("<summary>").skip(1);
    parts
        .map(|part| part.split('<').next().unwrap_or_default().to_owned())
        .collect()
}

on_both! {
    async fn what_went_on_is_counted_per_day(home: &Home) {
        let server = home.serve().await;
        server.account("ada@example.com", PASSWORD).await;
        let guesser = server.browser();
        for _ in 0..5 {
            guesser.sign_in("ada@example.com", "not the right password at all").await.is(422);
        }
        home.clock.advance(Duration::from_hours(24));
        server.program_of("ben@example.com", &["profile:read"]).await;
        server.another_browser_of("ada@example.com").await;
        let admin = administrator(&server).await;
        let page = admin.get("/admin").await;
        page.is_a_page().says("The last 30 days").says("Days are UTC days").says("Password – 100 %");
        assert_eq!(sums(&page), [
            "3 sign-ins in 30 days", "Sign-ins by method, in numbers", "1 notes of wrong passwords in 30 days",
            "1 tokens in 30 days",
        ]);
        // Every day has its row, an empty one as well.
        assert_eq!(page.body.matches("<th scope=\"row\">20").count(), 90);
        let rows = page.body.split("<tr>").filter(|row| row.contains("2026-01-01") && row.contains("<td>1</td>"));
        assert_eq!(rows.count(), 1, "wrong passwords alone were yesterday");
        let german = server.browser().reading("de");
        german.sign_in(super::ADMIN, PASSWORD).await.is(303);
        german.get("/admin").await.is(200).says("4 Anmeldungen in 30 Tagen").says("Ausgestellte Tokens");
    }

    async fn what_nobody_did_is_said_in_words(home: &Home) {
        let server = home.serve().await;
        let support = support(&server).await;
        let page = support.get("/admin").await;
        page.is(200).is_a_page().says("No token was issued in these days.").says("wrong passwords enough for a note");
        assert_eq!(sums(&page).len(), 2);
    }

    async fn what_is_older_is_not_counted(home: &Home) {
        let server = home.serve().await;
        server.signed_in("ada@example.com").await;
        home.clock.advance(Duration::from_hours(24 * 29));
        let admin = administrator(&server).await;
        admin.get("/admin").await.is(200).says("2 sign-ins in 30 days");
        home.clock.advance(Duration::from_hours(24));
        let admin = server.another_browser_of(super::ADMIN).await;
        admin.get("/admin").await.is(200).says("2 sign-ins in 30 days");
    }
}
