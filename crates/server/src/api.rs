//! The REST API of the agency's own staff, under `/api/v1`.
//!
//! Shape: every endpoint is a row of one table ([`endpoint::Endpoint`], collected in [`table`]): method, path, the roles that
//! may use it, what it is for, what is asked and answered, and the function that does it. Routes, the OpenAPI document
//! ([`openapi`]) and the test of every role at every endpoint come from the table. A request is a [`request::Ask`]: who asks
//! ([`operators`]), and the checked values of path, query and body ([`shape`]). A handler either looks something up or hands
//! back a [`endpoint::Write`]: a business for the core, which keeps it in the message journal under the operator's name and
//! the Idempotency-Key ([`journal`]). What goes wrong is a [`problem::Problem`].
//! Bounds: bodies and waiting are bounded as for the national interface; pages have at most [`paging::MOST`] rows.
//!
//! To add an endpoint: a row in the file of its area of work (`api/areas/`), its shapes beside it; nothing else.

pub mod role;
pub mod operators;
pub mod problem;
pub mod shape;
pub mod paging;
pub mod request;
pub mod endpoint;
pub mod journal;
pub mod areas;
pub mod table;
pub mod openapi;
pub mod serve;

pub use endpoint::Endpoint;
pub use role::Role;
pub use serve::{Api, router};

/// Everything of the API stands below this.
pub const BASE: &str = "/api/v1";
