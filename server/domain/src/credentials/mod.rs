//! Passwords, and the way from an address to a signed-in person.

pub mod hashing;
mod password;
mod sign_in;

pub use hashing::{
    Argon2Params, EngineChoice, HashingError, HashingPool, HashingPoolConfig, ParseHashError,
    PasswordHash, Verified,
};
pub use password::{Password, PasswordPolicy, PasswordProblem};
pub use sign_in::{CredentialsService, SignInAttempt, SignInOutcome};
