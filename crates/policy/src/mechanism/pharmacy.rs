//! 定点零售药店.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::Level;
use kernel::policy::{PharmacyLevel, PharmacyRules};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "pharmacy",
    zh: "药店",
    en: "Pharmacies",
    about: "Whether purchases at a designated pharmacy are covered, whether an external prescription 外配处方 is needed, \
            which level's rows apply: the prescriber's, a fixed one, or the pharmacy's own (then tables may have \
            rows with venue = \"pharmacy\"), and whether only pharmacies whose agreement says 门诊统筹 are covered.",
    tables: &[Table {
        path: "pharmacy",
        keys: &[
            key("covered", Kind::Flag, "default false"),
            key("prescription", Kind::Word(&["required", "optional"]), "default required"),
            key(
                "level",
                Kind::Special("\"prescriber\" | \"own\" | 0 | 1 | 2 | 3"),
                "whose level; default prescriber",
            ),
            key(
                "pooling",
                Kind::Word(&["required", "any"]),
                "required: only pharmacies with the capability `pooling`; default any",
            ),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> PharmacyRules {
    let level =
        builder.statement("pharmacy.level").map_or(PharmacyLevel::Prescriber, |statement| {
            let number = statement.value.whole().and_then(|number| usize::try_from(number).ok());
            match (statement.value.text(), number.and_then(|number| Level::ALL.get(number))) {
                (Some("prescriber"), _) => PharmacyLevel::Prescriber,
                (Some("own"), _) => PharmacyLevel::Own,
                (None, Some(level)) => PharmacyLevel::Fixed(*level),
                _ => {
                    let shown = statement.value.shown();
                    builder.fault(
                        statement,
                        format!("{shown} is no level here"),
                        "\"prescriber\", \"own\", or 0 to 3",
                    );
                    PharmacyLevel::Prescriber
                }
            }
        });
    PharmacyRules {
        covered: builder.flag("pharmacy.covered", false),
        prescription_required: builder.text("pharmacy.prescription") != Some("optional"),
        level,
        pooling_required: (builder.text("pharmacy.pooling") == Some("required"))
            .then(|| builder.cite_path("pharmacy.pooling")),
        cite: builder.cite_path("pharmacy.covered"),
    }
}
