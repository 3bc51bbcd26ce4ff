//! What people with a role see and do. Each role has its verbs, and no others: who holds a desk was
//! found to have the role, and a verb that a desk hasn't can't be called.

mod audit;
mod clients;
mod cues;
mod desk;
pub mod directory;
mod keys;
mod network;
mod overview;
mod people;
mod search_text;
mod sessions;
mod tokens;

pub use audit::{EventPerson, ListedEvent};
pub use cues::{SessionCue, SessionSpan, Surroundings};
pub use desk::{AdminDesk, AdminService, Desk, SupportDesk};
pub use directory::{
    AccountState, Directory, MatchingSession, SessionCursor, SessionFilter, SessionListing,
    SessionOrder, TokenFilter, TokenListing, UserConnection, UserDetails, UserEmail, UserFilter,
    UserListing, UserName,
};
pub use network::Network;
pub use overview::{ACTIVE_WITHIN, MOST_COUNTED, MethodCount, Overview, OverviewDay};
pub use people::StaffOutcome;
pub use search_text::{SearchText, search_text_of};
pub use sessions::EndedMany;
