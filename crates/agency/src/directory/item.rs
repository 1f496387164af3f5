//! Items of the catalogue 医保目录.

use kernel::{CatalogueClass, Date, Flags, Level};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Item, StoreError};

/// Detail of one span of an item.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemDetail {
    /// 甲乙丙: a code of `kernel::CatalogueClass`.
    pub class: Arc<str>,
    /// 先行自付比例 of class B, ten-thousandths.
    pub first_pay: i32,
    /// 限价 for every level, millionths of a yuan a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<i64>,
    /// 限价 by level (codes of `kernel::Level`), millionths of a yuan a unit; goes before `ceiling`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ceilings: Vec<(Arc<str>, i64)>,
    /// Codes of `kernel::Flags`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Arc<str>>,
    /// 医疗收费项目类别 (national list).
    pub charge_type: Arc<str>,
    /// 目录类别 (national list): which of the catalogues it stands in.
    pub list: Arc<str>,
    /// 限制使用: payable only if the hospital approves the use.
    pub restricted: bool,
    /// What the restriction says.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub restriction: Arc<str>,
    /// 基本药物.
    pub essential: bool,
    /// 国家谈判药品.
    pub negotiated: bool,
    /// A personal account may not pay it.
    pub denied: bool,
    /// 限性别: 1 men, 2 women; empty: anybody.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub sex: Arc<str>,
    /// Youngest age in years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_age: Option<i32>,
    /// Oldest age in years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i32>,
    /// Most days of supply one prescription may cover.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// 计价单位.
    pub unit: Arc<str>,
    /// 规格.
    pub spec: Arc<str>,
    /// 剂型.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub form: Arc<str>,
    /// 生产企业.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub manufacturer: Arc<str>,
    /// 批准文号.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub approval: Arc<str>,
}

/// One span of an item, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listing {
    /// 医疗目录编码.
    pub code: Arc<str>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// 名称.
    pub name: Arc<str>,
    /// 甲乙丙.
    pub class: CatalogueClass,
    /// Programme flags.
    pub flags: Flags,
    /// The rest.
    pub detail: ItemDetail,
}

impl Listing {
    /// Reads a row.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the item whose detail cannot be read.
    pub fn read(item: Item) -> Result<Listing, StoreError> {
        let damaged =
            |what: String| StoreError::Damaged(format!("detail of item {}: {what}", item.code));
        let detail: ItemDetail =
            serde_json::from_str(&item.detail).map_err(|error| damaged(error.to_string()))?;
        let class = CatalogueClass::from_code(&detail.class)
            .ok_or_else(|| damaged(format!("class {:?} is not A, B or C", detail.class)))?;
        let mut flags = Flags::default();
        for code in &detail.flags {
            let flag = Flags::from_code(code).ok_or_else(|| {
                damaged(format!("flag {code:?} is not one of {:?}", Flags::CODES))
            })?;
            flags = flags.with(flag);
        }
        Ok(Listing {
            code: item.code,
            from: item.from,
            to: item.to,
            name: item.name,
            class,
            flags,
            detail,
        })
    }

    /// 目录类别 (national list); of an item that does not say, by what is charged for it.
    #[must_use]
    pub fn list(&self) -> &str {
        match (&*self.detail.list, &*self.detail.charge_type) {
            ("", "08") => "301",
            ("", "09" | "11") => "101",
            ("", "10") => "102",
            ("", _) => "201",
            (list, _) => list,
        }
    }

    /// 限价 a unit at an institution of this level, millionths of a yuan; `None`: none.
    #[must_use]
    pub fn ceiling_at(&self, level: Level) -> Option<i64> {
        let own = self.detail.ceilings.iter().find(|(code, _)| **code == *level.code());
        own.map(|(_, ceiling)| *ceiling).or(self.detail.ceiling)
    }
}
