//! 核定: the kernel decides the bill, and what it comes to is entered and owed to the person.

use super::super::lines::Splitter;
use super::super::post::Post;
use super::super::settle::charge::Charge;
use super::super::{Business, Context, Decision};
use super::review::another;
use super::{Filed, find, scene};
use crate::clearing::Signed;
use crate::outcome::{Outcome, Settled};
use crate::paper::{Application, Clear, Receipt, Seen, State, Verdict};
use crate::reason::{Reason, Refused};
use crate::record::{Case, PaperCase, Record};
use crate::world::World;
use kernel::{AccountUse, Moment, Refusal};
use std::sync::Arc;
use store::{Id, PersonKey, Wants};

/// Decides an application. As a trial, warnings may be open and nobody need answer for it.
#[derive(Clone, Debug)]
pub struct Decide {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// 核定人.
    pub by: Arc<str>,
    /// Warnings that are cleared along with it.
    pub clear: Vec<Clear>,
    /// 意见; may be empty.
    pub opinion: Arc<str>,
    /// What was settled at counters.
    pub seen: Arc<Seen>,
}

impl Business for Decide {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Application::key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        let (mut application, filed) = find(world, person, &self.number)?;
        application.expect(&[State::Received])?;
        if world.account(person).is_some_and(|account| account.last != self.seen.last) {
            // Read again, it will do.
            return Err(Refused::new(Reason::Busy, format!("{}刚有新的记账", person.person)));
        }
        self.seen.refuse()?;
        application.warn(self.seen.warnings());
        let by = Signed::now(&self.by, context.at);
        application.clear(&self.clear, &by)?;
        if !context.trial {
            another(&application.received, &self.by)?;
            cleared(&application)?;
        }
        let stated = &application.stated;
        let mut post = Post::new(world, person, context)?;
        let found = scene::find(world, file, stated, post.at)?;
        let on_paper = (found.scene.site.clone(), found.scene.place, found.area);
        let mut splitter = Splitter::on_paper(world, person, on_paper, post.at)?;
        let lines = scene::lines(stated);
        let splits = lines.iter().map(|line| splitter.split(line));
        let splits = splits.collect::<Result<Vec<_>, _>>()?;
        let visit = if context.trial { Id::MIN } else { (context.ids)() };
        let charge = Charge {
            person,
            service: Moment::start_of(stated.service),
            category: scene::category(stated)?,
            account_use: if stated.account { AccountUse::Own } else { AccountUse::None },
            prescription: scene::prescription(stated)?,
            case: self.case(&application, visit, found.place, context),
            lines: splits.into_iter().map(|split| split.line).collect(),
            submitted: Some(stated.submitted),
        };
        let (entry, outcome) = charge.settle(&mut post, world, file, &found.scene, context)?;
        let Outcome::Settled(settled) = outcome else {
            return Err(Refused::new(Reason::Conflict, &*self.number));
        };
        application.decided = Some(self.verdict(entry, by, &settled));
        if !context.trial {
            post.changes.documents.push(application.filed(person, filed)?);
        }
        Ok(post.decision(Outcome::of_document(&Filed { unchanged: false, application })?))
    }
}

/// Nothing is open.
fn cleared(application: &Application) -> Result<(), Refused> {
    let mut open = application.open().peekable();
    if open.peek().is_none() {
        return Ok(());
    }
    let open: Vec<_> =
        open.map(|warning| format!("{}：{}", warning.caveat.zh(), warning.words)).collect();
    Err(Refused::new(Reason::PaperOpen, open.join("；")))
}

impl Decide {
    fn case(
        &self,
        application: &Application,
        visit: Id,
        place: Arc<str>,
        context: &Context<'_>,
    ) -> Case {
        let stated = &application.stated;
        let invoices: Vec<_> = stated.receipts.iter().map(Receipt::shown).collect();
        Case {
            visit,
            message: context.message.clone(),
            invoice: Arc::from(invoices.join("；")),
            category: stated.category.clone(),
            institution: stated.issuer.code.clone(),
            disease: stated.disease.clone(),
            paper: Some(Box::new(PaperCase {
                application: application.number.clone(),
                issuer: Arc::from(stated.issuer.shown()),
                place,
            })),
            ..Case::default()
        }
    }

    fn verdict(&self, entry: Id, by: Signed, settled: &Settled) -> Verdict {
        let Record { decision, trace, .. } = &*settled.record;
        let mut articles: Vec<Arc<str>> = Vec::new();
        for article in trace.iter().flat_map(|step| step.articles.iter()) {
            if !articles.contains(article) {
                articles.push(article.clone());
            }
        }
        let withheld = decision.withheld.clone().unwrap_or_default();
        let why = Refusal::ALL.iter().find(|refusal| refusal.code() == &*withheld);
        Verdict {
            by,
            opinion: self.opinion.clone(),
            entry,
            total: decision.total,
            in_scope: decision.in_scope,
            deductible: decision.deductible,
            funds: decision.funds,
            account: decision.account_payment(),
            cash: decision.cash,
            why: why.map_or_else(Arc::default, |why| Arc::from(why.to_string())),
            withheld,
            articles,
        }
    }
}
