//! What handlers take from requests.

mod bearer_token;
mod staff;
mod visitor;

pub(super) use bearer_token::{Bearer, authenticate, insufficient, invalid_token, twice};
pub(super) use staff::Staff;
pub(super) use visitor::Visitor;
