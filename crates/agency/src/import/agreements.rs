//! 协议、等级、资格: one spell of an institution's agreement a row.

use super::column::{Values, columns};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::row::{Read, Row};
use super::spells::Spell;
use crate::facts;
use crate::recalculation::changed;
use kernel::{Date, Level};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Fact, Store, StoreError, Subject, Wants};

/// The kinds of facts that a row may state.
const KINDS: &[super::column::Word] = &[
    (facts::AGREEMENT, "协议", &["定点协议"]),
    (facts::LEVEL, "结算等级", &["等级", "协议结算等级"]),
    (facts::CAPABILITY, "资格", &["服务资格"]),
    (facts::SUSPENSION, "中止", &["暂停", "协议中止"]),
];

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "与哪个统筹区的经办机构签的协议", "Pooling area with whose agency the agreement is";
    Institution Always Values::Institution, "institution", "机构编号", "H99000000001",
        "已在账务库里的机构", "An institution in the books";
    Kind Always Values::Word(|| KINDS.to_vec()), "kind", "事实", "level",
        "这一行说的是什么", "What the row is about";
    Value Sometimes Values::Code(30), "value", "取值", "3",
        "结算等级：0 未定级、1、2、3；资格：pooling 门诊统筹药店、internet 互联网医院、dual-channel 双通道药店等；协议、中止：空着", "Level: 0 to 3; capability: pooling, dual-channel, internet and the like; agreement and suspension: empty";
    From Always Values::Date, "from", "起始日", "2024-01-01",
        "从这天起（含）", "First day";
    To Never Values::Date, "to", "终止日", "",
        "到这天止（含）；空着为仍在持续", "Last day; empty while it lasts";
    Withdrawn Never Values::Flag, "withdrawn", "作废", "",
        "填“是”：原先登记的这一段是错的，从现在起不再采信", "Yes: the spell on file was wrong and is no longer believed";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[
    At::Region as usize,
    At::Institution as usize,
    At::Kind as usize,
    At::Value as usize,
    At::From as usize,
];

/// First and last days of spells.
type Days = Vec<(Date, Date)>;

/// The rows that wait, and what is on file about the institutions of their areas.
#[derive(Default)]
pub(super) struct Rows {
    spells: Vec<Spell>,
    known: BTreeSet<(Area, Arc<str>)>,
    facts: BTreeMap<(Area, Arc<str>), Vec<Fact>>,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let area = row.region(At::Region, regions)?;
        let code = row.code(At::Institution)?;
        let kind = row.word(At::Kind)?;
        let (from, to) = super::facts::days(&row, At::From, At::To)?;
        self.spells.push(Spell {
            subject: Subject::Institution(area, code),
            other: value(&row, kind)?,
            kind,
            from,
            to,
            detail: Arc::default(),
            withdrawn: row.flag(At::Withdrawn)?,
            exclusive: kind != facts::CAPABILITY,
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        wants.areas.extend(self.spells.iter().map(|spell| spell.subject.area()));
    }

    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let areas: BTreeSet<Area> = self.spells.iter().map(|spell| spell.subject.area()).collect();
        self.known.clear();
        self.facts.clear();
        for area in areas {
            let codes = store.institutions(area)?.into_iter().map(|known| (area, known.code));
            self.known.extend(codes);
            for fact in store.institution_facts(area)? {
                let key = (area, fact.subject.name().clone());
                self.facts.entry(key).or_default().push(fact);
            }
        }
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let Rows { spells, known, facts } = self;
        let mut facts = facts.clone();
        let mut spans: BTreeMap<(Area, Arc<str>), Days> = BTreeMap::new();
        let state = |spell: &Spell| {
            let key = (spell.subject.area(), spell.subject.name().clone());
            let (at, stated) = if known.contains(&key) {
                let of_institution = facts.entry(key.clone()).or_default();
                let before = of_institution.clone();
                let stated = spell.state(of_institution, desk);
                if matches!(stated, Ok(Effect::Added | Effect::Changed)) {
                    spans.entry(key).or_default().extend(touched(spell, &before));
                }
                (At::Value, stated)
            } else {
                (At::Institution, Err(Reason::Institution))
            };
            let value = if matches!(at, At::Value) { &spell.other } else { spell.subject.name() };
            stated
                .map_err(|reason| Box::new(super::Fault::at(&COLUMNS[at as usize], value, reason)))
        };
        let effects = spells[from..to].iter().map(state).collect();
        for ((area, institution), spans) in spans {
            let stamp = (desk.ids.next(desk.at, store::Id::MIN), desk.at);
            let found = changed(area, &institution, spans.into_iter(), stamp);
            // What cannot be written as JSON does not exist: nothing is lost here.
            desk.changes.documents.extend(found.ok().flatten());
        }
        effects
    }

    fn clear(&mut self) {
        self.spells.clear();
    }
}

/// The days that a row touches: its own, and those of the spell that it replaces.
fn touched(spell: &Spell, before: &[Fact]) -> impl Iterator<Item = (Date, Date)> {
    let replaced = before.iter().filter(|fact| {
        fact.ended_at.is_none()
            && *fact.kind == *spell.kind
            && fact.other == spell.other
            && fact.from == spell.from
    });
    let own = Some((spell.from, spell.to)).filter(|_| !spell.withdrawn);
    replaced.map(|fact| (fact.from, fact.to)).chain(own).collect::<Vec<_>>().into_iter()
}

/// What a fact of this kind says.
fn value(row: &Row<'_>, kind: &str) -> Read<Arc<str>> {
    match kind {
        facts::LEVEL => {
            let text = row.needed(At::Value)?;
            let found =
                Level::ALL.iter().find(|level| level.code() == &*text || level.zh() == &*text);
            match found {
                Some(level) => Ok(Arc::from(level.code())),
                None => {
                    let name = |level: &Level| format!("{}（{}）", level.code(), level.zh());
                    row.fault(At::Value, Reason::Word(Level::ALL.iter().map(name).collect()))
                }
            }
        }
        facts::CAPABILITY => row.needed(At::Value),
        _ if row.text(At::Value).is_empty() => Ok(Arc::default()),
        _ => row.fault(At::Value, Reason::Word(vec!["（空）".to_owned()])),
    }
}
