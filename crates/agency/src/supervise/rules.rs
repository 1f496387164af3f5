//! The rules as a table: adding one is a row here and a function in `checks`.

use super::{Encounter, Finding, Known, checks};
use serde::{Deserialize, Serialize};

/// How sure a finding is. Numbers are those of the national list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Severity {
    /// 明确违规.
    Certain = 1,
    /// 高度可疑.
    Suspect = 2,
    /// 轻度可疑.
    Mild = 3,
}

impl Severity {
    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Severity::Certain => "明确违规",
            Severity::Suspect => "高度可疑",
            Severity::Mild => "轻度可疑",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Severity::Certain => "certain",
            Severity::Suspect => "suspect",
            Severity::Mild => "mild",
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// How a rule is checked.
pub type Check = fn(&Rule, &Known<'_>, &Encounter) -> Vec<Finding>;

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Stable word; also the name under which a policy states its threshold.
    pub code: &'static str,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// How sure its findings are.
    pub severity: Severity,
    /// It is about the visit; otherwise about an item.
    pub of_visit: bool,
    /// What the threshold means, if it has one, and what holds without it.
    pub threshold: &'static str,
    /// How it is checked.
    pub check: Check,
}

/// Every rule, in the order in which findings are shown.
pub const RULES: &[Rule] = &[
    Rule {
        code: "sex",
        zh: "项目与性别不符",
        en: "the item is for the other sex",
        severity: Severity::Certain,
        of_visit: false,
        threshold: "",
        check: checks::sex,
    },
    Rule {
        code: "age",
        zh: "项目与年龄不符",
        en: "the item is for another age",
        severity: Severity::Certain,
        of_visit: false,
        threshold: "",
        check: checks::age,
    },
    Rule {
        code: "restricted-use",
        zh: "限制使用未经审批",
        en: "restricted use without approval",
        severity: Severity::Suspect,
        of_visit: false,
        threshold: "",
        check: checks::restricted_use,
    },
    Rule {
        code: "days-of-supply",
        zh: "用药天数超过规定",
        en: "more days of supply than allowed",
        severity: Severity::Suspect,
        of_visit: false,
        threshold: "days; the item's own number goes before it; without either the rule does not run",
        check: checks::days_of_supply,
    },
    Rule {
        code: "duplicate-medicine",
        zh: "用药期内重复购药",
        en: "the same medicine before the last supply ends",
        severity: Severity::Suspect,
        of_visit: false,
        threshold: "days before the end of the last supply that are tolerated; without it none",
        check: checks::duplicate_medicine,
    },
    Rule {
        code: "overlap-with-admission",
        zh: "住院期间门诊就医",
        en: "outpatient care while an inpatient",
        severity: Severity::Suspect,
        of_visit: true,
        threshold: "days after the admission that are tolerated; without it none",
        check: checks::overlap_with_admission,
    },
    Rule {
        code: "visits-per-person-month",
        zh: "当月就诊次数偏多",
        en: "many visits in the month",
        severity: Severity::Mild,
        of_visit: true,
        threshold: "visits; without it the rule does not run",
        check: checks::visits_per_month,
    },
    Rule {
        code: "unknown-item",
        zh: "项目不在医保目录内",
        en: "the item is not in the catalogue",
        severity: Severity::Mild,
        of_visit: false,
        threshold: "",
        check: checks::unknown_item,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_rule_has_one_code() {
        let codes: BTreeSet<_> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), RULES.len());
    }
}
