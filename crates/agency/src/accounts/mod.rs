//! Personal accounts as a whole 个人账户: the monthly credit run and the yearly interest over everybody, and statements of one
//! account.

mod paging;
mod credit_run;
mod reckon;
mod interest_run;
mod statement;

pub use credit_run::{CreditAsked, CreditReport, CreditRun, RunError};
pub use interest_run::{InterestAsked, InterestRun};
pub use reckon::Balances;
pub use statement::{Movement, Statement, statement};
