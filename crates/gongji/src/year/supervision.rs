//! Supervision after the fact, as the agency runs it through the year, and how much of what was planted it finds.

use super::frauds::Scheme;
use super::play::Year;
use super::report::{Caught, Score};
use agency::documents::SUSPICION;
use agency::supervise::after::run::{Asked, Options, run};
use agency::supervise::after::{RULES, Rule, Span, Suspicion};
use anyhow::{Context as _, Result, anyhow};
use kernel::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Documents read at once.
const PAGE: usize = 1_000;

impl Year<'_> {
    /// `gongji supervise run` over a span. Rules about rings and pharmacies look at the whole year too, at its end.
    pub(super) fn supervise(&mut self, from: Date, to: Date) -> Result<()> {
        let whole = from == self.plan.first_day() && to == self.plan.last_day();
        let rules = RULES.iter().filter(|rule| whole && of_places(rule)).collect();
        let asked =
            Asked {
                area: self.plan.area, span: Span { from, to }, rules, by: Arc::from("监管丁")
            };
        let office = self.house.office().clone();
        let far = office.with_core(|core| {
            run(office.agency(), core, &asked, Options::default(), &mut |_, _| true)
        });
        let far = far.context("the server is shut")?.map_err(|why| anyhow!("{why}"))?;
        self.note("疑点", i64::try_from(far.filed.found())?);
        self.note("监管立案", i64::try_from(far.filed.opened)?);
        Ok(())
    }

    /// Everything that was found, against what was planted.
    pub(super) fn score(&self) -> Result<Score> {
        let plant_of: BTreeMap<&str, usize> = self
            .tally
            .bills
            .iter()
            .filter_map(|bill| Some((bill.settled.settlement.as_str(), bill.plant?)))
            .collect();
        let mut rules: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut found: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for suspicion in self.suspicions()? {
            let entries = suspicion.claims.iter().map(|claim| claim.entry.to_string());
            let plants: BTreeSet<usize> =
                entries.filter_map(|entry| plant_of.get(entry.as_str()).copied()).collect();
            let count = rules.entry(suspicion.rule.to_string()).or_default();
            count.0 += 1;
            count.1 += u64::from(!plants.is_empty());
            for plant in plants {
                found.entry(plant).or_default().insert(suspicion.rule.to_string());
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

    fn suspicions(&self) -> Result<Vec<Suspicion>> {
        let store = self.house.office().store();
        let mut all = Vec::new();
        let mut after: (Arc<str>, Arc<str>) = Default::default();
        loop {
            let from = (&*after.0, &*after.1);
            let page = store.documents(self.plan.area, SUSPICION, "", from, PAGE)?;
            for document in &page {
                let read = Suspicion::read(document).map_err(|why| anyhow!("{why}"))?;
                all.push(read.0);
            }
            match page.last() {
                Some(last) => after = (last.key.owner.clone(), last.key.number.clone()),
                None => return Ok(all),
            }
        }
    }
}

fn of_places(rule: &Rule) -> bool {
    ["ring", "pharmacy-peers", "credit-day"].contains(&rule.code)
}

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
