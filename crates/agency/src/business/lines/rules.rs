//! Lines come and go while their batch is not settled.

use super::{MOST_IN_A_MESSAGE, MOST_IN_A_VISIT, Splitter, UploadLines, WithdrawLines, sheet};
use crate::business::visit;
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::{Changes, Line, PersonKey, Wants};

impl Business for UploadLines {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.visits.insert((self.person.clone(), self.visit));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (person, id) = (&self.person, self.visit);
        let (_, body) = visit::open(world, person, id, &self.institution)?;
        self.check_count()?;
        let batches: HashMap<&str, &str> =
            world.lines(id).iter().map(|line| (&*line.serial, &*line.batch)).collect();
        let mut seen = HashSet::with_capacity(self.lines.len());
        let mut splitter = Splitter::new(world, person, &self.institution, context.at)?;
        let mut splits = Vec::with_capacity(self.lines.len());
        let mut rows = Vec::with_capacity(self.lines.len());
        for stated in &self.lines {
            let twice = |words: String| Err(Refused::new(Reason::LineTwice, words));
            if body.is_settled(&stated.batch) {
                let words = format!("明细{}，批次{}", stated.serial, stated.batch);
                return Err(Refused::new(Reason::LineSettled, words));
            }
            if !seen.insert(&*stated.serial) {
                return twice(format!("{}在本次上传中重复", stated.serial));
            }
            match batches.get(&*stated.serial) {
                Some(batch) if **batch != *stated.batch => {
                    return twice(format!("{}已在批次{batch}中", stated.serial));
                }
                _ => {}
            }
            let split = splitter.split(stated)?;
            rows.push(stated.row(&split)?);
            splits.push(split);
        }
        let total = batches.len() + seen.iter().filter(|it| !batches.contains_key(**it)).count();
        if total > MOST_IN_A_VISIT {
            let words = format!("该就诊共{total}行，每次就诊至多{MOST_IN_A_VISIT}行");
            return Err(Refused::new(Reason::TooManyLines, words));
        }
        let kept = world.lines(id).iter().filter(|line| !seen.contains(&*line.serial));
        rows.extend(kept.cloned());
        let changes = Changes { sheets: vec![sheet(person, id, rows)], ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Lines(splits) })
    }

    fn repeatable(&self) -> bool {
        true
    }
}

impl UploadLines {
    fn check_count(&self) -> Result<(), Refused> {
        let sent = self.lines.len();
        if sent == 0 {
            return Err(Refused::new(Reason::NoLines, "本次未上传明细"));
        }
        if sent > MOST_IN_A_MESSAGE {
            let words = format!("本次{sent}行，每次至多{MOST_IN_A_MESSAGE}行");
            return Err(Refused::new(Reason::TooManyLines, words));
        }
        Ok(())
    }
}

impl Business for WithdrawLines {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.visits.insert((self.person.clone(), self.visit));
    }

    fn decide(&self, world: &World, _: &mut Context<'_>) -> Result<Decision, Refused> {
        let (visit, body) = visit::open(world, &self.person, self.visit, &self.institution)?;
        let named = |batch: &Arc<str>| self.batch.as_ref().is_none_or(|it| it == batch);
        if let Some(batch) = self.batch.as_ref().filter(|batch| body.is_settled(batch)) {
            return Err(Refused::new(Reason::LineSettled, &**batch));
        }
        let goes = |line: &&Line| named(&line.batch) && !body.is_settled(&line.batch);
        let (withdrawn, kept): (Vec<&Line>, Vec<&Line>) =
            world.lines(visit.id).iter().partition(goes);
        if let Some(batch) = self.batch.as_ref().filter(|_| withdrawn.is_empty()) {
            return Err(Refused::new(Reason::LineUnknown, format!("批次{batch}")));
        }
        let outcome = Outcome::Withdrawn(withdrawn.len());
        if withdrawn.is_empty() {
            return Ok(Decision { changes: Changes::default(), outcome });
        }
        let kept = kept.into_iter().cloned().collect();
        let sheets = vec![sheet(&self.person, visit.id, kept)];
        Ok(Decision { changes: Changes { sheets, ..Changes::default() }, outcome })
    }

    fn repeatable(&self) -> bool {
        true
    }
}
