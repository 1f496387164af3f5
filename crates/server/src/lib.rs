//! The settlement server: the national interface over HTTP, with health, metrics and logs.
//!
//! Shape: [`routes`] leads a request to [`service`], which reads it ([`fsi`]), checks who sends it ([`gateway`]), lets the
//! agency decide or asks the books ([`office`]), and answers. Bounds: bodies, queues and windows are bounded by
//! [`settings`]. Logs hold no personal data ([`logs`]).
//!
//! Reading order: [`settings`], [`fsi`], [`gateway`], [`office`], [`service`], [`api`] (the staff's own interface), [`routes`],
//! [`server`].

pub mod settings;
pub mod fsi;
pub mod gateway;
pub mod clock;
pub mod jobs;
pub mod office;
pub mod meters;
pub mod logs;
pub mod service;
mod multipart;
pub mod api;
pub mod routes;
pub mod server;
pub mod reference;

pub use clock::WallClock;
pub use meters::Meters;
pub use office::Office;
pub use server::Server;
pub use settings::Settings;
