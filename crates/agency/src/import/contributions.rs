//! 缴费申报: one person's month a row, as an employer or the person declares and pays it.

use super::column::{Column, Values, columns};
use super::fault::{Fault, Reason};
use super::importer::{Desk, Effect, Regions, Sheet, decided};
use super::row::{Read, Row};
use crate::business::Business as _;
use crate::business::Decision;
use crate::business::enrolment::{Declaration, Declare, Declared, Took, Verdict};
use crate::enrolment::{self, Remark, Wrong};
use crate::outcome::Outcome;
use kernel::{Fen, Month};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Store, StoreError, Wants};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "参保地；整个文件同一地区时可用 --region 代替", "Pooling area; --region says it for all rows";
    Person Always Values::Person, "person", "人员编号", "99500000001",
        "已在账务库里的人", "Somebody in the books";
    Employer Never Values::Code(30), "employer", "单位编号", "99DW000001",
        "已登记的用人单位；个人参保（一档、二档、趸缴）空着", "A registered employer; empty for those who pay by themselves";
    Month Always Values::Month, "month", "缴费月", "2024-03",
        "属于哪个月", "For which month";
    Plan Always Values::Code(30), "plan", "参保类型", "employer",
        "地区词汇表的代码或名称", "A code or name of the region's vocabulary";
    Base Always Values::Money, "base", "缴费基数", "6000.00",
        "当月缴费基数，个人账户按它计入", "Base of the month, from which the account is credited";
    EmployerShare Never Values::Money, "employer_share", "单位缴费", "510.00",
        "单位缴的，全部进统筹；空着为 0", "The employer's share, wholly the pool's; empty: 0";
    OwnShare Never Values::Money, "own_share", "个人缴费", "120.00",
        "个人缴的；职工的归个人账户，个人参保的除政策计入账户的部分外归统筹；空着为 0",
        "The person's share: an employee's is the account's, of those who pay by themselves all but what the policy credits is the pool's; empty: 0";
    LargeAmount Never Values::Money, "large_amount", "大额保费", "95.00",
        "大额互助的保费，单位和个人合计；空着为 0", "The large-amount premium of both; empty: 0";
    PaidOn Never Values::Date, "paid_on", "到账日", "2024-03-12",
        "整月的钱到齐的那天；空着为只申报、未到账（已登记的到账日不变）",
        "When all of it had arrived; empty: declared, not paid (a day on file stays)";
    Withdrawn Never Values::Flag, "withdrawn", "作废", "",
        "填“是”：这个人的这个月不归该单位，撤回申报；已到账的钱记为退回", "Yes: the month is not this employer's; what was paid is booked as given back";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[At::Region as usize, At::Person as usize, At::Month as usize];

/// Who says so, in the books.
const SOURCE: &str = "缴费申报";

/// The rows that wait.
#[derive(Default)]
pub(super) struct Rows {
    told: Vec<Told>,
    /// Which months are on file.
    known: BTreeMap<Area, BTreeMap<Arc<str>, BTreeSet<Month>>>,
    /// What is remarked about rows that were taken.
    remarks: BTreeMap<usize, Vec<Fault>>,
}

/// Rows by their places, and the declaration that they make.
type Placed = (Vec<usize>, Declare);

struct Told {
    area: Area,
    employer: Arc<str>,
    row: Declared,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let area = row.region(At::Region, regions)?;
        let fen = |at: At| row.money(at).map(|amount| amount.unwrap_or(Fen::ZERO).get());
        self.told.push(Told {
            area,
            employer: row.code(At::Employer)?,
            row: Declared {
                person: row.needed(At::Person)?,
                month: row.month(At::Month)?,
                plan: plan(&row, area, regions)?,
                base: fen(At::Base)?,
                employer_share: fen(At::EmployerShare)?,
                own_share: fen(At::OwnShare)?,
                large_amount: fen(At::LargeAmount)?,
                paid_on: row.date(At::PaidOn)?,
                withdrawn: row.flag(At::Withdrawn)?,
            },
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        self.declarations(0, self.told.len()).iter().for_each(|(_, declare)| declare.wants(wants));
    }

    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let mut people: BTreeMap<Area, Vec<&Arc<str>>> = BTreeMap::new();
        for told in &self.told {
            people.entry(told.area).or_default().push(&told.row.person);
        }
        let mut known = BTreeMap::new();
        for (area, people) in people {
            known.insert(area, enrolment::known_months(store, area, people)?);
        }
        self.known = known;
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let mut wants = Wants::default();
        self.wants(&mut wants);
        let mut world = desk.world(wants);
        let mut effects: BTreeMap<usize, Read<Effect>> = BTreeMap::new();
        for (places, declare) in self.declarations(from, to) {
            let mut said = Declaration::default();
            let done = decided(desk, &mut world, |world, context| {
                let (changes, declaration) = declare.weigh(world, context)?;
                said = declaration;
                Ok(Decision { changes, outcome: Outcome::Done })
            });
            if let Err(refused) = done {
                let conflict = || Err(Box::new(Fault::conflict(refused.to_string())));
                effects.extend(places.into_iter().map(|place| (place, conflict())));
                continue;
            }
            for (place, verdict) in places.into_iter().zip(said.rows) {
                let Verdict { took, remarks } = verdict;
                let Some(told) = self.told.get(place) else { continue };
                let remarks: Vec<Fault> = remarks.iter().map(|it| remarked(it, told)).collect();
                self.remarks.insert(place, remarks);
                let effect = match took {
                    Ok(Took::Added) => Ok(Effect::Added),
                    Ok(Took::Changed) => Ok(Effect::Changed),
                    Ok(Took::Unchanged) => Ok(Effect::Unchanged),
                    Err(wrong) => Err(Box::new(fault(&wrong, told))),
                };
                effects.insert(place, effect);
            }
        }
        effects.into_values().collect()
    }

    fn remarks(&mut self, place: usize) -> Vec<Fault> {
        self.remarks.remove(&place).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.told.clear();
        self.remarks.clear();
    }
}

impl Rows {
    /// The rows `from..to` by area and employer, with their places.
    fn declarations(&self, from: usize, to: usize) -> Vec<Placed> {
        let mut all: BTreeMap<(Area, &Arc<str>), Placed> = BTreeMap::new();
        for (place, told) in self.told.iter().enumerate().take(to).skip(from) {
            let (area, employer) = (told.area, &told.employer);
            let (places, declare) = all.entry((area, employer)).or_insert_with(|| {
                let declare = Declare {
                    area,
                    employer: employer.clone(),
                    rows: Vec::new(),
                    known: BTreeMap::new(),
                    source: Arc::from(SOURCE),
                };
                (Vec::new(), declare)
            });
            let person = &told.row.person;
            if let Some(months) = self.known.get(&area).and_then(|known| known.get(person)) {
                declare.known.entry(person.clone()).or_insert_with(|| months.clone());
            }
            places.push(place);
            declare.rows.push(told.row.clone());
        }
        all.into_values().collect()
    }
}

/// A plan of the region by code or name.
fn plan(row: &Row<'_>, area: Area, regions: &Regions) -> Read<Arc<str>> {
    let text = row.needed(At::Plan)?;
    let terms = regions.timeline(area).map(|timeline| &timeline.vocabulary.plans);
    let terms = terms.map_or(&[][..], Vec::as_slice);
    let same = |code: &str, zh: &str| code.eq_ignore_ascii_case(&text) || *zh == *text;
    match terms.iter().find(|term| same(&term.code, &term.zh)) {
        Some(term) => Ok(Arc::from(&*term.code)),
        None => {
            let known = terms.iter().map(|term| format!("{}（{}）", term.code, term.zh));
            row.fault(At::Plan, Reason::Word(known.collect()))
        }
    }
}

fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.name == name)
}

fn said(name: &str, told: &Told, code: &'static str, (zh, en): (String, String)) -> Fault {
    let value = match name {
        "person" => told.row.person.to_string(),
        "employer" => told.employer.to_string(),
        "month" => told.row.month.to_string(),
        "plan" => told.row.plan.to_string(),
        "paid_on" => told.row.paid_on.map_or_else(String::new, |day| day.to_string()),
        "own_share" => Fen::new(told.row.own_share).to_string(),
        _ => Fen::new(told.row.base).to_string(),
    };
    Fault { column: column(name), value, reason: Reason::Said { code, zh, en } }
}

fn fault(wrong: &Wrong, told: &Told) -> Fault {
    said(wrong.column(), told, wrong.code(), wrong.words())
}

fn remarked(remark: &Remark, told: &Told) -> Fault {
    said(remark.column(), told, remark.code(), remark.words())
}
