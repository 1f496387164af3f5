//! The command line as its users type it, run within the test.

use std::process::ExitCode;

/// What a command came to.
pub(crate) struct Ran {
    /// Whether it was content, or the error it ended with.
    pub(crate) code: Result<bool, String>,
    /// What it printed.
    pub(crate) out: String,
    /// What it said of faults on the way.
    pub(crate) err: String,
}

impl Ran {
    /// Whether it was content, and what it printed.
    pub(crate) fn printed(self) -> Result<(bool, String), String> {
        self.code.map(|content| (content, self.out))
    }
}

/// Runs `gongji` with these arguments.
pub(crate) fn gongji(arguments: &[&str]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = gongji::cli::run_with(arguments, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = code.map(|code| code == ExitCode::SUCCESS);
    Ran { code: code.map_err(|error| format!("{error:#}")), out: text(out), err: text(err) }
}
