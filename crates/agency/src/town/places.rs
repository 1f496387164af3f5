//! The town's hospitals, clinics and pharmacies, the same in both areas.

use crate::directory::{HOSPITAL, InstitutionDetail, PHARMACY};
use crate::facts;
use kernel::Date;
use std::sync::Arc;
use store::{Area, Fact, Id, Institution, Subject};

/// A hospital, clinic or pharmacy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// 定点医药机构编号.
    pub code: Arc<str>,
    /// 名称.
    pub name: Arc<str>,
    /// A pharmacy.
    pub pharmacy: bool,
    /// 互联网医院.
    pub internet: bool,
    /// 协议结算等级: a code of `kernel::Level`; empty for pharmacies.
    pub level: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// Whether it has an agreement today.
    pub designated: bool,
    /// Whether its pharmacy sales may be pooled.
    pub pooling: bool,
}

/// Capability of a pharmacy: 门诊统筹药店.
pub const POOLING: &str = "pooling";
/// Capability of a hospital: 互联网医院.
pub const INTERNET: &str = "internet";

/// The town's places in an area: twenty hospitals and clinics, then twenty pharmacies.
#[must_use]
pub fn places(area: Area) -> Vec<Place> {
    let mut places = Vec::with_capacity(40);
    let mut add = |number: usize, name: String, level, shows, pharmacy: bool| {
        let letter = if pharmacy { 'P' } else { 'H' };
        places.push(Place {
            code: Arc::from(format!("{letter}99{:06}{number:03}", area.0)),
            name: Arc::from(name),
            pharmacy,
            internet: !pharmacy && number == 20,
            level,
            shows,
            designated: number != 19,
            pooling: pharmacy && number <= 12,
        });
    };
    for number in 1..=20 {
        let (name, level, shows) = match number {
            1..=4 => (format!("测试第{number}人民医院"), "3", "三级"),
            5..=8 => (format!("测试区第{}医院", number - 4), "2", "二级"),
            9..=12 => (format!("测试镇第{}卫生院", number - 8), "1", "一级"),
            13..=17 => (format!("测试社区第{}卫生服务中心", number - 12), "0", "未定级"),
            18 => ("测试升级医院".to_owned(), "3", "今年一月一日由二级升三级"),
            19 => ("测试到期门诊部".to_owned(), "0", "协议去年底到期，不再定点"),
            _ => ("测试互联网医院".to_owned(), "3", "互联网医院"),
        };
        add(number, name, level, shows, false);
    }
    for number in 1..=20 {
        let shows = match number {
            1..=12 => "门诊统筹药店",
            19 => "协议去年底到期，不再定点",
            _ => "定点药店，没有门诊统筹资格",
        };
        add(number, format!("测试大药房第{number}店"), "", shows, true);
    }
    places
}

impl Place {
    /// 行政区划 of its address: the first half of hospitals and of pharmacies stand in one county, the others in another
    /// (in Guangxi another prefecture).
    fn division(&self, area: Area) -> Arc<str> {
        let near = self.code[self.code.len() - 3..].parse::<u32>().is_ok_and(|number| number < 10);
        let (one, other) = if area == super::CHONGQING { (101, 229) } else { (102, 202) };
        Arc::from((area.0 + if near { one } else { other }).to_string())
    }

    /// Its row.
    pub(super) fn institution(&self, area: Area) -> Institution {
        let detail = InstitutionDetail {
            kind: if self.pharmacy { PHARMACY } else { HOSPITAL },
            internet: self.internet,
            grade: Arc::from(match self.level {
                "3" => "03",
                "2" => "06",
                "1" => "09",
                _ => "11",
            }),
            credit_code: Arc::from(format!("99{}TEST", &self.code[1..])),
            clearing: Arc::from(area.to_string()),
            division: self.division(area),
            settings: serde_json::Value::Null,
        };
        Institution {
            area,
            code: self.code.clone(),
            name: self.name.clone(),
            detail: Arc::from(serde_json::to_string(&detail).unwrap_or_default()),
        }
    }

    /// The facts about it, as of a day; `id` gives ids that grow, at the moment of learning.
    pub(super) fn facts(&self, area: Area, today: Date, id: &mut dyn FnMut() -> Id) -> Vec<Fact> {
        let first = Date::from_ymd(2022, 1, 1).unwrap_or(Date::MIN);
        let year = Date::from_ymd(today.ymd().0, 1, 1).unwrap_or(today);
        let last = if self.designated { Date::MAX } else { year.previous() };
        let mut facts = Vec::new();
        let mut state = |kind: &str, other: &str, from: Date, to: Date| {
            let id = id();
            facts.push(Fact {
                id,
                subject: Subject::Institution(area, self.code.clone()),
                kind: Arc::from(kind),
                other: Arc::from(other),
                from,
                to,
                learned_at: id.moment(),
                ended_at: None,
                detail: Arc::default(),
            });
        };
        state(facts::AGREEMENT, "", first, last);
        if self.code.ends_with("018") && !self.pharmacy {
            state(facts::LEVEL, "2", first, year.previous());
            state(facts::LEVEL, "3", year, Date::MAX);
        } else if !self.pharmacy {
            state(facts::LEVEL, self.level, first, Date::MAX);
        }
        if self.pooling {
            state(facts::CAPABILITY, POOLING, first, Date::MAX);
        }
        if self.internet {
            state(facts::CAPABILITY, INTERNET, first, Date::MAX);
        }
        facts
    }
}
