//! What PostgreSQL says when something fails, and what to do about it.

use crate::StoreError;
use tokio_postgres::error::SqlState;

/// A failed statement.
#[derive(Debug)]
pub(super) enum Failure {
    /// The transaction met another one; with fresh data it should go through. If it never does, this is why.
    Repeat(StoreError),
    /// The connection is gone.
    Lost(String),
    /// Anything else.
    Final(StoreError),
}

impl Failure {
    /// As the caller of the store sees it.
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Failure::Lost(what) => StoreError::Unavailable(what),
            Failure::Repeat(error) | Failure::Final(error) => error,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Final(error)
    }
}

/// Tables whose rows are written as new if they were not found: if they are there after all, another process has been
/// faster, and the batch is decided again.
const MAY_APPEAR: &[&str] = &["standing", "message"];

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Failure {
        let Some(said) = error.as_db_error() else {
            // Without an answer of the server: what cannot be read, or nobody there.
            let source = std::error::Error::source(&error);
            return match source.filter(|source| !source.is::<std::io::Error>()) {
                Some(source) => Failure::Final(StoreError::Damaged(format!("{error}: {source}"))),
                None => Failure::Lost(error.to_string()),
            };
        };
        // Details may quote a row; they stay out.
        let text = format!("{} ({})", said.message(), said.code().code());
        let code = said.code();
        if [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
            return Failure::Repeat(StoreError::Unavailable(text));
        }
        let appeared = said.table().is_some_and(|table| MAY_APPEAR.contains(&table));
        if *code == SqlState::UNIQUE_VIOLATION && appeared {
            return Failure::Repeat(StoreError::Conflict(text));
        }
        match code.code().get(..2).unwrap_or_default() {
            // Violated constraints, and texts that PostgreSQL cannot hold.
            "23" | "22" => Failure::Final(StoreError::Conflict(text)),
            "08" => Failure::Lost(text),
            // Shutting down or starting up, and being cut off.
            "57" if *code != SqlState::QUERY_CANCELED => Failure::Lost(text),
            // Out of connections, memory or disk; a lock or an answer that took too long.
            "53" | "55" | "57" => Failure::Final(StoreError::Unavailable(text)),
            "XX" => Failure::Final(StoreError::Damaged(text)),
            _ => Failure::Final(StoreError::Database(text)),
        }
    }
}
