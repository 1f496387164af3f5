//! `GongjiError`: what is wrong, in Chinese and English.

use ::simulate::Fault;
use ::simulate::asked::Unclear;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyString;

pyo3::create_exception!(
    gongji,
    GongjiError,
    PyException,
    "有什么不对、在哪里、怎样才对：zh 为中文，en 为英文。 What is wrong, where, and what would be right: zh in Chinese, en in English."
);

/// A fault as Python's exception, with the texts `zh` and `en`.
pub(crate) fn raised(py: Python<'_>, fault: &Fault) -> PyErr {
    let error = GongjiError::new_err(fault.to_string());
    let value = error.value(py);
    let text = |text: &str| PyString::new(py, text);
    let set =
        value.setattr("zh", text(&fault.zh)).and_then(|()| value.setattr("en", text(&fault.en)));
    match set {
        Ok(()) => error,
        Err(other) => other,
    }
}

/// The same from its texts.
pub(crate) fn said(py: Python<'_>, zh: String, en: String) -> PyErr {
    raised(py, &Fault { zh, en })
}

/// The same for policies that cannot be settled under. Faults of documents are said in one language, their own.
pub(crate) fn unclear(py: Python<'_>, unclear: Unclear) -> PyErr {
    match unclear {
        Unclear::Asked(fault) => raised(py, &fault),
        Unclear::Documents(faults) => {
            let text = faults.to_string();
            said(py, format!("政策文件有误：\n{text}"), format!("faults in documents:\n{text}"))
        }
    }
}
