//! Personal accounts as a whole 个人账户: the monthly credit run over everybody, and statements of one account.

mod credit_run;
mod statement;

pub use credit_run::{CreditAsked, CreditReport, CreditRun, RunError};
pub use statement::{Movement, Statement, statement};
