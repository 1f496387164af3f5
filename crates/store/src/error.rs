//! What can go wrong in a store.

use std::fmt;

/// An error of the store. Messages name what was being done; they hold no personal data.
#[derive(Debug)]
pub enum StoreError {
    /// The changes contradict what is stored: a second undo of an entry, a line of a visit of another person, a credential
    /// that names somebody else. Nothing was written.
    Conflict(String),
    /// The store cannot be reached, is shutting down, or broke off while committing; the same call may succeed later. The
    /// only error after which it is not known whether something was written.
    Unavailable(String),
    /// The data are not what this version of the program writes.
    Damaged(String),
    /// Anything else the database said.
    Database(String),
}

impl StoreError {
    /// Would the same call succeed later, with nothing changed?
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, StoreError::Unavailable(_))
    }
}

impl StoreError {
    /// A row that names somebody else already.
    pub(crate) fn of_another(what: &str) -> StoreError {
        StoreError::Conflict(format!("{what} names another person"))
    }

    pub(crate) fn no_such_fact() -> StoreError {
        StoreError::Conflict("a fact to be ended does not exist or has been ended".to_owned())
    }

    pub(crate) fn no_such_visit() -> StoreError {
        StoreError::Conflict("lines of a visit that this person does not have".to_owned())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Conflict(what) => write!(f, "conflict: {what}"),
            StoreError::Unavailable(what) => write!(f, "store unavailable: {what}"),
            StoreError::Damaged(what) => write!(f, "stored data not understood: {what}"),
            StoreError::Database(what) => write!(f, "database: {what}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::Error;
        use rusqlite::ffi::ErrorCode;
        let said = error.to_string();
        match error {
            Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::ConstraintViolation => StoreError::Conflict(said),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull => {
                    StoreError::Unavailable(said)
                }
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged(said),
                _ => StoreError::Database(said),
            },
            Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..) => StoreError::Damaged(said),
            _ => StoreError::Database(said),
        }
    }
}
