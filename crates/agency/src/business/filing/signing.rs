//! 签约与定点 by the policy: how many institutions at a time, from when a change holds, how often (GX Art 17).

use super::{FilingKind, Named};
use crate::facts::{self, holds};
use crate::reason::{Reason, Refused};
use crate::regions::Law;
use crate::world::World;
use kernel::signup::SignUp;
use kernel::{Date, Moment, Policy};
use std::sync::Arc;
use store::{Fact, PersonFile, PersonKey};

/// What is signed: kind, disease (of an institution chosen for one), institution, days.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signing<'a> {
    pub(super) person: &'a PersonKey,
    pub(super) kind: &'static FilingKind,
    pub(super) disease: &'a Arc<str>,
    pub(super) names: &'a Arc<str>,
    pub(super) from: Date,
    pub(super) to: Date,
}

/// The policy of a day; before the first, the first.
fn policy_on(law: &Law, day: Date) -> Option<&Policy> {
    law.on(day).or_else(|| law.version(0)).map(|version| version.policy)
}

impl Signing<'_> {
    /// The rules of the kind, if it is one of signing up.
    pub(super) fn rules<'l>(&self, law: &'l Law) -> Option<(&'l SignUp, &'l Policy)> {
        let policy = policy_on(law, self.from)?;
        let rules = match self.kind.fact {
            facts::CHOSEN => &policy.sign_up.chosen,
            facts::CHOSEN_FOR => &policy.sign_up.disease,
            facts::CONTRACT => &policy.sign_up.contract,
            _ => return None,
        };
        Some((rules, policy))
    }

    /// A fact of the same kind, and for the same disease, that is believed.
    fn alike(&self, fact: &Fact) -> bool {
        *fact.kind == *self.kind.fact
            && fact.ended_at.is_none()
            && facts::chosen_disease(fact).unwrap_or_default() == *self.disease
    }

    /// Facts that a new one takes the place of: of a kind of which there is one at a time, those whose days meet.
    pub(super) fn replaced<'f>(&self, file: &'f PersonFile, law: &Law) -> Vec<&'f Fact> {
        let alone = self.rules(law).is_some_and(|(rules, _)| rules.most == 1);
        let meets = |fact: &&Fact| {
            alone && self.alike(fact) && fact.from <= self.to && self.from <= fact.to
        };
        file.facts.iter().filter(meets).collect()
    }

    /// Whether the policy lets it be signed, applied for at a moment.
    ///
    /// # Errors
    /// [`Reason::FilingContent`] says what would be right.
    pub(super) fn check(
        &self,
        world: &World,
        file: &PersonFile,
        applied: Moment,
    ) -> Result<(), Refused> {
        let law = world.law(self.person.area)?;
        let Some((rules, policy)) = self.rules(law) else { return Ok(()) };
        self.level(world, rules, applied)?;
        let content = |words: String| Err(Refused::new(Reason::FilingContent, words));
        if rules.most != 1 {
            let held =
                |fact: &&Fact| self.alike(fact) && fact.from <= self.to && self.from <= fact.to;
            let held: Vec<_> = file.facts.iter().filter(held).map(|it| &*it.other).collect();
            if rules.most > 0 && held.len() >= usize::from(rules.most) {
                let (most, held) = (rules.most, held.join("、"));
                return content(format!("至多选定{most}家，已选定{held}；请先撤销其中一家"));
            }
            return Ok(());
        }
        let replaced = self.replaced(file, law);
        let Some(old) = replaced.first() else { return Ok(()) };
        let year = policy.benefit_year;
        if let Some(earliest) = rules.earliest(applied.date(), year)
            && self.from < earliest
        {
            return content(format!(
                "已选定{}，变更自{earliest}起生效；开始日期{}应不早于此日",
                old.other, self.from
            ));
        }
        let of = year.of(self.from);
        let changed = self.changes(file).filter(|from| year.of(*from) == of).count();
        match rules.changes {
            Some(most) if changed >= usize::from(most) => {
                content(format!("{of}年度已变更{changed}次，至多{most}次"))
            }
            _ => Ok(()),
        }
    }

    /// The first days of institutions that took the place of another.
    fn changes<'f>(&'f self, file: &'f PersonFile) -> impl Iterator<Item = Date> + 'f {
        let mut alike: Vec<_> = file.facts.iter().filter(|fact| self.alike(fact)).collect();
        alike.sort_by_key(|fact| (fact.from, fact.id));
        let pairs = alike.windows(2).filter_map(|pair| match pair {
            [before, after] if before.other != after.other => Some(after.from),
            _ => None,
        });
        pairs.collect::<Vec<_>>().into_iter()
    }

    /// The institution's level on the first day, or today if that is past.
    fn level(&self, world: &World, rules: &SignUp, known: Moment) -> Result<(), Refused> {
        let day = self.from.max(known.date());
        let site = world.site(self.person.area, self.names, day, known);
        match site {
            Some((_, site))
                if self.kind.names == Named::Institution && !rules.takes(site.level) =>
            {
                let right = kernel::Level::ALL.iter().filter(|level| rules.takes(**level));
                let right: Vec<_> = right.map(|level| level.zh()).collect();
                let words = format!(
                    "{}是{}机构，应选{}机构",
                    self.names,
                    site.level.zh(),
                    right.join("、")
                );
                Err(Refused::new(Reason::FilingContent, words))
            }
            _ => Ok(()),
        }
    }

    /// An institution chosen for a disease needs a filing of the disease that holds on the first day.
    ///
    /// # Errors
    /// [`Reason::FilingContent`].
    pub(super) fn disease_filed(&self, file: &PersonFile, known: Moment) -> Result<(), Refused> {
        if self.kind.fact != facts::CHOSEN_FOR {
            return Ok(());
        }
        let day = self.from.max(known.date());
        let filed = file.facts.iter().any(|fact| {
            matches!(&*fact.kind, facts::FILING | facts::TWO_DISEASE)
                && fact.other == *self.disease
                && holds(fact, day, known)
        });
        if filed {
            return Ok(());
        }
        let words = format!("{day}没有病种{}的有效备案，请先备案", self.disease);
        Err(Refused::new(Reason::FilingContent, words))
    }
}
