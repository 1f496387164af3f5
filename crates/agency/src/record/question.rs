//! From a record's inputs to the kernel's question, and its answer. Every settlement is decided through here, so what is
//! stored is exactly what the decision rests on.

use super::{FactsInput, Inputs, LineInput, Purse};
use crate::cells;
use crate::reason::{Reason, Refused};
use crate::regions::{Law, Version};
use kernel::{
    AccountUse, Admission, Bill, BillId, Capabilities, CatalogueClass, Category, Channel, Cohort,
    Content, Date, Disease, DiseaseSet, Entitlement, Facts, FeeLine, Fen, Flags, Item, Level,
    Moment, OrderKey, Place, Plan, Prescription, Rate, Settlement, Status, Trace, Venue, Wallet,
    Year, adjudicate_traced,
};
use std::sync::Arc;

/// What the kernel is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The bill.
    pub bill: Bill,
    /// Facts about the person.
    pub facts: Facts,
    /// Accumulators before.
    pub year: Year,
    /// What the accounts hold.
    pub wallet: Wallet,
}

/// The question with the kernel's answer.
#[derive(Clone, Debug)]
pub struct Decided {
    /// What was asked.
    pub question: Question,
    /// What was decided.
    pub settlement: Settlement,
    /// Why.
    pub trace: Trace,
}

/// Stands for a plan or cohort that is not known.
const UNKNOWN: u8 = 255;

impl Inputs {
    /// Asks the kernel.
    ///
    /// # Errors
    /// [`Reason::BillRefused`] with the kernel's words, or [`Reason::Conflict`] if an input is not what this version writes.
    pub fn decide(&self, version: Version<'_>) -> Result<Decided, Refused> {
        let policy = version.policy;
        let question = self.question(version.law)?;
        let Question { bill, facts, year, wallet } = &question;
        let (settlement, trace) = adjudicate_traced(policy, facts, year, wallet, bill)
            .map_err(|refusal| Refused::new(Reason::BillRefused, refusal.to_string()))?;
        Ok(Decided { question, settlement, trace })
    }

    /// The kernel's question.
    ///
    /// # Errors
    /// [`Reason::Conflict`] names the input that is not what this version writes.
    pub fn question(&self, law: &Law) -> Result<Question, Refused> {
        Ok(Question {
            bill: self.bill(law)?,
            facts: self.facts.read(law)?,
            year: cells::year(law, self.year, &self.used),
            wallet: Wallet {
                current: Fen::new(self.wallet.0),
                earlier: Fen::new(self.wallet.1),
                family: self.family.iter().map(Purse::payable).collect(),
            },
        })
    }

    /// When the bill came: a paper claim is as old as the day on which it was handed in, however long it is looked at.
    fn handed_in(&self) -> Result<Moment, Refused> {
        match &*self.submitted {
            "" => Ok(Moment(self.at)),
            day => known("submitted", day, Date::parse).map(Moment::start_of),
        }
    }

    fn bill(&self, law: &Law) -> Result<Bill, Refused> {
        let prescription = match &self.prescriber {
            None => None,
            Some((level, designated)) => Some(Prescription {
                level: known("prescriber", level, Level::from_code)?,
                designated: *designated,
            }),
        };
        let lines: Result<Vec<_>, _> = self.lines.iter().map(|line| line.read(law)).collect();
        Ok(Bill {
            // The visit tells bills apart; a bill without one is its own.
            id: BillId(0),
            order: OrderKey { at: self.handed_in()?, serial: 0 },
            service: known("service", &self.service, Date::parse)?,
            category: known("category", &self.category, Category::from_code)?,
            disease: disease(law, &self.disease),
            institution: self.institution,
            visit: self.visit,
            designated: self.designated,
            venue: known("venue", &self.venue, Venue::from_code)?,
            capabilities: match &self.capabilities {
                Some(codes) => Capabilities::of(codes),
                None => Capabilities::ALL,
            },
            level: known("level", &self.level, Level::from_code)?,
            place: known("place", &self.place, Place::from_code)?,
            channel: known("channel", &self.channel, Channel::from_code)?,
            prescription,
            account_use: known("account_use", &self.account_use, AccountUse::from_code)?,
            content: Content::Lines(lines?),
        })
    }
}

impl LineInput {
    /// As the kernel wants it.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn read(&self, law: &Law) -> Result<FeeLine, Refused> {
        let item = law.codes.items.iter().position(|code| *code == self.item);
        let item = item.and_then(|index| u16::try_from(index + 1).ok());
        Ok(FeeLine {
            amount: Fen::new(self.amount),
            class: known("class", &self.class, CatalogueClass::from_code)?,
            first_pay: Rate::new(self.first_pay),
            ceiling: self.ceiling.map(Fen::new),
            item: Item(item.unwrap_or(0)),
            disease: disease(law, &self.disease),
            flags: Flags(self.flags),
            denied: self.denied,
        })
    }
}

impl FactsInput {
    /// Facts in words.
    #[must_use]
    pub fn of(facts: &Facts, law: &Law) -> FactsInput {
        let codes = &law.codes;
        let text = |day: Option<Date>| day.map_or_else(empty, |day| Arc::from(day.to_string()));
        let held = (0..32_u8).filter(|plan| facts.plans_held >> plan & 1 == 1);
        let in_codes = |set: DiseaseSet| -> Vec<Arc<str>> {
            let numbers = (1..=u8::MAX).zip(&codes.diseases);
            let within = numbers.filter(|(number, _)| set.contains(Disease(*number)));
            within.map(|(_, code)| code.clone()).collect()
        };
        FactsInput {
            status: Arc::from(facts.status.code()),
            plan: code(&codes.plans, facts.plan.0),
            plans_held: held.map(|plan| code(&codes.plans, plan)).collect(),
            cohort: code(&codes.cohorts, facts.cohort.0),
            born: text(facts.born),
            enrolled_on: text(facts.enrolled_on),
            entitlement: Arc::from(facts.entitlement.code()),
            contract: facts.contract,
            chosen: facts.chosen,
            admission: Arc::from(facts.admission.code()),
            filings: in_codes(facts.filings),
            two_disease: in_codes(facts.two_disease),
            chosen_for: in_codes(facts.chosen_for),
        }
    }

    /// As the kernel wants them.
    ///
    /// # Errors
    /// [`Reason::Conflict`] names the fact that is not what this version writes.
    pub fn read(&self, law: &Law) -> Result<Facts, Refused> {
        let codes = &law.codes;
        let day = |what: &'static str, text: &str| match text {
            "" => Ok(None),
            text => known(what, text, Date::parse).map(Some),
        };
        let held = self.plans_held.iter().filter_map(|plan| index_of(&codes.plans, plan));
        let unknown_cohort = if codes.cohorts.is_empty() { 0 } else { UNKNOWN };
        Ok(Facts {
            status: known("status", &self.status, Status::from_code)?,
            plan: Plan(index_of(&codes.plans, &self.plan).unwrap_or(UNKNOWN)),
            plans_held: held.filter(|plan| *plan < 32).fold(0, |set, plan| set | 1 << plan),
            cohort: Cohort(index_of(&codes.cohorts, &self.cohort).unwrap_or(unknown_cohort)),
            born: day("born", &self.born)?,
            enrolled_on: day("enrolled_on", &self.enrolled_on)?,
            entitlement: known("entitlement", &self.entitlement, Entitlement::from_code)?,
            contract: self.contract,
            chosen: self.chosen,
            admission: known("admission", &self.admission, Admission::from_code)?,
            filings: self.filings.iter().map(|code| disease(law, code)).collect(),
            two_disease: self.two_disease.iter().map(|code| disease(law, code)).collect(),
            chosen_for: self.chosen_for.iter().map(|code| disease(law, code)).collect(),
        })
    }
}

impl Purse {
    /// What of it may pay a bill.
    #[must_use]
    pub fn payable(&self) -> Fen {
        Fen::new(self.current).payable() + Fen::new(self.earlier).payable()
    }
}

/// The disease of a code; one that the region does not name is none.
pub(crate) fn disease(law: &Law, code: &str) -> Disease {
    index_of(&law.codes.diseases, code)
        .map_or(Disease::NONE, |index| Disease(index.saturating_add(1)))
}

fn index_of(codes: &[Arc<str>], code: &str) -> Option<u8> {
    let found = codes.iter().position(|known| **known == *code)?;
    u8::try_from(found).ok()
}

fn code(codes: &[Arc<str>], index: u8) -> Arc<str> {
    codes.get(usize::from(index)).cloned().unwrap_or_else(empty)
}

fn empty() -> Arc<str> {
    Arc::from("")
}

fn known<T>(what: &str, text: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Refused> {
    read(text).ok_or_else(|| Refused::new(Reason::Conflict, format!("{what} {text:?}")))
}
