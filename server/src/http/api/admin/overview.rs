//! `/api/v1/admin/overview`

use axum::extract::State;
use domain::admin;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{
    api::{answer::Json, scopes::AdminRead, times::rfc3339},
    error::api::Problem,
    extract::Staff,
    state::AppState,
};

/// What went on in the last 30 days.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct Overview {
    /// How many sessions are alive; 10000 stands for itself and more.
    sessions: i64,
    /// How many of them were used in the last 5 minutes; likewise.
    active_sessions: i64,
    /// Every day, the oldest first, today last.
    days: Vec<OverviewDay>,
    /// How people signed in, the most used way first.
    methods: Vec<OverviewMethod>,
}

/// What went on in a day.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct OverviewDay {
    /// The day, UTC.
    #[schema(format = Date, example = "2026-01-31")]
    day: String,
    /// Sessions that began.
    sign_ins: i64,
    /// Notes of wrong passwords: one when they first have somebody wait, and another each time that their
    /// number doubles. Fewer aren't noted.
    failure_notes: i64,
    /// API tokens that people made, and sign-ins by which a program was given tokens.
    tokens: i64,
}

/// A way to sign in, and how often it was used.
#[derive(Serialize, ToSchema)]
pub(in crate::http::api) struct OverviewMethod {
    /// Words of RFC 8176, separated by spaces.
    #[schema(example = "pwd")]
    method: String,
    /// Sessions that began this way.
    sign_ins: i64,
}

impl Overview {
    fn of(told: admin::Overview) -> Self {
        let day = |day: admin::OverviewDay| OverviewDay {
            day: rfc3339(day.began_at).chars().take(10).collect(),
            sign_ins: day.sign_ins,
            failure_notes: day.failure_notes,
            tokens: day.tokens,
        };
        let method = |method: admin::MethodCount| OverviewMethod {
            method: method.amr,
            sign_ins: method.sign_ins,
        };
        Self {
            sessions: told.sessions,
            active_sessions: told.active_sessions,
            days: told.days.into_iter().map(day).collect(),
            methods: told.methods.into_iter().map(method).collect(),
        }
    }
}

/// Shows what went on lately, in numbers.
#[utoipa::path(
    get,
    path = "/api/v1/admin/overview",
    operation_id = "showOverview",
    tag = "Administration",
    responses((status = 200, description = "Here it is.", body = Overview)),
    security(("bearer" = ["admin:read"]), ("basic" = ["admin:read"]))
)]
pub(in crate::http::api) async fn show(
    State(_): State<AppState>,
    staff: Staff<AdminRead>,
) -> Result<Json<Overview>, Problem> {
    Ok(Json(Overview::of(staff.desk.overview().await?)))
}
