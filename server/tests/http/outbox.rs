//! `/dev/outbox`, in development only.

use crate::support::{PASSWORD, home::Home, on_both};

on_both! {
    async fn the_outbox_shows_waiting_mail(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        browser.get("/dev/outbox").await.is(200).is_a_page().says("No mail yet.");
        browser.sign_up("ada@example.com", PASSWORD).await.is(303);
        let link = server.confirmation_link("ada@example.com").await;
        browser.get("/dev/outbox").await.is(200).is_a_page().says("ada@example.com").says(&link);
    }
}
