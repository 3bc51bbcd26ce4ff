//! nginx in front, set up as the install guide says.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::{
    proxies::address_shown,
    support::{
        PASSWORD,
        home::Home,
        on_both,
        program::free_port,
        server::TestServer,
        tls::{Authority, Client},
        wire::{Wire, status},
    },
};

const GUIDE: &str = include_str!("../../../../docs/guides/install.md");
/// The host in the guide.
const HOST: &str = "login.example.com";
const PROGRAMS: [&str; 2] = ["/usr/sbin/nginx", "nginx"];

/// Runs until it is dropped.
struct Nginx {
    child: Child,
    https: SocketAddr,
    http: SocketAddr,
    _folder: TempDir,
}

impl Nginx {
    /// In front of a server.
    async fn before(server: &TestServer, authority: &Authority) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (https, http) = (local(free_port()), local(free_port()));
        let issued = authority.issues(HOST);
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("written");
        };
        write("fullchain.pem", &issued.chain);
        write("privkey.pem", &issued.key);
        write(
            "site.conf",
            &site(folder.path(), server.address, https, http),
        );
        write("nginx.conf", &main(folder.path()));
        let program = PROGRAMS.iter().find(|name| runs(name));
        let mut child = Command::new(program.expect("nginx isn't installed: cargo xtask setup"))
            .args(["-e", "stderr", "-c", "nginx.conf", "-p"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts");
        while TcpStream::connect(https).await.is_err() {
            let ended = child.try_wait().expect("it can be asked");
            assert!(ended.is_none(), "nginx ended: {ended:?}");
            tokio::task::yield_now().await;
        }
        Self {
            child,
            https,
            http,
            _folder: folder,
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn runs(program: &str) -> bool {
    let mut version = Command::new(program);
    version.arg("-v").stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// One process, which ends when it is told to.
fn main(folder: &Path) -> String {
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("    {kind}_temp_path {}/{kind};\n", folder.display()))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {0}/nginx.pid;\nerror_log stderr crit;\nevents {{}}\nhttp {{\n    \
         access_log off;\n{temporary}    include {0}/site.conf;\n}}\n",
        folder.display()
    )
}

/// The guide's site, on other ports.
fn site(folder: &Path, server: SocketAddr, https: SocketAddr, http: SocketAddr) -> String {
    let block = GUIDE.split("```nginx\n").nth(1).expect("the sample");
    let mut site = block.split("```").next().unwrap_or_default().to_owned();
    for (text, here) in [
        ("listen 80;", format!("listen {http};")),
        ("listen [::]:80;", String::new()),
        (
            "listen 443 ssl http2;",
            format!("listen {https} ssl http2;"),
        ),
        ("listen [::]:443 ssl http2;", String::new()),
        (
            "/etc/letsencrypt/live/login.example.com",
            folder.display().to_string(),
        ),
        ("http://127.0.0.1:8080", format!("http://{server}")),
    ] {
        assert!(site.contains(text), "the sample has no {text}");
        site = site.replace(text, &here);
    }
    site
}

/// A client that isn't where nginx is.
fn client(authority: &Authority) -> Client {
    authority.trusting().of_http1().from("127.0.0.9")
}

on_both! {
    async fn behind_nginx_everything_is_as_it_should_be(home: &Home) {
        let server = home.serve_with(&[("public_url", "https://login.example.com"), ("http.proxy_hops", "1")]).await;
        server.account("ada@example.com", PASSWORD).await;
        let authority = Authority::new();
        let nginx = Nginx::before(&server, &authority).await;
        let client = client(&authority);

        let browser = client.browser(nginx.https, HOST).await;
        assert_eq!(address_shown(&browser, None).await, "127.0.0.9", "the client's, not nginx's");
        for cookie in ["__Host-latchkey", "__Host-latchkey-browser"] {
            assert!(browser.cookie(cookie).is_some(), "{cookie}");
        }
        for made_up in ["203.0.113.9", "203.0.113.9, 198.51.100.1", "", "nonsense"] {
            let browser = client.browser(nginx.https, HOST).await;
            assert_eq!(address_shown(&browser, Some(made_up)).await, "127.0.0.9", "{made_up}");
        }

        let browser = client.browser(nginx.https, HOST).await;
        let page = browser.get("/login").await;
        page.is(200).is_a_page();
        assert_eq!(page.header("strict-transport-security"), "max-age=63072000");
        let answer = browser.sign_in("ada@example.com", PASSWORD).await;
        answer.leads_to("/account");
        assert!(!answer.cookies().is_empty());
        assert!(answer.cookies().iter().all(|cookie| cookie.contains("; Secure")), "{answer:?}");

        let elsewhere = browser.posts("/logout", &[]).without("sec-fetch-site").with("origin", "https://evil.example");
        elsewhere.send().await.is(403);
        let elsewhere = browser.posts("/logout", &[]).with("sec-fetch-site", "cross-site");
        elsewhere.send().await.is(403);
        assert!(browser.is_signed_in().await);
        browser.posts_bytes("/login", &vec![b'a'; 100_000]).send().await.is(413);
        browser.posts_bytes("/login", &vec![b'a'; 2_000_000]).send().await.is(413);
        browser.asks("GET", "/login").with("host", "evil.example").send().await.is(421);

        let plain = Wire::connect(nginx.http).await;
        let answer = plain.ask("GET /login?next=/account HTTP/1.0\r\nHost: login.example.com\r\n\r\n").await;
        assert_eq!(status(&answer), 301, "{answer}");
        assert!(answer.contains("Location: https://login.example.com/login?next=/account\r\n"), "{answer}");
    }
}
