//! The books on PostgreSQL.
