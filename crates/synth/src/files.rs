//! The files and their columns: those of people and contributions as `gongji import` reads them, those of claims as
//! `gongji adjudicate` reads bills.

use crate::claim::{Kind as For, Stay};
use crate::fault::Result;
use crate::line::Line;
use crate::person::Person;
use crate::place::{Place, Tier};
use crate::region::Region;
use crate::row::Row;
use crate::table::{Kind, Table, Value};
use kernel::{Date, Fen, Month, Rate, Rounding};
use parquet::data_type::ByteArray;
use std::path::Path;

const PEOPLE: &[(&str, Kind)] = &[
    ("person", Kind::Number),
    ("name", Kind::Text),
    ("cert_no", Kind::Text),
    ("gender", Kind::Text),
    ("born", Kind::Day),
    ("region", Kind::Text),
    ("district", Kind::Text),
    ("plan", Kind::Text),
    ("plan_from", Kind::Day),
    ("plan_then", Kind::Text),
    ("enrolled_on", Kind::Day),
    ("retired_on", Kind::Day),
    ("died_on", Kind::Day),
    ("insured_from", Kind::Day),
    ("insured_to", Kind::Day),
    ("base", Kind::Money),
    ("employer", Kind::Text),
    ("filings", Kind::Text),
    ("contract", Kind::Text),
];

const CONTRIBUTIONS: &[(&str, Kind)] = &[
    ("region", Kind::Text),
    ("person", Kind::Number),
    ("employer", Kind::Text),
    ("month", Kind::Text),
    ("plan", Kind::Text),
    ("base", Kind::Money),
    ("employer_share", Kind::Money),
    ("own_share", Kind::Money),
    ("paid_on", Kind::Day),
];

const CLAIMS: &[(&str, Kind)] = &[
    ("bill", Kind::Number),
    ("person", Kind::Number),
    ("region", Kind::Text),
    ("service_date", Kind::Day),
    ("settled_at", Kind::Time),
    ("reverses", Kind::Number),
    ("status", Kind::Text),
    ("plan", Kind::Text),
    ("born", Kind::Day),
    ("enrolled_on", Kind::Day),
    ("entitlement", Kind::Text),
    ("contract", Kind::Text),
    ("admission", Kind::Text),
    ("filings", Kind::Text),
    ("institution", Kind::Text),
    ("level", Kind::Text),
    ("venue", Kind::Text),
    ("place", Kind::Text),
    ("category", Kind::Text),
    ("disease", Kind::Text),
    ("prescription_level", Kind::Text),
    ("total", Kind::Money),
    ("full_self_pay", Kind::Money),
    ("first_pay", Kind::Money),
    ("in_scope", Kind::Money),
    ("district", Kind::Text),
];

const LINES: &[(&str, Kind)] = &[
    ("bill", Kind::Number),
    ("item", Kind::Text),
    ("charge_type", Kind::Text),
    ("class", Kind::Text),
    ("line_first_pay", Kind::Ratio),
    ("amount", Kind::Money),
    ("flags", Kind::Text),
];

const STAYS: &[(&str, Kind)] = &[
    ("person", Kind::Number),
    ("region", Kind::Text),
    ("institution", Kind::Text),
    ("level", Kind::Text),
    ("from", Kind::Day),
    ("to", Kind::Day),
    ("total", Kind::Money),
];

/// Employers' and employees' shares of the base, ten-thousandths; unverified (重庆 8.5% 和 2%，媒体).
const SHARES: (i32, i32) = (850, 200);
/// A month is paid on this day of it.
const PAYDAY: i32 = 11;

/// Texts of a region, ready to be written.
pub(crate) struct Words {
    region: ByteArray,
    plans: Vec<ByteArray>,
    diseases: Vec<ByteArray>,
    districts: Vec<ByteArray>,
    code: String,
}

fn text(words: impl AsRef<str>) -> ByteArray {
    ByteArray::from(words.as_ref())
}

fn word(words: &'static str) -> Value {
    Value::Text(ByteArray::from(words))
}

fn yes(flag: bool) -> Value {
    word(if flag { "yes" } else { "no" })
}

fn level(number: u8) -> &'static str {
    ["0", "1", "2", "3"].get(usize::from(number)).copied().unwrap_or("")
}

impl Words {
    pub(crate) fn of(region: &Region) -> Words {
        let code = region.code.clone();
        Words {
            region: text(&code),
            plans: region.plans.iter().map(text).collect(),
            diseases: region.diseases.iter().map(text).collect(),
            districts: (1..=10).map(|number| text(format!("{code:.4}{number:02}"))).collect(),
            code,
        }
    }

    fn plan(&self, plan: u8) -> Value {
        self.plans.get(usize::from(plan)).cloned().map_or(Value::Null, Value::Text)
    }

    fn disease(&self, disease: Option<u8>) -> Value {
        let found = disease.and_then(|place| self.diseases.get(usize::from(place)));
        found.cloned().map_or(Value::Null, Value::Text)
    }

    fn district(&self, district: u8) -> Value {
        self.districts.get(usize::from(district)).cloned().map_or(Value::Null, Value::Text)
    }

    fn filings(&self, filed: [Option<u8>; 2]) -> Value {
        match filed {
            [None, None] => Value::Null,
            [Some(one), Some(other)] if one != other => {
                let [one, other] = [one, other].map(|place| &self.diseases[usize::from(place)]);
                let both = [one.data(), b";", other.data()].concat();
                Value::Text(ByteArray::from(both))
            }
            [one, other] => self.disease(one.or(other)),
        }
    }

    fn place(&self, place: Place) -> Value {
        Value::Text(text(place.code(&self.code)))
    }

    fn employer(&self, number: u64) -> Value {
        match number {
            0 => Value::Null,
            number => Value::Text(text(format!("99DW{number:08}"))),
        }
    }
}

/// A file of one kind.
pub(crate) struct File<'a> {
    table: Table,
    words: &'a Words,
}

impl<'a> File<'a> {
    fn create(path: &Path, columns: &[(&str, Kind)], words: &'a Words) -> Result<File<'a>> {
        Ok(File { table: Table::create(path, columns)?, words })
    }

    pub(crate) fn people(path: &Path, words: &'a Words) -> Result<File<'a>> {
        File::create(path, PEOPLE, words)
    }

    pub(crate) fn contributions(path: &Path, words: &'a Words) -> Result<File<'a>> {
        File::create(path, CONTRIBUTIONS, words)
    }

    pub(crate) fn claims(path: &Path, words: &'a Words) -> Result<File<'a>> {
        File::create(path, CLAIMS, words)
    }

    pub(crate) fn lines(path: &Path, words: &'a Words) -> Result<File<'a>> {
        File::create(path, LINES, words)
    }

    pub(crate) fn stays(path: &Path, words: &'a Words) -> Result<File<'a>> {
        File::create(path, STAYS, words)
    }

    pub(crate) fn finish(self) -> Result<(std::path::PathBuf, u64)> {
        self.table.finish()
    }

    pub(crate) fn person(&mut self, person: &Person) -> Result<()> {
        let words = self.words;
        let (year, month, day) = person.born.ymd();
        let number = person.number;
        // No real number of an identity card begins with 99.
        let card = format!("990000{year:04}{month:02}{day:02}{:04}", number % 10_000);
        let name = format!("测试{number}");
        self.table.row([
            Value::Number(signed(number)),
            Value::Text(text(name)),
            Value::Text(text(format!("{card}-{number}"))),
            word(if person.woman { "2" } else { "1" }),
            Value::Day(person.born),
            Value::Text(words.region.clone()),
            words.district(person.district),
            words.plan(person.plan),
            Value::day(person.changes.map(|(month, _)| month.first_day())),
            person.changes.map_or(Value::Null, |(_, plan)| words.plan(plan)),
            Value::Day(person.enrolled_on),
            Value::day(person.retired_on),
            Value::day(person.died_on),
            Value::Day(person.from),
            Value::Day(person.to),
            Value::Number(person.base),
            words.employer(person.employer),
            words.filings([person.chronic, person.two_disease]),
            yes(person.contract),
        ])
    }

    /// The months of a person; how many.
    pub(crate) fn months(&mut self, person: &Person) -> Result<()> {
        let words = self.words;
        let (mut month, last) = (person.from.month(), person.to.month());
        while month <= last {
            if !person.is_retired(month.first_day()) {
                let share =
                    |rate: i32| Rate::new(rate).of(Fen::new(person.base), Rounding::HalfUp).get();
                let (employer, own) = match person.employer {
                    0 => (0, share(SHARES.0 + SHARES.1)),
                    _ => (share(SHARES.0), share(SHARES.1)),
                };
                self.table.row([
                    Value::Text(words.region.clone()),
                    Value::Number(signed(person.number)),
                    words.employer(person.employer),
                    Value::Text(text(month.to_string())),
                    words.plan(person.plan_on(month.first_day())),
                    Value::Number(person.base),
                    Value::Number(employer),
                    Value::Number(own),
                    Value::Day(paid_on(person, month)),
                ])?;
            }
            month = month.plus(1);
        }
        Ok(())
    }

    pub(crate) fn claim(&mut self, row: &Row) -> Result<()> {
        let (words, claim) = (self.words, &row.claim);
        let pharmacy = claim.place.tier == Tier::Pharmacy;
        let reversal = claim.reverses > 0;
        let amount = |fen: i64| if reversal { Value::Null } else { Value::Number(fen) };
        self.table.row([
            Value::Number(bill(claim.person, claim.serial)),
            Value::Number(signed(claim.person)),
            Value::Text(words.region.clone()),
            Value::Day(claim.day),
            Value::Time(claim.at),
            match reversal {
                true => Value::Number(bill(claim.person, claim.reverses)),
                false => Value::Null,
            },
            word(if claim.retired { "retired" } else { "active" }),
            words.plan(claim.plan),
            Value::Day(row.born),
            Value::Day(row.enrolled_on),
            word(if claim.arrears { "arrears" } else { "entitled" }),
            yes(row.contract),
            yes(claim.admitted),
            words.filings(row.filed),
            words.place(claim.place),
            if pharmacy { Value::Null } else { word(level(claim.place.level())) },
            word(if pharmacy { "pharmacy" } else { "hospital" }),
            word(if claim.offsite { "filed" } else { "local" }),
            word(claim.kind.category()),
            match claim.kind {
                For::Chronic | For::TwoDisease => words.disease(claim.disease),
                _ => Value::Null,
            },
            claim.prescribed.map_or(Value::Null, |of| word(level(of))),
            amount(claim.amounts.total),
            amount(claim.amounts.outside),
            amount(claim.amounts.first_pay),
            amount(claim.amounts.in_scope()),
            words.district(row.district),
        ])
    }

    pub(crate) fn line(&mut self, person: u64, serial: u32, line: &Line) -> Result<()> {
        let class = match line.class {
            'A' => "A",
            'B' => "B",
            _ => "C",
        };
        self.table.row([
            Value::Number(bill(person, serial)),
            Value::Text(text(format!("X99{}{:05}", line.sort as u8, line.item))),
            word(line.sort.charge_type()),
            word(class),
            Value::Number(i64::from(line.ratio)),
            Value::Number(line.amount),
            if line.negotiated { word("negotiated") } else { Value::Null },
        ])
    }

    pub(crate) fn stay(&mut self, stay: &Stay) -> Result<()> {
        let words = self.words;
        self.table.row([
            Value::Number(signed(stay.person)),
            Value::Text(words.region.clone()),
            words.place(stay.place),
            word(level(stay.place.level())),
            Value::Day(stay.from),
            Value::Day(stay.to),
            Value::Number(stay.total),
        ])
    }
}

/// When a month was paid: on time, or together after the arrears.
fn paid_on(person: &Person, month: Month) -> Date {
    let day = |month: Month| Date::from_days(month.first_day().days() + PAYDAY - 1);
    match person.arrears {
        Some((from, to)) if from <= month && month <= to => day(to.plus(1)),
        _ => day(month),
    }
}

/// The number of a bill: the person's and the serial.
fn bill(person: u64, serial: u32) -> i64 {
    signed(person.saturating_mul(10_000).saturating_add(u64::from(serial)))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
