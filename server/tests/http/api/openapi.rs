//! `/api/v1/openapi.json`: what the API says of itself.

use serde_json::Value;

use crate::support::{home::Home, on_both};

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("paths").iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods").iter();
            methods.map(move |(method, operation)| (&**path, &**method, operation))
        })
        .collect()
}

on_both! {
    async fn the_api_describes_itself(home: &Home) {
        let server = home.serve().await;
        let caller = server.caller();
        let answer = caller.get("/api/v1/openapi.json").await;
        answer.is(200);
        assert_eq!(answer.header("content-type"), "application/json");
        let document = answer.json();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["servers"][0]["url"], server.url);
        let told: Vec<_> = operations(&document).into_iter().map(|(path, method, _)| format!("{method} {path}")).collect();
        assert_eq!(told, [
            "get /api/v1/admin/audit", "get /api/v1/admin/audit/{id}",
            "get /api/v1/admin/clients", "get /api/v1/admin/clients/{id}", "get /api/v1/admin/keys",
            "post /api/v1/admin/keys/rotate", "get /api/v1/admin/keys/{id}", "get /api/v1/admin/overview",
            "get /api/v1/admin/sessions",
            "delete /api/v1/admin/sessions/{id}", "get /api/v1/admin/sessions/{id}", "get /api/v1/admin/tokens",
            "delete /api/v1/admin/tokens/{id}", "get /api/v1/admin/tokens/{id}", "get /api/v1/admin/users",
            "get /api/v1/admin/users/{id}", "post /api/v1/admin/users/{id}/disable",
            "post /api/v1/admin/users/{id}/enable", "post /api/v1/admin/users/{id}/end-sessions",
            "post /api/v1/admin/users/{id}/revoke-tokens",
            "post /api/v1/auth/login", "post /api/v1/auth/logout", "post /api/v1/auth/refresh", "post /api/v1/auth/signup",
            "get /api/v1/connections", "get /api/v1/me", "patch /api/v1/me", "get /api/v1/revocations", "get /api/v1/sessions",
            "delete /api/v1/sessions/{id}", "get /api/v1/tokens", "delete /api/v1/tokens/{id}",
        ]);
        let known = caller.calls("GET", "/api/v1/openapi.json").with("if-none-match", answer.header("etag")).send().await;
        assert_eq!((known.status, &*known.body), (304, ""));
    }

    async fn every_refusal_is_a_problem_and_every_reference_leads_somewhere(home: &Home) {
        let server = home.serve().await;
        let document = server.caller().get("/api/v1/openapi.json").await.json();
        for (path, method, operation) in operations(&document) {
            let responses = operation["responses"].as_object().expect("responses");
            for always in ["421", "429", "500", "503"] {
                assert!(responses.contains_key(always), "{method} {path} {always}");
            }
            for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
                let pointer = response["$ref"].as_str().expect("a reference").trim_start_matches('#');
                let told = document.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
                assert_eq!(told["content"]["application/problem+json"]["schema"]["$ref"], "#/components/schemas/Problem", "{status}");
                assert!(told["description"].as_str().is_some_and(|text| text.starts_with('`')), "{status}: {told}");
            }
            for text in ["summary", "operationId"] {
                assert!(operation[text].is_string(), "{method} {path} has no {text}");
            }
        }
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().expect("it ends");
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }

    async fn the_schemas_say_what_the_calls_refuse(home: &Home) {
        let server = home.serve().await;
        let document = server.caller().get("/api/v1/openapi.json").await.json();
        let schema = |name: &str| &document["components"]["schemas"][name];
        for name in ["NewAccount", "Credentials", "RefreshToken", "ProfileChange"] {
            assert_eq!(schema(name)["additionalProperties"], false, "{name}");
            for (field, of) in schema(name)["properties"].as_object().expect("fields") {
                let may_be_empty = (name, &**field) == ("Credentials", "scope");
                assert!(may_be_empty || of["minLength"].as_i64() >= Some(1), "{name} {field} takes nothing at all");
            }
        }
        for name in ["Me", "Session", "Token", "Tokens", "Connection", "Revocation", "Overview", "OverviewDay", "OverviewMethod"] {
            let of = schema(name);
            let fields = of["properties"].as_object().expect("fields").len();
            assert_eq!(of["required"].as_array().map(Vec::len), Some(fields), "{name}: every member is always there");
        }
        for (path, method, operation) in operations(&document) {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for after in parameters.filter(|parameter| parameter["name"] == "after") {
                assert_eq!(after["schema"]["minLength"], 1, "{method} {path}");
            }
        }
        assert_ne!(document["paths"]["/api/v1/auth/logout"]["post"]["requestBody"]["required"], true);
        assert!(!document.to_string().contains("\\n"), "lines are those of the reader");
    }
}
