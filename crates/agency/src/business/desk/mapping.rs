//! 目录对照: which item of the catalogue each of an institution's own items is.

use super::{body, filed, known};
use crate::business::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::world::World;
use kernel::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Area, Changes, DocumentKey, PersonKey, Queries, Wants};

/// The most rows of one message.
const MAX_ROWS: usize = 1_000;
/// State of a mapping that holds.
const HOLDS: i16 = 0;
/// State of a mapping that was taken back.
const TAKEN_BACK: i16 = 1;

/// One row. Sent again, it replaces what was said of the institution's item.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// 定点医药机构目录编号.
    pub own_item: Arc<str>,
    /// 定点医药机构目录名称.
    pub own_name: Arc<str>,
    /// 目录类别 (national list), as stated.
    pub list: Arc<str>,
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// First day.
    #[serde(with = "stored::day")]
    pub from: Date,
    /// Last day.
    #[serde(with = "stored::day")]
    pub to: Date,
    /// Everything else, as it was stated.
    pub stated: Value,
}

/// Uploads rows; all are taken, or none.
#[derive(Clone, Debug)]
pub struct Map {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// The rows.
    pub rows: Vec<Mapping>,
}

fn key(area: Area, institution: &Arc<str>, own_item: &Arc<str>) -> DocumentKey {
    let (owner, number) = (institution.clone(), own_item.clone());
    DocumentKey { area, kind: documents::MAPPING.into(), owner, number }
}

impl Business for Map {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        known(world, self.area, &self.institution, context.at)?;
        let content = |words: String| Err(Refused::new(Reason::Content, words));
        if self.rows.is_empty() || self.rows.len() > MAX_ROWS {
            return content(format!("对照应为1至{MAX_ROWS}行，实有{}行", self.rows.len()));
        }
        let directory = world.directory(self.area);
        let mut documents = Vec::with_capacity(self.rows.len());
        for (place, row) in self.rows.iter().enumerate() {
            let number = place + 1;
            if row.own_item.is_empty() || row.own_name.is_empty() {
                return content(format!("第{number}行缺少机构目录编号或名称"));
            }
            if row.to < row.from {
                let (from, to) = (row.from, row.to);
                return content(format!("第{number}行结束日期{to}早于开始日期{from}"));
            }
            let day = row.from.max(context.at.date()).min(row.to);
            if directory.and_then(|it| it.item(&row.item, day)).is_none() {
                let words = format!("第{number}行{}", row.item);
                return Err(Refused::new(Reason::ItemUnknown, words));
            }
            let key = key(self.area, &self.institution, &row.own_item);
            documents.push(filed(key, context.at, HOLDS, row)?);
        }
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

/// Takes one row back.
#[derive(Clone, Debug)]
pub struct Unmap {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// 定点医药机构目录编号.
    pub own_item: Arc<str>,
    /// 医疗目录编码, as it is mapped now.
    pub item: Arc<str>,
}

impl Business for Unmap {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(self.area, &self.institution, &self.own_item));
    }

    fn decide(&self, world: &World, _: &mut Context<'_>) -> Result<Decision, Refused> {
        let key = key(self.area, &self.institution, &self.own_item);
        let Some(found) = world.document(&key).filter(|found| found.state == HOLDS) else {
            let words = format!("目录对照{}", self.own_item);
            return Err(Refused::new(Reason::DocumentUnknown, words));
        };
        let mapping: Mapping = body(found)?;
        if mapping.item != self.item {
            let words = format!("{}现对照为{}", self.own_item, mapping.item);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let documents = vec![filed(key, found.at, TAKEN_BACK, &mapping)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

/// The mappings of an institution that hold, by its own codes: a page after `after`. Fewer than `limit` may come though
/// more follow, because some were taken back; the second value is where to go on, `None` at the end.
///
/// # Errors
/// What the store says.
pub fn mappings(
    queries: &dyn Queries,
    area: Area,
    institution: &str,
    after: &str,
    limit: usize,
) -> Result<(Vec<Mapping>, Option<Arc<str>>), Refused> {
    let kind = documents::MAPPING;
    let page = queries.documents(area, kind, institution, (institution, after), limit)?;
    let next = page.last().filter(|_| page.len() == limit).map(|last| last.key.number.clone());
    let holding = page.iter().filter(|found| found.state == HOLDS);
    Ok((holding.map(body).collect::<Result<_, _>>()?, next))
}
