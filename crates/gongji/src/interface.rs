//! `gongji interface`: the reference of the interface as Markdown pages.

use anyhow::{Context as _, Result};
use std::path::Path;

/// Writes the pages into a folder.
///
/// # Errors
/// What cannot be written.
pub fn write(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (name, text) in server::reference::pages() {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}
