//! What an entry is made of: kinds of fees, and parts by the policy's scope.

use super::Figures;
use crate::directory::Directory;
use crate::reason::{Reason, Refused};
use crate::record::Corrected;
use kernel::Date;
use serde::Deserialize;
use std::borrow::Cow;
use store::{Entry, EntryKind};

/// 费用构成: kinds of fees, by 医疗收费项目类别 (national list).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum FeeKind {
    /// 药品: 西药 09, 中药饮片 10, 中成药 11.
    Drugs = 0,
    /// 检查 03, 化验 04.
    Exams = 1,
    /// 治疗 05, 手术 06.
    Treatment = 2,
    /// 卫生材料 08.
    Consumables = 3,
    /// Everything else, and what the catalogue does not list.
    Other = 4,
}

impl FeeKind {
    /// The kind of a charge type.
    #[must_use]
    pub fn of(charge_type: &str) -> FeeKind {
        match charge_type {
            "09" | "10" | "11" => FeeKind::Drugs,
            "03" | "04" => FeeKind::Exams,
            "05" | "06" => FeeKind::Treatment,
            "08" => FeeKind::Consumables,
            _ => FeeKind::Other,
        }
    }

    /// The kind of an item on a day.
    #[must_use]
    pub fn of_item(directory: Option<&Directory>, item: &str, day: Date) -> FeeKind {
        let listing = directory.and_then(|directory| directory.item(item, day));
        listing.map_or(FeeKind::Other, |listing| FeeKind::of(&listing.detail.charge_type))
    }
}

/// What is read of the record of a settlement.
#[derive(Deserialize)]
struct Settled<'a> {
    #[serde(borrow)]
    inputs: Inputs<'a>,
    decision: Parts,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Inputs<'a> {
    #[serde(borrow)]
    service: Cow<'a, str>,
    #[serde(borrow)]
    lines: Vec<Line<'a>>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Line<'a> {
    #[serde(borrow)]
    item: Cow<'a, str>,
    amount: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Parts {
    full_self_pay: i64,
    over_ceiling: i64,
    first_pay: i64,
    in_scope: i64,
}

/// Adds to an institution's figures what its entry is made of. Amounts of an entry that takes another back are negative in
/// its decision; its lines are those of the settlement.
pub(super) fn add(
    figures: &mut Figures,
    entry: &Entry,
    directory: Option<&Directory>,
) -> Result<(), Refused> {
    let unreadable = |why: String| Refused::new(Reason::Conflict, format!("{}：{why}", entry.id));
    let settled: Settled<'_> =
        serde_json::from_str(&entry.record).map_err(|error| unreadable(error.to_string()))?;
    let day = Date::parse(&settled.inputs.service)
        .ok_or_else(|| unreadable(settled.inputs.service.to_string()))?;
    figures.full_self_pay += settled.decision.full_self_pay;
    figures.over_ceiling += settled.decision.over_ceiling;
    figures.first_pay += settled.decision.first_pay;
    figures.in_scope += settled.decision.in_scope;
    let sign = match entry.kind {
        EntryKind::Undo | EntryKind::Reversal => -1,
        _ => 1,
    };
    for line in &settled.inputs.lines {
        let kind = FeeKind::of_item(directory, &line.item, day);
        if let Some(sum) = figures.kinds.get_mut(kind as usize) {
            *sum += sign * line.amount;
        }
    }
    Ok(())
}

/// The institution that a correction is about, and by how much it changed what the funds paid; `None` if the entry is
/// another correction.
pub(super) fn corrected(entry: &Entry) -> Option<(std::sync::Arc<str>, [i64; 3])> {
    let Corrected { correction, .. } = Corrected::from_json(&entry.record)?;
    (!correction.institution.is_empty()).then_some((correction.institution, correction.funds))
}
