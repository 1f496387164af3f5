//! 支付范围: what belongs to the benefit at all.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::policy::Cite;

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "scope",
    zh: "支付范围",
    en: "Scope",
    about: "Which catalogues bound what a fund may pay for. What lies outside them (全自费), above a price ceiling \
            (超限价) or is to be paid first (先行自付) is the person's, by the article stated here; the catalogues \
            themselves are data of each fee line.",
    tables: &[Table {
        path: "scope",
        keys: &[key(
            "catalogues",
            Kind::Words(&["drugs", "treatments", "consumables", "facilities"]),
            "药品、诊疗项目、医用耗材、医疗服务设施",
        )],
    }],
};

/// The rule by which what is out of scope stays with the person.
pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> Cite {
    builder.cite_path("scope.catalogues")
}
