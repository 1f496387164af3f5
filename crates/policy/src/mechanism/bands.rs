//! 分段: where one share ends and the next begins.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::Fen;
use kernel::policy::{BandBasis, Cite};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "bands",
    zh: "分段",
    en: "Bands",
    about: "Shares that change with what has accumulated in the benefit year: spending above the deductible, or fund \
            payment. A bill that crosses a boundary is split there, each piece rounded once. The last band is open \
            unless `last = \"closed\"`: then nothing is paid beyond the last boundary.",
    tables: &[Table {
        path: "programme.*.bands",
        keys: &[
            key(
                "basis",
                Kind::Word(&["spending", "payment"]),
                "what is measured; default spending",
            ),
            key("upto", Kind::Amounts, "the boundaries, ascending"),
            key(
                "last",
                Kind::Word(&["open", "closed"]),
                "open (default): one more band without an end",
            ),
        ],
    }],
};

/// Basis, upper bounds and the rule.
pub(crate) fn compile(
    builder: &mut Builder<'_, '_>,
    programme: &str,
) -> (BandBasis, Vec<Fen>, Cite) {
    let path = |key: &str| format!("programme.{programme}.bands.{key}");
    let basis = match builder.text(&path("basis")) {
        Some("payment") => BandBasis::Payment,
        _ => BandBasis::Spending,
    };
    let Some(statement) = builder.statement(&path("upto")) else {
        return (basis, vec![Fen::UNLIMITED], Cite::NONE);
    };
    let mut upto: Vec<Fen> = statement.value.items().iter().filter_map(Value::yuan).collect();
    if !upto.is_sorted_by(|a, b| a < b) || upto.first().is_some_and(|first| *first == Fen::ZERO) {
        builder.fault(
            statement,
            "the boundaries do not ascend from above zero",
            "e.g. upto = [\"5000\", \"20000\"]",
        );
    }
    if builder.text(&path("last")) != Some("closed") {
        upto.push(Fen::UNLIMITED);
    }
    let cite = builder.cite(statement);
    (basis, upto, cite)
}
