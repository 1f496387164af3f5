//! 药品目录名单 (国谈、单列、两病、慢特病用药): one item on a list in a span of days a row. The spans of the item are cut where
//! it comes onto the list and leaves it.

use super::column::{Values, Word, columns};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::items::{Catalogue, Stated, cut};
use super::row::{Read, Row};
use crate::directory::ItemDetail;
use kernel::{Date, Flags};
use std::sync::Arc;
use store::{Area, Store, StoreError, Wants};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "哪个统筹区的目录；整个文件同一地区时可用 --region 代替", "Whose catalogue; --region says it for all rows";
    Code Always Values::Code(50), "code", "项目编码", "XA99TEST0001",
        "目录里已有的项目", "An item of the catalogue";
    List Always Values::Word(lists), "list", "名单", "negotiated",
        "在哪个名单上；决定费用归哪种待遇", "Which list; decides which programme pays";
    From Always Values::Date, "from", "起始日", "2024-01-01", "从这天起（含）", "First day";
    To Never Values::Date, "to", "终止日", "", "到这天止（含）；空着为仍在持续", "Last day; empty while it lasts";
    Off Never Values::Flag, "off", "移出", "",
        "填“是”：这段日子不在名单上", "Yes: it is not on the list in these days";
}

fn lists() -> Vec<Word> {
    Flags::CODES.iter().zip(Flags::ZH).map(|(code, zh)| (*code, *zh, &[][..])).collect()
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] =
    &[At::Region as usize, At::Code as usize, At::List as usize, At::From as usize];

/// The rows that wait, and the catalogues of their areas.
#[derive(Default)]
pub(super) struct Rows {
    told: Vec<Listed>,
    catalogue: Catalogue,
    stated: Stated,
}

/// What a row says.
struct Listed {
    area: Area,
    code: Arc<str>,
    list: &'static str,
    off: bool,
    from: Date,
    to: Date,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let (from, to) = super::facts::days(&row, At::From, At::To)?;
        let (area, code) = (row.region(At::Region, regions)?, row.code(At::Code)?);
        let list = row.word(At::List)?;
        let key = (area, Arc::from(format!("{code} {list}")), None);
        self.stated.add(key, from, to, &row, At::From)?;
        self.told.push(Listed { area, code, list, off: row.flag(At::Off)?, from, to });
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
        let apply = |told: &Listed| {
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

impl Listed {
    /// The detail of a span with the item on the list, or off it.
    fn within(&self, detail: &Arc<str>) -> Arc<str> {
        let Ok(mut told) = serde_json::from_str::<ItemDetail>(detail) else {
            return detail.clone();
        };
        let on = told.flags.iter().any(|flag| **flag == *self.list);
        if on != self.off {
            return detail.clone();
        }
        told.flags.retain(|flag| **flag != *self.list);
        if !self.off {
            told.flags.push(Arc::from(self.list));
        }
        told.negotiated = told.flags.iter().any(|flag| &**flag == "negotiated");
        serde_json::to_string(&told).map_or_else(|_| detail.clone(), Arc::from)
    }
}
