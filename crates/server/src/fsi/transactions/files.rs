//! 9101 文件上传, 9102 文件下载. A file belongs to the institution that uploaded it or for which it was made; catalogue files
//! belong to everybody.

use super::{Act, catalogue};
use crate::fsi::answer::{Cell, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::business::desk::{Content, FileFiled, KeepFile, stored_file};
use agency::{Outcome, Reason};

/// `fixmedins_code` of whoever fetches a file that is everybody's.
const EVERYBODY: &str = "plc";

pub(super) fn upload(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("fsUploadIn")?;
    own(message, &row)?;
    let bytes = row.bytes("in")?.ok_or_else(|| row.fault("in", Wire::Missing, "文件为空"))?;
    let keep = KeepFile {
        area: message.listed,
        institution: message.institution.clone(),
        name: row.required("filename")?.into(),
        content: Content::new(&bytes)?,
    };
    let institution = message.institution.clone();
    Ok(Act::Submit(
        Box::new(keep),
        Box::new(move |outcome, mut answer| {
            let filed = filed(outcome)?;
            answer.row("", |field| match field {
                "fixmedins_code" => Cell::text(&*institution),
                field => of_file(&filed, field),
            });
            answer.finish()
        }),
    ))
}

pub(super) fn download(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("fsDownloadIn")?;
    own(message, &row)?;
    let number = row.required("file_qury_no")?.to_string();
    let unknown = row.fault("file_qury_no", Wire::FileUnknown, "");
    let (area, institution) = (message.listed, message.institution.clone());
    let today = message.received.date();
    Ok(Act::Ask(Box::new(move |office, _answer| {
        if let Some(file) = catalogue::open(&number, office) {
            return file;
        }
        let found = stored_file(office.store(), area, &institution, &number, today);
        let file = found.map_err(|refused| match refused.reason {
            Reason::DocumentUnknown => unknown,
            _ => refused.into(),
        })?;
        Ok(Output::File { name: file.name.to_string(), bytes: file.bytes })
    })))
}

/// A row that names an institution must name the sender.
fn own(message: &Message<'_>, row: &Row<'_>) -> Result<(), Fault> {
    let stated = row.text("fixmedins_code");
    if ["", EVERYBODY, &*message.institution].contains(&stated) {
        return Ok(());
    }
    Err(row.fault("fixmedins_code", Wire::Unfit, "应与报文头的fixmedins_code一致"))
}

/// The file that was kept.
pub(super) fn filed(outcome: &Outcome) -> Result<FileFiled, Fault> {
    outcome.document().ok_or_else(|| Fault::wire(Wire::Internal, ""))
}

/// A field of a file that was kept.
pub(super) fn of_file<'v>(file: &'v FileFiled, field: &str) -> Cell<'v> {
    match field {
        "file_qury_no" => Cell::text(&*file.number),
        "filename" => Cell::text(&*file.name),
        // The last moment of the last day.
        "dld_endtime" => Cell::text(format!("{} 23:59:59", file.until)),
        _ => Cell::Absent,
    }
}
