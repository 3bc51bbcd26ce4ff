//! `/api/v1/auth/logout`

use serde_json::json;

use super::{ADA, signed_in};
use crate::support::{home::Home, on_both};

const LOGOUT: &str = "/api/v1/auth/logout";

on_both! {
    async fn a_refresh_token_ends_its_session(home: &Home) {
        let server = home.serve().await;
        let (program, tokens) = signed_in(&server, ADA).await;
        let body = json!({"refresh_token": tokens.refresh_token});
        let answer = server.caller().post(LOGOUT, &body).await;
        assert_eq!((answer.status, &*answer.body), (204, ""));
        program.get("/api/v1/me").await.is_problem(401, "invalid-token");
        server.caller().post("/api/v1/auth/refresh", &body).await.is_problem(400, "invalid-grant");
        server.caller().post(LOGOUT, &body).await.is(204);
        for none in ["", "x", "lkr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            server.caller().post(LOGOUT, &json!({"refresh_token": none})).await.is(204);
        }
    }

    async fn an_access_token_ends_the_session_that_it_hangs_on(home: &Home) {
        let server = home.serve().await;
        let (program, tokens) = signed_in(&server, ADA).await;
        program.calls("POST", LOGOUT).send().await.is(204);
        program.get("/api/v1/me").await.is(401);
        program.calls("POST", LOGOUT).send().await.is_problem(401, "invalid-token");
        let body = json!({"refresh_token": tokens.refresh_token});
        server.caller().post("/api/v1/auth/refresh", &body).await.is_problem(400, "invalid-grant");
        let personal = server.program_of("grace@example.com", &["profile:read"]).await;
        personal.calls("POST", LOGOUT).send().await.is_problem(400, "invalid-request");
        personal.get("/api/v1/me").await.is(200);
        server.caller().calls("POST", LOGOUT).send().await.is_problem(400, "invalid-request");
    }
}
