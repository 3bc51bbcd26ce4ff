//! The APIs that tokens can be for, and what each lets a token do.

use std::collections::HashSet;

/// What a token may do at an API (RFC 6749 section 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiScope {
    /// Its name, unique across all APIs.
    pub name: String,
    /// What it lets a token do, in the operator's words; empty for our own, whose words stand in the
    /// catalogue.
    pub description: String,
}

/// An API whose tokens are issued here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// What its tokens say in `aud`.
    pub audience: String,
    /// What people call it.
    pub name: String,
    /// What its tokens may do.
    pub scopes: Vec<ApiScope>,
}

/// The scopes of our own API, in the order in which people see them.
pub const OWN_SCOPES: [&str; 8] = [
    "profile:read",
    "profile:write",
    "sessions:read",
    "sessions:end",
    "tokens:read",
    "tokens:revoke",
    "admin:read",
    "admin:write",
];

/// What begins the names of scopes that only administrators can give a token.
const ADMIN: &str = "admin:";

/// Why APIs can't be declared together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApisProblem {
    /// Two have the same audience.
    #[error("the audience {0} is declared twice")]
    Audience(String),
    /// Two have a scope of the same name.
    #[error("the scope {0} is declared twice")]
    Scope(String),
}

/// Every API, our own first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apis(Vec<Api>);

/// Scopes that were chosen, and the APIs that they belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// In the order in which they are declared, each once.
    pub scopes: Vec<String>,
    /// Whose scopes they are: `aud`.
    pub audience: Vec<String>,
}

impl Apis {
    /// Our own API, and those that the operator declares.
    ///
    /// # Errors
    /// [`ApisProblem`] when an audience or a scope is there twice.
    pub fn new(issuer: &str, declared: Vec<Api>) -> Result<Self, ApisProblem> {
        let own = Api {
            audience: format!("{issuer}/api"),
            name: "Latchkey".to_owned(),
            scopes: OWN_SCOPES
                .map(|name| ApiScope {
                    name: name.to_owned(),
                    description: String::new(),
                })
                .into(),
        };
        let all: Vec<Api> = std::iter::once(own).chain(declared).collect();
        let (mut audiences, mut scopes) = (HashSet::new(), HashSet::new());
        for api in &all {
            if !audiences.insert(api.audience.as_str()) {
                return Err(ApisProblem::Audience(api.audience.clone()));
            }
            for scope in &api.scopes {
                if !scopes.insert(scope.name.as_str()) {
                    return Err(ApisProblem::Scope(scope.name.clone()));
                }
            }
        }
        Ok(Self(all))
    }

    /// What our own API's tokens say in `aud`.
    pub fn own_audience(&self) -> &str {
        self.0.first().map_or("", |own| own.audience.as_str())
    }

    /// Every API.
    pub fn all(&self) -> impl Iterator<Item = &Api> {
        self.0.iter()
    }

    /// Every API with the scopes that a person may give a token; APIs without any left out.
    pub fn offered(&self, admin: bool) -> Vec<Api> {
        let offered = self.0.iter().cloned().map(|mut api| {
            api.scopes
                .retain(|scope| admin || !is_for_admins(&scope.name));
            api
        });
        offered.filter(|api| !api.scopes.is_empty()).collect()
    }

    /// What these names stand for, if a person may give a token all of them.
    ///
    /// # Errors
    /// The names that aren't offered to them.
    pub fn choose(&self, names: &[&str], admin: bool) -> Result<Chosen, Vec<String>> {
        let may = |scope: &&ApiScope| admin || !is_for_admins(&scope.name);
        let known = |name: &str| {
            let mut scopes = self.all().flat_map(|api| &api.scopes).filter(may);
            scopes.any(|scope| scope.name == name)
        };
        let unknown: Vec<_> = names
            .iter()
            .filter(|name| !known(name))
            .map(|name| (*name).to_owned())
            .collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mut chosen = Chosen {
            scopes: Vec::new(),
            audience: Vec::new(),
        };
        for api in self.all() {
            let before = chosen.scopes.len();
            let ticked = api.scopes.iter().map(|scope| &scope.name);
            let ticked = ticked.filter(|scope| names.contains(&scope.as_str()));
            chosen.scopes.extend(ticked.cloned());
            if chosen.scopes.len() > before {
                chosen.audience.push(api.audience.clone());
            }
        }
        Ok(chosen)
    }

    /// The scopes of our own API that a person's sign-in through it gets unless told otherwise.
    pub fn own_scopes(&self) -> Vec<String> {
        let own = self.0.first().map(|own| own.scopes.as_slice());
        let names = own.unwrap_or_default().iter().map(|scope| &scope.name);
        names.filter(|name| !is_for_admins(name)).cloned().collect()
    }

    /// The API of this audience.
    pub fn of_audience(&self, audience: &str) -> Option<&Api> {
        self.0.iter().find(|api| api.audience == audience)
    }
}

/// Whether only administrators can give a token this.
pub(super) fn is_for_admins(scope: &str) -> bool {
    scope.starts_with(ADMIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Api {
        Api {
            audience: "https://shop.example".to_owned(),
            name: "Shop".to_owned(),
            scopes: vec![ApiScope {
                name: "data:read".to_owned(),
                description: "Read the data".to_owned(),
            }],
        }
    }

    fn apis() -> Apis {
        Apis::new("https://id.example", vec![shop()]).unwrap()
    }

    #[test]
    fn the_audience_lists_the_apis_whose_scopes_were_ticked() {
        let chosen = apis().choose(&["data:read"], false).unwrap();
        assert_eq!(chosen.audience, ["https://shop.example"]);
        let both = ["data:read", "profile:read", "profile:read"];
        let chosen = apis().choose(&both, false).unwrap();
        assert_eq!(chosen.scopes, ["profile:read", "data:read"]);
        assert_eq!(
            chosen.audience,
            ["https://id.example/api", "https://shop.example"]
        );
    }

    #[test]
    fn scopes_that_a_person_does_not_have_are_named() {
        let refused = apis().choose(&["admin:read", "profile:read", "nope"], false);
        assert_eq!(refused.unwrap_err(), ["admin:read", "nope"]);
        assert!(apis().choose(&["admin:read"], true).is_ok());
    }

    #[test]
    fn scope_names_and_audiences_are_unique() {
        let twice = vec![shop(), shop()];
        let problem = Apis::new("https://id.example", twice).unwrap_err();
        assert_eq!(
            problem,
            ApisProblem::Audience("https://shop.example".into())
        );
        let mut other = shop();
        other.audience = "https://other.example".to_owned();
        let problem = Apis::new("https://id.example", vec![shop(), other]).unwrap_err();
        assert_eq!(problem, ApisProblem::Scope("data:read".into()));
    }
}
