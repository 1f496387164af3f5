//! Settlements as rows: the columns of a result, the articles behind its amounts, the lines that show
//! each amount with its article, and totals.

pub mod columns;
pub mod citation;
pub mod row;
pub mod detail;
pub mod totals;
pub mod manual;

pub use citation::{Citation, Citations};
pub use columns::ResultColumn;
pub use row::Settled;
pub use totals::Totals;
