//! Bills as a few dozen bytes each, for the time between reading and settling: in memory, or in a
//! temporary file when there are more of them than memory may hold.

use anyhow::{Context, Result};
use kernel::{
    AccountUse, Admission, Amounts, Bill, BillId, Capabilities, CatalogueClass, Category, Channel,
    Cohort, Content, Date, Disease, DiseaseSet, Entitlement, Facts, FeeLine, Fen, Flags, Item,
    Level, Moment, OrderKey, Place, Plan, Prescription, Rate, Status, Venue, Wallet,
};

use crate::bills::read::{Entry, EntryContent};
use crate::names::name_of;

/// Appends an entry.
pub fn pack(out: &mut Vec<u8>, position: u64, entry: &Entry<'_>) {
    put_text(out, entry.number);
    put_text(out, entry.person);
    put(out, position);
    put_signed(out, entry.at.0);
    match &entry.content {
        EntryContent::Reversal(original) => {
            put(out, REVERSAL);
            put_text(out, original);
        }
        EntryContent::Bill { region, bill, facts, wallet } => {
            put(out, u64::from(*region));
            pack_bill(out, bill);
            pack_facts(out, facts);
            for amount in [wallet.current, wallet.earlier] {
                put_signed(out, amount.get());
            }
            put(out, wallet.family.len() as u64);
            for balance in &wallet.family {
                put_signed(out, balance.get());
            }
        }
    }
}

/// Stands where a bill has its region.
const REVERSAL: u64 = 0xFFFF;

fn pack_bill(out: &mut Vec<u8>, bill: &Bill) {
    put_signed(out, i64::from(bill.service.days()));
    let prescription = bill.prescription.map_or(0, |prescription| {
        1 + prescription.level as u64 * 2 + u64::from(prescription.designated)
    });
    let words = [
        (bill.level as u64, 2),
        (bill.venue as u64, 2),
        (bill.place as u64, 3),
        (bill.channel as u64, 1),
        (bill.category as u64, 3),
        (u64::from(bill.designated), 1),
        (bill.account_use as u64, 2),
        (prescription, 4),
        (u64::from(bill.disease.0), 8),
        (u64::from(bill.institution != 0), 1),
        (u64::from(bill.visit != 0), 1),
    ];
    put(out, words.iter().rev().fold(0, |bits, (value, width)| bits << width | value));
    for number in [bill.institution, bill.visit] {
        if number != 0 {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
    match &bill.content {
        Content::Amounts(amounts) => {
            put(out, 0);
            let Amounts { total: _, full_self_pay, over_ceiling, first_pay, in_scope } = amounts;
            for amount in [full_self_pay, over_ceiling, first_pay, in_scope] {
                put_signed(out, amount.get());
            }
        }
        Content::Lines(lines) => {
            put(out, lines.len() as u64);
            for line in lines {
                pack_line(out, line);
            }
        }
    }
}

fn pack_line(out: &mut Vec<u8>, line: &FeeLine) {
    put_signed(out, line.amount.get());
    let bits = line.class as u64 | u64::from(line.denied) << 2 | u64::from(line.flags.0) << 3;
    put(out, bits);
    put_signed(out, i64::from(line.first_pay.get()));
    put(out, line.ceiling.map_or(0, |ceiling| 1 + ceiling.get().unsigned_abs()));
    put(out, u64::from(line.item.0));
    put(out, u64::from(line.disease.0));
}

fn pack_facts(out: &mut Vec<u8>, facts: &Facts) {
    let bits = facts.status as u64
        | (facts.entitlement as u64) << 1
        | (facts.admission as u64) << 3
        | u64::from(facts.contract) << 5
        | u64::from(facts.chosen) << 6;
    put(out, bits);
    out.extend_from_slice(&[facts.plan.0, facts.cohort.0]);
    for day in [facts.born, facts.enrolled_on] {
        // Days count from 1, so that 0 is none.
        put(out, day.map_or(0, |day| u64::from(day.days().abs_diff(Date::MIN.days())) + 1));
    }
    let filed = || (1..=u8::MAX).map(Disease).filter(|disease| facts.filings.contains(*disease));
    if facts.filings == DiseaseSet::default() {
        out.push(0);
    } else {
        put(out, filed().count() as u64);
        out.extend(filed().map(|disease| disease.0));
    }
}

#[inline]
pub(super) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7F) as u8);
}

#[inline]
fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, (value << 1 ^ value >> 63).cast_unsigned());
}

#[inline]
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// An entry taken out again.
#[derive(Debug)]
pub struct Unpacked<'a> {
    /// Its number.
    pub number: &'a str,
    /// The insured.
    pub person: &'a str,
    /// Where it was read: the file and the row.
    pub position: u64,
    /// When it was settled.
    pub at: Moment,
    /// What it is.
    pub content: EntryContent<'a>,
}

/// The number and the person of a packed entry, without the rest.
///
/// # Errors
/// If the entry is damaged.
pub fn names(record: &[u8]) -> Result<(&[u8], &[u8])> {
    let mut bytes = Bytes(record);
    let names = bytes.run().zip(bytes.run());
    names.context("a temporary file is damaged")
}

/// Takes an entry out.
///
/// # Errors
/// If the entry is damaged.
pub fn unpack(record: &[u8], serial: u64) -> Result<Unpacked<'_>> {
    Bytes(record).entry(serial).context("a temporary file is damaged")
}

/// What is left of a packed value.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    fn entry(&mut self, serial: u64) -> Option<Unpacked<'a>> {
        let (number, person) = (self.text()?, self.text()?);
        let position = self.take()?;
        let at = Moment(self.signed()?);
        let content = match self.take()? {
            REVERSAL => EntryContent::Reversal(self.text()?),
            region => {
                let bill = self.bill(BillId(name_of(number)), OrderKey { at, serial })?;
                let facts = self.facts()?;
                let mut wallet =
                    Wallet { current: self.fen()?, earlier: self.fen()?, family: Vec::new() };
                for _ in 0..self.take()? {
                    wallet.family.push(self.fen()?);
                }
                let region = u16::try_from(region).ok()?;
                EntryContent::Bill { region, bill, facts, wallet }
            }
        };
        Some(Unpacked { number, person, position, at, content })
    }

    fn bill(&mut self, id: BillId, order: OrderKey) -> Option<Bill> {
        let service = Date::from_days(i32::try_from(self.signed()?).ok()?);
        let mut bits = self.take()?;
        let mut word = |width: u32| {
            let value = bits & ((1 << width) - 1);
            bits >>= width;
            usize::try_from(value).unwrap_or(0)
        };
        let level = *Level::ALL.get(word(2))?;
        let venue = *Venue::ALL.get(word(2))?;
        let place = *Place::ALL.get(word(3))?;
        let channel = *Channel::ALL.get(word(1))?;
        let category = *Category::ALL.get(word(3))?;
        let designated = word(1) == 1;
        let account_use = *AccountUse::ALL.get(word(2))?;
        let prescription = word(4).checked_sub(1);
        let disease = Disease(u8::try_from(word(8)).ok()?);
        let (has_institution, has_visit) = (word(1) == 1, word(1) == 1);
        let prescription = match prescription {
            None => None,
            Some(bits) => {
                let level = *Level::ALL.get(bits / 2)?;
                Some(Prescription { level, designated: bits % 2 == 1 })
            }
        };
        let institution = if has_institution { self.long()? } else { 0 };
        let visit = if has_visit { self.long()? } else { 0 };
        let content = match self.take()? {
            0 => Content::Amounts(self.amounts()?),
            lines => Content::Lines((0..lines).map(|_| self.line()).collect::<Option<_>>()?),
        };
        Some(Bill {
            id,
            order,
            service,
            category,
            disease,
            institution,
            visit,
            designated,
            venue,
            // Files of bills say nothing about a pharmacy's agreement.
            capabilities: Capabilities::ALL,
            level,
            place,
            channel,
            prescription,
            account_use,
            content,
        })
    }

    fn amounts(&mut self) -> Option<Amounts> {
        let [full_self_pay, over_ceiling] = [self.fen()?, self.fen()?];
        let [first_pay, in_scope] = [self.fen()?, self.fen()?];
        let total = full_self_pay + over_ceiling + first_pay + in_scope;
        Some(Amounts { total, full_self_pay, over_ceiling, first_pay, in_scope })
    }

    fn line(&mut self) -> Option<FeeLine> {
        let amount = self.fen()?;
        let bits = self.take()?;
        let first_pay = Rate::new(i32::try_from(self.signed()?).ok()?);
        let ceiling = self.take()?.checked_sub(1);
        let ceiling = ceiling.and_then(|fen| i64::try_from(fen).ok()).map(Fen::new);
        Some(FeeLine {
            class: *CatalogueClass::ALL.get(usize::try_from(bits & 3).ok()?)?,
            denied: bits >> 2 & 1 == 1,
            flags: Flags(u8::try_from(bits >> 3).ok()?),
            first_pay,
            ceiling,
            item: Item(u16::try_from(self.take()?).ok()?),
            disease: Disease(u8::try_from(self.take()?).ok()?),
            ..FeeLine::new(amount)
        })
    }

    fn facts(&mut self) -> Option<Facts> {
        let bits = usize::try_from(self.take()?).ok()?;
        let status = *Status::ALL.get(bits & 1)?;
        let entitlement = *Entitlement::ALL.get(bits >> 1 & 3)?;
        let admission = *Admission::ALL.get(bits >> 3 & 3)?;
        let (plan, cohort) = (Plan(self.byte()?), Cohort(self.byte()?));
        let (born, enrolled_on) = (self.day()?, self.day()?);
        let mut filings = DiseaseSet::default();
        for _ in 0..self.take()? {
            filings.insert(Disease(self.byte()?));
        }
        Some(Facts {
            cohort,
            born,
            enrolled_on,
            entitlement,
            contract: bits >> 5 & 1 == 1,
            chosen: bits >> 6 & 1 == 1,
            admission,
            filings,
            ..Facts::new(status, plan)
        })
    }

    #[expect(clippy::option_option, reason = "the outer one is for damage")]
    fn day(&mut self) -> Option<Option<Date>> {
        let count = i32::try_from(self.take()?).ok()?;
        Some((count > 0).then(|| Date::from_days(Date::MIN.days() + count - 1)))
    }

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    #[inline]
    pub(super) fn take(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    #[inline]
    fn signed(&mut self) -> Option<i64> {
        let value = self.take()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    #[inline]
    fn fen(&mut self) -> Option<Fen> {
        self.signed().map(Fen::new)
    }

    fn long(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*bytes))
    }

    #[inline]
    fn run(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.take()?).ok()?;
        let (run, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(run)
    }

    #[inline]
    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.run()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_bill_with_everything_in_it_comes_out_as_it_went_in() {
        let bill = Bill {
            category: Category::SpecialDrug,
            disease: Disease(200),
            institution: u64::MAX,
            visit: 7,
            designated: false,
            venue: Venue::Pharmacy,
            place: Place::Unfiled,
            channel: Channel::Paper,
            prescription: Some(Prescription { level: Level::Three, designated: true }),
            account_use: AccountUse::None,
            content: Content::Lines(vec![FeeLine {
                class: CatalogueClass::B,
                first_pay: Rate::new(1_000),
                ceiling: Some(Fen::new(0)),
                item: Item(300),
                disease: Disease(1),
                flags: Flags(0b10_0001),
                denied: true,
                ..FeeLine::new(Fen::new(12_345))
            }]),
            ..Bill::new(BillId(name_of("号码")), day("2024-02-29"), Level::Two, Fen::ZERO)
        };
        let order = OrderKey { at: Moment::parse("2024-03-01 08:30").unwrap(), serial: 9 };
        let bill = Bill { order, ..bill };
        let facts = Facts {
            cohort: Cohort(3),
            born: Some(day("1954-05-20")),
            enrolled_on: Some(Date::MIN),
            entitlement: Entitlement::Waiting,
            contract: true,
            chosen: true,
            admission: Admission::SameDay,
            filings: [Disease(1), Disease(255)].into_iter().collect(),
            ..Facts::new(Status::Retired, Plan(2))
        };
        let wallet =
            Wallet { current: Fen::new(1), earlier: Fen::new(2), family: vec![Fen::MAX_AMOUNT] };
        let content = EntryContent::Bill {
            region: 1,
            bill: bill.clone(),
            facts: facts.clone(),
            wallet: wallet.clone(),
        };
        let entry = Entry { row: 4, number: "号码", person: "P", at: order.at, content };
        let mut out = Vec::new();
        pack(&mut out, 77, &entry);
        let read = unpack(&out, 9).unwrap();
        assert_eq!((read.number, read.person, read.position), ("号码", "P", 77));
        let EntryContent::Bill { region: 1, bill: b, facts: f, wallet: w } = read.content else {
            panic!("not a bill")
        };
        assert_eq!((b, f, w), (bill, facts, wallet));
        for cut in 0..out.len() {
            assert!(unpack(&out[..cut], 0).is_err());
        }
    }
}
