//! The path that takes anything: every claim becomes the bill it was, and the kernel settles it.
//!
//! It is exact because it decides nothing. The tables of [`crate::tables`] take the shapes that most claims have; a person
//! with one row they do not take is folded here from the first claim of the year.

use crate::claims::{Claims, More};
use crate::example::{Came, Explained, Settled};
use crate::outcome::Outcome;
use crate::template::Template;
use kernel::bill::Content;
use kernel::year::Move;
use kernel::{
    Amounts, Bill, BillId, CatalogueClass, Date, Facts, FeeLine, Fen, Flags, Item, Moment,
    OrderKey, Refusal, Settlement, Timeline, Wallet, Year, adjudicate_limited, adjudicate_traced,
    refund,
};
use std::ops::Range;

/// Folds people one by one with the kernel.
pub(crate) struct General<'a> {
    timeline: &'a Timeline,
    templates: &'a [Template],
    years: Years,
    /// Rows that later ones reverse.
    reversed: Vec<usize>,
    kept: Vec<Kept>,
    /// Bills with their reasons, if they are asked for.
    seen: Option<Vec<Settled>>,
}

/// A person's benefit years. Room of people before is used again.
#[derive(Default)]
struct Years {
    room: Vec<Year>,
    used: usize,
}

impl Years {
    /// What has accumulated in a benefit year.
    fn of(&mut self, timeline: &Timeline, benefit_year: i32) -> &mut Year {
        let mut used = self.room.iter().take(self.used);
        let found = used.position(|year| year.benefit_year == benefit_year);
        let index = found.unwrap_or_else(|| {
            match self.room.get_mut(self.used) {
                Some(year) => year.clear(benefit_year),
                None => self.room.push(Year::new(benefit_year, &timeline.accumulators)),
            }
            self.used += 1;
            self.used - 1
        });
        &mut self.room[index]
    }
}

/// A settlement that is reversed later.
struct Kept {
    row: usize,
    settlement: Settlement,
    bill: Bill,
    facts: Facts,
}

impl<'a> General<'a> {
    pub(crate) fn new(timeline: &'a Timeline, templates: &'a [Template]) -> General<'a> {
        General {
            timeline,
            templates,
            years: Years::default(),
            reversed: Vec::new(),
            kept: Vec::new(),
            seen: None,
        }
    }

    /// Settles the rows of a person; `base` is the row that the outcome begins with.
    pub(crate) fn person(
        &mut self,
        claims: &Claims,
        rows: Range<usize>,
        base: usize,
        outcome: &mut Outcome,
    ) {
        outcome.wipe(rows.start - base..rows.end - base);
        self.begin(claims, rows.clone());
        let mut row = rows.start;
        while row < rows.end {
            let end = end_of(claims, row, rows.end);
            match self.settle(claims, row..end) {
                Ok(Some((settlement, cut))) => {
                    let funds = settlement.funds.map(Fen::get);
                    outcome.put(row - base, settlement.deductible.get(), &funds);
                    if let Some(cut) = cut {
                        outcome.limit(row - base, cut.get());
                    }
                }
                Ok(None) => {}
                Err(refusal) => outcome.refuse(row - base, refusal),
            }
            row = end;
        }
    }

    /// The same, claim by claim with the reasons.
    pub(crate) fn explained(&mut self, claims: &Claims, rows: Range<usize>) -> Vec<Explained> {
        self.begin(claims, rows.clone());
        self.seen = Some(Vec::new());
        let (mut list, mut heads) = (Vec::new(), Vec::new());
        let mut row = rows.start;
        while row < rows.end {
            let end = end_of(claims, row, rows.end);
            let back = claims.more.as_ref().map_or(0, |more| more.back[row]);
            let original =
                heads.iter().position(|head| row.checked_sub(back as usize) == Some(*head));
            let settled = self.settle(claims, row..end);
            let seen = self.seen.as_mut().and_then(Vec::pop);
            let came = match (settled, seen) {
                (Err(refusal), _) => Came::Refused(refusal),
                (Ok(None), _) => Came::UsedElsewhere(claims.amount[row].into()),
                (Ok(Some(_)), Some(settled)) => Came::Settled(Box::new(settled)),
                (Ok(Some((refund, _))), None) => {
                    Came::TakenBack(Box::new(refund), original.unwrap_or(0))
                }
            };
            let service = Date::from_days(claims.service(row));
            let settled_at = Moment(claims.time[row].div_euclid(1_000));
            heads.push(row);
            let (sign, of) = match (&came, original) {
                (Came::TakenBack(..), Some(original)) => (-1, heads[original]),
                (Came::UsedElsewhere(_), _) => (0, row),
                _ => (i64::from(back == 0), row),
            };
            let outside = claims.more.as_ref().map_or(0, |more| more.outside[of]);
            let (in_scope, outside) = (sign * claims.in_scope_of(of), sign * outside);
            list.push(Explained { settled_at, service, in_scope, outside, came });
            row = end;
        }
        self.seen = None;
        list
    }

    /// One event, and what limits of the benefit year cut off. `None`: limits used elsewhere were noted.
    fn settle(
        &mut self,
        claims: &Claims,
        rows: Range<usize>,
    ) -> Result<Option<(Settlement, Option<Fen>)>, Refusal> {
        let row = rows.start;
        // Behind all numbers that visits can have: a bill without a visit is one of its own.
        let id = BillId(1 << 64 | row as u128);
        let at = Moment(claims.time[row].div_euclid(1_000));
        let order = OrderKey { at, serial: row as u64 };
        if let Some(more) = &claims.more
            && more.back[row] != 0
        {
            let refund = self.reverse(row, more.back[row], id, order)?;
            return Ok(Some((refund, None)));
        }
        let service = Date::from_days(claims.service(row));
        let policy = self.timeline.on(service).ok_or(Refusal::NoPolicy)?;
        let benefit_year = policy.benefit_year.of(service);
        let template = &self.templates[claims.profile[row] as usize];
        if let Some(limit) = &template.used_limit {
            let name = format!("limit.{limit}");
            if let Some((accumulator, cell)) =
                Year::whole_year_cell(&self.timeline.accumulators, &name)
            {
                let by = Fen::new(claims.amount[row].into());
                let year = self.years.of(self.timeline, benefit_year);
                year.post(&[Move { accumulator, cell, by }]);
            }
            return Ok(None);
        }
        let facts = template.facts_on(policy, service);
        let mut bill = template.bill_on(id, service);
        // A paper claim is as old as the day on which it was handed in, however long it is looked at.
        let handed_in = template.submitted.map_or(at, Moment::start_of);
        bill.order = OrderKey { at: handed_in, ..order };
        let mut wallet = Wallet::default();
        let mut outside = 0;
        if let Some(more) = &claims.more {
            bill.institution = more.institution[row];
            bill.visit = more.visit[row];
            wallet.current = Fen::new(more.current[row]);
            wallet.earlier = Fen::new(more.earlier[row]);
            outside = more.outside[row];
        }
        bill.content = self.content(claims, rows, Fen::new(outside));
        let year = self.years.of(self.timeline, benefit_year);
        let (settlement, cut) = match &mut self.seen {
            None => adjudicate_limited(policy, &facts, year, &wallet, &bill)?,
            Some(seen) => {
                let (settlement, trace) = adjudicate_traced(policy, &facts, year, &wallet, &bill)?;
                let (bill, facts) = (bill.clone(), facts.clone());
                seen.push(Settled { bill, facts, settlement: settlement.clone(), trace });
                (settlement, None)
            }
        };
        year.post(&settlement.moves);
        if self.reversed.contains(&row) {
            self.kept.push(Kept { row, settlement: settlement.clone(), bill, facts });
        }
        Ok(Some((settlement, cut)))
    }

    /// Begins another person.
    fn begin(&mut self, claims: &Claims, rows: Range<usize>) {
        self.years.used = 0;
        self.kept.clear();
        self.reversed.clear();
        let Some(more) = &claims.more else { return };
        let of = |row: usize| row.checked_sub(more.back[row] as usize).filter(|at| *at != row);
        self.reversed.extend(rows.filter_map(of));
    }

    fn reverse(
        &mut self,
        row: usize,
        back: u32,
        id: BillId,
        order: OrderKey,
    ) -> Result<Settlement, Refusal> {
        let original = row.checked_sub(back as usize).filter(|_| back != More::NOWHERE);
        let kept = self.kept.iter().position(|kept| Some(kept.row) == original);
        let Kept { settlement, bill, facts, .. } =
            self.kept.swap_remove(kept.ok_or(Refusal::OriginalNotFound)?);
        let policy = self.timeline.on(settlement.service).ok_or(Refusal::NoPolicy)?;
        let year = self.years.of(self.timeline, settlement.benefit_year);
        let refund = refund(policy, year, &settlement, &bill, &facts, id, order);
        year.post(&refund.moves);
        Ok(refund)
    }

    /// The amounts of a claim; fee lines where a part says something of its own.
    fn content(&self, claims: &Claims, rows: Range<usize>, outside: Fen) -> Content {
        let template = |row: usize| &self.templates[claims.profile[row] as usize];
        let amount = |row: usize| Fen::new(claims.amount[row].into());
        let first = template(rows.start);
        let plain = first.flags == Flags::default()
            && first.item == Item::default()
            && first.line_disease == kernel::Disease::NONE;
        if rows.len() == 1 && plain {
            let in_scope = amount(rows.start);
            return Content::Amounts(Amounts {
                total: in_scope + outside,
                full_self_pay: outside,
                in_scope,
                ..Amounts::default()
            });
        }
        let mut lines: Vec<FeeLine> = rows
            .map(|row| FeeLine {
                flags: template(row).flags,
                item: template(row).item,
                disease: template(row).line_disease,
                ..FeeLine::new(amount(row))
            })
            .collect();
        if outside != Fen::ZERO {
            lines.push(FeeLine { class: CatalogueClass::C, ..FeeLine::new(outside) });
        }
        Content::Lines(lines)
    }
}

/// Behind the last row of the claim that begins at `row`.
fn end_of(claims: &Claims, row: usize, end: usize) -> usize {
    let Some(more) = &claims.more else { return row + 1 };
    (row + 1..end).find(|next| !more.joined[*next]).unwrap_or(end)
}

/// True if a later row of the person reverses it.
pub(crate) fn is_reversed(claims: &Claims, row: usize, end: usize) -> bool {
    let Some(more) = &claims.more else { return false };
    (row + 1..end).any(|later| {
        more.back[later] != More::NOWHERE
            && later.checked_sub(more.back[later] as usize) == Some(row)
    })
}
