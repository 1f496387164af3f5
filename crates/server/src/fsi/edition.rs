//! Editions as data: what an institution's province calls things, requires and does not have. They stand in
//! `editions.toml`.

use crate::fsi::fields::{Field, Need};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One edition.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// What people call it.
    pub name: String,
    /// Transactions it does not have.
    #[serde(default)]
    lacks: Vec<String>,
    #[serde(default)]
    requires: Requires,
    #[serde(default)]
    spelling: Spelling,
    #[serde(default)]
    spells: BTreeMap<String, String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Requires {
    #[default]
    Tables,
    Some,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Spelling {
    #[default]
    Tables,
    Camel,
}

/// The edition of institutions for which none is configured.
pub const DEFAULT: &str = "national";

static EDITIONS: LazyLock<BTreeMap<String, Edition>> =
    LazyLock::new(|| toml::from_str(include_str!("editions.toml")).unwrap_or_default());

/// All editions by word.
#[must_use]
pub fn all() -> &'static BTreeMap<String, Edition> {
    &EDITIONS
}

impl Edition {
    /// The edition of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<&'static Edition> {
        EDITIONS.get(word)
    }

    /// True if it has the transaction.
    #[must_use]
    pub fn has(&self, number: &str) -> bool {
        !self.lacks.iter().any(|lack| match lack.strip_suffix('*') {
            Some(beginning) => number.starts_with(beginning),
            None => lack == number,
        })
    }

    /// The transactions it does not have, as its list writes them.
    pub fn lacking(&self) -> impl Iterator<Item = &str> {
        self.lacks.iter().map(String::as_str)
    }

    /// The fields of single transactions that it spells otherwise: transaction and field.
    pub fn spelt(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spells.keys().filter_map(|key| key.split_once('.'))
    }

    /// True if its messages must have the field.
    #[must_use]
    pub fn requires(&self, field: &Field) -> bool {
        match self.requires {
            Requires::Tables => field.need == Need::Required,
            Requires::Some => field.need >= Need::SomeEditions,
        }
    }

    /// How it spells a field or node of a transaction.
    #[must_use]
    pub fn spelled(&self, number: &str, name: &'static str) -> Cow<'_, str> {
        if !self.spells.is_empty() {
            let own = self.spells.get(&format!("{number}.{name}"));
            if let Some(spelled) = own.or_else(|| self.spells.get(name)) {
                return Cow::Borrowed(spelled);
            }
        }
        match self.spelling {
            Spelling::Tables => Cow::Borrowed(name),
            Spelling::Camel => Cow::Owned(camel(name)),
        }
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let mut letters = part.chars();
        text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_spell_and_lack() {
        let hunan = Edition::of("hunan").unwrap();
        assert_eq!(hunan.spelled("2208", "psn_cash_pay"), "pdn_cash_pay");
        assert_eq!(hunan.spelled("2207", "psn_cash_pay"), "psn_cash_pay");
        assert!(!hunan.has("3203") && hunan.has("2207"));
        assert_eq!(camel("exp_content"), "expContent");
        assert!(Edition::of(DEFAULT).is_some());
    }
}
