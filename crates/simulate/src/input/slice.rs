//! A slice of rows: its columns decoded, its profiles numbered.

use super::Mapping;
use super::cells::{Cells, Value};
use super::columns::{Column, Found, Meaning};
use super::combine::Combiner;
use super::decode::{Codes, NULL};
use super::names::{Dealer, NOBODY};

use crate::claims::{DAY, day_of};
use crate::extras::{Extras, Field};
use crate::fault::{Fault, Result};
use crate::parcel::hash_of;
use crate::places::Directory;
use crate::profile::Attribute;
use crate::segment::least_of_band;
use kernel::Date;
use parquet::errors::ParquetError;

/// Rows of one slice, column by column; used again for the next.
#[derive(Default)]
pub(super) struct Slice {
    /// The person within the bucket above the bucket, as they were dealt.
    pub(super) dealt: Vec<u32>,
    /// The greatest of these.
    pub(super) most: u32,
    /// In-scope spending, fen; of a reversal, 0: it takes back what its original came to.
    pub(super) amount: Vec<u32>,
    pub(super) time: Vec<i64>,
    pub(super) profile: Vec<u32>,
    pub(super) extras: Extras,
    /// What institutions are called, of all slices so far.
    pub(super) institutions: Directory,
    /// In-scope spending as it stands, where some rows are reversals.
    scope: Vec<i64>,
    /// The last one that no claim may have: of a dictionary, it is met slices before the row that has it.
    wrong: Option<i64>,
    service: Vec<i64>,
    dates: [Vec<i64>; 3],
    values: Vec<i64>,
    codes: Vec<u32>,
}

/// What a slice is read with.
pub(super) struct With<'a> {
    /// Columns that few kinds of claims have, of those that some file has.
    pub(super) fields: &'a [Field],
    pub(super) combiner: &'a mut Combiner,
    pub(super) mapping: &'a Mapping,
    pub(super) people: &'a Dealer,
}

type Read = std::result::Result<(), ParquetError>;

impl Slice {
    /// Reads the next rows.
    pub(super) fn read<C: Cells>(
        &mut self,
        readers: &mut [(Found, C)],
        rows: usize,
        with: &mut With<'_>,
    ) -> Result<()> {
        self.clear(rows, with.fields);
        for (found, reader) in readers.iter_mut() {
            let read = match found.column {
                Column::Person => self.people(reader, rows, with.people),
                _ => self.column(*found, reader, rows),
            };
            read.map_err(|error| unreadable(&error))?;
        }
        if self.most == NOBODY {
            return Err(no_person());
        }
        self.settle_amounts()?;
        self.settle_times(rows)?;
        self.profiles(readers, rows, with.combiner, with.mapping)
            .map_err(|error| unreadable(&error))
    }

    fn people(&mut self, reader: &mut impl Cells, rows: usize, people: &Dealer) -> Read {
        let dealt = &mut self.dealt;
        match people {
            Dealer::Names(names) => reader.read(rows, NOBODY, |value| names.deal(value), dealt)?,
            Dealer::Numbers(numbers) => {
                reader.read(rows, NOBODY, |value| numbers.deal(value.number()), dealt)?;
            }
        }
        self.most = dealt.iter().copied().max().unwrap_or(0);
        Ok(())
    }

    fn clear(&mut self, rows: usize, fields: &[Field]) {
        self.dealt.clear();
        self.amount.clear();
        self.scope.clear();
        self.time.clear();
        self.service.clear();
        self.dates.iter_mut().for_each(Vec::clear);
        self.profile.clear();
        self.profile.resize(rows, 0);
        self.extras.begin(fields, rows);
    }

    fn column(&mut self, found: Found, reader: &mut impl Cells, rows: usize) -> Read {
        match found.column {
            Column::InScope => self.amounts(reader, rows),
            Column::SettledAt => match found.meaning {
                // Division by what is not known beforehand is slow, and hardly ever needed.
                Meaning::Moment { multiply: 1, divide: 1, plus } => {
                    let moved = |value: Value<'_>| value.number().wrapping_add(plus);
                    reader.read(rows, NULL, moved, &mut self.time)
                }
                meaning => meant(meaning, reader, rows, &mut self.time),
            },
            Column::ServiceDate => meant(found.meaning, reader, rows, &mut self.service),
            Column::RetiredOn => {
                meant(found.meaning, reader, rows, &mut self.dates[Derived::Status as usize])
            }
            Column::Born => {
                meant(found.meaning, reader, rows, &mut self.dates[Derived::Age as usize])
            }
            Column::EnrolledOn => {
                meant(found.meaning, reader, rows, &mut self.dates[Derived::Tenure as usize])
            }
            Column::Serial => self.numbers(Field::Serial, reader, rows),
            Column::FullSelfPay | Column::OverCeiling | Column::FirstPay => {
                self.outside(reader, rows)
            }
            Column::AccountCurrent => self.numbers(Field::Current, reader, rows),
            Column::AccountEarlier => self.numbers(Field::Earlier, reader, rows),
            Column::Bill => self.names(Field::Claim, reader, rows),
            Column::Reverses => self.names(Field::Reverses, reader, rows),
            Column::Institution => self.names(Field::Institution, reader, rows),
            Column::Visit => self.names(Field::Visit, reader, rows),
            Column::Person | Column::Attribute(_) => Ok(()),
        }
    }

    /// In-scope spending. What no claim may have is looked at once it is known which rows are reversals.
    fn amounts(&mut self, reader: &mut impl Cells, rows: usize) -> Read {
        let Slice { amount, scope, wrong, extras, .. } = self;
        if !extras.of(Field::Reverses).is_empty() {
            return ints(reader, rows, scope);
        }
        reader.read(rows, NO_AMOUNT, |value| kept(value.number(), wrong), amount)
    }

    fn settle_amounts(&mut self) -> Result<()> {
        let Slice { amount, scope, wrong, extras, .. } = self;
        let reverses = extras.of(Field::Reverses);
        let rows = scope.iter().zip(reverses);
        amount.extend(rows.map(|(number, of)| if *of == 0 { kept(*number, wrong) } else { 0 }));
        if amount.contains(&NO_AMOUNT) { Err(amount_out_of_range(*wrong)) } else { Ok(()) }
    }

    /// Numbers; those that are not given are 0.
    fn numbers(&mut self, field: Field, reader: &mut impl Cells, rows: usize) -> Read {
        let column = self.extras.of_mut(field);
        column.clear();
        reader.read(rows, 0, number, column)
    }

    /// Amounts that are added up.
    fn outside(&mut self, reader: &mut impl Cells, rows: usize) -> Read {
        self.values.clear();
        reader.read(rows, 0, number, &mut self.values)?;
        for (sum, value) in self.extras.of_mut(Field::Outside).iter_mut().zip(&self.values) {
            *sum = sum.saturating_add(*value);
        }
        Ok(())
    }

    /// Numbers and texts that name something; 0 names nothing.
    fn names(&mut self, field: Field, reader: &mut impl Cells, rows: usize) -> Read {
        let Slice { extras, institutions, .. } = self;
        let column = extras.of_mut(field);
        column.clear();
        let name = |value: Value<'_>| {
            let number = name_number(value);
            if field == Field::Institution {
                institutions.note(number, || match value {
                    Value::Number(number) => number.to_string().into(),
                    Value::Text(text) => String::from_utf8_lossy(text).into(),
                });
            }
            number.cast_signed()
        };
        reader.read(rows, 0, name, column)
    }

    /// Every claim gets a time and a service date.
    fn settle_times(&mut self, rows: usize) -> Result<()> {
        if self.time.is_empty() {
            self.time.extend(self.service.iter().map(|day| match *day {
                NULL => NULL,
                day => day.saturating_mul(DAY),
            }));
        }
        if self.time.contains(&NULL) {
            for (row, time) in self.time.iter_mut().enumerate() {
                let day = self.service.get(row).copied().filter(|day| *day != NULL);
                if *time == NULL {
                    *time = day.ok_or_else(no_time)?.saturating_mul(DAY);
                }
            }
        }
        let Slice { extras, service, time, .. } = self;
        let later = extras.of_mut(Field::Service);
        if later.is_empty() || service.len() != rows {
            return Ok(());
        }
        for ((later, day), time) in later.iter_mut().zip(service.iter()).zip(time.iter()) {
            *later = if *day == NULL { 0 } else { day - i64::from(day_of(*time)) };
        }
        Ok(())
    }

    fn profiles<C: Cells>(
        &mut self,
        readers: &mut [(Found, C)],
        rows: usize,
        combiner: &mut Combiner,
        mapping: &Mapping,
    ) -> Read {
        combiner.begin();
        for step in 0..combiner.steps.len() {
            let attribute = combiner.steps[step].attribute();
            let column = Column::Attribute(attribute);
            let reader = readers.iter_mut().find(|(found, _)| found.column == column);
            let codes = &mut combiner.steps[step].codes;
            match reader {
                Some((found, reader)) => {
                    let boolean = found.boolean;
                    codes.read(
                        reader,
                        rows,
                        |value| {
                            mapping
                                .code(attribute, &int_name(attribute, value, boolean))
                                .to_string()
                        },
                        |text| mapping.code(attribute, text).to_string(),
                        &mut self.codes,
                    )?;
                }
                None => {
                    self.codes.clear();
                    self.codes.resize(rows, 0);
                }
            }
            if let Some(derived) = Derived::of(attribute) {
                let exact = !mapping.is_needless(attribute);
                self.derive(derived, exact, rows, &mut combiner.steps[step].codes);
            }
            self.quiet_reversals(attribute, &mut combiner.steps[step].codes);
            combiner.add(step, &self.codes, &mut self.profile);
        }
        combiner.end(&mut self.profile);
        Ok(())
    }

    /// A reversal says nothing of itself; what it reverses has said it.
    fn quiet_reversals(&mut self, attribute: Attribute, codes: &mut Codes) {
        let quiet = match attribute {
            Attribute::Reversal => codes.of_text(b"yes", str::to_string),
            _ => 0,
        };
        for (code, reverses) in self.codes.iter_mut().zip(self.extras.of(Field::Reverses)) {
            if *reverses != 0 {
                *code = quiet;
            }
        }
    }

    /// Fills in what follows from dates, where it is not given; an age that need not be exact is the least of its band.
    fn derive(&mut self, derived: Derived, exact: bool, rows: usize, codes: &mut Codes) {
        let dates = &self.dates[derived as usize];
        if dates.len() != rows {
            return;
        }
        for (row, date) in dates.iter().enumerate() {
            if self.codes[row] != 0 {
                continue;
            }
            let day = self.service_day(row);
            let date = i32::try_from(*date).ok().map(Date::from_days);
            if let Some(value) = derived.value(Date::from_days(day), date) {
                let whole = exact || !matches!(derived, Derived::Age);
                let value = if whole { value } else { least_of_band(value) };
                self.codes[row] = codes.of_int(value, derived_name);
            }
        }
    }

    fn service_day(&self, row: usize) -> i32 {
        let later = i32::try_from(self.extras.get(Field::Service, row)).unwrap_or(0);
        day_of(self.time[row]).saturating_add(later)
    }
}

/// Stands for what no claim may have.
const NO_AMOUNT: u32 = u32::MAX;

/// What is kept of an amount; `wrong` takes it if no claim may have it.
#[inline]
fn kept(number: i64, wrong: &mut Option<i64>) -> u32 {
    let kept = u32::try_from(number).unwrap_or(NO_AMOUNT);
    if kept == NO_AMOUNT {
        *wrong = Some(number);
    }
    kept
}

/// Whole numbers as they stand.
fn ints(reader: &mut impl Cells, rows: usize, out: &mut Vec<i64>) -> Read {
    reader.read(rows, NULL, number, out)
}

fn number(value: Value<'_>) -> i64 {
    value.number()
}

/// Whole numbers as they are meant.
fn meant(meaning: Meaning, reader: &mut impl Cells, rows: usize, out: &mut Vec<i64>) -> Read {
    match meaning {
        Meaning::Plain => ints(reader, rows, out),
        meaning => reader.read(rows, NULL, |value| meaning.of(value.number()), out),
    }
}

/// What follows from a date and the day of service.
#[derive(Clone, Copy)]
enum Derived {
    Status,
    Age,
    Tenure,
}

const ACTIVE: i64 = -3;
const RETIRED: i64 = -2;
const RETIRED_THIS_MONTH: i64 = -1;

impl Derived {
    fn of(attribute: Attribute) -> Option<Derived> {
        match attribute {
            Attribute::Status => Some(Derived::Status),
            Attribute::Age => Some(Derived::Age),
            Attribute::Tenure => Some(Derived::Tenure),
            _ => None,
        }
    }

    fn value(self, day: Date, date: Option<Date>) -> Option<i64> {
        match (self, date) {
            (Derived::Status, Some(registered)) if registered <= day => {
                let this_month = registered.month() == day.month();
                Some(if this_month { RETIRED_THIS_MONTH } else { RETIRED })
            }
            (Derived::Status, _) => Some(ACTIVE),
            (Derived::Age, date) => date.map(|born| i64::from(day.age_of(born).clamp(0, 254))),
            (Derived::Tenure, date) => {
                date.map(|start| i64::from(day.months_since(start).clamp(0, 254)))
            }
        }
    }
}

fn derived_name(value: i64) -> String {
    match value {
        ACTIVE => "active".into(),
        RETIRED => "retired".into(),
        RETIRED_THIS_MONTH => "retired-this-month".into(),
        _ => value.to_string(),
    }
}

fn int_name(attribute: Attribute, value: i64, boolean: bool) -> String {
    match (attribute, boolean, value) {
        (Attribute::Status, true, 0) => "active".into(),
        (Attribute::Status, true, _) => "retired".into(),
        (_, true, 0) => "no".into(),
        (_, true, _) => "yes".into(),
        _ => value.to_string(),
    }
}

/// A number that stands for a name; 0 only if there is none.
fn name_number(value: Value<'_>) -> u64 {
    match value {
        Value::Text([]) => 0,
        Value::Text(text) => hash_of(text) | 1,
        Value::Number(number) => number.cast_unsigned().wrapping_add(1),
    }
}

fn unreadable(error: &ParquetError) -> Fault {
    if let ParquetError::External(inner) = error
        && let Some(fault) = inner.downcast_ref::<Fault>()
    {
        return fault.clone();
    }
    Fault::new(
        format!("不是完好的 Parquet 文件（{error}）"),
        format!("not a sound Parquet file ({error})"),
    )
}

fn no_time() -> Fault {
    Fault::new(
        "有一行既没有结算时间（settled_at）也没有服务日期（service_date）",
        "a row has neither settled_at nor service_date",
    )
}

fn no_person() -> Fault {
    Fault::new("有一行没有人员（列 person）", "a row has no person (column person)")
}

fn amount_out_of_range(amount: Option<i64>) -> Fault {
    let given = amount.filter(|amount| *amount != NULL);
    let shown = given.map_or("—".to_string(), |amount| amount.to_string());
    Fault::new(
        format!("in_scope 为 {shown} 分：应在 0 到 4294967294 分之间；冲销用 reverses 列表示"),
        format!(
            "in_scope is {shown} fen: should be from 0 to 4294967294; reversals are told by the column reverses"
        ),
    )
}
