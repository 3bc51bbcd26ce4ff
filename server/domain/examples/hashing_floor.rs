//! How many password verifications one core can do: the floor that sign-in is measured against.
//!
//! `cargo run --release --example hashing_floor -- [seconds] [argon2|argon2-rust]` verifies one
//! password at the default cost in a loop on one thread, with one memory block, and prints
//! `verifications_per_second=NNN.N`. Without a second argument the fast engine is measured.

use std::error::Error;
use std::time::{Duration, Instant};

use domain::credentials::hashing::{
    Argon2Params, EngineChoice, FastEngine, PasswordHashing, ReferenceEngine,
};

const PASSWORD: &[u8] = b"correct horse battery staple";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: f64 = arguments.next().map_or(Ok(5.0), |text| text.parse())?;
    let choice: EngineChoice = arguments
        .next()
        .map_or(Ok(EngineChoice::Fast), |text| text.parse())?;
    let mut engine: Box<dyn PasswordHashing> = match choice {
        EngineChoice::Reference => Box::new(ReferenceEngine::new()),
        EngineChoice::Auto | EngineChoice::Fast => Box::new(FastEngine::new()),
    };

    let stored = ReferenceEngine::new().hash(PASSWORD, &[7; 16], &Argon2Params::default())?;
    // The first one pays for the memory.
    let mut all_right = engine.verify(PASSWORD, &stored)?;

    let limit = Duration::try_from_secs_f64(seconds)?;
    let started = Instant::now();
    let mut count: u32 = 0;
    while started.elapsed() < limit {
        all_right &= engine.verify(PASSWORD, &stored)?;
        count += 1;
    }
    let elapsed = started.elapsed().as_secs_f64();
    if !all_right {
        return Err("the right password was refused".into());
    }
    println!("verifications_per_second={:.1}", f64::from(count) / elapsed);
    Ok(())
}
