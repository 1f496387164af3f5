//! 文件上传 and 下载: small files, kept as documents.

use super::{body, filed, known};
use crate::business::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Changes, DocumentKey, PersonKey, Queries, Wants};

/// The largest file that may be uploaded, bytes.
pub const MAX_FILE: usize = 8 << 20;
/// The largest file that the agency makes, bytes: results of the largest upload fit.
pub const MAX_MADE: usize = 64 << 20;
/// For how many days a file can be downloaded.
pub const KEPT_DAYS: i32 = 30;

/// The content of a file, checked and encoded for keeping, outside the core's threads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    size: usize,
    encoded: Arc<str>,
}

impl Content {
    /// The content of a file that was uploaded.
    ///
    /// # Errors
    /// [`Reason::FileUnreadable`]: empty or larger than [`MAX_FILE`].
    pub fn new(bytes: &[u8]) -> Result<Content, Refused> {
        Content::within(bytes, MAX_FILE)
    }

    /// The content of a file that was made for an institution.
    ///
    /// # Errors
    /// [`Reason::FileUnreadable`]: empty or larger than [`MAX_MADE`].
    pub fn made(bytes: &[u8]) -> Result<Content, Refused> {
        Content::within(bytes, MAX_MADE)
    }

    fn within(bytes: &[u8], most: usize) -> Result<Content, Refused> {
        if bytes.is_empty() {
            return Err(Refused::new(Reason::FileUnreadable, "文件为空"));
        }
        if bytes.len() > most {
            let words = format!("文件{}字节，超过{}MB", bytes.len(), most >> 20);
            return Err(Refused::new(Reason::FileUnreadable, words));
        }
        Ok(Content { size: bytes.len(), encoded: STANDARD.encode(bytes).into() })
    }

    /// The content of a file that was sent in base 64.
    ///
    /// # Errors
    /// [`Reason::FileUnreadable`]: not base 64, or as for [`Content::new`].
    pub fn decode(sent: &str) -> Result<Content, Refused> {
        if sent.len() / 4 * 3 > MAX_FILE + MAX_FILE / 8 {
            let words = format!("文件超过{}MB", MAX_FILE >> 20);
            return Err(Refused::new(Reason::FileUnreadable, words));
        }
        let plain: String = sent.chars().filter(|letter| !letter.is_whitespace()).collect();
        let bytes = STANDARD
            .decode(&plain)
            .map_err(|_| Refused::new(Reason::FileUnreadable, "文件数据不是base64编码"))?;
        Content::new(&bytes)
    }
}

/// Keeps a file of an institution: one it uploads, or one that was made for it.
#[derive(Clone, Debug)]
pub struct KeepFile {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// 文件名.
    pub name: Arc<str>,
    /// What is in it.
    pub content: Content,
}

/// What a [`KeepFile`] is answered with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileFiled {
    /// 文件查询号.
    pub number: Arc<str>,
    /// 文件名.
    pub name: Arc<str>,
    /// Last day for downloading it.
    #[serde(with = "stored::day")]
    pub until: Date,
}

/// A file, as it is stored.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Kept {
    name: Arc<str>,
    size: usize,
    #[serde(with = "stored::day")]
    until: Date,
    content: Arc<str>,
}

fn key(area: Area, institution: &str, number: &str) -> DocumentKey {
    let (owner, number) = (institution.into(), number.into());
    DocumentKey { area, kind: documents::FILE.into(), owner, number }
}

impl Business for KeepFile {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        known(world, self.area, &self.institution, context.at)?;
        if self.name.is_empty() || self.name.chars().count() > 200 {
            return Err(Refused::new(Reason::Content, "文件名应为1至200字"));
        }
        let number: Arc<str> = (context.ids)().to_string().into();
        let until = Date::from_days(context.at.date().days() + KEPT_DAYS);
        let kept = Kept {
            name: self.name.clone(),
            size: self.content.size,
            until,
            content: self.content.encoded.clone(),
        };
        let key = key(self.area, &self.institution, &number);
        let documents = vec![filed(key, context.at, 0, &kept)?];
        let answer = FileFiled { number, name: self.name.clone(), until };
        let outcome = Outcome::of_document(&answer)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}

/// A file as it is downloaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredFile {
    /// 文件名.
    pub name: Arc<str>,
    /// Last day for downloading it.
    pub until: Date,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A file of an institution.
///
/// # Errors
/// [`Reason::DocumentUnknown`], [`Reason::DocumentState`] if its last day has passed, or what the store says.
pub fn stored_file(
    queries: &dyn Queries,
    area: Area,
    institution: &str,
    number: &str,
    today: Date,
) -> Result<StoredFile, Refused> {
    let Some(found) = queries.document(&key(area, institution, number))? else {
        return Err(Refused::new(Reason::DocumentUnknown, format!("文件查询号{number}")));
    };
    let kept: Kept = body(&found)?;
    if today > kept.until {
        let words = format!("文件{number}的下载截止日期{}已过", kept.until);
        return Err(Refused::new(Reason::DocumentState, words));
    }
    let bytes =
        STANDARD.decode(&*kept.content).map_err(|_| Refused::new(Reason::Conflict, number))?;
    Ok(StoredFile { name: kept.name, until: kept.until, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_refused_in_words() {
        let words = |sent: &str| Content::decode(sent).unwrap_err().value;
        assert_eq!(words(""), "文件为空");
        assert_eq!(words("not base 64!"), "文件数据不是base64编码");
        assert_eq!(words(&"A".repeat(13 << 20)), "文件超过8MB");
        let large = vec![0; MAX_FILE + 1];
        let refused = Content::new(&large).unwrap_err();
        assert_eq!(refused.value, "文件8388609字节，超过8MB");
        assert!(Content::made(&large).is_ok(), "results may be larger than what was uploaded");
        assert_eq!(Content::decode("aGk=\n"), Content::new(b"hi"));
    }
}
