//! 参保人的事实: one dated fact a row.

use super::column::{Values, columns, kernel_words};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::row::{Read, Row};
use super::spells::Spell;
use crate::business::account::recalculate;
use crate::facts::{self, Admission, Chosen, Family};
use kernel::policy::Term;
use kernel::{Date, Entitlement, Place};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Account, Fact, Found, PersonKey, Store, StoreError, Subject, Wants};

/// The kinds of facts that a row may state.
const KINDS: &[super::column::Word] = &[
    (facts::PLAN, "参保类型", &[]),
    (facts::COHORT, "人群", &[]),
    (facts::ENTITLEMENT, "待遇状态", &[]),
    (facts::ENROLLED, "首次参保", &[]),
    (facts::RETIREMENT, "退休", &[]),
    (facts::DEATH, "死亡", &[]),
    (facts::ADMISSION, "住院", &[]),
    (facts::FILING, "慢特病备案", &["备案"]),
    (facts::TWO_DISEASE, "两病备案", &["两病"]),
    (facts::DUAL_CHANNEL, "双通道药品备案", &["双通道"]),
    (facts::CHOSEN, "本人定点", &["定点"]),
    (facts::CHOSEN_FOR, "按病种定点", &[]),
    (facts::CONTRACT, "家庭医生签约", &["签约"]),
    (facts::FAMILY, "家庭共济", &["共济"]),
    (facts::OFFSITE, "异地备案", &[]),
    (facts::REFERRAL, "转院", &["转诊"]),
];

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "参保地；整个文件同一地区时可用 --region 代替", "Pooling area; --region says it for all rows";
    Person Always Values::Person, "person", "人员编号", "99500000001",
        "已在账务库里的人", "Somebody in the books";
    Kind Always Values::Word(|| KINDS.to_vec()), "kind", "事实", "plan",
        "这一行说的是什么", "What the row is about";
    Value Sometimes Values::Code(50), "value", "取值", "employer",
        "参保类型、人群、病种：地区词汇表的代码或名称；待遇状态：entitled 享受待遇、arrears 欠费暂停、waiting 等待期、not-insured 未参保；异地备案：filed、referred、emergency、resettled、unfiled；住院、定点、签约、转院：机构编号；家庭共济：出钱的亲属的人员编号；首次参保、退休、死亡：空着",
        "Plan, cohort, disease: a code or name of the region's vocabulary; entitlement and off-site filing: a code of the program; admission, chosen, contract, referral: the institution; family: the relative whose account pays; enrolled, retirement, death: empty";
    From Always Values::Date, "from", "起始日", "2024-01-01",
        "从这天起（含）；退休填登记日", "First day; of a retirement the day it was registered";
    To Never Values::Date, "to", "终止日", "",
        "到这天止（含）；空着为仍在持续", "Last day; empty while it lasts";
    Relation Sometimes Values::Word(kernel_words!(kernel::account::Relation)), "relation", "亲属关系", "parent",
        "家庭共济必填：出钱的人是本人的什么人", "Needed of a family binding: what the payer is to the person";
    Disease Sometimes Values::Code(50), "disease", "定点的病种", "",
        "按病种定点必填：为哪个病种选定，地区词汇表的代码或名称", "Needed of an institution chosen for a disease: which";
    Admitted Never Values::Moment, "admitted_at", "入院时间", "",
        "住院：知道时刻就填，同一天看门诊时有用", "Of an admission: the time, if it is known";
    Discharged Never Values::Moment, "discharged_at", "出院时间", "",
        "住院：知道时刻就填", "Of an admission: the time of discharge, if it is known";
    Number Never Values::Code(40), "number", "住院号", "",
        "住院", "Of an admission: its number";
    Department Never Values::Text(50), "department", "科室", "",
        "住院", "Of an admission: the department";
    Diagnosis Never Values::Text(100), "diagnosis", "主要诊断", "",
        "住院", "Of an admission: the main diagnosis";
    Withdrawn Never Values::Flag, "withdrawn", "作废", "",
        "填“是”：原先登记的这一段是错的，从现在起不再采信；事实、取值、起始日须与原行相同", "Yes: the spell on file was wrong and is no longer believed; kind, value and first day name it";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[
    At::Region as usize,
    At::Person as usize,
    At::Kind as usize,
    At::Value as usize,
    At::Disease as usize,
    At::From as usize,
];

/// The rows that wait.
#[derive(Default)]
pub(super) struct Rows(Vec<Spell>);

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let area = row.region(At::Region, regions)?;
        let key = PersonKey { area, person: row.code(At::Person)? };
        let kind = row.word(At::Kind)?;
        let (from, to) = days(&row, At::From, At::To)?;
        self.0.push(Spell {
            other: value(&row, kind, &key, regions)?,
            detail: detail(&row, kind, &key, regions)?,
            subject: Subject::Person(key),
            kind,
            from,
            to,
            withdrawn: row.flag(At::Withdrawn)?,
            exclusive: [
                facts::PLAN,
                facts::COHORT,
                facts::ENTITLEMENT,
                facts::ENROLLED,
                facts::RETIREMENT,
                facts::DEATH,
            ]
            .contains(&kind),
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        for spell in &self.0 {
            wants.people.extend(person(spell).cloned());
            wants.people.extend(payer(spell));
        }
    }

    fn look_up(&mut self, _: &dyn Store) -> Result<(), StoreError> {
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let mut files = Files::default();
        let effects = self.0[from..to].iter().map(|spell| state(spell, &mut files, desk)).collect();
        for file in files.0.into_values().filter(|file| file.touched) {
            file.close(desk);
        }
        effects
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

/// What is on file about the people of a batch, as its rows change it.
#[derive(Default)]
struct Files(BTreeMap<PersonKey, File>);

struct File {
    account: Account,
    facts: Vec<Fact>,
    touched: bool,
}

impl Files {
    fn of(&mut self, key: &PersonKey, found: &Found) -> Option<&mut File> {
        if !self.0.contains_key(key) {
            let account = found.accounts.get(key)?.clone();
            let facts = found.files.get(key)?.facts.clone();
            self.0.insert(key.clone(), File { account, facts, touched: false });
        }
        self.0.get_mut(key)
    }
}

impl File {
    /// The file has a new revision; what was settled without knowing its new facts is to be looked at again.
    fn close(self, desk: &mut Desk<'_>) {
        let File { account, facts, .. } = self;
        if let Some(law) = desk.regions.law(account.key.area) {
            let now = |fact: &&Fact| fact.learned_at == desk.at || fact.ended_at == Some(desk.at);
            for fact in facts.iter().filter(now) {
                // What cannot be written as JSON does not exist: nothing is lost here.
                let _ = recalculate(law, &account, fact, desk.at, &mut desk.changes);
            }
        }
        desk.changes.accounts.push(Account { revision: account.revision + 1, ..account });
    }
}

fn person(spell: &Spell) -> Option<&PersonKey> {
    match &spell.subject {
        Subject::Person(key) => Some(key),
        Subject::Institution(..) => None,
    }
}

fn payer(spell: &Spell) -> Option<PersonKey> {
    let family = spell.kind == facts::FAMILY;
    family.then(|| PersonKey { area: spell.subject.area(), person: spell.other.clone() })
}

fn state(spell: &Spell, files: &mut Files, desk: &mut Desk<'_>) -> Read<Effect> {
    let fault = |at: At, value: &str, reason| {
        Err(Box::new(super::Fault::at(&COLUMNS[at as usize], value, reason)))
    };
    let found = desk.found;
    if let Some(payer) = payer(spell).filter(|payer| !found.accounts.contains_key(payer)) {
        return fault(At::Value, &payer.person, Reason::Person);
    }
    let file = person(spell).and_then(|key| files.of(key, found));
    let Some(file) = file else {
        return fault(At::Person, spell.subject.name(), Reason::Person);
    };
    match spell.state(&mut file.facts, desk) {
        Ok(effect) => {
            file.touched |= effect != Effect::Unchanged;
            Ok(effect)
        }
        Err(reason) => fault(At::Value, &spell.other, reason),
    }
}

/// First and last day.
pub(super) fn days(
    row: &Row<'_>,
    from: impl Into<usize>,
    to: impl Into<usize>,
) -> Read<(Date, Date)> {
    let (from, to) = (from.into(), to.into());
    let first = row.date(from)?.unwrap_or(Date::MIN);
    let last = row.date(to)?.unwrap_or(Date::MAX);
    if last < first { row.fault(to, Reason::Backwards) } else { Ok((first, last)) }
}

/// What a fact of this kind says.
fn value(row: &Row<'_>, kind: &str, key: &PersonKey, regions: &Regions) -> Read<Arc<str>> {
    let vocabulary = regions.timeline(key.area).map(|timeline| timeline.vocabulary.clone());
    let vocabulary = vocabulary.unwrap_or_default();
    match kind {
        facts::PLAN => term(row, &vocabulary.plans),
        facts::COHORT => term(row, &vocabulary.cohorts),
        facts::FILING | facts::TWO_DISEASE => disease(row, At::Value, &vocabulary.diseases),
        facts::ENTITLEMENT => listed(row, Entitlement::ALL.iter().map(|e| (e.code(), e.zh()))),
        facts::OFFSITE => {
            let away = Place::ALL.iter().filter(|place| **place != Place::Local);
            listed(row, away.map(|place| (place.code(), place.zh())))
        }
        facts::ADMISSION
        | facts::CHOSEN
        | facts::CHOSEN_FOR
        | facts::CONTRACT
        | facts::REFERRAL => institution(row),
        facts::DUAL_CHANNEL => row.needed(At::Value),
        facts::FAMILY => {
            let payer = row.needed(At::Value)?;
            if payer == key.person { row.fault(At::Value, Reason::Self_) } else { Ok(payer) }
        }
        // 首次参保, 退休 and 死亡 say nothing but their day.
        _ if row.text(At::Value).is_empty() => Ok(Arc::default()),
        _ => row.fault(At::Value, Reason::Word(vec!["（空）".to_owned()])),
    }
}

fn listed<'t>(
    row: &Row<'_>,
    known: impl Iterator<Item = (&'t str, &'t str)> + Clone,
) -> Read<Arc<str>> {
    let text = row.needed(At::Value)?;
    let found = known.clone().find(|(code, zh)| code.eq_ignore_ascii_case(&text) || *zh == &*text);
    match found {
        Some((code, _)) => Ok(Arc::from(code)),
        None => {
            let known = known.map(|(code, zh)| format!("{code}（{zh}）")).collect();
            row.fault(At::Value, Reason::Word(known))
        }
    }
}

fn term(row: &Row<'_>, terms: &[Term]) -> Read<Arc<str>> {
    listed(row, terms.iter().map(|term| (&*term.code, &*term.zh)))
}

/// A disease of the region's vocabulary by code or name, or any other code: a filing that has no effect today may have
/// one under the next policy.
fn disease(row: &Row<'_>, at: At, known: &[Term]) -> Read<Arc<str>> {
    let text = row.needed(at)?;
    let named = known.iter().find(|term| *term.zh == *text);
    Ok(named.map_or(text, |term| Arc::from(&*term.code)))
}

fn institution(row: &Row<'_>) -> Read<Arc<str>> {
    let code = row.needed(At::Value)?;
    if super::row::is_institution(&code) {
        Ok(code)
    } else {
        let form = Values::Institution.expected().0;
        row.fault(At::Value, Reason::Word(vec![form]))
    }
}

/// What a fact of this kind says beside its value.
fn detail(row: &Row<'_>, kind: &str, key: &PersonKey, regions: &Regions) -> Read<Arc<str>> {
    let json = match kind {
        facts::CHOSEN_FOR => {
            let vocabulary = regions.timeline(key.area).map(|timeline| timeline.vocabulary.clone());
            let diseases = vocabulary.unwrap_or_default();
            let disease = disease(row, At::Disease, &diseases.diseases)?;
            serde_json::to_string(&Chosen { disease })
        }
        facts::FAMILY => {
            let relation = row.word(At::Relation)?;
            if relation.is_empty() {
                return row.fault(At::Relation, Reason::Missing);
            }
            serde_json::to_string(&Family { relation: relation.to_owned() })
        }
        facts::ADMISSION => {
            let time = |at: At| -> Read<String> {
                Ok(row.moment(at)?.map_or_else(String::new, |moment| moment.to_string()))
            };
            serde_json::to_string(&Admission {
                admitted: time(At::Admitted)?,
                discharged: time(At::Discharged)?,
                number: row.code(At::Number)?.to_string(),
                department: row.code(At::Department)?.to_string(),
                diagnosis: row.code(At::Diagnosis)?.to_string(),
            })
        }
        _ => return Ok(Arc::default()),
    };
    Ok(Arc::from(json.unwrap_or_default()))
}
