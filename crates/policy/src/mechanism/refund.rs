//! How a refund is computed.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::policy::{Above, Limit, Period, Programme, RefundModel};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "refund",
    zh: "退费",
    en: "Refunds",
    about: "A reversal is the exact negation of its settlement (`exact`, the default): receipts, ledger and accounts \
            match, the deductible opens again for the next bill. With `current` a refund is a negative settlement with \
            the original's treatment on the accumulators of the day, so that the year ends as if the reversed bill had \
            never been; this is defined for one band, benefit-year periods, and limits whose excess is the patient's.",
    tables: &[Table {
        path: "refund",
        keys: &[key("model", Kind::Word(&["exact", "current"]), "default exact")],
    }],
};

pub(crate) fn compile(
    builder: &mut Builder<'_, '_>,
    programmes: &[Programme],
    limits: &[Limit],
) -> RefundModel {
    if builder.text("refund.model") != Some("current") {
        return RefundModel::Exact;
    }
    let yearly = |id: kernel::policy::AccumulatorId| {
        builder.registry.0[usize::from(id.0)].period == Period::BenefitYear
    };
    let simple = |programme: &Programme| {
        programme.bands.upto.len() == 1
            && programme.spending_limits.is_empty()
            && programme.own_account_first.is_none()
            && programme
                .deductible
                .as_ref()
                .is_none_or(|rule| yearly(rule.accumulator) && rule.ceiling.is_none())
            && programme
                .payment_limits
                .iter()
                .all(|used| yearly(limits[usize::from(used.limit)].accumulator))
    };
    let odd = programmes.iter().find(|programme| !programme.is_fixed_fee() && !simple(programme));
    if let (Some(programme), Some(statement)) = (odd, builder.statement("refund.model")) {
        let problem = format!(
            "refund.model = \"current\" is not defined for programme {}",
            programme.term.code
        );
        builder.fault(
            statement,
            problem,
            "use \"exact\", or one band and benefit-year deductible and payment limits",
        );
    }
    let other_payer = limits.iter().find(|limit| matches!(limit.above, Above::Programme(_)));
    if let (Some(limit), Some(statement)) = (other_payer, builder.statement("refund.model")) {
        let problem = format!(
            "refund.model = \"current\" is not defined where {} leads to another programme",
            limit.term.code
        );
        builder.fault(statement, problem, "use \"exact\"");
    }
    RefundModel::Current
}
