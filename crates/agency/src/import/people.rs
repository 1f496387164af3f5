//! 参保人: one person a row, with credentials.

use super::column::{Values, columns};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::row::{Read, Row};
use crate::facts::PersonDetail;
use std::sync::Arc;
use store::{Account, Credential, Id, Person, PersonKey, Store, StoreError, Wants};

/// 就诊凭证类型 of an identity card.
pub(crate) const IDENTITY_CARD: &str = "02";
/// 就诊凭证类型 of a social-security card.
pub(crate) const SOCIAL_SECURITY_CARD: &str = "03";

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "参保地；整个文件同一地区时可用 --region 代替", "Pooling area; --region says it for all rows";
    Person Always Values::Person, "person", "人员编号", "99500000001",
        "在统筹区内不重复", "Unique within the area";
    Name Always Values::Text(50), "name", "姓名", "测试甲",
        "姓名", "The name";
    CertType Never Values::Code(6), "cert_type", "证件类型", "01",
        "国家字典；空着为 01 居民身份证", "National list; empty: 01, identity card";
    CertNo Always Values::Code(50), "cert_no", "证件号码", "990101198505200011",
        "居民身份证同时作为就诊凭证", "An identity card is a credential at the counter as well";
    Gender Never Values::Word(|| vec![("1", "男", &["男性"]), ("2", "女", &["女性"]), ("0", "未知", &[]), ("9", "未说明", &[])]), "gender", "性别", "1",
        "空着为未知", "Empty: unknown";
    Born Sometimes Values::Date, "born", "出生日期", "1985-05-20",
        "个账按年龄划入等规则要用；空着时这些规则不能算", "Rules that depend on age need it";
    Nation Never Values::Code(3), "nation", "民族", "01",
        "国家字典", "National list";
    CivilServant Never Values::Flag, "civil_servant", "公务员", "否",
        "空着为否", "Empty: no";
    Employer Never Values::Text(200), "employer", "单位名称", "测试单位",
        "查询时显示", "Shown in answers";
    Card Never Values::Code(50), "card", "社会保障卡号", "99A000001",
        "作为就诊凭证；换卡后填新卡号，旧卡号仍指这个人", "A credential at the counter; after a new card the old number still names the person";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[At::Region as usize, At::Person as usize];

/// The rows that wait.
#[derive(Default)]
pub(super) struct Rows(Vec<Told>);

/// What a row says.
struct Told {
    person: Person,
    /// With whose they are now.
    credentials: Vec<(Credential, Option<Arc<str>>)>,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let area = row.region(At::Region, regions)?;
        let key = PersonKey { area, person: row.code(At::Person)? };
        let cert_no = row.code(At::CertNo)?;
        let cert_type = match row.code(At::CertType)? {
            empty if empty.is_empty() => Arc::from("01"),
            given => given,
        };
        let gender = match row.word(At::Gender)? {
            "" => "0",
            given => given,
        };
        let detail = PersonDetail {
            nation: row.code(At::Nation)?,
            civil_servant: row.flag(At::CivilServant)?,
            employer: row.code(At::Employer)?,
        };
        let credential = |kind: &str, number: &Arc<str>| {
            let credential =
                Credential { key: key.clone(), kind: Arc::from(kind), number: number.clone() };
            (credential, None)
        };
        let mut credentials = Vec::new();
        if &*cert_type == "01" {
            credentials.push(credential(IDENTITY_CARD, &cert_no));
        }
        let card = row.code(At::Card)?;
        if !card.is_empty() {
            credentials.push(credential(SOCIAL_SECURITY_CARD, &card));
        }
        let person = Person {
            name: row.needed(At::Name)?,
            cert_type,
            cert_no,
            gender: Arc::from(gender),
            born: row.date(At::Born)?,
            detail: Arc::from(serde_json::to_string(&detail).unwrap_or_default()),
            key,
        };
        self.0.push(Told { person, credentials });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.extend(self.0.iter().map(|told| told.person.key.clone()));
    }

    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        for (credential, owner) in self.0.iter_mut().flat_map(|told| &mut told.credentials) {
            let Credential { key, kind, number } = &*credential;
            let found = store.person_by_credential(key.area, kind, number)?;
            *owner = found.map(|key| key.person);
        }
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        self.0[from..to].iter().map(|told| told.apply(desk)).collect()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

impl Told {
    fn apply(&self, desk: &mut Desk<'_>) -> Read<Effect> {
        let Told { person, credentials } = self;
        for (credential, owner) in credentials {
            if let Some(other) = owner.as_ref().filter(|owner| **owner != person.key.person) {
                let identity = &*credential.kind == IDENTITY_CARD;
                let at = if identity { At::CertNo } else { At::Card };
                let reason = Reason::Taken { person: other.to_string() };
                let column = &COLUMNS[at as usize];
                return Err(Box::new(super::Fault::at(column, &credential.number, reason)));
            }
        }
        let known = desk.found.accounts.get(&person.key);
        let file = desk.found.files.get(&person.key);
        let new = credentials.iter().filter(|(_, owner)| owner.is_none());
        let new: Vec<Credential> = new.map(|(credential, _)| credential.clone()).collect();
        let same = file.is_some_and(|file| file.person == *person);
        if same && new.is_empty() {
            return Ok(Effect::Unchanged);
        }
        desk.changes.accounts.push(match known {
            Some(account) => Account { revision: account.revision + 1, ..account.clone() },
            None => opened(person.key.clone(), desk.at.date().ymd().0),
        });
        desk.changes.people.push(person.clone());
        desk.changes.credentials.extend(new);
        Ok(if known.is_some() { Effect::Changed } else { Effect::Added })
    }
}

/// The account row of somebody new, empty.
pub(crate) fn opened(key: PersonKey, year: i32) -> Account {
    let (current, earlier) = (kernel::Fen::ZERO, kernel::Fen::ZERO);
    Account { key, current, earlier, year, revision: 1, last: Id::MIN }
}
