//! `/admin/tokens`: API tokens of everyone.

use super::administrator;
use crate::support::{home::Home, on_both};

on_both! {
    async fn tokens_are_found_and_revoked(home: &Home) {
        let server = home.serve().await;
        let admin = administrator(&server).await;
        let program = server.program_of("ada@example.com", &["profile:read"]).await;
        server.program_of("bob@example.com", &["tokens:read"]).await;
        let page = admin.get("/admin/tokens").await;
        page.is(200).is_a_page().says("ada@example.com").says("bob@example.com").says("profile:read");
        admin.get("/admin/tokens?q=ada%40").await.says("ada@").hides("bob@");
        admin.get("/admin/tokens?scope=tokens:read").await.says("bob@").hides("ada@");
        admin.get("/admin/tokens?scope=profile").await.says("No token was found");
        admin.get("/admin/tokens?unused=90").await.says("No token was found");
        admin.get("/admin/tokens?unused=x&person=x").await.is(200).says("Not used, Person");
        let page = admin.get("/admin/tokens?q=ada%40").await;
        let id = page.body.split("name=\"revoke\" value=\"").nth(1).expect("a button");
        let id = id.split('"').next().expect("an id").to_owned();
        admin.post("/admin/tokens?q=ada%40", &[("revoke", &id)]).await.leads_to("/admin/tokens?q=ada%40&done=token");
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
        admin.post("/admin/tokens", &[("revoke", &id)]).await.is(404).is_a_page();
        for odd in ["", "../..", "' OR 1=1 --", "AAAAAAAAAAAAAAAAAAAAAA"] {
            admin.post("/admin/tokens", &[("revoke", odd)]).await.is(404);
        }
    }
}
