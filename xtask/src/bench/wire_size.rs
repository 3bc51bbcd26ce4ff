//! How many bytes a browser fetches for the sign-in page.

use std::collections::BTreeSet;
use std::path::Path;

use super::{bytes, recipe, started};
use crate::checkout::Checkout;
use crate::failure::{Attempt as _, Failure, Outcome};
use crate::http;
use crate::scratch_folder::ScratchFolder;

const ASSETS: &str = "/assets/";

/// Bytes of bodies, as they were sent to a client that takes brotli.
#[derive(Clone, Copy, Debug)]
pub(super) struct WireSizes {
    pub(super) html_and_css: f64,
    pub(super) all: f64,
}

/// Fetches `/login` and everything it names.
pub(super) fn of_login(
    checkout: &Checkout,
    server: &Path,
    scratch: &ScratchFolder,
) -> Outcome<WireSizes> {
    let folder = scratch.part("wire-size")?;
    let server = started(checkout, &recipe(server, &folder, &[], &[])?)?;
    // What a page names can only be read in the plain one.
    let plain = fetch(&server.address(), "/login", "identity")?;
    let mut sizes = WireSizes {
        html_and_css: 0.0,
        all: 0.0,
    };
    let mut names = named_assets(&String::from_utf8_lossy(&plain));
    if names.is_empty() {
        return Err(Failure::new(
            "/login names no assets: was the server built without a bundle?",
        ));
    }
    names.insert("/login".to_owned());
    for name in names {
        let packed = fetch(&server.address(), &name, "br")?;
        let plain = fetch(&server.address(), &name, "identity")?;
        if plain.len() < packed.len() {
            return Err(Failure::new(format!(
                "{name} is not whole without compression"
            )));
        }
        let size = bytes(packed.len() as u64);
        sizes.all += size;
        let extension = Path::new(&name)
            .extension()
            .and_then(|extension| extension.to_str());
        if matches!(extension, None | Some("css")) {
            sizes.html_and_css += size;
        }
    }
    server.stop()?;
    Ok(sizes)
}

fn fetch(address: &str, path: &str, coding: &str) -> Outcome<Vec<u8>> {
    let headers = format!("Accept: text/html, */*\r\nAccept-Encoding: {coding}\r\n");
    let answer = http::get(address, path, &headers).attempt(format!("get {path}"))?;
    if answer.status == 200 {
        return Ok(answer.body);
    }
    Err(Failure::new(format!("{path} answered {}", answer.status)))
}

/// Every path below /assets/ that stands in the page, in links and in scripts alike.
fn named_assets(page: &str) -> BTreeSet<String> {
    page.match_indices(ASSETS)
        .map(|(start, _)| {
            let rest = &page[start..];
            let end = rest
                .find(['"', '\'', '`', ' ', '>', ')', '?', '&'])
                .unwrap_or(rest.len());
            rest[..end].to_owned()
        })
        .filter(|path| path != ASSETS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_scripts_name_assets() {
        let page = "<link rel=\"stylesheet\" href=\"/assets/main-1.css\">\
                    <link rel=modulepreload href=/assets/app-2.js>\
                    <script>import init from '/assets/app-2.js'; \
                    init({module_or_path: '/assets/app-2_bg.wasm'})</script>\
                    <a href=\"/account\">no asset, nor is /assets/ itself</a>";
        let expected = [
            "/assets/app-2.js",
            "/assets/app-2_bg.wasm",
            "/assets/main-1.css",
        ];
        assert_eq!(
            named_assets(page)
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
            expected
        );
    }
}
