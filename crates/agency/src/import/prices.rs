//! 限价: one ceiling of one item at one level in a span of days a row. The spans of the item are cut where the ceiling
//! begins and ends.

use super::column::{Values, columns, kernel_words};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::items::{Catalogue, Stated, cut};
use super::row::{Read, Row};
use crate::directory::ItemDetail;
use kernel::{Date, Level};
use std::sync::Arc;
use store::{Area, Store, StoreError, Wants};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "哪个统筹区的目录；整个文件同一地区时可用 --region 代替", "Whose catalogue; --region says it for all rows";
    Code Always Values::Code(50), "code", "项目编码", "XA99TEST0001",
        "目录里已有的项目", "An item of the catalogue";
    Level Never Values::Word(kernel_words!(kernel::Level)), "level", "机构等级", "3",
        "只对这个等级的机构；空着为各级，已登记的分级限价仍优先", "Only at this level; empty: at every level without a ceiling of its own";
    Ceiling Always Values::Price, "ceiling", "限价", "12.50",
        "每单位的最高支付价", "Price ceiling of a unit";
    From Always Values::Date, "from", "起始日", "2024-07-01", "从这天起（含）", "First day";
    To Never Values::Date, "to", "终止日", "", "到这天止（含）；空着为仍在持续", "Last day; empty while it lasts";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] =
    &[At::Region as usize, At::Code as usize, At::Level as usize, At::From as usize];

/// The rows that wait, and the catalogues of their areas.
#[derive(Default)]
pub(super) struct Rows {
    told: Vec<Ceiling>,
    catalogue: Catalogue,
    stated: Stated,
}

/// What a row says.
struct Ceiling {
    area: Area,
    code: Arc<str>,
    /// `None`: at every level.
    level: Option<Level>,
    amount: i64,
    from: Date,
    to: Date,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let (from, to) = super::facts::days(&row, At::From, At::To)?;
        let (area, code) = (row.region(At::Region, regions)?, row.code(At::Code)?);
        let level = Level::from_code(row.word(At::Level)?);
        let amount = row.price(At::Ceiling)?.unwrap_or_default();
        self.stated.add((area, code.clone(), level), from, to, &row, At::From)?;
        self.told.push(Ceiling { area, code, level, amount, from, to });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        wants.areas.extend(self.told.iter().map(|told| told.area));
    }

    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        self.catalogue.load(store, self.told.iter().map(|told| told.area).collect())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let Rows { told, catalogue, .. } = self;
        let mut catalogue = catalogue.clone();
        let apply = |told: &Ceiling| {
            let spans = catalogue.spans(told.area, &told.code);
            let within = |detail: &Arc<str>| told.within(detail);
            match cut(spans, (told.from, told.to), within) {
                Some(written) if written.is_empty() => Ok(Effect::Unchanged),
                Some(written) => {
                    desk.changes.items.extend(written);
                    Ok(Effect::Changed)
                }
                None => {
                    let column = &COLUMNS[At::Code as usize];
                    Err(Box::new(super::Fault::at(column, &told.code, Reason::Item)))
                }
            }
        };
        told[from..to].iter().map(apply).collect()
    }

    fn clear(&mut self) {
        self.told.clear();
        self.catalogue = Catalogue::default();
    }
}

impl Ceiling {
    /// The detail of a span with the ceiling in it.
    fn within(&self, detail: &Arc<str>) -> Arc<str> {
        let Ok(mut told) = serde_json::from_str::<ItemDetail>(detail) else {
            return detail.clone();
        };
        match self.level {
            None => told.ceiling = Some(self.amount),
            Some(level) => {
                told.ceilings.retain(|(code, _)| **code != *level.code());
                told.ceilings.push((Arc::from(level.code()), self.amount));
                told.ceilings.sort();
            }
        }
        serde_json::to_string(&told).map_or_else(|_| detail.clone(), Arc::from)
    }
}
