//! A fresh database for each test: a file in a temporary folder, or a clone of a template on the
//! PostgreSQL server that `LATCHKEY_TEST_POSTGRES` names.

use std::{
    path::Path,
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use crate::{Database, DatabaseUrl, PoolSizes, migrations};

/// Sizes that let many tests share one server.
pub const POOLS: PoolSizes = PoolSizes {
    readers: 2,
    writers: 2,
};

/// Any number; everybody who makes the template takes the same one.
const TEMPLATE_LOCK: i64 = 0x1a7c_4b3e;

/// A database file in `folder`.
pub fn sqlite_url(folder: &Path) -> DatabaseUrl {
    DatabaseUrl::Sqlite(folder.join("latchkey.db"))
}

/// A clone of the migrated template.
///
/// # Panics
/// When there is no PostgreSQL server to test on: what can't run fails.
pub async fn postgres_url() -> DatabaseUrl {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let server = std::env::var("LATCHKEY_TEST_POSTGRES").expect(
        "LATCHKEY_TEST_POSTGRES names no PostgreSQL server: run `cargo xtask test`, which starts one",
    );
    let options =
        PgConnectOptions::from_str(&server).expect("LATCHKEY_TEST_POSTGRES is a postgres:// URL");
    let at = |name: &str| options.clone().database(name);
    let mut admin = PgConnection::connect_with(&at("postgres"))
        .await
        .expect("the test server answers");
    let template = template_name();
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut admin)
        .await
        .expect("the lock is free in the end");
    let known: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(&template)
        .fetch_optional(&mut admin)
        .await
        .expect("databases can be listed");
    if known.is_none() {
        create(&mut admin, &format!("CREATE DATABASE {template}_new")).await;
        let mut fresh = PgConnection::connect_with(&at(&format!("{template}_new")))
            .await
            .expect("the new template answers");
        migrations::postgres()
            .run_direct(None, &mut fresh, false)
            .await
            .expect("the migrations run");
        fresh.close().await.expect("the template closes");
        create(
            &mut admin,
            &format!("ALTER DATABASE {template}_new RENAME TO {template}"),
        )
        .await;
    }
    let clone = format!(
        "test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    create(
        &mut admin,
        &format!("CREATE DATABASE {clone} TEMPLATE {template}"),
    )
    .await;
    // Closing the connection gives the lock back.
    admin.close().await.expect("the connection closes");
    // postgres://USER:PASSWORD@HOST:PORT, whatever database it names after that.
    let authority = server.split('/').take(3).collect::<Vec<_>>().join("/");
    DatabaseUrl::Postgres(format!("{authority}/{clone}"))
}

/// Opens a database with the sizes for tests.
///
/// # Panics
/// When it can't be opened.
pub async fn open(url: &DatabaseUrl) -> Database {
    Database::open(url, POOLS)
        .await
        .expect("a fresh database opens")
}

/// Changes with the migrations, so that an older template is never cloned.
fn template_name() -> String {
    let digest = migrations::postgres()
        .iter()
        .flat_map(|migration| migration.checksum.iter().copied())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("latchkey_template_{digest:016x}")
}

async fn create(admin: &mut PgConnection, sql: &str) {
    sqlx::query(AssertSqlSafe(sql))
        .execute(admin)
        .await
        .expect("the test role may create databases");
}
