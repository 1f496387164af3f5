//! A profile read with a region's codes: the facts and the bill that every claim of the profile has.

use crate::fault::{Fault, Result};
use crate::profile::{Attribute, Profile};
use kernel::facts::Capabilities;
use kernel::policy::{ClassChange, Term, Vocabulary};
use kernel::{
    Admission, Bill, BillId, Category, Channel, Cohort, Date, Disease, DiseaseSet, Entitlement,
    Facts, Fen, Flags, Item, Level, Place, Plan, Policy, Prescription, Status, Venue,
};

/// What all claims of a profile have in common.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    facts: Facts,
    /// The retirement was registered in the month of the service, on or before the day.
    retired_this_month: bool,
    age: Option<u8>,
    tenure: Option<u8>,
    bill: Bill,
    /// Of the part of the bill.
    pub(crate) flags: Flags,
    /// Of the part of the bill.
    pub(crate) item: Item,
    /// Of the part of the bill; none: that of the bill.
    pub(crate) line_disease: Disease,
    /// No claim, but use of this limit.
    pub(crate) used_limit: Option<Box<str>>,
    /// The day on which a paper claim was handed in; none: when it was settled.
    pub(crate) submitted: Option<Date>,
}

impl Template {
    /// Reads a profile.
    pub(crate) fn of(profile: &Profile, vocabulary: &Vocabulary) -> Result<Template> {
        let reading = Reading { profile, vocabulary };
        let (status, retired_this_month) = match profile.get(Attribute::Status) {
            "retired-this-month" => (Status::Retired, true),
            _ => (
                reading.word(Attribute::Status, Status::ALL, Status::CODES, Status::Active)?,
                false,
            ),
        };
        let facts = Facts {
            plans_held: reading.plans_held()?,
            cohort: Cohort(reading.term(Attribute::Cohort, &vocabulary.cohorts)?),
            entitlement: reading.word(
                Attribute::Entitlement,
                Entitlement::ALL,
                Entitlement::CODES,
                Entitlement::Entitled,
            )?,
            contract: reading.flag(Attribute::Contract, false)?,
            chosen: reading.flag(Attribute::Chosen, false)?,
            admission: reading.word(
                Attribute::Admission,
                Admission::ALL,
                Admission::CODES,
                Admission::Out,
            )?,
            filings: reading.diseases(Attribute::Filings),
            two_disease: reading.diseases(Attribute::TwoDisease),
            chosen_for: reading.diseases(Attribute::ChosenFor),
            ..Facts::new(status, Plan(reading.term(Attribute::Plan, &vocabulary.plans)?))
        };
        Ok(Template {
            facts,
            retired_this_month,
            age: reading.count(Attribute::Age)?,
            tenure: reading.count(Attribute::Tenure)?,
            bill: reading.bill()?,
            flags: reading.flags()?,
            item: reading.item(),
            line_disease: reading.disease(Attribute::LineDisease),
            used_limit: Some(profile.get(Attribute::UsedLimit))
                .filter(|limit| !limit.is_empty())
                .map(Into::into),
            submitted: reading.submitted()?,
        })
    }

    /// The facts on a service date, by the policy's rule for changes of class.
    pub(crate) fn facts_on(&self, policy: &Policy, service: Date) -> Facts {
        let mut facts = self.facts.clone();
        if self.retired_this_month && policy.class_change == ClassChange::MonthAfter {
            facts.status = Status::Active;
        }
        let (year, ..) = service.ymd();
        // Any birthday that makes the age, any day of enrolment that makes the months.
        facts.born = self.age.and_then(|age| Date::from_ymd(year - i32::from(age), 1, 1));
        let month = |months: u8| service.month().plus(-i32::from(months)).first_day();
        facts.enrolled_on = self.tenure.map(month);
        facts
    }

    /// The bill of a service date, without amounts.
    pub(crate) fn bill_on(&self, id: BillId, service: Date) -> Bill {
        Bill { id, service, ..self.bill.clone() }
    }

    /// True if both may be parts of one bill: all but what parts say for themselves is the same.
    pub(crate) fn is_of_bill(&self, other: &Template) -> bool {
        let about = |of: &Template| (of.retired_this_month, of.age, of.tenure, of.submitted);
        about(self) == about(other)
            && self.facts == other.facts
            && self.bill == other.bill
            && self.used_limit.is_none()
            && other.used_limit.is_none()
    }

    /// The claim may be late.
    pub(crate) fn is_paper(&self) -> bool {
        self.bill.channel == Channel::Paper
    }

    /// The disease that the part is for.
    pub(crate) fn disease(&self) -> Disease {
        if self.line_disease == Disease::NONE { self.bill.disease } else { self.line_disease }
    }
}

struct Reading<'a> {
    profile: &'a Profile,
    vocabulary: &'a Vocabulary,
}

impl Reading<'_> {
    fn bill(&self) -> Result<Bill> {
        let category =
            self.word(Attribute::Category, Category::ALL, Category::CODES, Category::Ordinary)?;
        let usual = if category == Category::Pharmacy { Venue::Pharmacy } else { Venue::Hospital };
        let venue = self.word(Attribute::Venue, Venue::ALL, Venue::CODES, usual)?;
        let level = match self.profile.get(Attribute::Level) {
            "" if venue != Venue::Pharmacy && !self.no_claim() => {
                return Err(Fault::new(
                    "缺少机构等级（列 level）；只有药店的单据可以不填",
                    "no level of the institution (column level); only pharmacies may go without",
                ));
            }
            _ => self.word(Attribute::Level, Level::ALL, Level::CODES, Level::Ungraded)?,
        };
        let ungraded = self.profile.get(Attribute::PrescriptionLevel).is_empty();
        let prescriber =
            self.word(Attribute::PrescriptionLevel, Level::ALL, Level::CODES, Level::Ungraded)?;
        let designated = self.flag(Attribute::PrescriptionDesignated, true)?;
        Ok(Bill {
            category,
            disease: self.disease(Attribute::Disease),
            designated: self.flag(Attribute::Designated, true)?,
            capabilities: match self.profile.get(Attribute::Capabilities) {
                "" => Capabilities::ALL,
                codes => Capabilities::of(parts(codes)),
            },
            venue,
            place: self.word(Attribute::Place, Place::ALL, Place::CODES, Place::Local)?,
            channel: self.word(
                Attribute::Channel,
                Channel::ALL,
                Channel::CODES,
                Channel::Direct,
            )?,
            prescription: (!ungraded).then_some(Prescription { level: prescriber, designated }),
            ..Bill::new(BillId(0), Date::from_days(0), level, Fen::ZERO)
        })
    }

    fn no_claim(&self) -> bool {
        [Attribute::UsedLimit, Attribute::Reversal]
            .iter()
            .any(|attribute| !self.profile.get(*attribute).is_empty())
    }

    fn word<T: Copy>(
        &self,
        attribute: Attribute,
        all: &[T],
        codes: &[&str],
        usual: T,
    ) -> Result<T> {
        let text = self.profile.get(attribute);
        if text.is_empty() {
            return Ok(usual);
        }
        let found = codes.iter().position(|code| *code == text).and_then(|index| all.get(index));
        found.copied().ok_or_else(|| unknown(attribute, text, codes.iter().copied()))
    }

    fn flag(&self, attribute: Attribute, usual: bool) -> Result<bool> {
        match self.profile.get(attribute) {
            "" => Ok(usual),
            "yes" => Ok(true),
            "no" => Ok(false),
            text => Err(unknown(attribute, text, ["yes", "no"].into_iter())),
        }
    }

    fn count(&self, attribute: Attribute) -> Result<Option<u8>> {
        match self.profile.get(attribute) {
            "" => Ok(None),
            text => match text.parse::<i32>() {
                Ok(count) => Ok(Some(kernel::facts::clamped(count))),
                Err(_) => Err(unknown(attribute, text, ["0", "1", "…"].into_iter())),
            },
        }
    }

    fn submitted(&self) -> Result<Option<Date>> {
        match self.profile.get(Attribute::Submitted) {
            "" => Ok(None),
            text => match Date::parse(text) {
                Some(day) => Ok(Some(day)),
                None => Err(unknown(Attribute::Submitted, text, ["2024-03-01"].into_iter())),
            },
        }
    }

    /// The number of a code; where the region has but one, it need not be said.
    fn term(&self, attribute: Attribute, terms: &[Term]) -> Result<u8> {
        let text = self.profile.get(attribute);
        let needless = attribute == Attribute::Cohort || terms.len() < 2;
        if text.is_empty() && (needless || self.no_claim()) {
            return Ok(0);
        }
        number_of(text, terms)
            .ok_or_else(|| unknown(attribute, text, terms.iter().map(|term| &*term.code)))
    }

    fn plans_held(&self) -> Result<u32> {
        let mut held = 0;
        for code in parts(self.profile.get(Attribute::PlansHeld)) {
            let plans = &self.vocabulary.plans;
            let number = number_of(code, plans).ok_or_else(|| {
                unknown(Attribute::PlansHeld, code, plans.iter().map(|term| &*term.code))
            })?;
            held |= 1_u32.checked_shl(number.into()).unwrap_or(0);
        }
        Ok(held)
    }

    /// Diseases outside the vocabulary make no difference.
    fn disease(&self, attribute: Attribute) -> Disease {
        let number = number_of(self.profile.get(attribute), &self.vocabulary.diseases);
        number.map_or(Disease::NONE, |number| Disease(number + 1))
    }

    fn diseases(&self, attribute: Attribute) -> DiseaseSet {
        let named = parts(self.profile.get(attribute));
        named
            .filter_map(|code| number_of(code, &self.vocabulary.diseases))
            .map(|number| Disease(number + 1))
            .collect()
    }

    fn flags(&self) -> Result<Flags> {
        let mut flags = Flags::default();
        for code in parts(self.profile.get(Attribute::Flags)) {
            let known = Flags::CODES.iter().copied();
            flags = flags.with(
                Flags::from_code(code).ok_or_else(|| unknown(Attribute::Flags, code, known))?,
            );
        }
        Ok(flags)
    }

    /// Items that no rule names make no difference.
    fn item(&self) -> Item {
        let code = self.profile.get(Attribute::Item);
        let found = self.vocabulary.items.iter().position(|item| **item == *code);
        Item(found.and_then(|index| u16::try_from(index + 1).ok()).unwrap_or(0))
    }
}

fn number_of(code: &str, terms: &[Term]) -> Option<u8> {
    let found = terms.iter().position(|term| *term.code == *code || *term.zh == *code)?;
    u8::try_from(found).ok()
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；']).map(str::trim).filter(|part| !part.is_empty())
}

fn unknown<'a>(attribute: Attribute, text: &str, known: impl Iterator<Item = &'a str>) -> Fault {
    let known = known.collect::<Vec<_>>().join(", ");
    let column = attribute.code();
    let said = if text.is_empty() { "—" } else { text };
    Fault::new(
        format!(
            "列 {column} 的值 {said} 不认识；可用：{known}（可用 --value {column}.原值=代码 对应）"
        ),
        format!(
            "column {column}: {said} is not known; known: {known} (--value {column}.VALUE=CODE maps it)"
        ),
    )
}
