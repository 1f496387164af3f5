//! Settling one batch of a visit.

use super::Settle;
use super::charge::{Charge, Scene, check_total};
use crate::business::lines::LineBody;
use crate::business::post::Post;
use crate::business::visit::{self, VisitBody};
use crate::business::{Business, Context, Decision};
use crate::facts;
use crate::reason::{Reason, Refused};
use crate::record::{Case, LineSplit};
use crate::world::World;
use kernel::{Category, Moment};
use std::sync::Arc;
use store::{PersonKey, Visit, Wants};

impl Business for Settle {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.visits.insert((self.person.clone(), self.visit));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        let (visit, mut body) = visit::open(world, person, self.visit, &self.institution)?;
        let (splits, service) = self.lines(world, &body)?;
        self.check_parts(&splits)?;
        let (category, stated) = self.category(&body)?;
        let mut post = Post::new(world, person, context)?;
        let scene = Scene::find(world, file, &self.institution, (service, category), post.at)?;
        let charge = Charge {
            person,
            service,
            category,
            account_use: self.account_use,
            prescription: None,
            case: self.case(visit, &body, stated, context),
            lines: splits.into_iter().map(|split| split.line).collect(),
            submitted: None,
        };
        check_total(self.total, &charge.lines)?;
        let (entry, outcome) = charge.settle(&mut post, world, file, &scene, context)?;
        body.settled.push((self.batch.clone(), entry));
        post.changes.visits.push(Visit { body: body.to_json()?, ..visit.clone() });
        Ok(post.decision(outcome))
    }
}

impl Settle {
    /// The lines of the batch as they were answered, and when the last fee arose: a batch is complete then.
    fn lines(&self, world: &World, body: &VisitBody) -> Result<(Vec<LineSplit>, Moment), Refused> {
        if body.is_settled(&self.batch) {
            return Err(Refused::new(Reason::BatchSettled, &*self.batch));
        }
        let of_batch = |line: &&store::Line| line.batch == self.batch;
        let lines = world.lines(self.visit).iter().filter(of_batch);
        let mut splits = Vec::new();
        let mut service = Moment::default();
        for line in lines {
            splits.push(LineBody::of(line)?.split);
            service = service.max(line.at);
        }
        if splits.is_empty() {
            return Err(Refused::new(Reason::NoLines, format!("批次{}", self.batch)));
        }
        Ok((splits, service))
    }

    /// The stated sums must be those of the answers to the upload.
    fn check_parts(&self, splits: &[LineSplit]) -> Result<(), Refused> {
        let Some(stated) = self.parts.filter(|parts| *parts != [0; 4]) else { return Ok(()) };
        let mut sums = [0_i64; 4];
        for split in splits {
            for (sum, part) in sums.iter_mut().zip(split.parts) {
                *sum = sum.saturating_add(part);
            }
        }
        let names = ["全自费", "超限价", "先行自付", "符合政策范围"];
        let differing = names.iter().zip(stated.iter().zip(sums)).find(|(_, (it, sum))| *it != sum);
        let Some((name, (stated, sum))) = differing else { return Ok(()) };
        let (stated, sum) = (kernel::Fen::new(*stated), kernel::Fen::new(sum));
        Err(Refused::new(Reason::PartsDiffer, format!("{name}报送{stated}，应为{sum}")))
    }

    /// The category, and as it was stated. A registration fee needs no diagnosis.
    fn category(&self, body: &VisitBody) -> Result<(Category, Arc<str>), Refused> {
        let of_visit = body.purpose.as_ref().map(|purpose| &purpose.category);
        let stated = Some(&self.category).filter(|stated| !stated.is_empty()).or(of_visit);
        let incomplete = || Refused::new(Reason::VisitIncomplete, self.visit.to_string());
        let stated = stated.ok_or_else(incomplete)?;
        let category = facts::category(stated)
            .ok_or_else(|| Refused::new(Reason::CategoryUnknown, &**stated))?;
        if body.purpose.is_none() && category != Category::Registration {
            return Err(incomplete());
        }
        Ok((category, stated.clone()))
    }

    fn case(
        &self,
        visit: &Visit,
        body: &VisitBody,
        category: Arc<str>,
        context: &Context<'_>,
    ) -> Case {
        let or = |stated: &Arc<str>, else_: &Arc<str>| {
            if stated.is_empty() { else_.clone() } else { stated.clone() }
        };
        let disease = body.purpose.as_ref().map(|purpose| purpose.disease.clone());
        Case {
            visit: visit.id,
            number: visit.number.clone(),
            batch: self.batch.clone(),
            message: context.message.clone(),
            invoice: self.invoice.clone(),
            category,
            scheme: or(&self.scheme, &body.scheme),
            credential: or(&self.credential, &body.credential),
            institution: self.institution.clone(),
            disease: disease.unwrap_or_else(|| Arc::from("")),
            prescription: Arc::from(""),
            paper: None,
        }
    }
}
