//! The settlement server: the national interface over HTTP, with health, metrics and logs.
//!
//! Reading order: [`fsi`] (the interface), [`office`] (what every request may need).

pub mod fsi;
pub mod office;
