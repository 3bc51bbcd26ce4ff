//! `/api/docs`: the description as a page for people. No cookie is read here either.

use app::{
    context::PageTitle,
    pages::api_docs::{
        Answer, ApiDocs, Call, CallGroup, Member, ProblemKind, TokenNeed, api_docs_page,
    },
    text::Text,
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use serde_json::Value;

use super::openapi::described;
use crate::http::{
    error::api::{Kind, TYPE},
    pages::render,
    state::AppState,
};

/// `GET /api/docs`
pub(in crate::http) async fn show(State(state): State<AppState>, request: Request) -> Response {
    let docs = state.api.docs.get_or_init(|| {
        let document = described(&state.api, &state.site.public_url);
        Reader(&document).read(&state.site.public_url)
    });
    let title = PageTitle::plain(Text::ApiDocsTitle);
    let view = api_docs_page(docs.clone());
    render(&state, request, StatusCode::OK, title, view).await
}

/// Reads the description as anybody would who has the document alone.
struct Reader<'a>(&'a Value);

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

impl<'a> Reader<'a> {
    fn read(&self, at: &str) -> ApiDocs {
        let groups = items(&self.0["tags"]).map(|tag| CallGroup {
            name: text(&tag["name"]),
            text: text(&tag["description"]),
            calls: self.calls(&tag["name"], at),
        });
        let problems = Kind::ALL.map(|kind| ProblemKind {
            name: kind.name().to_owned(),
            whole: format!("{TYPE}{}", kind.name()),
            title: kind.title().to_owned(),
            status: kind.status().as_u16(),
            text: kind.explained().to_owned(),
        });
        ApiDocs {
            intro: text(&self.0["info"]["description"]).replace('`', ""),
            groups: groups.collect(),
            problems: problems.into(),
        }
    }

    fn calls(&self, tag: &Value, at: &str) -> Vec<Call> {
        let all = entries(&self.0["paths"]);
        let all = all.flat_map(|(path, methods)| {
            entries(methods).map(move |(method, operation)| (path, method, operation))
        });
        let own = all.filter(|(_, _, operation)| items(&operation["tags"]).any(|own| own == tag));
        own.map(|(path, method, operation)| self.call(path, method, operation, at))
            .collect()
    }

    fn call(&self, path: &str, method: &str, operation: &Value, at: &str) -> Call {
        let parameters = items(&operation["parameters"]).map(|parameter| Member {
            name: text(&parameter["name"]),
            kind: format!(
                "{}, {}",
                text(&parameter["in"]),
                self.kind(&parameter["schema"])
            ),
            required: parameter["required"] == true,
            text: text(&parameter["description"]),
        });
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = self.members(body);
        let method = method.to_uppercase();
        let token = token_need(&operation["security"]);
        let curl = curl(&method, &format!("{at}{path}"), &token, &body);
        Call {
            id: text(&operation["operationId"]),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            text: text(&operation["description"]).replace('`', ""),
            token,
            parameters: parameters.collect(),
            body,
            answers: self.answers(&operation["responses"]),
            curl,
            method,
        }
    }

    fn answers(&self, responses: &Value) -> Vec<Answer> {
        let all = entries(responses).map(|(status, response)| {
            let told = self.resolved(response);
            let number: u16 = status.parse().unwrap_or_default();
            let kinds = Kind::ALL.into_iter().filter(|kind| kind.status() == number);
            let problems: Vec<_> = kinds.map(|kind| kind.name().to_owned()).collect();
            let is_problem = !told["content"]["application/problem+json"].is_null();
            Answer {
                status: status.clone(),
                text: if is_problem {
                    String::new()
                } else {
                    text(&told["description"]).replace('`', "")
                },
                problems: if is_problem { problems } else { Vec::new() },
                members: self.members(&told["content"]["application/json"]["schema"]),
            }
        });
        all.collect()
    }

    /// What a reference leads to.
    fn resolved(&self, value: &'a Value) -> &'a Value {
        let Some(reference) = value["$ref"].as_str() else {
            return value;
        };
        let found = self.0.pointer(reference.trim_start_matches('#'));
        found.unwrap_or(&Value::Null)
    }

    /// The members of a document; of the one that isn't null, where there is a choice.
    fn members(&self, schema: &'a Value) -> Vec<Member> {
        let chosen = items(&schema["oneOf"]).find(|one| one["type"] != "null");
        let schema = self.resolved(chosen.unwrap_or(schema));
        let required = |name: &str| items(&schema["required"]).any(|one| one == name);
        let all = entries(&schema["properties"]).map(|(name, property)| Member {
            name: name.clone(),
            kind: self.kind(property),
            required: required(name),
            text: text(&property["description"]).replace('`', ""),
        });
        all.collect()
    }

    /// What a value is, in a few words.
    fn kind(&self, schema: &'a Value) -> String {
        if let Some(reference) = schema["$ref"].as_str() {
            return reference.rsplit('/').next().unwrap_or_default().to_owned();
        }
        let named = match &schema["type"] {
            Value::String(one) => one.clone(),
            Value::Array(several) => {
                let names = several.iter().filter_map(Value::as_str);
                names.collect::<Vec<_>>().join(" or ")
            }
            _ => String::new(),
        };
        if named == "array" {
            let item = &schema["items"];
            let members: Vec<_> = self
                .members(item)
                .into_iter()
                .map(|member| member.name)
                .collect();
            return if members.is_empty() {
                format!("array of {}", self.kind(item))
            } else {
                format!("array of {{ {} }}", members.join(", "))
            };
        }
        match schema["format"].as_str() {
            Some(format) => format!("{named} ({format})"),
            None => named,
        }
    }
}

fn token_need(security: &Value) -> TokenNeed {
    let schemes = || items(security);
    let Some(bearer) = schemes().find_map(|one| one.get("bearer")) else {
        return TokenNeed::No;
    };
    if schemes().any(|one| entries(one).next().is_none()) {
        return TokenNeed::Optional;
    }
    TokenNeed::Scope(bearer[0].as_str().map(str::to_owned))
}

/// A line that does it, with the token in a variable: what is typed is kept by shells.
fn curl(method: &str, address: &str, token: &TokenNeed, body: &[Member]) -> String {
    let method = match method {
        "GET" => String::new(),
        other => format!(" -X {other}"),
    };
    let token = match token {
        TokenNeed::Scope(_) => " -H \"Authorization: Bearer $TOKEN\"",
        TokenNeed::No | TokenNeed::Optional => "",
    };
    let members = body
        .iter()
        .map(|member| format!("\"{}\":\"…\"", member.name));
    let members = members.collect::<Vec<_>>().join(",");
    let body = if members.is_empty() {
        String::new()
    } else {
        format!(" -H 'Content-Type: application/json' -d '{{{members}}}'")
    };
    format!("curl{method}{token}{body} '{address}'")
}
