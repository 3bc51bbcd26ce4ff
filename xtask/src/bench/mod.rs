//! The verb `bench`: the release program against the budgets of its design, in one run.

mod floor;
mod memory;
mod oauth;
mod page_under_load;
mod pinning;
mod rates;
mod report;
mod sign_in;
mod start_time;
mod statistics;
mod timing;
mod wire_size;

use std::path::Path;
use std::process::ExitCode;

use crate::announce;
use crate::checkout::Checkout;
use crate::dist;
use crate::failure::{Attempt as _, Outcome};
use crate::free_port;
use crate::scratch_folder::ScratchFolder;
use crate::server_process::{Recipe, ServerProcess};

use report::{Budget, Report};

const MIB: f64 = 1024.0 * 1024.0;
const KIB: f64 = 1024.0;

/// Measures everything, or only these parts, prints the table, writes target/bench/report.json. Fails
/// when a budget does not hold or something could not be measured.
pub(crate) fn run(checkout: &Checkout, parts: &[String]) -> Outcome<ExitCode> {
    let chosen = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let server = checkout.dist_server();
    if server.is_file() {
        announce::note("measuring target/dist/latchkey as it is; `cargo xtask dist` makes it anew");
    } else {
        dist::build(checkout)?;
    }
    let floor = floor::build(checkout);
    let scratch = ScratchFolder::make("bench")?;
    let mut report = Report::default();

    if chosen("start") {
        announce::headline("Start, sizes and idle memory");
        starts(checkout, &server, &scratch, &mut report);
    }
    if chosen("sign-in") {
        announce::headline("Password sign-in, three minutes");
        let hashing = floor.as_ref().map(|floor| floor.hashing.clone());
        let hashing = hashing.map_err(Clone::clone);
        under_load(checkout, &server, &scratch, hashing, &mut report)?;
    }
    if chosen("api") {
        announce::headline("The API and a page, a minute");
        api_lines(checkout, &server, &scratch, floor, &mut report)?;
    }
    if chosen("page") {
        announce::headline("A page while 64 people sign in, a quarter of a minute");
        let page = page_under_load::measure(checkout, &server, &scratch.part("page")?);
        report.add(
            "/account under load, 99 of 100",
            "ms",
            page,
            Some(Budget::AtMost(50.0)),
        );
    }
    if chosen("timing") {
        announce::headline("Refused sign-ins, 2,000 of each kind, two minutes");
        let timing = timing::measure(checkout, &server, &scratch.part("timing")?);
        timing_lines(&timing, &mut report);
    }
    report.conclude(checkout)
}

fn starts(checkout: &Checkout, server: &Path, scratch: &ScratchFolder, report: &mut Report) {
    let binary = server
        .metadata()
        .attempt("look at the binary")
        .map(|file| bytes(file.len()) / MIB);
    report.add("release binary", "MiB", binary, Some(Budget::AtMost(25.0)));
    let existing = start_time::on_existing_database(checkout, server, scratch);
    report.add(
        "start, database migrated",
        "ms",
        existing,
        Some(Budget::AtMost(25.0)),
    );
    let empty = start_time::on_empty_folder(checkout, server, scratch);
    report.add(
        "start, empty folder",
        "ms",
        empty,
        Some(Budget::AtMost(500.0)),
    );
    let idle = memory::when_idle(checkout, server, scratch);
    report.add("memory, idle", "MiB", idle, Some(Budget::AtMost(14.0)));
    match wire_size::of_login(checkout, server, scratch) {
        Ok(sizes) => {
            let (document, all) = (sizes.html_and_css / KIB, sizes.all / KIB);
            report.add(
                "/login, HTML and CSS",
                "KiB",
                Ok(document),
                Some(Budget::AtMost(12.0)),
            );
            report.add(
                "/login, everything",
                "KiB",
                Ok(all),
                Some(Budget::AtMost(140.0)),
            );
        }
        Err(failure) => report.add("/login, everything", "KiB", Err(failure), None),
    }
}

fn api_lines(
    checkout: &Checkout,
    server: &Path,
    scratch: &ScratchFolder,
    floor: Outcome<floor::Programs>,
    report: &mut Report,
) -> Outcome {
    let (beside, part) = (scratch.part("api-floor")?, scratch.part("api")?);
    let rates =
        floor.and_then(|floor| rates::measure(checkout, server, &part, &floor.api, &beside));
    let of = |which: fn(&rates::Rates) -> f64| rates.as_ref().map(which).map_err(Clone::clone);
    report.add(
        "GET /api/v1/me, one core",
        "/s",
        of(|rates| rates.bearer.per_second),
        None,
    );
    let floor = of(|rates| rates.bearer.floor_per_second);
    report.add("EdDSA verification and JSON", "/s", floor, None);
    let ratio = of(|rates| rates.bearer.ratio);
    report.add(
        "bearer call against that",
        "of 1",
        ratio,
        Some(Budget::AtLeast(0.85)),
    );
    report.add(
        "GET jwks.json, one core",
        "/s",
        of(|rates| rates.jwks.per_second),
        None,
    );
    report.add(
        "static bytes",
        "/s",
        of(|rates| rates.jwks.floor_per_second),
        None,
    );
    let ratio = of(|rates| rates.jwks.ratio);
    report.add(
        "key set against that",
        "of 1",
        ratio,
        Some(Budget::AtLeast(0.9)),
    );
    for (name, against, rate, ratio, least) in [
        (
            "GET openid-configuration, one core",
            "discovery against static bytes",
            of(|rates| rates.discovery.per_second),
            of(|rates| rates.discovery.ratio),
            0.9,
        ),
        (
            "client_credentials, one core",
            "issuance against a signature and JSON",
            of(|rates| rates.credentials.per_second),
            of(|rates| rates.credentials.ratio),
            0.5,
        ),
        (
            "GET /oauth/userinfo, one core",
            "userinfo against a verification",
            of(|rates| rates.userinfo.per_second),
            of(|rates| rates.userinfo.ratio),
            0.5,
        ),
        (
            "POST /oauth/introspect, one core",
            "introspection against a verification",
            of(|rates| rates.introspection.per_second),
            of(|rates| rates.introspection.ratio),
            0.5,
        ),
    ] {
        report.add(name, "/s", rate, None);
        report.add(against, "of 1", ratio, Some(Budget::AtLeast(least)));
    }
    let page = of(|rates| rates.page);
    report.add(
        "/account, one core",
        "/s",
        page,
        Some(Budget::AtLeast(3000.0)),
    );
    Ok(())
}

fn under_load(
    checkout: &Checkout,
    server: &Path,
    scratch: &ScratchFolder,
    floor: Outcome<std::path::PathBuf>,
    report: &mut Report,
) -> Outcome {
    let (beside, part) = (scratch.part("floor")?, scratch.part("sign-in")?);
    let in_a_loop = floor
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|program| floor::in_a_loop(checkout, program));
    let load = floor
        .and_then(|program| floor::start(checkout, &program, &beside))
        .and_then(|floor| sign_in::measure(checkout, server, &part, &floor));
    let of = |which: fn(&sign_in::Load) -> f64| load.as_ref().map(which).map_err(Clone::clone);
    let (rate, floor_rate) = (of(|load| load.per_second), of(|load| load.floor_per_second));
    report.add("password sign-ins, one core", "/s", rate, None);
    report.add("argon2id and a bare server", "/s", floor_rate, None);
    report.add("argon2id in a loop", "/s", in_a_loop, None);
    report.add(
        "sign-in against argon2id",
        "of 1",
        of(|load| load.ratio),
        Some(Budget::AtLeast(0.9)),
    );
    let rate = of(|load| load.api_per_second);
    report.add("sign-ins by JSON, one core", "/s", rate, None);
    report.add(
        "sign-in by JSON against argon2id",
        "of 1",
        of(|load| load.api_ratio),
        Some(Budget::AtLeast(0.9)),
    );
    // 24 MiB and 20 MiB for the one hashing thread.
    let memory = of(|load| load.memory);
    report.add(
        "memory, after the load",
        "MiB",
        memory,
        Some(Budget::AtMost(44.0)),
    );
    Ok(())
}

/// The differences that are seen, in percent of a wrong password's time.
fn timing_lines(timing: &Outcome<timing::Timing>, report: &mut Report) {
    let wrong = timing.as_ref().map(|timing| timing.wrong_password);
    let wrong = wrong.map_err(Clone::clone);
    report.add("refused sign-in, wrong password", "ms", wrong, None);
    let tolerance = Some(Budget::AtMost(timing::TOLERANCE));
    let differs = |of: fn(&timing::Timing) -> statistics::Comparison| {
        let compared = timing.as_ref().map_err(Clone::clone);
        compared.and_then(|timing| timing::seen(&of(timing)))
    };
    let unknown = differs(|timing| timing.unknown);
    report.add("... unknown address differs by", "%", unknown, tolerance);
    let disabled = differs(|timing| timing.disabled);
    report.add("... disabled account differs by", "%", disabled, tolerance);
}

/// The release program as an operator would start it, without development mode.
fn recipe<'a>(
    server: &'a Path,
    folder: &'a Path,
    before: &'a [&'a str],
    settings: &'a [(&'a str, &'a str)],
) -> Outcome<Recipe<'a>> {
    let port = free_port::pick()?;
    Ok(Recipe {
        server,
        before,
        port,
        folder,
        host: "127.0.0.1",
        dev: false,
        settings,
    })
}

/// Starts the program and waits for its health check.
fn started(checkout: &Checkout, recipe: &Recipe<'_>) -> Outcome<ServerProcess> {
    let mut server = ServerProcess::start(checkout, recipe)?;
    server.wait_until_healthy(start_time::PATIENCE)?;
    Ok(server)
}

/// A count of bytes as a number to calculate with.
#[expect(clippy::cast_precision_loss, reason = "no file here has 2^52 bytes")]
fn bytes(count: u64) -> f64 {
    count as f64
}
