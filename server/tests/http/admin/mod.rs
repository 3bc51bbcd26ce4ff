//! `/admin` and below: what people with a role see and do.

mod audit;
mod events;
mod keys;
mod overview;
mod roles;
mod sessions;
mod tokens;
mod users;

use domain::accounts::Role;

use crate::support::{PASSWORD, answer::Answer, browser::TestBrowser, server::TestServer};

const ADMIN: &str = "admin@example.com";

/// A browser in which an administrator is signed in.
async fn administrator(server: &TestServer) -> TestBrowser {
    server.administrator(ADMIN, PASSWORD).await;
    server.another_browser_of(ADMIN).await
}

/// A browser in which somebody of support is signed in.
async fn support(server: &TestServer) -> TestBrowser {
    let email = "support@example.com";
    server.account(email, PASSWORD).await;
    let given = server
        .services()
        .accounts
        .set_role(email, Some(Role::Support))
        .await;
    given.expect("it is given");
    server.another_browser_of(email).await
}

/// The address of the page of whom a search finds, alone.
async fn page_of(admin: &TestBrowser, search: &str) -> String {
    let found = admin.get(&format!("/admin/users?q={search}")).await;
    let mut links = links(&found, "/admin/users/");
    links.retain(|link| link != "/admin/users/invite");
    assert_eq!(links.len(), 1, "{search} finds one person");
    links.remove(0)
}

/// The paths that a page links to below a folder, each once.
fn links(page: &Answer, folder: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in page.is(200).body.split("href=\"").skip(1) {
        let link = part.split('"').next().unwrap_or_default();
        if link.starts_with(folder) && !found.iter().any(|known| known == link) {
            found.push(link.to_owned());
        }
    }
    found
}
