//! A bar on long work, on a terminal only.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// How far a piece of work has come.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Begins; nothing is shown where nobody looks or for work of an instant.
    #[must_use]
    pub(crate) fn begin(label: &'static str, total: u64, long: u64) -> Progress {
        if total < long || !std::io::stderr().is_terminal() {
            return Progress(None);
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} % {eta}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress(Some(ProgressBar::new(total).with_style(style).with_message(label)))
    }

    /// Begins work whose length is not known; on a terminal only.
    #[must_use]
    pub(crate) fn alive(label: &'static str) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress(None);
        }
        let style = ProgressStyle::with_template("{msg} {human_pos} {elapsed}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        Progress(Some(ProgressBar::no_length().with_style(style).with_message(label)))
    }

    /// Says something, above the bar if there is one.
    pub(crate) fn say(&self, text: &str) {
        match &self.0 {
            Some(bar) => bar.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }

    /// Moves on.
    pub(crate) fn moved(&self, by: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(by);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
