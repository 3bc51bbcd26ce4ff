//! Fills a database: what `cargo xtask seed` runs.
//!
//! `seed URL USERS SESSIONS NUMBER [into-existing]` with the administrator's password on standard
//! input.

use std::{error::Error, str::FromStr as _, time::SystemTime};

use domain::{
    clock::Timestamp,
    credentials::{HashingPool, HashingPoolConfig, Password},
};
use storage::{
    DatabaseUrl,
    seeding::{Seeding, seed},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, users, sessions, number, rest @ ..] = &arguments[..] else {
        return Err("usage: seed URL USERS SESSIONS NUMBER [into-existing]".into());
    };
    let mut typed = String::new();
    std::io::stdin().read_line(&mut typed)?;
    let password = Password::parse(typed.trim_end())
        .map_err(|problem| format!("the password: {problem:?}"))?;
    let pool = HashingPool::start(&HashingPoolConfig::default())?;
    let mut salt = [0; 16];
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom")?, &mut salt)?;
    let password = pool.hash(password.into_bytes(), salt).await?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a program of its own, with the machine's time"
    )]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let seeding = Seeding {
        users: users.parse()?,
        sessions: sessions.parse()?,
        number: number.parse()?,
        into_existing: rest.iter().any(|word| word == "into-existing"),
        password,
        now: Timestamp::from_micros(i64::try_from(now.as_micros())?),
    };
    let began = std::time::Instant::now();
    seed(&DatabaseUrl::from_str(url)?, &seeding, |part| {
        println!("{:>6.1} s  {part}", began.elapsed().as_secs_f32());
    })
    .await?;
    println!("{:>6.1} s  done", began.elapsed().as_secs_f32());
    Ok(())
}
