//! Passwords, and the way from an address to a signed-in person.

pub mod hashing;
pub mod passphrase;
mod password;
mod policy;
mod sign_in;
mod word_list;

pub use hashing::{
    Argon2Params, EngineChoice, HashingError, HashingPool, HashingPoolConfig, ParseHashError,
    PasswordHash, Verified,
};
pub use password::{Password, PasswordProblem};
pub use policy::{PasswordContext, PasswordPolicy};
pub use sign_in::{CredentialsService, SignInAttempt, SignInOutcome};
