//! The verb `seed`: fills a database with people who could be.
//!
//! The work is a program of `storage`, which is all that it needs: the server isn't built for it, and
//! this program keeps to the standard library.

use std::path::Path;

use crate::announce;
use crate::call;
use crate::checkout::Checkout;
use crate::failure::{Failure, Outcome};
use crate::run;

/// Who may do everything in a database that was filled; `storage::seeding` writes her.
const ADMINISTRATOR: &str = "admin@seed.example";

/// Rows from which on an optimised build is worth its time.
const MANY: u32 = 2_000_000;

/// What is to be written, and where.
#[derive(Debug, PartialEq)]
pub(crate) struct SeedOptions {
    pub(crate) users: u32,
    pub(crate) sessions: u32,
    /// A database's URL, or the data folder of a server.
    pub(crate) database: String,
    /// What everything is drawn from.
    pub(crate) number: u64,
    /// Whether accounts may be there already.
    pub(crate) into_existing: bool,
}

impl Default for SeedOptions {
    fn default() -> Self {
        Self {
            users: 1000,
            sessions: 5000,
            database: "data".to_owned(),
            number: 1,
            into_existing: false,
        }
    }
}

impl SeedOptions {
    /// Reads what follows the verb; the error is what to tell the person.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            if name == "--into-existing" {
                options.into_existing = true;
                continue;
            }
            let value = arguments
                .next()
                .ok_or_else(|| format!("`{name}` wants a value"))?;
            let number = |error| format!("`{name} {value}`: {error}");
            match name.as_str() {
                "--users" => options.users = value.parse().map_err(number)?,
                "--sessions" => options.sessions = value.parse().map_err(number)?,
                "--seed" => options.number = value.parse().map_err(number)?,
                "--database" => options.database.clone_from(value),
                _ => return Err(format!("`seed` does not know `{name}`")),
            }
        }
        Ok(options)
    }

    /// An optimised build takes minutes, and saves more of them only where many rows are written.
    const fn profile(&self) -> &'static str {
        if self.users.saturating_add(self.sessions) > MANY {
            "seed"
        } else {
            "dev"
        }
    }

    fn url(&self, root: &Path) -> String {
        if self.database.contains(':') {
            return self.database.clone();
        }
        let file = root.join(&self.database).join("latchkey.db");
        format!("sqlite:{}", file.display())
    }
}

/// Builds the program that fills and has it fill.
pub(crate) fn fill(checkout: &Checkout, options: &SeedOptions) -> Outcome {
    let url = options.url(checkout.root());
    if let Some(folder) = url
        .strip_prefix("sqlite:")
        .and_then(|file| Path::new(file).parent())
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::new(format!("make {}: {error}", folder.display())))?;
    }
    let password = run::new_password()?;
    let mut program = checkout.cargo();
    program
        .args([
            "run",
            "--quiet",
            "--profile",
            options.profile(),
            "-p",
            "storage",
        ])
        .args(["--features", "seeding", "--example", "seed", "--", &url])
        .args([options.users, options.sessions].map(|number| number.to_string()))
        .arg(options.number.to_string())
        .args(options.into_existing.then_some("into-existing"));
    let status = call::status_with_input(&mut program, &format!("{password}\n"))?;
    if !status.success() {
        return Err(Failure::new("the database was not filled"));
    }
    announce::note(&format!(
        "the administrator is {ADMINISTRATOR}, with the password {password}"
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<SeedOptions, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        SeedOptions::parse(&arguments)
    }

    #[test]
    fn options_have_defaults_and_values() {
        assert_eq!(parsed(""), Ok(SeedOptions::default()));
        let many =
            parsed("--users 7 --sessions 9 --seed 3 --database postgres://h/d --into-existing");
        let many = many.expect("well-formed");
        assert_eq!((many.users, many.sessions, many.number), (7, 9, 3));
        assert!(many.into_existing);
        assert_eq!(many.url(Path::new("/x")), "postgres://h/d");
        let default = SeedOptions::default();
        assert_eq!(default.url(Path::new("/x")), "sqlite:/x/data/latchkey.db");
    }

    #[test]
    fn mistakes_are_named() {
        assert!(parsed("--users").unwrap_err().contains("--users"));
        assert!(parsed("--users many").unwrap_err().contains("many"));
        assert!(parsed("--people 3").unwrap_err().contains("--people"));
    }
}
