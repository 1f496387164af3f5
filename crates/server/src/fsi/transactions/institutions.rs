//! 1201 医药机构信息获取.

use super::Act;
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::office::Office;
use agency::{Reason, Refused};
use std::sync::Arc;

pub(super) fn institution(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("medinsinfo")?;
    let code: Arc<str> = row.text("fixmedins_code").into();
    let name: Arc<str> = row.text("fixmedins_name").into();
    if code.is_empty() && name.is_empty() {
        return Err(row.fault("fixmedins_code", Wire::Missing, "机构编号与名称至少填一项"));
    }
    let area = message.area;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let known = office.store().institutions(area).map_err(|_| unavailable())?;
        let wanted = known.into_iter().find(|institution| {
            (code.is_empty() || institution.code == code)
                && (name.is_empty() || institution.name.contains(&*name))
        });
        let found = wanted.ok_or_else(|| Refused::new(Reason::InstitutionUnknown, &*code))?;
        let detail: serde_json::Value = serde_json::from_str(&found.detail).unwrap_or_default();
        let said = |key: &str| detail.get(key).and_then(|value| value.as_str()).unwrap_or("");
        answer.row("medinsinfo", |field| match field {
            "fixmedins_code" => Cell::text(found.code.to_string()),
            "fixmedins_name" => Cell::text(found.name.to_string()),
            "fixmedins_type" => Cell::text(if found.code.starts_with('P') { "2" } else { "1" }),
            "uscc" => Cell::text(said("uscc").to_string()),
            "hosp_lv" => Cell::text(said("hosp_lv").to_string()),
            _ => Cell::Absent,
        });
        answer.finish()
    })))
}

fn unavailable() -> Refused {
    Refused::new(Reason::Unavailable, "")
}
