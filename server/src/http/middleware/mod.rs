//! What stands before every handler, outermost last in the router.

mod headers;
mod host;
mod light;
mod log;
mod origin;
mod time_limit;

pub(super) use headers::security_headers;
pub(super) use host::{is_ours, only_our_host};
pub(super) use light::{Light, Whom, fixed_headers};
pub(super) use log::{Asked, request_count, request_log};
pub(super) use origin::same_origin;
pub(super) use time_limit::{BodyAwaited, time_limit};
