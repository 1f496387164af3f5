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
    let mut all = Differing(Vec::new());
    if before.policy != now.policy || before.document != now.document {
        // Two versions of one document differ too.
        let version = |inputs: &Inputs| {
            let digits: String = inputs.policy.chars().take(12).collect();
            Arc::from(format!("{} {digits}", inputs.document))
        };
        all.add("policy", version(before), version(now));
    }
    all.flag("designated", before.designated, now.designated);
    all.text("venue", &before.venue, &now.venue);
    all.text("level", &before.level, &now.level);
    all.text("place", &before.place, &now.place);
    let capable = |inputs: &Inputs| inputs.capabilities.clone().unwrap_or_default();
    all.list("capabilities", &capable(before), &capable(now));
    let (before, now) = (&before.facts, &now.facts);
    all.text("status", &before.status, &now.status);
    all.text("entitlement", &before.entitlement, &now.entitlement);
    all.text("plan", &before.plan, &now.plan);
    all.list("plans_held", &before.plans_held, &now.plans_held);
    all.text("cohort", &before.cohort, &now.cohort);
    all.text("born", &before.born, &now.born);
    all.text("enrolled_on", &before.enrolled_on, &now.enrolled_on);
    all.flag("contract", before.contract, now.contract);
    all.flag("chosen", before.chosen, now.chosen);
    all.text("admission", &before.admission, &now.admission);
    all.list("filings", &before.filings, &now.filings);
    all.list("two_disease", &before.two_disease, &now.two_disease);
    all.list("chosen_for", &before.chosen_for, &now.chosen_for);
    all.0
}

/// Inputs that differ, in words.
struct Differing(Vec<Because>);

impl Differing {
    fn add(&mut self, what: &str, from: Arc<str>, to: Arc<str>) {
        self.0.push(Because { what: Arc::from(what), from, to });
    }

    fn text(&mut self, what: &str, from: &Arc<str>, to: &Arc<str>) {
        if from != to {
            self.add(what, from.clone(), to.clone());
        }
    }

    fn flag(&mut self, what: &str, from: bool, to: bool) {
        if from != to {
            let word = |flag: bool| Arc::from(if flag { "yes" } else { "no" });
            self.add(what, word(from), word(to));
        }
    }

    fn list(&mut self, what: &str, from: &[Arc<str>], to: &[Arc<str>]) {
        if from != to {
            self.add(what, Arc::from(from.join(" ")), Arc::from(to.join(" ")));
        }
    }
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
