//! `/api/docs`: the API for people to read.

use crate::support::{home::Home, on_both};

on_both! {
    async fn the_description_is_a_page_that_works_without_scripts(home: &Home) {
        let server = home.serve().await;
        let browser = server.browser();
        let page = browser.get("/api/docs").await;
        page.is(200).is_a_page().says("The API").hides("<script src").hides("style=");
        assert!(page.cookies().is_empty(), "nobody is marked here");
        let document = browser.get("/api/v1/openapi.json").await.json();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for (method, operation) in methods.as_object().expect("methods") {
                let id = operation["operationId"].as_str().expect("a name");
                page.says(&format!("id=\"{id}\"")).says(&format!("href=\"#{id}\""));
                page.says(&method.to_uppercase()).says(path);
            }
        }
        for problem in ["wrong-credentials", "too-many-calls", "invalid-grant", "insufficient-scope"] {
            page.says(&format!("id=\"problem-{problem}\"")).says(&format!("href=\"#problem-{problem}\""));
            page.says(&format!("urn:latchkey:problem:{problem}"));
        }
        page.says("Authorization: Bearer $TOKEN").says("profile:write").says("tokens:revoke");
        // Every link within the page leads somewhere.
        for link in page.body.split("href=\"#").skip(1) {
            let anchor = link.split('"').next().expect("it ends");
            page.says(&format!("id=\"{anchor}\""));
        }
    }

    async fn the_frame_is_in_the_readers_language_and_the_document_in_its_own(home: &Home) {
        let server = home.serve().await;
        let page = server.browser().reading("de").get("/api/docs").await;
        page.is(200).says("<html lang=\"de\"").says("Die API").says("Tells whose token it is.");
        server.browser().asks("POST", "/api/docs").send().await.is_problem(405, "wrong-method");
    }

    async fn a_signed_in_reader_stays_unknown(home: &Home) {
        let server = home.serve().await;
        let browser = server.signed_in("ada@example.com").await;
        browser.get("/api/docs").await.is(200).hides("Ada Lovelace").hides("Sign out");
    }
}
