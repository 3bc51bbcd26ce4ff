//! The database: there, whole, of this version's shape, and this installation's.

use domain::store::StorageError;
use storage::{DatabaseUrl, Inspection, Shape};

use super::{Patient, report::Report};

const NAME: &str = "database";
const TABLES: &str = "tables";
const WHOLE: &str = "database file";
const ADDRESS: &str = "address";

/// The URL passes the configuration's check of its shape, but names no database.
pub(super) fn misnamed(report: &mut Report, why: String) {
    report.problem(NAME, why, "correct database.url");
}

/// Gives the database when its tables are this version's, and whether there is one at all.
pub(super) async fn check(report: &mut Report, url: &DatabaseUrl) -> (Option<Inspection>, bool) {
    let mut database = match Inspection::open(url).await {
        Ok(Some(database)) => database,
        Ok(None) => {
            report.ok(NAME, "nothing here yet; `latchkey serve` makes it");
            return (None, false);
        }
        Err(error) => {
            report.problem(NAME, error.to_string(), unreachable(url));
            return (None, true);
        }
    };
    match look(report, url, &mut database).await {
        Ok(Shape::Current) => return (Some(database), true),
        Ok(Shape::Empty | Shape::Foreign) => {
            database.close().await;
            return (None, false);
        }
        Ok(_) => {}
        Err(error) => report.problem(NAME, error.to_string(), unreachable(url)),
    }
    database.close().await;
    (None, true)
}

const fn unreachable(url: &DatabaseUrl) -> &'static str {
    match url {
        DatabaseUrl::Sqlite(_) => {
            "if it isn't a matter of permissions, stop the server and put the newest backup back"
        }
        DatabaseUrl::Postgres(_) => {
            "see that PostgreSQL runs, and that database.url names its host, user, password and database"
        }
    }
}

async fn look(
    report: &mut Report,
    url: &DatabaseUrl,
    database: &mut Inspection,
) -> Result<Shape, StorageError> {
    let version = database.version().await?;
    let shape = database.shape().await?;
    report.ok(
        NAME,
        match database.is_wal() {
            Some(true) => format!("{version}, in WAL mode"),
            Some(false) => format!("{version}, to be put into WAL mode by `latchkey serve`"),
            None => version,
        },
    );
    check_shape(report, shape);
    if matches!(url, DatabaseUrl::Sqlite(_)) {
        check_whole(report, url).await;
    }
    Ok(shape)
}

fn check_shape(report: &mut Report, shape: Shape) {
    match shape {
        Shape::Current => report.ok(TABLES, "they are this version's"),
        Shape::Empty => report.ok(TABLES, "nothing here yet; `latchkey serve` makes them"),
        Shape::Foreign => report.warning(
            TABLES,
            "there are tables that aren't Latchkey's, and none that are",
            "give Latchkey a database of its own",
        ),
        Shape::Older { pending } => report.problem(
            TABLES,
            format!("they are an older version's: {pending} to be applied"),
            "make a backup, then run `latchkey migrate`, or start the server, which does the same",
        ),
        Shape::Newer { migration } => report.problem(
            TABLES,
            format!("they are a newer version's (migration {migration})"),
            "use that version, or put the backup back that was made before it",
        ),
        Shape::Broken { migration } => report.problem(
            TABLES,
            format!("migration {migration} broke off, or isn't the one that this version knows"),
            "put the backup back that was made before it",
        ),
    }
}

async fn check_whole(report: &mut Report, url: &DatabaseUrl) {
    let next = "stop the server, keep a copy of the damaged file, and put the newest backup back";
    match storage::damage(url).await {
        Ok(places) if places.is_empty() => report.ok(WHOLE, "no damage"),
        Ok(places) => report.problem(WHOLE, format!("damaged: {}", places.join("; ")), next),
        Err(error) => report.problem(WHOLE, error.to_string(), next),
    }
}

/// Whether the database belongs to the configured address.
pub(super) async fn check_issuer(report: &mut Report, patient: &Patient<'_>) {
    let Some(database) = &patient.database else {
        return;
    };
    let found = match database.read().await {
        Ok(mut work) => work.find_installation().await,
        Err(error) => Err(error),
    };
    let configured = patient.config.public_url.issuer();
    match found {
        Ok(None) => report.ok(
            ADDRESS,
            format!("none yet; `latchkey serve` writes {configured} into the database"),
        ),
        Ok(Some(known)) if known.issuer == configured => {
            report.ok(ADDRESS, format!("{configured}, in the database as well"));
        }
        Ok(Some(known)) => report.problem(
            ADDRESS,
            format!(
                "public_url is {configured}, but this database belongs to {}",
                known.issuer
            ),
            "correct public_url; if the address has changed for good, run `latchkey migrate \
             --accept-public-url`",
        ),
        Err(error) => report.problem(ADDRESS, error.to_string(), unreachable(&patient.url)),
    }
}
