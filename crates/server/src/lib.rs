//! The settlement server.
