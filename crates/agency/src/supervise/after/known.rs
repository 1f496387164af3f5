//! What every rule may look at, and the thresholds that the policy states.

use super::finding::Side;
use crate::regions::Law;
use crate::supervise::Severity;
use crate::world::Directories;
use kernel::{Date, Moment};
use std::sync::Arc;
use store::{Area, Store};

/// Days, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Span {
    /// A moment lies in it.
    #[must_use]
    pub fn holds(self, at: Moment) -> bool {
        (self.from..=self.to).contains(&at.date())
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}至{}", self.from, self.to)
    }
}

/// What every rule may look at.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whose books.
    pub area: Area,
    /// The law, for thresholds.
    pub law: &'a Law,
    /// Institutions and catalogues of all areas.
    pub directories: &'a Directories,
    /// The books, for what a rule looks up by itself.
    pub store: &'a dyn Store,
    /// The span that is looked at.
    pub span: Span,
    /// Up to when facts are known: the same for the whole run.
    pub now: Moment,
}

/// A threshold of the policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// The number, in the unit of the threshold.
    pub value: i64,
    /// Where it stands.
    pub basis: Basis,
}

impl Limit {
    /// That of a law on a day; `None`: it states none.
    #[must_use]
    pub fn of(law: &Law, name: &str, day: Date) -> Option<Limit> {
        let version = law.on(day)?;
        let found = version.policy.supervision.iter().find(|it| &*it.rule == name)?;
        let cited = version.words.cited(found.cite);
        let (articles, unverified) = (cited.articles.to_vec(), cited.unverified);
        Some(Limit { value: found.value, basis: Basis { articles, unverified, severity: None } })
    }
}

/// What a finding rests on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Basis {
    /// Articles, each once.
    pub articles: Vec<Arc<str>>,
    /// A value has no verified source.
    pub unverified: bool,
    /// How sure it is, if that depends on the law.
    pub severity: Option<Severity>,
}

impl Basis {
    /// With another's articles.
    #[must_use]
    pub fn and(mut self, other: &Basis) -> Basis {
        for article in &other.articles {
            if !self.articles.contains(article) {
                self.articles.push(article.clone());
            }
        }
        self.unverified |= other.unverified;
        self
    }
}

impl Known<'_> {
    /// A threshold on a day; `None`: the policy states none, and what needs it is not looked at.
    #[must_use]
    pub fn limit(&self, name: &str, day: Date) -> Option<Limit> {
        Limit::of(self.law, name, day)
    }

    /// 行政区划 of an institution's address, six digits: as it is listed, else as its code says (a letter, the division, a
    /// serial). Empty if neither says.
    #[must_use]
    pub fn division(&self, institution: &str) -> Arc<str> {
        let day = self.span.to;
        let sites = self.directories.values().filter_map(|it| it.site(institution, day, self.now));
        let listed = sites.map(|site| site.detail.division.clone()).find(|it| !it.is_empty());
        let of_code =
            || institution.get(1..7).filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
        listed.unwrap_or_else(|| of_code().unwrap_or_default().into())
    }

    /// The name of a party, as far as a directory lists it; people stay numbers.
    #[must_use]
    pub fn name(&self, side: Side, code: &str) -> Arc<str> {
        let sites =
            self.directories.values().filter_map(|it| it.site(code, self.span.to, self.now));
        let named = sites.map(|site| site.name).next().filter(|_| side == Side::Institution);
        named.unwrap_or_else(|| code.into())
    }

    /// An institution in a sentence: its name and code.
    #[must_use]
    pub fn institution(&self, code: &str) -> String {
        match self.name(Side::Institution, code) {
            name if *name == *code => code.to_owned(),
            name => format!("{name}（{code}）"),
        }
    }
}
