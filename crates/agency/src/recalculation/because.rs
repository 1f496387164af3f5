//! Why a settlement is another today: which of its inputs changed, in codes and in words.

use crate::record::Inputs;
use kernel::{Admission, Entitlement, Level, Place, Status};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An input that changed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Because {
    /// Which, as the record names it.
    pub what: Arc<str>,
    /// What it was.
    pub from: Arc<str>,
    /// What it is.
    pub to: Arc<str>,
}

/// The inputs that differ. Accumulators are left out: they follow from the settlements before.
pub(super) fn because(before: &Inputs, now: &Inputs) -> Vec<Because> {
    let pairs = texts(before).into_iter().zip(texts(now));
    let differing = pairs.filter(|((_, from), (_, to))| from != to);
    differing
        .map(|((what, from), (_, to))| Because {
            what: Arc::from(what),
            from: Arc::from(from),
            to: Arc::from(to),
        })
        .collect()
}

fn texts(inputs: &Inputs) -> Vec<(&'static str, String)> {
    let facts = &inputs.facts;
    let flag = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    let list = |codes: &[Arc<str>]| codes.join(" ");
    // Two versions of one document differ too.
    let version: String = inputs.policy.chars().take(12).collect();
    vec![
        ("policy", format!("{} {version}", inputs.document)),
        ("designated", flag(inputs.designated)),
        ("venue", inputs.venue.to_string()),
        ("level", inputs.level.to_string()),
        ("place", inputs.place.to_string()),
        ("status", facts.status.to_string()),
        ("entitlement", facts.entitlement.to_string()),
        ("plan", facts.plan.to_string()),
        ("plans_held", list(&facts.plans_held)),
        ("cohort", facts.cohort.to_string()),
        ("born", facts.born.to_string()),
        ("enrolled_on", facts.enrolled_on.to_string()),
        ("contract", flag(facts.contract)),
        ("chosen", flag(facts.chosen)),
        ("admission", facts.admission.to_string()),
        ("filings", list(&facts.filings)),
        ("two_disease", list(&facts.two_disease)),
        ("chosen_for", list(&facts.chosen_for)),
        ("capabilities", list(inputs.capabilities.as_deref().unwrap_or_default())),
    ]
}

impl Because {
    /// In words: 退休 在职→退休.
    #[must_use]
    pub fn text(&self, english: bool) -> String {
        let (zh, en) = match &*self.what {
            "policy" => ("政策", "policy"),
            "designated" => ("定点协议", "agreement"),
            "venue" => ("机构类型", "venue"),
            "level" => ("结算等级", "level"),
            "place" => ("就医地", "place"),
            "status" => ("人员身份", "status"),
            "entitlement" => ("待遇状态", "entitlement"),
            "plan" => ("参保类型", "plan"),
            "plans_held" => ("本年参保类型", "plans of the year"),
            "cohort" => ("人群", "cohort"),
            "born" => ("出生日期", "birth date"),
            "enrolled_on" => ("首次参保", "first enrolment"),
            "contract" => ("家庭医生签约", "family doctor"),
            "chosen" => ("本人定点", "chosen institution"),
            "admission" => ("住院状态", "admission"),
            "filings" => ("备案病种", "filings"),
            "two_disease" => ("两病备案", "filings as two diseases"),
            "chosen_for" => ("按病种定点", "institution chosen for"),
            "capabilities" => ("药店资格", "capabilities of the pharmacy"),
            other => (other, other),
        };
        let [from, to] = [&self.from, &self.to].map(|code| self.value(code, english));
        if english { format!("{en} {from} → {to}") } else { format!("{zh}：{from}→{to}") }
    }

    fn value(&self, code: &str, english: bool) -> String {
        let word = match &*self.what {
            "level" => Level::from_code(code).map(|it| (it.zh(), it.en())),
            "place" => Place::from_code(code).map(|it| (it.zh(), it.en())),
            "status" => Status::from_code(code).map(|it| (it.zh(), it.en())),
            "entitlement" => Entitlement::from_code(code).map(|it| (it.zh(), it.en())),
            "admission" => Admission::from_code(code).map(|it| (it.zh(), it.en())),
            _ => match code {
                "yes" => Some(("有", "yes")),
                "no" | "" => Some(("无", "none")),
                _ => None,
            },
        };
        let word = word.map(|(zh, en)| if english { en } else { zh });
        word.unwrap_or(code).to_owned()
    }
}
