//! The books on SQLite.
