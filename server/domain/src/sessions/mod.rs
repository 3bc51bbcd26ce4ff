//! Sessions: which browsers are signed in, for how long, and how to end them.

mod device;
mod last_seen;
mod lifetimes;
mod new_browser;
mod ports;
mod service;

pub use device::{Device, FormFactor};
pub use lifetimes::{Lifetime, Lifetimes};
pub use ports::{SessionOwner, SessionRow, Sessions};
pub use service::{
    AuthenticationMethod, LoadedSession, NewSession, SessionKeyHash, SessionListing,
    SessionsService,
};
