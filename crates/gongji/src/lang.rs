//! The language of messages.

/// Chinese first; English on request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Lang {
    /// 中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// One of two texts.
    #[must_use]
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// One of two owned texts; only the one wanted is made.
    #[must_use]
    pub fn choose(self, zh: impl FnOnce() -> String, en: impl FnOnce() -> String) -> String {
        match self {
            Lang::Zh => zh(),
            Lang::En => en(),
        }
    }
}
