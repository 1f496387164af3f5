//! A region's timeline with its words looked up ahead: what records keep instead of indices.

use kernel::policy::{Cite, Policy, Term};
use kernel::{Date, Timeline};
use std::sync::Arc;

/// A region's law.
#[derive(Clone, Debug)]
pub struct Law {
    /// The compiled policies.
    pub timeline: Timeline,
    /// Words of each policy, in the same order.
    pub words: Vec<Words>,
    /// Codes of the vocabulary, in its order.
    pub codes: Codes,
}

/// Codes of a region's vocabulary.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// 参保类型.
    pub plans: Vec<Arc<str>>,
    /// 人群.
    pub cohorts: Vec<Arc<str>>,
    /// 病种.
    pub diseases: Vec<Arc<str>>,
    /// Items some rule names.
    pub items: Vec<Arc<str>>,
    /// Names of the accumulators.
    pub accumulators: Vec<Arc<str>>,
}

/// Words of one policy.
#[derive(Clone, Debug)]
pub struct Words {
    /// Its version.
    pub version: Arc<str>,
    /// Its main document.
    pub document: Arc<str>,
    /// Codes of its programmes.
    pub programmes: Vec<Arc<str>>,
    /// Codes of its limits.
    pub limits: Vec<Arc<str>>,
    /// What each citation says.
    cited: Vec<Cited>,
}

/// One policy of a law, with its words.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// Whose.
    pub law: &'a Law,
    /// The policy.
    pub policy: &'a Policy,
    /// Its words.
    pub words: &'a Words,
}

/// A citation in words.
#[derive(Clone, Debug, Default)]
pub struct Cited {
    /// Articles, each once: `渝医保发〔2023〕32号 第四条`.
    pub articles: Arc<[Arc<str>]>,
    /// A value it names has no verified source.
    pub unverified: bool,
}

impl Law {
    /// Looks the words of a timeline up.
    #[must_use]
    pub fn new(timeline: Timeline) -> Law {
        let codes = |terms: &[Term]| terms.iter().map(|term| Arc::from(&*term.code)).collect();
        let vocabulary = &timeline.vocabulary;
        let codes = Codes {
            plans: codes(&vocabulary.plans),
            cohorts: codes(&vocabulary.cohorts),
            diseases: codes(&vocabulary.diseases),
            items: vocabulary.items.iter().map(|code| Arc::from(&**code)).collect(),
            accumulators: timeline.accumulators.iter().map(|it| Arc::from(&*it.name)).collect(),
        };
        Law { words: timeline.policies.iter().map(Words::new).collect(), timeline, codes }
    }

    /// The policy in force on a day.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<Version<'_>> {
        self.timeline.index_on(day).and_then(|index| self.version(index))
    }

    /// The policy at a place in the timeline.
    #[must_use]
    pub fn version(&self, index: usize) -> Option<Version<'_>> {
        let policy = self.timeline.policies.get(index)?;
        Some(Version { law: self, policy, words: self.words.get(index)? })
    }
}

impl Words {
    fn new(policy: &Policy) -> Words {
        let count = policy.citations.len();
        let cites = (0..count).map(|index| Cite(u16::try_from(index).unwrap_or(0)));
        let codes = |term: &Term| Arc::from(&*term.code);
        Words {
            version: Arc::from(&*policy.version),
            document: policy.documents.first().map_or_else(|| Arc::from(""), |it| Arc::from(&**it)),
            programmes: policy.programmes.iter().map(|programme| codes(&programme.term)).collect(),
            limits: policy.limits.iter().map(|limit| codes(&limit.term)).collect(),
            cited: cites.map(|cite| Cited::new(policy, cite)).collect(),
        }
    }

    /// Code of a programme; empty if there is no such one.
    #[must_use]
    pub fn programme(&self, index: u16) -> Arc<str> {
        self.programmes.get(usize::from(index)).cloned().unwrap_or_else(|| Arc::from(""))
    }

    /// Code of a limit; empty if there is no such one.
    #[must_use]
    pub fn limit(&self, index: u16) -> Arc<str> {
        self.limits.get(usize::from(index)).cloned().unwrap_or_else(|| Arc::from(""))
    }

    /// What a citation says.
    #[must_use]
    pub fn cited(&self, cite: Cite) -> &Cited {
        &self.cited[usize::from(cite.0).min(self.cited.len() - 1)]
    }
}

impl Cited {
    fn new(policy: &Policy, cite: Cite) -> Cited {
        let articles = policy::explain::articles(policy, cite);
        Cited {
            articles: articles.into_iter().map(Arc::from).collect(),
            unverified: policy.cited(cite).any(|rule| rule.unverified.is_some()),
        }
    }
}
