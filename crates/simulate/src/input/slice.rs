//! A slice of rows: its columns decoded, its profiles numbered.

use super::Mapping;
use super::columns::{Column, Found, Meaning};
use super::combine::Combiner;
use super::decode::{Cells, Codes, NULL, Scratch};
use crate::claims::{DAY, Extra, PersonName, day_of};
use crate::fault::{Fault, Result};
use crate::places::Directory;
use crate::profile::Attribute;
use kernel::Date;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;

/// Rows of one slice, column by column; used again for the next.
#[derive(Default)]
pub(super) struct Slice {
    /// People as numbers, or
    pub(super) numbers: Vec<i64>,
    /// as texts.
    pub(super) names: Vec<ByteArray>,
    pub(super) amount: Vec<i64>,
    pub(super) time: Vec<i64>,
    pub(super) profile: Vec<u32>,
    pub(super) extra: Vec<Extra>,
    /// What institutions are called, of all slices so far.
    pub(super) institutions: Directory,
    service: Vec<i64>,
    dates: [Vec<i64>; 3],
    values: Vec<i64>,
    codes: Vec<u32>,
    scratch: Scratch,
}

impl Slice {
    /// Reads the next rows.
    pub(super) fn read<C: Cells>(
        &mut self,
        readers: &mut [(Found, C)],
        rows: usize,
        extra: bool,
        combiner: &mut Combiner,
        mapping: &Mapping,
    ) -> Result<()> {
        self.clear(rows, extra);
        for (found, reader) in readers.iter_mut() {
            self.column(*found, reader, rows).map_err(|error| unreadable(&error))?;
        }
        self.settle_times(rows, extra)?;
        self.profiles(readers, rows, combiner, mapping).map_err(|error| unreadable(&error))
    }

    fn clear(&mut self, rows: usize, extra: bool) {
        self.numbers.clear();
        self.names.clear();
        self.amount.clear();
        self.time.clear();
        self.service.clear();
        self.dates.iter_mut().for_each(Vec::clear);
        self.profile.clear();
        self.profile.resize(rows, 0);
        self.extra.clear();
        if extra {
            self.extra.resize(rows, Extra::default());
        }
    }

    fn column<C: Cells>(
        &mut self,
        found: Found,
        reader: &mut C,
        rows: usize,
    ) -> std::result::Result<(), ParquetError> {
        let Slice { scratch, values, extra, .. } = self;
        let mut each = |put: fn(&mut Extra, i64)| {
            reader.ints(rows, scratch, values)?;
            for (extra, value) in extra.iter_mut().zip(values.iter()) {
                if *value != NULL {
                    put(extra, *value);
                }
            }
            Ok(())
        };
        match found.column {
            Column::Person if found.meaning == Meaning::Text => {
                let names = reader.texts(rows, scratch)?;
                self.names.extend_from_slice(names);
                Ok(())
            }
            Column::Person => reader.ints(rows, scratch, &mut self.numbers),
            Column::InScope => reader.ints(rows, scratch, &mut self.amount),
            Column::SettledAt => {
                reader.ints(rows, scratch, &mut self.time)?;
                found.meaning.of_all(&mut self.time);
                Ok(())
            }
            Column::ServiceDate | Column::RetiredOn | Column::Born | Column::EnrolledOn => {
                let days = match found.column {
                    Column::ServiceDate => &mut self.service,
                    Column::RetiredOn => &mut self.dates[Derived::Status as usize],
                    Column::Born => &mut self.dates[Derived::Age as usize],
                    _ => &mut self.dates[Derived::Tenure as usize],
                };
                reader.ints(rows, scratch, days)?;
                found.meaning.of_all(days);
                Ok(())
            }
            Column::Serial => each(|extra, value| extra.serial = value),
            Column::FullSelfPay | Column::OverCeiling | Column::FirstPay => {
                each(|extra, value| extra.outside = extra.outside.saturating_add(value))
            }
            Column::AccountCurrent => each(|extra, value| extra.current = value),
            Column::AccountEarlier => each(|extra, value| extra.earlier = value),
            Column::Bill => self.ids(found, reader, rows, |extra, id| extra.claim = id),
            Column::Reverses => self.ids(found, reader, rows, |extra, id| extra.reverses = id),
            Column::Institution => {
                self.ids(found, reader, rows, |extra, id| extra.institution = id)?;
                self.name_institutions(found);
                Ok(())
            }
            Column::Visit => self.ids(found, reader, rows, |extra, id| extra.visit = id),
            Column::Attribute(_) => Ok(()),
        }
    }

    /// Numbers and texts that name something; 0 names nothing.
    fn ids<C: Cells>(
        &mut self,
        found: Found,
        reader: &mut C,
        rows: usize,
        put: fn(&mut Extra, u64),
    ) -> std::result::Result<(), ParquetError> {
        if found.meaning == Meaning::Text {
            let names = reader.texts(rows, &mut self.scratch)?;
            for (extra, name) in self.extra.iter_mut().zip(names) {
                put(extra, name_number(name.data()));
            }
        } else {
            reader.ints(rows, &mut self.scratch, &mut self.values)?;
            for (extra, value) in self.extra.iter_mut().zip(&self.values) {
                put(extra, if *value == NULL { 0 } else { value.cast_unsigned().wrapping_add(1) });
            }
        }
        Ok(())
    }

    /// Notes what the institutions of the slice are called, as they were just read.
    fn name_institutions(&mut self, found: Found) {
        let Slice { institutions, extra, scratch, values, .. } = self;
        if found.meaning == Meaning::Text {
            for (extra, name) in extra.iter().zip(scratch.texts()) {
                let text = || String::from_utf8_lossy(name.data()).into();
                institutions.note(extra.institution, text);
            }
        } else {
            for (extra, value) in extra.iter().zip(values.iter()) {
                institutions.note(extra.institution, || value.to_string().into());
            }
        }
    }

    /// Every claim gets a time and a service date.
    fn settle_times(&mut self, rows: usize, extra: bool) -> Result<()> {
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
        if extra {
            let given = self.service.len() == rows;
            for (row, extra) in self.extra.iter_mut().enumerate() {
                let day = if given { self.service[row] } else { NULL };
                let settled = day_of(self.time[row]);
                extra.service = i32::try_from(day).unwrap_or(settled);
            }
        }
        Ok(())
    }

    fn profiles<C: Cells>(
        &mut self,
        readers: &mut [(Found, C)],
        rows: usize,
        combiner: &mut Combiner,
        mapping: &Mapping,
    ) -> std::result::Result<(), ParquetError> {
        for step in 0..combiner.steps.len() {
            let attribute = combiner.steps[step].attribute();
            let column = Column::Attribute(attribute);
            let reader = readers.iter_mut().find(|(found, _)| found.column == column);
            let codes = &mut combiner.steps[step].codes;
            match reader {
                Some((found, reader)) => {
                    let names = Names { attribute, boolean: found.boolean, mapping };
                    reader.codes(rows, &mut self.scratch, codes, &names, &mut self.codes)?;
                }
                None => {
                    self.codes.clear();
                    self.codes.resize(rows, 0);
                }
            }
            if let Some(derived) = Derived::of(attribute) {
                self.derive(derived, rows, &mut combiner.steps[step].codes);
            }
            self.quiet_reversals(attribute, &mut combiner.steps[step].codes);
            combiner.add(step, &self.codes, &mut self.profile);
        }
        Ok(())
    }

    /// A reversal says nothing of itself; what it reverses has said it.
    fn quiet_reversals(&mut self, attribute: Attribute, codes: &mut Codes) {
        let quiet = match attribute {
            Attribute::Reversal => codes.of_text(b"yes", str::to_string),
            _ => 0,
        };
        for (code, extra) in self.codes.iter_mut().zip(&self.extra) {
            if extra.reverses != 0 {
                *code = quiet;
            }
        }
    }

    /// Fills in what follows from dates, where it is not given.
    fn derive(&mut self, derived: Derived, rows: usize, codes: &mut Codes) {
        let dates = &self.dates[derived as usize];
        if dates.len() != rows {
            return;
        }
        for (row, date) in dates.iter().enumerate() {
            if self.codes[row] != 0 {
                continue;
            }
            let day = match self.extra.get(row) {
                Some(extra) => extra.service,
                None => day_of(self.time[row]),
            };
            let date = i32::try_from(*date).ok().map(Date::from_days);
            if let Some(value) = derived.value(Date::from_days(day), date) {
                self.codes[row] = codes.of_int(value, derived_name);
            }
        }
    }

    /// The name of a row's person.
    pub(super) fn person(&self, row: usize) -> Option<PersonName> {
        match self.numbers.get(row) {
            Some(&NULL) => None,
            Some(number) => Some(PersonName::Number(*number)),
            None => {
                let name = self.names.get(row)?.data();
                let text = String::from_utf8_lossy(name);
                (!name.is_empty()).then(|| PersonName::Text(text.into()))
            }
        }
    }
}

/// Puts values of an attribute into our words.
pub(super) struct Names<'a> {
    attribute: Attribute,
    boolean: bool,
    mapping: &'a Mapping,
}

impl Names<'_> {
    pub(super) fn of_int(&self, value: i64) -> String {
        self.of_text(&int_name(self.attribute, value, self.boolean))
    }

    pub(super) fn of_text(&self, text: &str) -> String {
        self.mapping.code(self.attribute, text).to_string()
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

/// A number that stands for a text: FNV-1a, never 0.
fn name_number(text: &[u8]) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let hash = text.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash | 1
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
