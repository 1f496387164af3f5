//! Processor time, which says what a settlement costs even while others use the machine. Linux only.

use anyhow::{Context as _, Result};
use std::fs;
use std::path::Path;

/// The processes that are looked at.
#[derive(Clone, Debug)]
pub(crate) enum Of {
    /// A PostgreSQL server, by its first process: all of its processes, those that have ended too.
    Database(u32),
    /// The programs that this process has started and that have ended.
    Children,
    /// This process.
    Ourselves,
}

/// What a process has used, microseconds.
struct Times {
    parent: u32,
    own: u64,
    /// Of its children that have ended and were waited for.
    children: u64,
}

impl Of {
    /// The server whose data lie in a folder.
    ///
    /// # Errors
    /// It does not run there.
    pub(crate) fn database(folder: &str) -> Result<Of> {
        let text = fs::read_to_string(Path::new(folder).join("postmaster.pid"))?;
        let first = text.lines().next().context("postmaster.pid is empty")?;
        Ok(Of::Database(first.trim().parse()?))
    }

    /// Used so far, microseconds.
    ///
    /// # Errors
    /// The machine does not say.
    pub(crate) fn micros(&self) -> Result<u64> {
        match self {
            Of::Ourselves => Ok(times("self")?.own),
            Of::Children => Ok(times("self")?.children),
            Of::Database(first) => {
                let whole = times(&first.to_string())?;
                let mut sum = whole.own + whole.children;
                for entry in fs::read_dir("/proc")? {
                    let name = entry?.file_name().to_string_lossy().into_owned();
                    // Others may end while we look.
                    let process = name.parse::<u32>().ok().and_then(|_| times(&name).ok());
                    if let Some(process) = process.filter(|process| process.parent == *first) {
                        sum += process.own;
                    }
                }
                Ok(sum)
            }
        }
    }
}

fn times(process: &str) -> Result<Times> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is a name in parentheses, which may hold anything.
    let (_, rest) = text.rsplit_once(')').context("no name in stat")?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let field = |number: usize| -> Result<u64> {
        let text = fields.get(number - 3).context("stat is short")?;
        Ok(text.parse()?)
    };
    // Fields 14 to 17, in hundredths of a second on every Linux that programs see.
    let [user, system, users, systems] = [14, 15, 16, 17].map(field);
    let parent = u32::try_from(field(4)?)?;
    Ok(Times { parent, own: (user? + system?) * 10_000, children: (users? + systems?) * 10_000 })
}
