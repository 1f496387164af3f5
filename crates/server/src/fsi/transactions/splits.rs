//! How fee lines split, as `result` of an upload and `detlcutinfo` of a purchase state it.

use super::national;
use crate::fsi::answer::Cell;
use agency::record::LineSplit;
use kernel::Flags;

/// 收费项目类别 of an item that the catalogue does not class: 其他费.
const OTHER_CHARGE: &str = "14";

/// True if a set of `kernel::Flags` says 国谈药品.
fn negotiated(flags: u8) -> bool {
    Flags::from_code("negotiated").is_some_and(|flag| Flags(flags).meets(flag))
}

/// The value of a field of a line.
pub(super) fn cell<'a>(split: &'a LineSplit, field: &str) -> Cell<'a> {
    let [full_self_pay, over_ceiling, first_pay, in_scope] = split.parts;
    match field {
        "feedetl_sn" => Cell::text(&*split.line.serial),
        "det_item_fee_sumamt" => Cell::Fen(split.line.amount),
        "cnt" => Cell::Quantity(split.quantity),
        "pric" => Cell::Price(split.price),
        "pric_uplmt_amt" => Cell::Price(split.unit_ceiling.unwrap_or(national::NO_PRICE_LIMIT)),
        "selfpay_prop" => Cell::Ratio(i64::from(split.line.first_pay)),
        "fulamt_ownpay_amt" => Cell::Fen(full_self_pay),
        "overlmt_amt" => Cell::Fen(over_ceiling),
        "preselfpay_amt" => Cell::Fen(first_pay),
        "inscp_scp_amt" => Cell::Fen(in_scope),
        "chrgitm_lv" => Cell::text(national::charge_level(&split.line.class)),
        "med_chrgitm_type" if split.charge_type.is_empty() => Cell::text(OTHER_CHARGE),
        "med_chrgitm_type" => Cell::text(&*split.charge_type),
        "bas_medn_flag" => Cell::Flag(split.essential),
        "hi_nego_drug_flag" => Cell::Flag(negotiated(split.line.flags)),
        "lmt_used_flag" => Cell::Flag(split.restricted),
        "chld_medc_flag" | "list_sp_item_flag" | "drt_reim_flag" => Cell::Flag(false),
        "hosp_part_amt" => Cell::Fen(0),
        "memo" => Cell::text(&*split.note),
        _ => Cell::Absent,
    }
}
