//! Operators: who may use the API, in which roles and areas. A token is shown once, when it is made; what is kept is its
//! SHA-256.

use super::role::Role;
use crate::settings::Settings;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;
use store::Area;

/// Somebody who may use the API.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Operator {
    /// The name under which the books note what the operator did.
    pub name: String,
    /// What the operator may do.
    pub roles: Vec<Role>,
    /// Areas the operator works for; none: all.
    pub areas: Vec<Area>,
    /// Hex SHA-256 of the token.
    pub token_sha256: String,
}

impl Operator {
    /// True if the operator has one of these roles.
    #[must_use]
    pub fn has(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    /// True if the operator works for an area.
    #[must_use]
    pub fn serves(&self, area: Area) -> bool {
        self.areas.is_empty() || self.areas.contains(&area)
    }
}

/// All operators.
#[derive(Clone, Debug, Default)]
pub struct Operators(Vec<Arc<Operator>>);

impl Operators {
    /// Those of the settings; of a demonstration that listens on loopback also one for each role, whose token everybody
    /// knows ([`demo_token`]).
    #[must_use]
    pub fn of(settings: &Settings) -> Operators {
        let mut all: Vec<_> = settings.operators.iter().cloned().map(Arc::new).collect();
        if settings.demo && settings.listen.ip().is_loopback() {
            all.extend(Role::ALL.iter().map(|role| {
                Arc::new(Operator {
                    name: demo_token(*role),
                    roles: vec![*role],
                    areas: Vec::new(),
                    token_sha256: digest(&demo_token(*role)),
                })
            }));
        }
        Operators(all)
    }

    /// The operator with this token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Option<&Arc<Operator>> {
        let digest = digest(token);
        self.0.iter().find(|operator| operator.token_sha256 == digest)
    }

    /// True if nobody may use the API.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The token, and name, of a role's operator in a demonstration.
#[must_use]
pub fn demo_token(role: Role) -> String {
    format!("demo-{}", role.code())
}

/// Hex SHA-256 of a token.
#[must_use]
pub fn digest(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
