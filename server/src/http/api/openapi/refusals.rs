//! The refusals that a call may come back with: by what it takes and asks for, not by hand.

use std::collections::BTreeSet;

use utoipa::openapi::{
    Components, ContentBuilder, HeaderBuilder, OpenApi, Ref, RefOr, ResponseBuilder,
    path::{Operation, ParameterIn},
    schema::{ObjectBuilder, SchemaType, Type},
};

use crate::http::error::api::Kind;

/// What any call may come back with.
const ALWAYS: [u16; 4] = [421, 429, 500, 503];

/// Adds every refusal to every call, and describes each once.
pub(super) fn complete(description: &mut OpenApi) {
    let mut used = BTreeSet::new();
    for path in description.paths.paths.values_mut() {
        let operations = [
            &mut path.get,
            &mut path.post,
            &mut path.patch,
            &mut path.delete,
        ];
        for operation in operations.into_iter().flatten() {
            for status in statuses(operation) {
                used.insert(status);
                let told = RefOr::Ref(Ref::from_response_name(name(status)));
                let responses = &mut operation.responses.responses;
                responses.entry(status.to_string()).or_insert(told);
            }
        }
    }
    let components = description.components.get_or_insert_default();
    for status in used {
        describe(components, status);
    }
}

fn statuses(operation: &Operation) -> BTreeSet<u16> {
    let mut statuses = BTreeSet::from(ALWAYS);
    if operation.request_body.is_some() {
        statuses.extend([400, 408, 413, 415, 422]);
    }
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    for parameter in parameters {
        statuses.insert(match parameter {
            RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path => 404,
            _ => 400,
        });
    }
    let security = operation.security.as_deref().unwrap_or_default();
    let schemes = security
        .iter()
        .map(|one| serde_json::to_value(one).unwrap_or_default());
    for scheme in schemes {
        let Some(scopes) = scheme.get("bearer").and_then(|scopes| scopes.as_array()) else {
            continue;
        };
        statuses.extend([400, 401]);
        if !scopes.is_empty() {
            statuses.insert(403);
        }
    }
    match operation.operation_id.as_deref() {
        Some("signIn") => statuses.insert(401),
        Some("signUp") => statuses.insert(403),
        Some("disableUser") => statuses.insert(409),
        _ => false,
    };
    statuses
}

fn name(status: u16) -> String {
    format!("Refused{status}")
}

/// Describes the refusals of a status once.
fn describe(components: &mut Components, status: u16) {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.status() == status);
    let told = kinds.map(|kind| format!("`{}`: {}", kind.name(), kind.explained()));
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let mut response = ResponseBuilder::new()
        .description(told.collect::<Vec<_>>().join(" "))
        .content("application/problem+json", content);
    let headers: &[(&str, Type, &str)] = match status {
        401 | 403 => &[(
            "WWW-Authenticate",
            Type::String,
            "How to authenticate, for Bearer (RFC 6750).",
        )],
        429 | 503 => &[(
            "Retry-After",
            Type::Integer,
            "In how many seconds to try again.",
        )],
        _ => &[],
    };
    for (header, kind, text) in headers {
        let schema = ObjectBuilder::new().schema_type(SchemaType::Type(kind.clone()));
        let header_described = HeaderBuilder::new()
            .schema(Some(schema.build()))
            .description(Some(*text));
        response = response.header(*header, header_described.build());
    }
    components
        .responses
        .insert(name(status), response.build().into());
}
