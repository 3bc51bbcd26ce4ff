//! `/admin/keys`: signing keys.

use super::administrator;
use crate::support::{home::Home, on_both};

on_both! {
    async fn keys_are_shown_and_rotated_after_what_will_happen_was_said(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let page = admin.get("/admin/keys").await;
        page.is(200).is_a_page().says("Access tokens").says("The revocation feed").says("Signs until").hides("\"d\"");
        admin.get("/admin/keys/rotate").await.is(200).says("every token that is out stays good").says("drop all keys");
        admin.post("/admin/keys/rotate", &[("act", "rotate")]).await.leads_to("/admin/keys?done=rotated");
        admin.get("/admin/keys").await.says("Published, signs from");
        admin.post("/admin/keys/rotate", &[("act", "nonsense")]).await.is(400);
    }

    async fn keys_are_dropped_only_by_the_words(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let program = server.program_of("ada@example.com", &["profile:read"]).await;
        admin.post("/admin/keys/rotate", &[("confirmation", "yes")]).await.is(422).is_a_page();
        program.get("/api/v1/me").await.is(200);
        admin.post("/admin/keys/rotate", &[("confirmation", "drop all keys")]).await.leads_to("/admin/keys?done=dropped");
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
    }
}
