//! One SQL text, one shape: both databases end up with the same tables. What people are searched by
//! (`search_…`) is each database's own.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{database::TestDatabase, raw::Raw};

#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: BTreeMap<String, Column>,
    primary_key: Vec<String>,
    /// By UNIQUE in a table; the names that databases give them differ.
    unique: BTreeSet<Vec<String>>,
    /// By CREATE INDEX: name, columns, whether it is unique.
    indexes: BTreeSet<(String, Vec<String>, bool, String)>,
    foreign_keys: BTreeSet<ForeignKey>,
}

#[derive(Debug, PartialEq, Eq)]
struct Column {
    kind: String,
    nullable: bool,
    default: Option<String>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct ForeignKey {
    columns: Vec<String>,
    table: String,
    to: Vec<String>,
    on_update: String,
    on_delete: String,
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

async fn tables_of_sqlite(raw: &mut Raw) -> BTreeMap<String, Table> {
    let found: Vec<(String,)> = raw
        .rows(
            "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations'
                 AND name NOT LIKE 'search_%'",
        )
        .await;
    let mut tables = BTreeMap::new();
    for (name,) in found {
        let mut table = Table::default();
        let columns: Vec<(String, String, bool, Option<String>, i64)> = raw
            .rows(&format!(
                "SELECT name, type, \"notnull\" <> 0, dflt_value, pk
                 FROM pragma_table_info('{name}') ORDER BY pk"
            ))
            .await;
        for (column, kind, not_null, default, key) in columns {
            if key > 0 {
                table.primary_key.push(column.clone());
            }
            let nullable = !not_null;
            table.columns.insert(
                column,
                Column {
                    kind,
                    nullable,
                    default,
                },
            );
        }
        let indexes: Vec<(String, bool, String, String, String)> = raw
            .rows(&format!(
                "SELECT l.name, l.\"unique\" <> 0, l.origin,
                     CASE WHEN l.partial <> 0 THEN
                         (SELECT replace(replace(substr(sql, instr(sql, ' WHERE ') + 7), '(', ''), ')', '') FROM sqlite_schema WHERE name = l.name)
                     ELSE '' END,
                     (SELECT group_concat(name) FROM
                         (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno))
                 FROM pragma_index_list('{name}') AS l"
            ))
            .await;
        for (index, unique, origin, only_where, columns) in indexes {
            match origin.as_str() {
                "pk" => assert_eq!(names(&columns), table.primary_key),
                "u" => drop(table.unique.insert(names(&columns))),
                _ => drop(
                    table
                        .indexes
                        .insert((index, names(&columns), unique, only_where)),
                ),
            }
        }
        let keys: Vec<(String, String, String, String, String)> = raw
            .rows(&format!(
                "SELECT \"table\", group_concat(\"from\"), group_concat(\"to\"), on_update, on_delete
                 FROM (SELECT * FROM pragma_foreign_key_list('{name}') ORDER BY id, seq)
                 GROUP BY id"
            ))
            .await;
        for (target, from, to, on_update, on_delete) in keys {
            table.foreign_keys.insert(ForeignKey {
                columns: names(&from),
                table: target,
                to: names(&to),
                on_update,
                on_delete,
            });
        }
        tables.insert(name, table);
    }
    tables
}

async fn tables_of_postgres(raw: &mut Raw) -> BTreeMap<String, Table> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let columns: Vec<(String, String, String, bool, Option<String>)> = raw
        .rows(
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES',
                 column_default::text
             FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'
                 AND table_name NOT LIKE 'search_%'",
        )
        .await;
    for (table, column, kind, nullable, default) in columns {
        let kind = kind.to_uppercase();
        let column_of = Column {
            kind,
            nullable,
            default,
        };
        tables
            .entry(table)
            .or_default()
            .columns
            .insert(column, column_of);
    }
    let indexes: Vec<(String, String, String, bool, String, Option<String>)> = raw
        .rows(
            "SELECT t.relname::text, i.relname::text,
                 (SELECT string_agg(a.attname, ',' ORDER BY k.place)
                  FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
                  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number),
                 x.indisunique, COALESCE(replace(translate(pg_get_expr(x.indpred, x.indrelid), '()', ''), '::text', ''), ''), c.contype::text
             FROM pg_index x
             JOIN pg_class t ON t.oid = x.indrelid
             JOIN pg_class i ON i.oid = x.indexrelid
             LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype IN ('p', 'u')
             WHERE t.relnamespace = 'public'::regnamespace AND t.relname <> '_sqlx_migrations'
                 AND t.relname NOT LIKE 'search_%'",
        )
        .await;
    for (table, index, columns, unique, only_where, constraint) in indexes {
        let table = tables.entry(table).or_default();
        match constraint.as_deref() {
            Some("p") => table.primary_key = names(&columns),
            Some(_) => drop(table.unique.insert(names(&columns))),
            None => drop(
                table
                    .indexes
                    .insert((index, names(&columns), unique, only_where)),
            ),
        }
    }
    let keys: Vec<(String, String, String, String, String, String)> = raw
        .rows(
            "SELECT t.relname::text, o.relname::text,
                 (SELECT string_agg(a.attname, ',' ORDER BY k.place)
                  FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
                  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number),
                 (SELECT string_agg(a.attname, ',' ORDER BY k.place)
                  FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
                  JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = k.number),
                 c.confupdtype::text, c.confdeltype::text
             FROM pg_constraint c
             JOIN pg_class t ON t.oid = c.conrelid
             JOIN pg_class o ON o.oid = c.confrelid
             WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace
                 AND t.relname NOT LIKE 'search_%'",
        )
        .await;
    for (table, target, from, to, on_update, on_delete) in keys {
        tables
            .entry(table)
            .or_default()
            .foreign_keys
            .insert(ForeignKey {
                columns: names(&from),
                table: target,
                to: names(&to),
                on_update: action(&on_update),
                on_delete: action(&on_delete),
            });
    }
    tables
}

/// What PostgreSQL abbreviates.
fn action(letter: &str) -> String {
    match letter {
        "a" => "NO ACTION",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "r" => "RESTRICT",
        "d" => "SET DEFAULT",
        other => other,
    }
    .to_owned()
}

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let (sqlite, postgres) = (TestDatabase::sqlite().await, TestDatabase::postgres().await);
    let one = tables_of_sqlite(&mut sqlite.raw().await).await;
    let other = tables_of_postgres(&mut postgres.raw().await).await;

    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>()
    );
    for (name, table) in &one {
        assert_eq!(
            table, &other[name],
            "{name}: SQLite on the left, PostgreSQL on the right"
        );
        assert!(!table.primary_key.is_empty(), "{name} has no primary key");
        for (column, Column { kind, .. }) in &table.columns {
            let portable = ["TEXT", "BIGINT", "BOOLEAN", "BYTEA"].contains(&kind.as_str());
            assert!(portable, "{name}.{column} is {kind}");
        }
    }
    // Guards against comparing nothing with nothing.
    assert!(one["accounts"].unique.contains(&names("subject")));
    assert_eq!(
        one["known_browsers"].primary_key,
        ["account", "browser_hash"]
    );
    assert_eq!(one["sessions"].indexes.len(), 5);
    assert_eq!(one["sessions"].foreign_keys.len(), 1);
    sqlite.discard().await;
    postgres.discard().await;
}

#[tokio::test]
async fn every_table_of_the_first_day_is_there() {
    let sqlite = TestDatabase::sqlite().await;
    let tables = tables_of_sqlite(&mut sqlite.raw().await).await;
    for name in [
        "accounts",
        "emails",
        "passwords",
        "identities",
        "authenticators",
        "role_grants",
        "known_browsers",
        "arrivals",
        "registrations",
        "one_time_links",
        "flows",
        "throttles",
        "replays",
        "sessions",
        "revocations",
        "installation",
        "signing_keys",
        "mail_queue",
        "audit_events",
        "audit_sides",
        "audit_chain",
    ] {
        assert!(tables.contains_key(name), "{name} is missing");
    }
    assert!(
        tables["revocations"].foreign_keys.is_empty(),
        "a revocation outlives what it revokes"
    );
    sqlite.discard().await;
}

#[tokio::test]
async fn what_belongs_to_an_account_is_found_by_it_and_goes_with_it() {
    let sqlite = TestDatabase::sqlite().await;
    for (name, table) in tables_of_sqlite(&mut sqlite.raw().await).await {
        for key in &table.foreign_keys {
            if key.table == "accounts" {
                assert_eq!(key.on_delete, "CASCADE", "{name}");
            }
            // Without, every deletion of a parent reads the whole table.
            let indexed = table.primary_key.starts_with(&key.columns)
                || table
                    .unique
                    .iter()
                    .any(|columns| columns.starts_with(&key.columns))
                || table
                    .indexes
                    .iter()
                    .any(|(_, columns, ..)| columns.starts_with(&key.columns));
            assert!(indexed, "{name} has no index on {:?}", key.columns);
        }
    }
    sqlite.discard().await;
}
