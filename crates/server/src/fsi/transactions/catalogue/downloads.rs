//! 1301–1303, 1305–1311, 1313–1315 目录下载: the answer names a file, 9102 fetches it.
//!
//! The number of a file is transaction, area, version and whether it holds everything or, because the sender has this
//! version already, nothing. It is never out of date: what is fetched is the catalogue as it stands then.

use super::files::{self, File};
use crate::fsi::answer::{Cell, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::transactions::Act;
use crate::office::Office;
use agency::directory::Directory;
use kernel::Moment;
use store::Area;

/// Until when a file may be fetched, as the answer says it, milliseconds.
const KEPT: i64 = 7 * 86_400_000;

/// Says where the file of a catalogue is.
pub(in super::super) fn announced(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let number = &*message.envelope.number;
    let file = files::file(number).ok_or_else(|| Fault::wire(Wire::Internal, number))?;
    let stated = row.text("ver").to_ascii_uppercase();
    let directory = office.directory(message.area)?;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let law = office.agency().regions().law(directory.area());
        let known = stated == files::version(&directory);
        let count = if known { 0 } else { file.count(&directory, law.map(|law| &**law)) };
        let until = Moment(answer.at().0 + KEPT);
        answer.row("", |name| match name {
            "file_qury_no" => Cell::text(name_of(file, &directory, known)),
            "filename" => Cell::text(filename(file, &directory)),
            "dld_end_time" => Cell::Moment(until),
            "data_cnt" => Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX)),
            _ => Cell::Absent,
        });
        answer.finish()
    })))
}

fn name_of(file: &File, directory: &Directory, empty: bool) -> String {
    let (area, revision) = (directory.area(), directory.revision());
    format!("{}{area}{revision:012}{}", file.number, u8::from(!empty))
}

fn filename(file: &File, directory: &Directory) -> String {
    format!("{}_{}_{}.zip", file.number, directory.area(), files::version(directory))
}

/// The catalogue file of this number; `None` if it is not the number of one.
pub(in super::super) fn open(number: &str, office: &Office) -> Option<Result<Output, Fault>> {
    let digits = number.len() == 23 && number.bytes().all(|byte| byte.is_ascii_digit());
    let file = digits.then(|| files::file(&number[..4])).flatten()?;
    let area = Area::parse(&number[4..10])?;
    Some(packed(file, area, number.ends_with('0'), office))
}

fn packed(file: &File, area: Area, empty: bool, office: &Office) -> Result<Output, Fault> {
    let directory = office.directory(area)?;
    let law = office.agency().regions().law(area).map(|law| &**law);
    let nothing = Directory::default();
    let (held, law) = if empty { (&nothing, None) } else { (&*directory, law) };
    let bytes = file.pack(held, law, office.now().date())?;
    Ok(Output::File { name: filename(file, &directory), bytes })
}
