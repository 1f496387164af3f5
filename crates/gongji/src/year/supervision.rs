//! Supervision after the fact, as the agency runs it through the year, and how much of what was planted it finds.

use super::frauds::Scheme;
use super::house::Who;
use super::play::Year;
use super::report::{Caught, Score};
use anyhow::Result;
use kernel::Date;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

impl Year<'_> {
    /// Every rule looks at a span; those about places at the whole year too.
    pub(super) fn supervise(&mut self, from: Date, to: Date) -> Result<()> {
        let whole = from == self.plan.first_day() && to == self.plan.last_day();
        let mut asked = json!({"from": from.to_string(), "to": to.to_string()});
        if whole {
            asked["rules"] = json!(OF_PLACES);
        }
        let report = self.staff.job(Who::Supervisor, "/supervision-runs", &asked)?;
        let new = report["new"].as_object().into_iter().flatten();
        let found: i64 = new.filter_map(|(_, of)| of["count"].as_i64()).sum();
        self.note("疑点", found);
        self.note("监管立案", report["cases"].as_i64().unwrap_or(0));
        Ok(())
    }

    /// Everything that was found, against what was planted.
    pub(super) fn score(&mut self) -> Result<Score> {
        let plant_of: BTreeMap<&str, usize> = self
            .tally
            .bills
            .iter()
            .filter_map(|bill| Some((bill.settled.settlement.as_str(), bill.plant?)))
            .collect();
        let mut rules: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut found: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for suspicion in self.staff.items(Who::Supervisor, "/suspicions")? {
            let rule = suspicion["rule"].as_str().unwrap_or_default();
            let claims = suspicion["claims"].as_array().into_iter().flatten();
            let entries = claims.filter_map(|claim| claim["entry"].as_str());
            let plants: BTreeSet<usize> =
                entries.filter_map(|entry| plant_of.get(entry).copied()).collect();
            let count = rules.entry(rule.to_owned()).or_default();
            count.0 += 1;
            count.1 += u64::from(!plants.is_empty());
            for plant in plants {
                found.entry(plant).or_default().insert(rule.to_owned());
            }
        }
        let schemes = Scheme::ALL.iter().map(|scheme| self.caught(*scheme, &found));
        Ok(Score { rules, schemes: schemes.collect() })
    }

    fn caught(&self, scheme: Scheme, found: &BTreeMap<usize, BTreeSet<String>>) -> Caught {
        let own = aimed_at(scheme);
        let mut caught =
            Caught { zh: scheme.zh(), en: scheme.en(), planted: 0, found: 0, by_own_rule: 0 };
        for (number, plant) in self.plants.iter().enumerate() {
            if plant.scheme != scheme {
                continue;
            }
            caught.planted += 1;
            let Some(rules) = found.get(&number) else { continue };
            caught.found += 1;
            caught.by_own_rule += u64::from(rules.iter().any(|rule| own.contains(&rule.as_str())));
        }
        caught
    }
}

/// Rules that look at the whole year too, at its end.
const OF_PLACES: [&str; 3] = ["ring", "pharmacy-peers", "credit-day"];

/// The rules that are meant for a scheme; any other rule that finds it is luck.
const fn aimed_at(scheme: Scheme) -> &'static [&'static str] {
    match scheme {
        Scheme::Ring => &["ring", "account-burst"],
        Scheme::Splitting => &["split-bills"],
        Scheme::Travel => &["two-places"],
        Scheme::Swapped => &["sex", "age"],
        Scheme::Repeat => &["duplicate-medicine"],
        Scheme::Pharmacy => &["pharmacy-peers"],
        Scheme::Admitted => &["overlap-with-admission"],
        Scheme::Aggregate => &["missing-details"],
    }
}
