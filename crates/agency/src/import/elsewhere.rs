//! 外部累计: what a person has used of an accumulator in other systems, one person, year and accumulator a row.
//!
//! Rows state the total so far, as the other system knows it; the books post the difference to what it stated before. So
//! a file may be imported again, and a corrected total corrects.

use super::column::{Values, columns};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::openings::booked;
use super::row::{Read, Row};
use crate::documents;
use crate::record::{Booking, VERSION};
use kernel::policy::{Per, Period};
use kernel::{Fen, Timeline};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{
    Account, Cells, Changes, Document, DocumentKey, EntryKind, Found, Id, PersonKey, Store,
    StoreError, Wants, YearRow,
};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "参保地；整个文件同一地区时可用 --region 代替", "Pooling area; --region says it for all rows";
    Person Always Values::Person, "person", "人员编号", "99500000001",
        "已在账务库里的人", "Somebody in the books";
    Year Always Values::Year, "year", "参保年度", "2026",
        "参保年度开始的那一年", "The calendar year in which the benefit year begins";
    Accumulator Always Values::Code(60), "accumulator", "累计项目", "limit.pool-year",
        "地区政策里的累计项目：limit.pool-year 统筹基金年度支付、limit.large-amount-year 大额互助年度支付、ordinary.deductible 普通门诊起付标准、limit.ordinary.ordinary-year 普通门诊年度支付等，也可写限额的中文名", "An accumulator of the region's policy, or the Chinese name of a limit";
    Used Always Values::Money, "used", "已用", "12000.00",
        "至今合计（元）；次数类的累计填整数。程序只记与上次的差额", "The total so far (yuan; a whole number where visits are counted); the difference to the last total is posted";
    Source Never Values::Code(50), "source", "来源", "住院系统",
        "哪个系统；不同来源各记各的，加在一起。空着为“外部”", "Which system; different sources add up. Empty: one source called 外部";
    Reference Never Values::Code(50), "reference", "来源流水号", "",
        "在来源系统里的号", "Its number there";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[
    At::Region as usize,
    At::Person as usize,
    At::Year as usize,
    At::Accumulator as usize,
    At::Source as usize,
];

/// The rows that wait.
#[derive(Default)]
pub(super) struct Rows(Vec<Used>);

/// What was used elsewhere, in all.
#[derive(Clone, Debug)]
pub(crate) struct Used {
    pub(crate) key: PersonKey,
    pub(crate) year: i32,
    /// Name of the accumulator, and of its cell.
    pub(crate) accumulator: Arc<str>,
    /// Fen or visits.
    pub(crate) total: i64,
    pub(crate) source: Arc<str>,
    pub(crate) reference: Arc<str>,
}

/// What is remembered of a total, so that only the difference is posted.
#[derive(Serialize, Deserialize)]
struct Stated {
    total: i64,
    entry: Id,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let area = row.region(At::Region, regions)?;
        let (accumulator, counts) = accumulator(&row, regions.timeline(area))?;
        let amount = row.money(At::Used)?.unwrap_or(Fen::ZERO).get();
        let total = if counts { amount / 100 } else { amount };
        if counts && amount % 100 != 0 {
            return row.fault(At::Used, Reason::Form);
        }
        let source = match row.code(At::Source)? {
            empty if empty.is_empty() => Arc::from("外部"),
            given => given,
        };
        self.0.push(Used {
            key: PersonKey { area, person: row.code(At::Person)? },
            year: row.year(At::Year)?,
            accumulator,
            total,
            source,
            reference: row.code(At::Reference)?,
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        for used in &self.0 {
            wants.people.insert(used.key.clone());
            wants.documents.insert(used.document());
            let (from, to) = wants.years.unwrap_or((used.year, used.year));
            wants.years = Some((from.min(used.year), to.max(used.year)));
        }
    }

    fn look_up(&mut self, _: &dyn Store) -> Result<(), StoreError> {
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let mut standings = BTreeMap::new();
        let effects =
            self.0[from..to].iter().map(|used| used.state(&mut standings, desk)).collect();
        for (key, Standing { account, years }) in standings {
            let years = years.into_iter();
            desk.changes.years.extend(years.map(|(year, cells)| YearRow {
                key: key.clone(),
                year,
                cells,
            }));
            desk.changes.accounts.push(account);
        }
        effects
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

/// Where a person stands, as the rows of a batch change it.
struct Standing {
    account: Account,
    years: BTreeMap<i32, Cells>,
}

impl Used {
    fn document(&self) -> DocumentKey {
        DocumentKey {
            area: self.key.area,
            kind: Arc::from(documents::ELSEWHERE),
            owner: self.key.person.clone(),
            number: Arc::from(format!("{}/{}/{}", self.year, self.accumulator, self.source)),
        }
    }

    fn state(
        &self,
        standings: &mut BTreeMap<PersonKey, Standing>,
        desk: &mut Desk<'_>,
    ) -> Read<Effect> {
        let found: &Found = desk.found;
        let stated = found.documents.get(&self.document());
        let stated = stated.and_then(|it| serde_json::from_str::<Stated>(&it.body).ok());
        let difference = self.total - stated.as_ref().map_or(0, |stated| stated.total);
        let Some(account) = found.accounts.get(&self.key) else {
            let column = &COLUMNS[At::Person as usize];
            return Err(Box::new(super::Fault::at(column, &self.key.person, Reason::Person)));
        };
        if difference == 0 {
            return Ok(Effect::Unchanged);
        }
        let standing = standings
            .entry(self.key.clone())
            .or_insert_with(|| Standing { account: account.clone(), years: BTreeMap::new() });
        let cells = standing.years.entry(self.year).or_insert_with(|| {
            found.years.get(&(self.key.clone(), self.year)).cloned().unwrap_or_default()
        });
        let id = desk.ids.next(desk.at, standing.account.last);
        self.post(difference, id, &mut standing.account, cells, &mut desk.changes);
        Ok(if stated.is_some() { Effect::Changed } else { Effect::Added })
    }

    /// Posts a difference as entry `id`, and remembers the total.
    pub(crate) fn post(
        &self,
        difference: i64,
        id: Id,
        account: &mut Account,
        cells: &mut Cells,
        changes: &mut Changes,
    ) {
        match cells.get(&self.accumulator).copied().unwrap_or(0) + difference {
            0 => cells.remove(&self.accumulator),
            after => cells.insert(self.accumulator.clone(), after),
        };
        account.last = id;
        let booking = self.booking(account, difference);
        changes.entries.push(booked(
            &self.key,
            id,
            EntryKind::Import,
            self.year,
            Vec::new(),
            &booking,
        ));
        let body = serde_json::to_string(&Stated { total: self.total, entry: id });
        changes.documents.push(Document {
            key: self.document(),
            at: id.moment(),
            state: 1,
            body: Arc::from(body.unwrap_or_default()),
        });
    }

    fn booking(&self, account: &Account, difference: i64) -> Booking {
        Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            note: Arc::from("外部累计"),
            wallet: (account.current.get(), account.earlier.get()),
            moves: vec![(self.accumulator.clone(), difference)],
            balance: (account.current + account.earlier).get(),
            ..Booking::default()
        }
    }
}

/// The accumulator that a row names, and whether it counts visits. Those kept apart by level, disease, month or visit
/// have no one total, and are not taken.
fn accumulator(row: &Row<'_>, timeline: Option<&Timeline>) -> Read<(Arc<str>, bool)> {
    let text = row.needed(At::Accumulator)?;
    let accumulators = timeline.map_or(&[][..], |timeline| &timeline.accumulators);
    let whole = |accumulator: &&kernel::policy::Accumulator| {
        accumulator.period == Period::BenefitYear && accumulator.per == Per::None
    };
    let named = |name: &str| {
        let limits = timeline.iter().flat_map(|timeline| timeline.policies.iter());
        let mut limits = limits.flat_map(|policy| policy.limits.iter());
        limits.any(|limit| {
            let accumulator = accumulators.get(usize::from(limit.accumulator.0));
            *limit.term.zh == *text && accumulator.is_some_and(|it| &*it.name == name)
        })
    };
    let found = accumulators.iter().filter(whole).find(|accumulator| {
        let name = &*accumulator.name;
        name == &*text || name.strip_prefix("limit.") == Some(&*text) || named(name)
    });
    match found {
        Some(found) => Ok((Arc::from(&*found.name), found.counts)),
        None => {
            let known = accumulators.iter().filter(whole).map(|it| it.name.to_string()).collect();
            row.fault(At::Accumulator, Reason::Word(known))
        }
    }
}
