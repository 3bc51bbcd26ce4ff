//! The migrations that are compiled in, in order.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Number, name and text of a migration.
type Text = (i64, &'static str, &'static str);

macro_rules! texts {
    ($($number:literal $name:literal $path:literal),* $(,)?) => {
        &[$(($number, $name, include_str!(concat!("../../../migrations/", $path)))),*]
    };
}

const COMMON: &[Text] = texts![
    1 "accounts" "0001_accounts.sql",
    2 "doors" "0002_doors.sql",
    3 "sessions" "0003_sessions.sql",
    4 "installation" "0004_installation.sql",
    5 "audit" "0005_audit.sql",
    7 "one primary address" "0007_one_primary_address.sql",
    10 "mail delivery" "0010_mail_delivery.sql",
    11 "changes of account" "0011_changes_of_account.sql",
    12 "invitations" "0012_invitations.sql",
    13 "social" "0013_social.sql",
    14 "tokens" "0014_tokens.sql",
    15 "key of names" "0015_key_of_names.sql",
    21 "directory" "0021_directory.sql",
    23 "sessions by method" "0023_sessions_by_method.sql",
    24 "audit chain" "0024_audit_chain.sql",
    26 "overview and cues" "0026_overview_and_cues.sql",
    27 "clients" "0027_clients.sql",
    28 "registration next" "0028_registration_next.sql",
    29 "fewer indexes" "0029_fewer_indexes.sql",
];
const SQLITE: &[Text] = texts![
    6 "audit is final" "sqlite/0006_audit_is_final.sql",
    8 "audit events are not replaced" "sqlite/0008_audit_events_are_not_replaced.sql",
    20 "search texts" "sqlite/0020_search_texts.sql",
    22 "search index" "sqlite/0022_search_index.sql",
    25 "audit chain is final" "sqlite/0025_audit_chain_is_final.sql",
];
const POSTGRES: &[Text] = texts![
    6 "audit is final" "postgres/0006_audit_is_final.sql",
    20 "search texts" "postgres/0020_search_texts.sql",
    22 "search index" "postgres/0022_search_index.sql",
    25 "audit chain is final" "postgres/0025_audit_chain_is_final.sql",
];

pub(crate) fn sqlite() -> Migrator {
    migrator(SQLITE)
}

pub(crate) fn postgres() -> Migrator {
    migrator(POSTGRES)
}

fn migrator(own: &[Text]) -> Migrator {
    let migrations = COMMON.iter().chain(own).map(|(number, name, sql)| {
        Migration::new(
            *number,
            (*name).into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}
