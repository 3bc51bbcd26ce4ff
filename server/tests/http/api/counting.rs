//! When a token was last used, and how often: kept in batches.

use std::time::Duration;

use super::ADA;
use crate::support::{home::Home, on_both};

on_both! {
    async fn a_call_is_not_a_write_but_is_counted_all_the_same(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read", "tokens:read"]).await;
        server.services().callers.flush().await.expect("written");
        let mut raw = home.raw().await;
        let counted = "SELECT CAST(COALESCE(SUM(calls), 0) AS BIGINT) FROM token_calls";
        for _ in 0..20 {
            program.get("/api/v1/me").await.is(200);
        }
        home.clock.advance(Duration::from_secs(30));
        server.services().callers.flush().await.expect("written");
        assert_eq!(raw.number(counted).await, 20);
        let token = program.get("/api/v1/tokens").await.json()["items"][0].clone();
        assert_eq!(token["last_used_at"], "2026-01-01T00:00:00Z", "when it was called, not when it was written");
        assert_eq!(token["last_used_address"], "127.0.0.1");
    }

    async fn refused_calls_are_not_counted(home: &Home) {
        let server = home.serve().await;
        let program = server.program_of(ADA, &["profile:read", "tokens:read"]).await;
        server.caller().with_token("x").get("/api/v1/me").await.is(401);
        let id = program.get("/api/v1/tokens").await.json()["items"][0]["id"].as_str().expect("an id").to_owned();
        server.stop().await;
        let mut raw = home.raw().await;
        let sql = format!("SELECT CAST(COALESCE(SUM(calls), 0) AS BIGINT) FROM token_calls WHERE token = '{id}'");
        assert_eq!(raw.number(&sql).await, 1, "and what waits is written at the end");
    }
}
