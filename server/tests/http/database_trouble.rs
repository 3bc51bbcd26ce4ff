//! A database that is out of reach for a while.

use futures_util::future::join3;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::support::{PASSWORD, home::Home, on_both, raw::Raw, server::TestServer};

const ADA: &str = "ada@example.com";

/// What stands between a server and its database.
enum Way {
    /// On SQLite somebody else writes and doesn't end.
    Locked(Raw),
    /// PostgreSQL is reached through a port that closes, with every connection through it.
    Closed(u16),
}

/// Passes connections on until it is aborted; what it passed on ends then too.
fn pass_on(listener: TcpListener, to: (String, u16)) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut passed = tokio::task::JoinSet::new();
        while let Ok((mut from, _)) = listener.accept().await {
            let to = to.clone();
            passed.spawn(async move {
                if let Ok(mut there) = TcpStream::connect(to).await {
                    // Either side may end it at any time.
                    let _ = copy_bidirectional(&mut from, &mut there).await;
                }
            });
        }
    })
}

/// A server whose database can be taken away.
async fn serve(home: &Home) -> (TestServer, Option<(JoinHandle<()>, u16)>) {
    let Some(url) = home.postgres_url() else {
        return (home.serve().await, None);
    };
    let mut url = url::Url::parse(&url).expect("a URL");
    let there = (
        url.host_str().expect("a host").to_owned(),
        url.port().unwrap_or(5432),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    url.set_host(Some("127.0.0.1")).expect("a host");
    url.set_port(Some(port)).expect("a port");
    let proxy = pass_on(listener, there);
    let server = home.serve_with(&[("database.url", url.as_str())]).await;
    (server, Some((proxy, port)))
}

on_both! {
    async fn a_database_out_of_reach_gives_503_with_a_time_to_come_back(home: &Home) {
        let (server, proxy) = serve(home).await;
        let owner = server.signed_in(ADA).await;
        let before = home.rows().await;
        let way = match proxy {
            None => {
                let mut raw = home.raw().await;
                raw.run("BEGIN IMMEDIATE").await;
                Way::Locked(raw)
            }
            Some((proxy, port)) => {
                proxy.abort();
                // Its listener goes with it.
                assert!(proxy.await.is_err_and(|error| error.is_cancelled()));
                Way::Closed(port)
            }
        };

        let (stranger, script) = (server.browser(), server.browser());
        let (form, fetched, page) = join3(
            stranger.sign_up("new@example.com", PASSWORD),
            script.fetch("/forgot-password", &[("email", ADA)]),
            owner.get("/account"),
        ).await;
        form.is(503).is_a_page().says("get at its data").hides("postgres").hides("sqlite");
        assert_eq!(form.header("retry-after"), "10");
        fetched.is(503).says("\"unavailable\"");
        assert_eq!(fetched.header("retry-after"), "10");
        if home.is_sqlite() {
            // Readers are not in its way.
            page.is(200);
        } else {
            page.is(503).is_a_page().says("get at its data");
            assert_eq!(page.header("retry-after"), "10");
        }
        // What needs no database is there, and nobody was signed out by this.
        server.browser().get("/login").await.is(200);
        server.browser().get("/healthz").await.is(200);
        server.browser().get("/readyz").await.is(503);

        let proxy = match way {
            Way::Locked(mut raw) => {
                raw.run("ROLLBACK").await;
                None
            }
            Way::Closed(port) => {
                let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the same port");
                let url = url::Url::parse(&home.postgres_url().expect("one")).expect("a URL");
                let there = (url.host_str().expect("a host").to_owned(), url.port().unwrap_or(5432));
                Some(pass_on(listener, there))
            }
        };
        server.browser().get("/readyz").await.is(200);
        assert_eq!(home.rows().await, before);
        assert!(owner.is_signed_in().await);
        server.browser().sign_up("new@example.com", PASSWORD).await.is(303);
        server.stop().await;
        drop(proxy);
    }
}
