//! 处方原件: the signed file of a prescription, as the sender encodes it, and its digest.

use crate::reason::{Reason, Refused};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// The largest file, bytes.
pub const MAX_FILE: usize = 2 << 20;

/// A file in base 64, checked to be one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EncodedFile {
    /// The file, base 64 without line breaks.
    pub content: Arc<str>,
    /// Hex SHA-256 of the file.
    pub digest: Arc<str>,
}

impl EncodedFile {
    /// Checks a file as it was sent.
    ///
    /// # Errors
    /// [`Reason::FileUnreadable`]: empty, not base 64, or larger than [`MAX_FILE`].
    pub fn read(sent: &str) -> Result<EncodedFile, Refused> {
        let unreadable = |words: String| Refused::new(Reason::FileUnreadable, words);
        let content: String = sent.chars().filter(|letter| !letter.is_whitespace()).collect();
        if content.is_empty() {
            return Err(unreadable("处方文件为空".into()));
        }
        if content.len() / 4 * 3 > MAX_FILE + 2 {
            return Err(unreadable(format!("处方文件超过{}MB", MAX_FILE >> 20)));
        }
        let bytes =
            STANDARD.decode(&content).map_err(|_| unreadable("处方文件不是base64编码".into()))?;
        Ok(EncodedFile { content: content.into(), digest: digest(&bytes).into() })
    }
}

/// Hex SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_decodes_to() {
        let file = EncodedFile::read("5aSE\n5pa5").unwrap();
        assert_eq!((&*file.content, file.digest.len()), ("5aSE5pa5", 64));
        assert_eq!(*file.digest, *digest("处方".as_bytes()));
    }

    #[test]
    fn what_is_no_file_is_refused_in_words() {
        let words = |sent: &str| EncodedFile::read(sent).unwrap_err().value;
        assert_eq!(words(" \n"), "处方文件为空");
        assert_eq!(words("处方"), "处方文件不是base64编码");
        assert_eq!(words(&"A".repeat(3 << 20)), "处方文件超过2MB");
    }
}
