//! What judging a password costs: time and memory, for ordinary and for hostile ones.
//!
//! `cargo run --release -p domain --example judging_cost` prints `ordinary_ms=`, `worst_ms=` with
//! the password that took so long, and `kept_kib=`, what the process holds more after the first
//! call than before. Times are the least of several runs, so that a busy machine disturbs little.

use std::error::Error;
use std::time::Instant;

use domain::credentials::{Password, PasswordContext, PasswordPolicy};

const POLICY: PasswordPolicy = PasswordPolicy { min_length: 15 };
const RUNS: usize = 7;

/// What zxcvbn has most work with: leet, repetition, digits, words on words.
const HOSTILE: [&str; 12] = [
    "a",
    "ab",
    "aabbccddeeff",
    "1",
    "1234567890",
    "1i34667890d234567890i2345678t0303456789012545679901234567890123456789012545674901237aq789r123",
    "4@8({[<369!1|0$5+7%2",
    "4@xx{[236(![[2$0g6@2z@979[h3{k27glu5+7j24$8<k[73ed!179$5+4%!4@8e{8<36<$$|04|+7p2w[p8h[<369|1|m$0q7%2",
    "p4ssw0rd1!|7$5+7%2@8({[<369l0v3",
    " .,?!'-/_:;+()@$\"#&*<>=[]\\~%^{}|1234567890",
    "thehouseisonthehillandthewaterisblue",
    "qwertyuiopasdfghjklzxcvbnm",
];

fn main() -> Result<(), Box<dyn Error>> {
    let before = resident_kib()?;
    let ordinary = cost_of("seventeen quiet lighthouses")?;
    println!("kept_kib={}", resident_kib()?.saturating_sub(before));
    println!("ordinary_ms={ordinary:.2}");

    let mut worst = (0.0, String::new());
    for seed in HOSTILE {
        for length in [15, 20, 25, 30, 40, 60, 80, 100, 256] {
            let typed: String = seed.chars().cycle().take(length).collect();
            let cost = cost_of(&typed)?;
            if cost > worst.0 {
                worst = (cost, typed);
            }
        }
    }
    println!("worst_ms={:.2} {}", worst.0, worst.1);
    println!("kept_kib={}", resident_kib()?.saturating_sub(before));
    Ok(())
}

fn cost_of(typed: &str) -> Result<f64, Box<dyn Error>> {
    let password = Password::parse(typed)?;
    let context = PasswordContext::of(["ada.lovelace@example.com", "Ada Lovelace"]);
    let mut least = f64::INFINITY;
    for _ in 0..RUNS {
        let started = Instant::now();
        // Refused or not, it costs what it costs.
        let _ = POLICY.judge(&password, &context);
        least = least.min(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(least)
}

fn resident_kib() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.ok_or("no VmRSS in /proc/self/status")?.parse()?)
}
