//! A person-year of the reference, told to the kernel as bills, facts and events.

use crate::reference::money;
use crate::reference::person_year as plain;
use kernel::fold::PersonYear;
use kernel::year::Move;
use kernel::{
    Admission, Amounts, Bill, BillId, CatalogueClass, Category, Channel, Content, Date, Disease,
    Event, Facts, FeeLine, Fen, Item, Level, Moment, OrderKey, Outcome, Place, Plan, Prescription,
    Rate, Timeline, Venue, Wallet, Year,
};
use std::collections::BTreeMap;

pub(super) struct Told {
    /// In settlement order, as the visits of the person-year.
    pub(super) visits: Vec<ToldVisit>,
    imports: Vec<(i32, Vec<Move>)>,
}

pub(super) struct ToldVisit {
    pub(super) benefit_year: i32,
    pub(super) bill: Bill,
    pub(super) facts: Facts,
    pub(super) wallet: Wallet,
    pub(super) reverses: Option<BillId>,
}

impl Told {
    pub(super) fn new(timeline: &Timeline, person: &plain::PersonYear) -> Told {
        let benefit_year = |on: plain::Date| {
            let day = date(on);
            timeline.on(day).expect("a policy for every day").benefit_year.of(day)
        };
        let visit = |visit: &plain::Visit| {
            let original = visit.reverses.and_then(|id| person.visits.iter().find(|v| v.id == id));
            ToldVisit {
                benefit_year: benefit_year(original.unwrap_or(visit).date),
                bill: bill(timeline, visit),
                facts: facts(timeline, person, visit),
                wallet: wallet(visit),
                reverses: visit.reverses.map(|id| BillId(id.into())),
            }
        };
        let import = |import: &plain::Imported| {
            let name = format!("limit.{}", import.limit);
            let found = Year::whole_year_cell(&timeline.accumulators, &name);
            let (accumulator, cell) = found.expect("an accumulator for every import");
            (benefit_year(import.on), vec![Move { accumulator, cell, by: fen(import.used) }])
        };
        Told {
            visits: person.visits.iter().map(visit).collect(),
            imports: person.imported.iter().map(import).collect(),
        }
    }

    /// Each benefit year's events in settlement order, each with the index of its visit; imports have none.
    pub(super) fn by_year(&self) -> BTreeMap<i32, Vec<(Option<usize>, Event<'_>)>> {
        let mut years: BTreeMap<i32, Vec<_>> = BTreeMap::new();
        for (benefit_year, moves) in &self.imports {
            let event = Event::Import { order: OrderKey::default(), moves };
            years.entry(*benefit_year).or_default().push((None, event));
        }
        for (index, visit) in self.visits.iter().enumerate() {
            years.entry(visit.benefit_year).or_default().push((Some(index), visit.event()));
        }
        years
    }

    /// What the kernel makes of every visit.
    pub(super) fn settle(&self, timeline: &Timeline) -> Vec<Outcome> {
        let mut outcomes = vec![Outcome::Imported; self.visits.len()];
        for (benefit_year, events) in self.by_year() {
            let mut year = PersonYear::new(timeline, benefit_year);
            for (visit, event) in events {
                let outcome = year.apply(timeline, &event);
                if let Some(visit) = visit {
                    outcomes[visit] = outcome;
                }
            }
        }
        outcomes
    }
}

impl ToldVisit {
    pub(super) fn event(&self) -> Event<'_> {
        let ToldVisit { bill, facts, wallet, .. } = self;
        match self.reverses {
            Some(original) => Event::Reverse { id: bill.id, order: bill.order, original },
            None => Event::Settle { bill, facts, wallet },
        }
    }
}

fn bill(timeline: &Timeline, visit: &plain::Visit) -> Bill {
    let service = date(visit.date);
    Bill {
        order: order(visit),
        category: match visit.category {
            plain::Category::Ordinary => Category::Ordinary,
            plain::Category::Emergency => Category::Emergency,
            plain::Category::Pharmacy => Category::Pharmacy,
        },
        disease: disease(visit.disease),
        institution: visit.institution.into(),
        venue: match visit.venue {
            plain::Venue::Hospital => Venue::Hospital,
            plain::Venue::Internet => Venue::Internet,
            plain::Venue::Pharmacy => Venue::Pharmacy,
        },
        place: match visit.place {
            plain::Place::Local => Place::Local,
            plain::Place::Filed => Place::Filed,
            plain::Place::Referred => Place::Referred,
            plain::Place::Emergency => Place::Emergency,
            plain::Place::Resettled => Place::Resettled,
            plain::Place::Unfiled => Place::Unfiled,
        },
        channel: match visit.channel {
            plain::Channel::Direct => Channel::Direct,
            plain::Channel::Paper => Channel::Paper,
        },
        prescription: visit
            .prescription
            .map(|of| Prescription { level: level(of), designated: true }),
        content: content(timeline, visit),
        ..Bill::new(BillId(visit.id.into()), service, level(visit.level), Fen::ZERO)
    }
}

/// Two visits share a moment, so that the serial decides between them.
fn order(visit: &plain::Visit) -> OrderKey {
    let midsummer = Date::from_ymd(2025, 7, 1).expect("a day of the calendar");
    let minutes = i64::try_from(visit.time_order / 2).expect("a few visits");
    let at = Moment(Moment::start_of(midsummer).0 + minutes * 60_000);
    OrderKey { at, serial: visit.time_order }
}

/// Fee lines; where no item decides on the programme, the amounts alone for every other bill.
fn content(timeline: &Timeline, visit: &plain::Visit) -> Content {
    let by_item = visit.lines.iter().any(|line| item(timeline, line.item).is_some());
    let out = visit.out_of_scope;
    if !by_item && visit.id.is_multiple_of(2) {
        return Content::Amounts(Amounts {
            total: fen(visit.total()),
            full_self_pay: fen(out.full_self_pay),
            over_ceiling: fen(out.over_ceiling),
            first_pay: fen(out.first_pay),
            in_scope: fen(visit.in_scope()),
        });
    }
    let mut lines = Vec::new();
    for line in &visit.lines {
        let item = item(timeline, line.item).unwrap_or_default();
        let disease = disease(line.disease);
        // Spending may stand on two lines, which are added up before anything is shared.
        let first = if visit.id.is_multiple_of(3) { line.in_scope / 2 } else { line.in_scope };
        for amount in [first, line.in_scope - first] {
            lines.push(FeeLine { item, disease, ..FeeLine::new(fen(amount)) });
        }
    }
    let class = |class, amount| FeeLine { class, ..FeeLine::new(fen(amount)) };
    lines.push(class(CatalogueClass::C, out.full_self_pay));
    lines.push(FeeLine { ceiling: Some(Fen::ZERO), ..class(CatalogueClass::A, out.over_ceiling) });
    lines.push(FeeLine { first_pay: Rate::ONE, ..class(CatalogueClass::B, out.first_pay) });
    Content::Lines(lines)
}

/// The item, if a random policy names it.
fn item(timeline: &Timeline, item: usize) -> Option<Item> {
    let code = format!("P{item}");
    let found = timeline.vocabulary.items.iter().position(|known| **known == *code)?;
    Some(Item(u16::try_from(found + 1).expect("a few items")))
}

fn facts(timeline: &Timeline, person: &plain::PersonYear, visit: &plain::Visit) -> Facts {
    let day = date(visit.date);
    let policy = timeline.on(day).expect("a policy for every day");
    Facts {
        plans_held: visit.plans_held.iter().fold(0, |held, plan| held | 1 << plan),
        born: Some(date(person.born)),
        enrolled_on: Some(date(person.enrolled_on)),
        contract: visit.contract,
        chosen: visit.chosen,
        filings: visit.filings.iter().map(|filed| disease(Some(*filed))).collect(),
        admission: if visit.inpatient { Admission::Inpatient } else { Admission::Out },
        ..Facts::new(policy.status_on(day, person.retired_on.map(date)), plan(visit.plan))
    }
}

/// Family accounts hold something now and then.
fn wallet(visit: &plain::Visit) -> Wallet {
    let of = |step: u64| Fen::new(i64::try_from(visit.id * step % 7 * 1111).expect("small"));
    let (current, earlier) = (fen(visit.own_current), fen(visit.own_earlier));
    Wallet { current, earlier, family: vec![of(2), of(4)] }
}

/// The number of a disease is one more than its place in the vocabulary.
fn disease(place: Option<usize>) -> Disease {
    place.map_or(Disease::NONE, |place| Disease(u8::try_from(place + 1).expect("a few diseases")))
}

fn plan(number: usize) -> Plan {
    Plan(u8::try_from(number).expect("a few plans"))
}

fn level(number: u8) -> Level {
    Level::ALL[usize::from(number)]
}

fn date(date: plain::Date) -> Date {
    let of = |part: u32| u8::try_from(part).expect("a month or day");
    Date::from_ymd(date.year, of(date.month), of(date.day)).expect("a day of the calendar")
}

pub(super) fn fen(amount: money::Fen) -> Fen {
    Fen::new(i64::try_from(amount).expect("an amount of a bill"))
}
