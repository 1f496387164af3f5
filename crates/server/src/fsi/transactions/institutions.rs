//! 1201 医药机构信息获取.

use super::Act;
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::office::Office;
use agency::directory::PHARMACY;
use agency::{Reason, Refused};
use std::sync::Arc;

pub(super) fn institution(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("medinsinfo")?;
    let code: Arc<str> = row.text("fixmedins_code").into();
    let name: Arc<str> = row.text("fixmedins_name").into();
    if code.is_empty() && name.is_empty() {
        return Err(row.fault("fixmedins_code", Wire::Missing, "机构编号与名称至少填一项"));
    }
    let directory = office.directory(message.area)?;
    let now = message.received;
    Ok(Act::Ask(Box::new(move |_office, mut answer| {
        let site = |code: &str| directory.site(code, now.date(), now);
        let found = if code.is_empty() {
            let mut sites = directory.institutions().into_iter().filter_map(|code| site(&code));
            sites.find(|site| site.name.contains(&*name))
        } else {
            site(&code).filter(|site| site.name.contains(&*name))
        };
        let wanted = if code.is_empty() { &name } else { &code };
        let site =
            found.ok_or_else(|| Refused::new(Reason::InstitutionUnknown, wanted.to_string()))?;
        answer.row("medinsinfo", |field| match field {
            "fixmedins_code" => Cell::text(&*site.code),
            "fixmedins_name" => Cell::text(&*site.name),
            "fixmedins_type" => Cell::text(if site.detail.kind == PHARMACY { "2" } else { "1" }),
            "uscc" => Cell::text(&*site.detail.credit_code),
            "hosp_lv" => Cell::text(&*site.detail.grade),
            _ => Cell::Absent,
        });
        answer.finish()
    })))
}
