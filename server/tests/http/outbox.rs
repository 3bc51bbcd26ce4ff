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

    async fn the_outbox_finds_the_mail_of_one_address(home: &Home) {
        let server = home.serve_with(&[("throttle.signups_per_address", "100")]).await;
        let browser = server.browser();
        browser.sign_up("ada@example.com", PASSWORD).await.is(303);
        for number in 0..55 {
            home.clock.advance(std::time::Duration::from_secs(1));
            browser.sign_up(&format!("person{number}@example.com"), PASSWORD).await.is(303);
        }
        browser.get("/dev/outbox").await.is(200).hides("ada@example.com").says("person54@example.com");
        let page = browser.get("/dev/outbox?to=ada%40example.com").await;
        page.is(200).is_a_page().says("ada@example.com").hides("person54@example.com");
        browser.get("/dev/outbox?to=Ada%40EXAMPLE.com").await.is(200).says("ada@example.com");
        browser.get("/dev/outbox?to=no-address").await.is(200).says("No mail yet.");
        browser.get("/dev/outbox?to=nobody%40example.com").await.is(200).says("No mail yet.");
        browser.get("/dev/outbox?to=a&to=b").await.is(200);
    }
}
