//! By which name a client knows a person (OpenID Connect Core section 8).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::OAuthService;
use crate::{
    clients::RegisteredClient,
    keys::Purpose,
    store::{StorageError, Work},
    tokens::GrantRow,
};

/// The `sub` that a client is told for the subject of an account. Pairwise ones are a hash over the
/// host of the client's redirect URIs, the subject and the installation's salt (section 8.1): clients of one
/// host know a person by one name, others by another, and nobody gets from one to the next.
pub(super) async fn subject_for(
    work: &mut dyn Work,
    client: &RegisteredClient,
    subject: &str,
) -> Result<String, StorageError> {
    if !client.pairwise {
        return Ok(subject.to_owned());
    }
    let installation = work.find_installation().await?;
    let salt = installation.ok_or(StorageError::Inconsistent {
        table: "installation",
        column: "pairwise_salt",
    })?;
    Ok(pairwise(&client.sector(), subject, &salt.pairwise_salt))
}

impl OAuthService {
    /// The `sid` that a client is told of the session in which it was given something. Where it knows people
    /// by names of its own it knows sessions so, or two clients could tell that theirs are one (section
    /// 8.1).
    pub(super) fn session_for(
        &self,
        client: &RegisteredClient,
        grant: &GrantRow,
    ) -> Option<String> {
        let session = grant.given_in.as_deref()?;
        if !client.pairwise {
            return Some(session.to_owned());
        }
        let of = format!("{}\n{session}", client.sector());
        let macs = &self.foundation.names;
        let name = macs.mac(Purpose::Flow, "session for a client", of.as_bytes());
        Some(URL_SAFE_NO_PAD.encode(name.as_bytes()))
    }
}

fn pairwise(sector: &str, subject: &str, salt: &str) -> String {
    let mut digest = Sha256::new();
    for part in [sector, subject, salt] {
        digest.update(part);
        digest.update([0]);
    }
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::pairwise;

    #[test]
    fn a_pairwise_name_is_lasting_and_differs_by_host_person_and_installation() {
        let name = pairwise("app.example", "ada", "salt");
        assert_eq!(name, pairwise("app.example", "ada", "salt"));
        assert_eq!(name.len(), 43);
        for (sector, subject, salt) in [
            ("other.example", "ada", "salt"),
            ("app.example", "bob", "salt"),
            ("app.example", "ada", "pepper"),
            ("app.exampl", "eada", "salt"),
        ] {
            assert_ne!(name, pairwise(sector, subject, salt));
        }
    }
}
