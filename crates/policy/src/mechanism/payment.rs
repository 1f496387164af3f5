//! 与定点机构结算.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::payment::{PaymentMethod, PaymentRules};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "payment",
    zh: "与机构结算",
    en: "Provider payment",
    about: "How institutions are paid: actual amounts monthly or by head, inside an annual budget 总额 or not, what part \
            of each month is withheld as a quality deposit, and how over- and underspending of the budget are shared \
            at year end. The budget binds the institution, never the patient.",
    tables: &[Table {
        path: "payment",
        keys: &[
            key("method", Kind::Word(PaymentMethod::CODES), "default monthly-actual"),
            key("budget", Kind::Word(&["annual", "none"]), "default none"),
            key("overspend_share", Kind::Rate, "of an overspend, what the fund bears"),
            key("underspend_share", Kind::Rate, "of an underspend, what the institution keeps"),
            key("deposit", Kind::Rate, "withheld from each month"),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> PaymentRules {
    for key in ["overspend_share", "underspend_share", "deposit"] {
        let path = format!("payment.{key}");
        if let Some(statement) =
            builder.statement(&path).filter(|_| !builder.rate(&path).is_share())
        {
            builder.fault(
                statement,
                format!("{path} is not between 0 % and 100 %"),
                "e.g. \"50%\"",
            );
        }
    }
    PaymentRules {
        method: builder
            .text("payment.method")
            .and_then(PaymentMethod::from_code)
            .unwrap_or(PaymentMethod::MonthlyActual),
        annual_budget: builder.text("payment.budget") == Some("annual"),
        overspend_share: builder.rate("payment.overspend_share"),
        underspend_share: builder.rate("payment.underspend_share"),
        deposit: builder.rate("payment.deposit"),
        cite: builder.cite_path("payment.method"),
    }
}
