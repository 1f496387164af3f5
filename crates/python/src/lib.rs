//! The extension module behind the Python package `gongji`: policies, runs over claims, results.
//!
//! It holds no law and no arithmetic: everything is said by `gongji-policy` and `gongji-simulate`. What is here turns
//! Python's values into theirs, gives the interpreter back while they work, and turns their faults into `GongjiError`.
//!
//! Reading order: `error`; `values`, `frame`, `claims` (what comes in); `busy`; `table` (what goes out); `adjudicate`,
//! `asking`; `totals`, `run`, `bucket`, `task`, `simulate`.
#![expect(clippy::needless_pass_by_value, reason = "Python hands its arguments over")]

mod error;
mod values;
mod frame;
mod claims;
mod busy;
mod table;
mod adjudicate;
mod asking;
mod totals;
mod run;
mod bucket;
mod task;
mod simulate;

use pyo3::pymodule;

/// Compiled part of the package `gongji`.
#[pymodule]
mod _gongji {
    #[pymodule_export]
    use crate::asking::{Policy, Reform, job};
    #[pymodule_export]
    use crate::bucket::{group, merge, run_bucket};
    #[pymodule_export]
    use crate::error::GongjiError;
    #[pymodule_export]
    use crate::run::Run;
    #[pymodule_export]
    use crate::simulate::simulate;
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::task::Task;

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__engine__", ::simulate::ENGINE)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
