//! 机构: one institution a row, with how to talk to it.

use super::column::{Values, columns};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::row::{Read, Row};
use crate::directory::{HOSPITAL, InstitutionDetail, PHARMACY};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Institution, Store, StoreError, Wants};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "与哪个统筹区的经办机构签协议", "Pooling area with whose agency it has its agreement";
    Code Always Values::Institution, "code", "机构编号", "H99000000001",
        "定点医药机构编号", "National code";
    Name Always Values::Text(200), "name", "机构名称", "测试第一医院",
        "名称", "The name";
    Kind Always Values::Word(|| vec![("hospital", "医疗机构", &["医院", "1"]), ("internet", "互联网医院", &[]), ("pharmacy", "零售药店", &["药店", "2"])]), "kind", "机构类型", "hospital",
        "医疗机构、互联网医院、零售药店", "Hospital, internet hospital or pharmacy";
    Grade Never Values::Code(6), "grade", "医院等级", "09",
        "卫健部门的等级，只作记录；结算用的等级在 agreements", "The health ministry's grade, recorded only; the level that counts is in agreements";
    CreditCode Never Values::Code(50), "credit_code", "统一社会信用代码", "99500000TEST000001",
        "1201 查询时返回", "Answered by 1201";
    Clearing Never Values::Code(12), "clearing", "清算经办机构", "500000",
        "清算经办机构；空着为统筹区", "Agency that clears with it; empty: that of the area";
    Division Never Values::Code(6), "division", "行政区划", "500103",
        "机构地址所在的行政区划，六位；空着取机构编号里的", "Division of its address, six digits; empty: the one in its code";
    Settings Never Values::Text(1000), "settings", "接口设置", "edition=national",
        "怎样与这个机构通信：“设置=值”，分号隔开，与服务器设置里单个机构的写法相同；空着按服务器的缺省。密钥不写在这里", "How to talk to it: setting=value, separated by semicolons, as the server's settings of single institutions; empty: the server's defaults. Secrets do not belong here";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[At::Region as usize, At::Code as usize];

/// The rows that wait, and the institutions of their areas.
#[derive(Default)]
pub(super) struct Rows {
    told: Vec<Institution>,
    known: BTreeMap<(Area, Arc<str>), Institution>,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let kind = row.word(At::Kind)?;
        let detail = InstitutionDetail {
            kind: if kind == "pharmacy" { PHARMACY } else { HOSPITAL },
            internet: kind == "internet",
            grade: row.code(At::Grade)?,
            credit_code: row.code(At::CreditCode)?,
            clearing: row.code(At::Clearing)?,
            division: row.code(At::Division)?,
            settings: settings(&row)?,
        };
        self.told.push(Institution {
            area: row.region(At::Region, regions)?,
            code: row.code(At::Code)?,
            name: row.needed(At::Name)?,
            detail: Arc::from(serde_json::to_string(&detail).unwrap_or_default()),
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        wants.areas.extend(self.told.iter().map(|told| told.area));
    }

    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let mut wants = Wants::default();
        self.wants(&mut wants);
        self.known.clear();
        for area in wants.areas {
            for known in store.institutions(area)? {
                self.known.insert((area, known.code.clone()), known);
            }
        }
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let apply = |told: &Institution| {
            let known = self.known.get(&(told.area, told.code.clone()));
            if known == Some(told) {
                return Ok(Effect::Unchanged);
            }
            desk.changes.institutions.push(told.clone());
            Ok(if known.is_some() { Effect::Changed } else { Effect::Added })
        };
        self.told[from..to].iter().map(apply).collect()
    }

    fn clear(&mut self) {
        self.told.clear();
    }
}

/// What the server must know to talk to it; null if nothing is said.
fn settings(row: &Row<'_>) -> Read<Value> {
    let mut settings = serde_json::Map::new();
    let told = row.code(At::Settings)?;
    for told in told.split([';', '；']).map(str::trim).filter(|told| !told.is_empty()) {
        match told.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            Some((name, value)) if !name.is_empty() => {
                settings.insert(name.to_owned(), Value::from(value));
            }
            _ => return row.fault(At::Settings, Reason::Word(vec!["设置=值".to_owned()])),
        }
    }
    Ok(if settings.is_empty() { Value::Null } else { Value::Object(settings) })
}
