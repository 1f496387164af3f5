//! What an institution files with the agency without a person: sessions 签到, files 文件, its mapping to the catalogue
//! 目录对照, clearing applications 清算申请, and what it did about findings 审核反馈. Each is a document of the institution.

mod session;
mod file;
mod mapping;
mod clearing;
mod finding;

pub(crate) use clearing::application_key;
pub use clearing::{
    ApplyClearing, Clearing, ClearingAsked, ClearingState, WithdrawClearing, applications,
};
pub use file::{
    Content, FileFiled, KEPT_DAYS, KeepFile, MAX_FILE, MAX_MADE, StoredFile, stored_file,
};
pub use finding::{Feedback, Handled, Handling, KeepFindings, KeptFinding, Stage, finding};
pub use mapping::{Map, Mapping, Unmap, mappings};
pub use session::{Session, SignIn, SignOut, Signed};

use crate::directory::Site;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Area, Document, DocumentKey};

/// The institution, as it is now.
fn known(world: &World, area: Area, code: &str, at: Moment) -> Result<Site, Refused> {
    let site = world.directory(area).and_then(|directory| directory.site(code, at.date(), at));
    site.ok_or_else(|| Refused::new(Reason::InstitutionUnknown, code))
}

/// A document with this body.
fn filed<T: Serialize>(
    key: DocumentKey,
    at: Moment,
    state: i16,
    body: &T,
) -> Result<Document, Refused> {
    let body =
        serde_json::to_string(body).map_err(|_| Refused::new(Reason::Conflict, &*key.number))?;
    Ok(Document { key, at, state, body: body.into() })
}

/// The body of a stored document.
fn body<T: DeserializeOwned>(document: &Document) -> Result<T, Refused> {
    serde_json::from_str(&document.body)
        .map_err(|_| Refused::new(Reason::Conflict, &*document.key.number))
}
