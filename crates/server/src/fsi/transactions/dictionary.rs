//! 1901 字典表查询: the published code lists.

use super::Act;
use crate::fsi::answer::{Answer, Cell};
use crate::fsi::codes;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::office::Office;

pub(super) fn list(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asked = row.required("type")?;
    let lists = codes::lists().iter();
    let found = lists.filter(|list| list.name.eq_ignore_ascii_case(asked)).collect::<Vec<_>>();
    if found.is_empty() {
        let right = "没有此字典；字典名同字段名，如insutype、med_type、fund_pay_type";
        return Err(row.fault("type", Wire::NotInList, right));
    }
    // Lists are flat, and all their codes hold.
    let none = !row.text("parentValue").is_empty() || row.text("vali_flag") == "0";
    let codes = found.iter().flat_map(|list| list.codes.iter().map(|code| (list.name, code)));
    let codes = codes.filter(|_| !none).zip(1..);
    let mut answer = Answer::new(message.sheet, message.edition, message.received);
    answer.rows("list", codes, |((list, (value, label)), place), name| match name {
        "type" => Cell::text(*list),
        "label" => Cell::text(*label),
        "value" => Cell::text(*value),
        "sort" => Cell::Whole(*place),
        "vali_flag" => Cell::Flag(true),
        _ => Cell::Absent,
    });
    answer.finish().map(Act::Done)
}
