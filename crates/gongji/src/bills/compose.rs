//! From the cells of a row, or of the rows of one bill, to the kernel's bill, facts and wallet.

use kernel::bill::line_ceiling;
use kernel::policy::{Term, Vocabulary};
use kernel::{
    AccountUse, Admission, Amounts, Bill, BillId, CatalogueClass, Category, Channel, Cohort,
    Content, Date, Disease, DiseaseSet, Entitlement, Facts, FeeLine, Fen, Flags, Item, Level,
    Moment, MoneyError, OrderKey, Place, Plan, Policy, Prescription, Refusal, Status, Timeline,
    Venue, Wallet,
};

use super::columns::Column;
use super::fault::{Fault, Reason};
use super::header::Header;
use super::values::{self, Read};
use super::words::{self, Words};
use crate::formats::Row;
use crate::names::number_of;
use crate::regions::Regions;

/// A bill, or a reversal, as it was read.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Row in which it begins.
    pub row: u64,
    /// Its number.
    pub number: &'a str,
    /// The insured.
    pub person: &'a str,
    /// When it was settled.
    pub at: Moment,
    /// What it is.
    pub content: EntryContent<'a>,
}

/// A bill or a reversal.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are bills, and each lives for one row")]
pub enum EntryContent<'a> {
    /// A bill.
    Bill {
        /// Index of the region in [`Composer::regions`].
        region: u16,
        /// The bill; its number is not yet in it.
        bill: Bill,
        /// The insured.
        facts: Facts,
        /// The accounts.
        wallet: Wallet,
    },
    /// Takes back the bill of this number.
    Reversal(&'a str),
}

/// What is needed to understand a row.
pub struct Composer<'r> {
    /// The regions there are, in order of their codes.
    pub regions: Vec<(&'r str, &'r Timeline)>,
    /// The region of rows that name none.
    fallback: Option<u16>,
}

/// A row and the header that names its cells.
#[derive(Clone, Copy)]
struct Cells<'a> {
    header: &'a Header,
    row: Row<'a>,
}

impl<'a> Cells<'a> {
    #[inline]
    fn text(&self, column: Column) -> &'a str {
        self.header.cell(&self.row, column)
    }

    /// The value under a column, unless it is empty.
    #[inline]
    fn value<T>(
        &self,
        column: Column,
        read: impl FnOnce(Column, &'a str) -> Read<T>,
    ) -> Read<Option<T>> {
        match self.text(column) {
            "" => Ok(None),
            text => read(column, text).map(Some),
        }
    }

    #[inline]
    fn needed(&self, column: Column) -> Read<&'a str> {
        match self.text(column) {
            "" => Err(Fault::at(column, "", Reason::Missing)),
            text => values::code(column, text),
        }
    }

    #[inline]
    fn word<T: Copy>(&self, column: Column, words: Words, all: &[T]) -> Read<Option<T>> {
        let number = self.value(column, |column, text| values::word(column, text, words))?;
        Ok(number.and_then(|number| all.get(usize::from(number)).copied()))
    }

    #[inline]
    fn flag(&self, column: Column) -> Read<Option<bool>> {
        self.word(column, words::FLAG, &[false, true])
    }

    #[inline]
    fn money(&self, column: Column) -> Read<Option<Fen>> {
        self.value(column, values::money)
    }
}

impl<'r> Composer<'r> {
    /// For these regions; `fallback` is the region of rows that name none.
    ///
    /// # Errors
    /// If `fallback` is none of them.
    pub fn new(regions: &'r Regions, fallback: Option<&str>) -> Read<Composer<'r>> {
        let regions: Vec<_> = regions.iter().collect();
        let mut composer = Composer { regions, fallback: None };
        composer.fallback =
            fallback.map(|text| composer.region(Column::Region, text)).transpose()?;
        Ok(composer)
    }

    #[inline]
    fn region(&self, column: Column, text: &str) -> Read<u16> {
        let found = self.regions.iter().position(|(code, timeline)| {
            *code == text || *timeline.name.zh == *text || *timeline.name.en == *text
        });
        found.and_then(|index| u16::try_from(index).ok()).ok_or_else(|| {
            let names = self.regions.iter().flat_map(|(code, timeline)| [*code, &timeline.name.zh]);
            let known: Vec<String> =
                self.regions.iter().map(|(code, t)| format!("{code} {}", t.name.zh)).collect();
            values::unknown(
                column,
                text,
                words::nearest(text, names),
                known.iter().map(String::as_str),
            )
        })
    }

    /// A bill of one row.
    pub fn row<'a>(
        &self,
        header: &'a Header,
        row: &Row<'a>,
    ) -> Result<Entry<'a>, (u64, Box<Fault>)> {
        let cells = Cells { header, row: *row };
        self.entry(&cells, |_, _| Ok(None)).map_err(|fault| (row.number, fault))
    }

    /// A bill of one or more rows with a fee line each.
    pub fn rows<'a>(
        &self,
        header: &'a Header,
        rows: &[Row<'a>],
    ) -> Result<Entry<'a>, (u64, Box<Fault>)> {
        let Some(first) = rows.first() else {
            let reason = Reason::Refused(Refusal::NoLines);
            return Err((0, Fault::at(Column::Bill, "", reason)));
        };
        for row in rows {
            same_header(header, first, row).map_err(|fault| (row.number, fault))?;
        }
        let mut at = first.number;
        let entry = self.entry(&Cells { header, row: *first }, |vocabulary, policy| {
            let mut lines = Vec::with_capacity(rows.len());
            for row in rows {
                at = row.number;
                lines.push(line(&Cells { header, row: *row }, vocabulary, policy)?);
            }
            at = first.number;
            Ok(Some(lines))
        });
        entry.map_err(|fault| (at, fault))
    }

    fn entry<'a>(
        &self,
        cells: &Cells<'a>,
        lines: impl FnOnce(&Vocabulary, &Policy) -> Read<Option<Vec<FeeLine>>>,
    ) -> Read<Entry<'a>> {
        let number = cells.needed(Column::Bill)?;
        let person = cells.needed(Column::Person)?;
        let settled = cells.value(Column::SettledAt, values::moment)?;
        let row = cells.row.number;
        if let Some(original) = cells.value(Column::Reverses, values::code)? {
            let at = settled.ok_or_else(|| Fault::at(Column::SettledAt, "", Reason::Missing))?;
            return Ok(Entry {
                row,
                number,
                person,
                at,
                content: EntryContent::Reversal(original),
            });
        }
        let region = cells.value(Column::Region, |column, text| self.region(column, text))?;
        let region = region.or(self.fallback);
        let region = region.ok_or_else(|| Fault::at(Column::Region, "", Reason::Missing))?;
        let day_text = cells.needed(Column::ServiceDate)?;
        let service = values::date(Column::ServiceDate, day_text)?;
        let at = settled.unwrap_or(Moment::start_of(service));
        if at < Moment::start_of(service) {
            let text = cells.text(Column::SettledAt);
            return Err(Fault::at(Column::SettledAt, text, Reason::BeforeService));
        }
        let timeline = self.regions[usize::from(region)].1;
        let policy = timeline.on(service).ok_or_else(|| {
            Fault::at(Column::ServiceDate, day_text, Reason::Refused(Refusal::NoPolicy))
        })?;
        let vocabulary = &timeline.vocabulary;
        let facts = facts(cells, vocabulary, policy, service)?;
        let order = OrderKey { at, serial: row };
        let content = match lines(vocabulary, policy)? {
            Some(lines) => {
                total_of_lines(cells, &lines)?;
                Content::Lines(lines)
            }
            None => Content::Amounts(amounts(cells)?),
        };
        let bill = bill(cells, vocabulary, service, order, content)?;
        let wallet = wallet(cells)?;
        Ok(Entry {
            row,
            number,
            person,
            at,
            content: EntryContent::Bill { region, bill, facts, wallet },
        })
    }
}

/// Refuses a later row of a bill that says something else about the bill than its first.
fn same_header(header: &Header, first: &Row<'_>, row: &Row<'_>) -> Read<()> {
    for column in Column::ALL.iter().filter(|column| !column.of_line()) {
        let (before, now) = (header.cell(first, *column), header.cell(row, *column));
        if before != now {
            let reason = Reason::Differs { first: first.number, before: before.to_owned() };
            return Err(Fault::at(*column, now, reason));
        }
    }
    Ok(())
}

fn facts(
    cells: &Cells<'_>,
    vocabulary: &Vocabulary,
    policy: &Policy,
    service: Date,
) -> Read<Facts> {
    let status = match cells.word(Column::Status, words::STATUS, Status::ALL)? {
        Some(status) => status,
        None if cells.header.has(Column::RetiredOn) && !cells.header.fixed => {
            policy.status_on(service, cells.value(Column::RetiredOn, values::date)?)
        }
        None => match cells.value(Column::RetiredOn, values::date)? {
            None => return Err(Fault::at(Column::Status, "", Reason::Missing)),
            retired => policy.status_on(service, retired),
        },
    };
    let plan = match cells.text(Column::Plan) {
        "" if vocabulary.plans.len() < 2 => 0,
        "" => return Err(unknown_term(Column::Plan, "", &vocabulary.plans)),
        text => term(Column::Plan, text, &vocabulary.plans)?,
    };
    let cohort =
        cells.value(Column::Cohort, |column, text| term(column, text, &vocabulary.cohorts))?;
    let words = cells.word(Column::Entitlement, words::ENTITLEMENT, Entitlement::ALL)?;
    let admission = cells.word(Column::Admission, words::ADMISSION, Admission::ALL)?;
    let unknown = Facts::new(status, Plan(plan));
    Ok(Facts {
        cohort: Cohort(cohort.unwrap_or(0)),
        born: cells.value(Column::Born, values::date)?,
        enrolled_on: cells.value(Column::EnrolledOn, values::date)?,
        entitlement: words.unwrap_or(unknown.entitlement),
        contract: cells.flag(Column::Contract)?.unwrap_or(unknown.contract),
        chosen: cells.flag(Column::Chosen)?.unwrap_or(unknown.chosen),
        admission: admission.unwrap_or(unknown.admission),
        filings: filings(cells, vocabulary)?,
        ..unknown
    })
}

/// The index of a code or name of a vocabulary.
#[inline]
fn term(column: Column, text: &str, terms: &[Term]) -> Read<u8> {
    let found = terms
        .iter()
        .position(|term| [&term.code, &term.zh, &term.en].into_iter().any(|name| **name == *text));
    found
        .and_then(|index| u8::try_from(index).ok())
        .ok_or_else(|| unknown_term(column, text, terms))
}

fn unknown_term(column: Column, text: &str, terms: &[Term]) -> Box<Fault> {
    let names = terms.iter().flat_map(|term| [&*term.code, &*term.zh]);
    let nearest = if text.is_empty() { None } else { words::nearest(text, names) };
    let known: Vec<String> =
        terms.iter().map(|term| format!("{} {}", term.code, term.zh)).collect();
    values::unknown(column, text, nearest, known.iter().map(String::as_str))
}

fn filings(cells: &Cells<'_>, vocabulary: &Vocabulary) -> Read<DiseaseSet> {
    let text = cells.text(Column::Filings);
    let mut diseases = DiseaseSet::default();
    for part in parts(text) {
        diseases.insert(Disease(1 + term(Column::Filings, part, &vocabulary.diseases)?));
    }
    Ok(diseases)
}

/// The parts of a list.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；']).map(str::trim).filter(|part| !part.is_empty())
}

/// A disease the region names. Others are no benefit's business, unless the bill is for one.
fn disease(
    column: Column,
    text: &str,
    vocabulary: &Vocabulary,
    category: Category,
) -> Read<Disease> {
    match term(column, text, &vocabulary.diseases) {
        Ok(index) => Ok(Disease(1 + index)),
        Err(fault) if matches!(category, Category::Chronic | Category::TwoDisease) => Err(fault),
        Err(_) => Ok(Disease::NONE),
    }
}

fn bill(
    cells: &Cells<'_>,
    vocabulary: &Vocabulary,
    service: Date,
    order: OrderKey,
    content: Content,
) -> Read<Bill> {
    let category = cells.word(Column::Category, words::CATEGORY, Category::ALL)?;
    let category = category.unwrap_or(Category::Ordinary);
    let usual = if category == Category::Pharmacy { Venue::Pharmacy } else { Venue::Hospital };
    let venue = cells.word(Column::Venue, words::VENUE, Venue::ALL)?.unwrap_or(usual);
    let level = match cells.word(Column::Level, words::LEVEL, Level::ALL)? {
        Some(level) => level,
        None if venue == Venue::Pharmacy => Level::Ungraded,
        None => return Err(Fault::at(Column::Level, "", Reason::Missing)),
    };
    let usual = Bill::new(BillId(0), service, level, Fen::ZERO);
    let place = cells.word(Column::Place, words::PLACE, Place::ALL)?;
    let channel = cells.word(Column::Channel, words::CHANNEL, Channel::ALL)?;
    let account_use = cells.word(Column::AccountUse, words::ACCOUNT_USE, AccountUse::ALL)?;
    let for_disease = |column, text| disease(column, text, vocabulary, category);
    Ok(Bill {
        order,
        category,
        disease: cells.value(Column::Disease, for_disease)?.unwrap_or(usual.disease),
        institution: cells.value(Column::Institution, values::code)?.map_or(0, number_of),
        visit: cells.value(Column::Visit, values::code)?.map_or(0, number_of),
        designated: cells.flag(Column::Designated)?.unwrap_or(usual.designated),
        venue,
        place: place.unwrap_or(usual.place),
        channel: channel.unwrap_or(usual.channel),
        prescription: prescription(cells)?,
        account_use: account_use.unwrap_or(usual.account_use),
        content,
        ..usual
    })
}

fn prescription(cells: &Cells<'_>) -> Read<Option<Prescription>> {
    let designated = cells.flag(Column::PrescriptionDesignated)?;
    match cells.word(Column::PrescriptionLevel, words::LEVEL, Level::ALL)? {
        Some(level) => Ok(Some(Prescription { level, designated: designated.unwrap_or(true) })),
        None if designated == Some(true) => {
            Err(Fault::at(Column::PrescriptionLevel, "", Reason::Missing))
        }
        None => Ok(None),
    }
}

fn wallet(cells: &Cells<'_>) -> Read<Wallet> {
    let mut wallet = Wallet {
        current: cells.money(Column::AccountCurrent)?.unwrap_or(Fen::ZERO),
        earlier: cells.money(Column::AccountEarlier)?.unwrap_or(Fen::ZERO),
        family: Vec::new(),
    };
    for part in parts(cells.text(Column::Family)) {
        wallet.family.push(values::money(Column::Family, part)?);
    }
    Ok(wallet)
}

/// The decomposition as stated, with what follows from the rest.
fn amounts(cells: &Cells<'_>) -> Read<Amounts> {
    let parts = [Column::FullSelfPay, Column::OverCeiling, Column::FirstPay];
    let mut stated = [None; 3];
    for (stated, column) in stated.iter_mut().zip(parts) {
        *stated = cells.money(column)?;
    }
    let [full_self_pay, over_ceiling, first_pay] = stated.map(|part| part.unwrap_or(Fen::ZERO));
    let outside = full_self_pay + over_ceiling + first_pay;
    let total = cells.money(Column::Total)?;
    let wrong =
        |refusal| Fault::at(Column::Total, cells.text(Column::Total), Reason::Refused(refusal));
    let in_scope = match (cells.money(Column::InScope)?, total) {
        (Some(in_scope), _) => in_scope,
        (None, Some(total)) if stated.iter().any(Option::is_some) => total - outside,
        (None, _) => return Err(Fault::at(Column::InScope, "", Reason::NoInScope)),
    };
    let total = total.unwrap_or(outside + in_scope);
    if in_scope.is_negative() || total != outside + in_scope {
        return Err(wrong(Refusal::PartsDoNotAddUp));
    }
    if total > Fen::MAX_AMOUNT {
        return Err(wrong(Refusal::AmountTooLarge));
    }
    Ok(Amounts { total, full_self_pay, over_ceiling, first_pay, in_scope })
}

fn total_of_lines(cells: &Cells<'_>, lines: &[FeeLine]) -> Read<()> {
    let sum: Fen = lines.iter().map(|line| line.amount).sum();
    match cells.money(Column::Total)? {
        Some(total) if total != sum => {
            let reason = Reason::LinesDoNotAddUp { sum: sum.to_string() };
            Err(Fault::at(Column::Total, cells.text(Column::Total), reason))
        }
        _ => Ok(()),
    }
}

/// The fee line of a row, with the checks that need nothing but the line.
fn line(cells: &Cells<'_>, vocabulary: &Vocabulary, policy: &Policy) -> Read<FeeLine> {
    let class = cells.word(Column::Class, words::CLASS, CatalogueClass::ALL)?;
    let class = class.ok_or_else(|| Fault::at(Column::Class, "", Reason::Missing))?;
    let quantity = cells.value(Column::Quantity, |column, text| values::scaled(column, text, 4))?;
    let times = |column: Column| -> Read<Option<Fen>> {
        let price = cells.value(column, |column, text| values::scaled(column, text, 6))?;
        let Some(price) = price else { return Ok(None) };
        let too_large =
            || Fault::at(column, cells.text(column), Reason::Money(MoneyError::TooLarge));
        line_ceiling(price, quantity.unwrap_or(10_000)).ok_or_else(too_large).map(Some)
    };
    let amount = match cells.money(Column::Amount)? {
        Some(amount) => amount,
        None => times(Column::UnitPrice)?
            .ok_or_else(|| Fault::at(Column::Amount, "", Reason::Missing))?,
    };
    let ceiling = match cells.money(Column::CeilingAmount)? {
        Some(ceiling) => Some(ceiling),
        None => times(Column::CeilingPrice)?,
    };
    let category = cells.word(Column::Category, words::CATEGORY, Category::ALL)?;
    let category = category.unwrap_or(Category::Ordinary);
    let for_disease = |column, text| disease(column, text, vocabulary, category);
    let item = vocabulary.items.iter().position(|item| **item == *cells.text(Column::Item));
    let mut flags = Flags::default();
    for part in parts(cells.text(Column::Flags)) {
        flags = flags.with(Flags(1 << values::word(Column::Flags, part, words::FLAGS)?));
    }
    let line = FeeLine {
        class,
        first_pay: cells.value(Column::LineFirstPay, values::rate)?.unwrap_or_default(),
        ceiling,
        item: Item(item.and_then(|index| u16::try_from(index + 1).ok()).unwrap_or(0)),
        disease: cells.value(Column::LineDisease, for_disease)?.unwrap_or(Disease::NONE),
        flags,
        denied: cells.flag(Column::Denied)?.unwrap_or(false),
        ..FeeLine::new(amount)
    };
    match line.decompose(policy.rounding) {
        Ok(_) => Ok(line),
        Err(refusal) => {
            let text = cells.text(Column::LineFirstPay);
            Err(Fault::at(Column::LineFirstPay, text, Reason::Refused(refusal)))
        }
    }
}
