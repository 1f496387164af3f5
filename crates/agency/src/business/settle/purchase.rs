//! A pharmacy purchase: visit, lines and settlement in one message, on an external prescription or without.

use super::Purchase;
use super::charge::{Charge, Scene, check_total};
use crate::business::lines::{self, MOST_IN_A_MESSAGE, Splitter};
use crate::business::post::Post;
use crate::business::prescription::{self, Bought, Prescription};
use crate::business::visit::{OPEN, VisitBody};
use crate::business::{Business, Context, Decision};
use crate::facts;
use crate::reason::{Reason, Refused};
use crate::record::{Case, LineSplit};
use crate::world::World;
use kernel::Venue;
use std::collections::HashSet;
use std::sync::Arc;
use store::{DocumentKey, Id, PersonKey, Visit, Wants};

impl Business for Purchase {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        if !self.prescription.is_empty() {
            wants.documents.insert(self.prescription_key());
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        let category = facts::category(&self.category)
            .ok_or_else(|| Refused::new(Reason::CategoryUnknown, &*self.category))?;
        let mut post = Post::new(world, person, context)?;
        let scene = Scene::find(world, file, &self.institution, (self.at, category), post.at)?;
        if scene.site.venue != Venue::Pharmacy {
            return Err(Refused::new(Reason::NotAllowed, &*self.institution));
        }
        let splits = self.split(world, &post)?;
        let prescription = self.prescription(world, &post)?;
        let visit = if context.trial { Id::MIN } else { (context.ids)() };
        let charge = Charge {
            person,
            service: self.at,
            category,
            account_use: self.account_use,
            prescription: prescription.as_ref().map(|it| it.prescriber.for_the_bill()),
            case: self.case(visit, context),
            lines: splits.iter().map(|split| split.line.clone()).collect(),
            submitted: None,
        };
        check_total(self.total, &charge.lines)?;
        let (entry, outcome) = charge.settle(&mut post, world, file, &scene, context)?;
        if let Some(prescription) = prescription {
            let pharmacy = self.institution.clone();
            let next = prescription.purchased_by(entry, pharmacy, post.at, self.bought());
            let key = self.prescription_key();
            let filed = world.document(&key).map_or(post.at, |document| document.at);
            post.changes.documents.push(next.filed(key, filed)?);
        }
        post.changes.visits.push(self.visit(visit, entry)?);
        let lines = self.lines.iter().zip(&splits);
        let lines: Result<_, Refused> = lines.map(|(stated, split)| stated.row(split)).collect();
        post.changes.sheets.push(lines::sheet(person, visit, lines?));
        Ok(post.decision(outcome))
    }
}

impl Purchase {
    fn prescription_key(&self) -> DocumentKey {
        prescription::key(&self.person, &self.prescription)
    }

    fn split(&self, world: &World, post: &Post<'_>) -> Result<Vec<LineSplit>, Refused> {
        if self.lines.len() > MOST_IN_A_MESSAGE {
            let words = format!("本次{}行，每次至多{MOST_IN_A_MESSAGE}行", self.lines.len());
            return Err(Refused::new(Reason::TooManyLines, words));
        }
        let mut seen = HashSet::with_capacity(self.lines.len());
        if let Some(twice) = self.lines.iter().find(|line| !seen.insert(&*line.serial)) {
            return Err(Refused::new(Reason::LineTwice, &*twice.serial));
        }
        if self.lines.is_empty() {
            return Err(Refused::new(Reason::NoLines, "购药明细"));
        }
        let mut splitter = Splitter::new(world, &self.person, &self.institution, post.at)?;
        self.lines.iter().map(|stated| splitter.split(stated)).collect()
    }

    /// The prescription behind it, if there is one and it may be used.
    fn prescription(
        &self,
        world: &World,
        post: &Post<'_>,
    ) -> Result<Option<Prescription>, Refused> {
        if self.prescription.is_empty() {
            return Ok(None);
        }
        let (prescription, _) = prescription::find(world, &self.person, &self.prescription)?;
        let person = &self.person.person;
        prescription.usable_for_purchase(person, &self.institution, post.at, &self.bought())?;
        Ok(Some(prescription))
    }

    fn bought(&self) -> Vec<Bought> {
        let bought = |line: &crate::business::lines::StatedLine| Bought {
            item: line.item.clone(),
            quantity: line.quantity,
        };
        self.lines.iter().map(bought).collect()
    }

    fn visit(&self, id: Id, entry: Id) -> Result<Visit, Refused> {
        let batch = self.lines.first().map_or_else(|| Arc::from(""), |line| line.batch.clone());
        let body = VisitBody {
            scheme: self.scheme.clone(),
            credential: self.credential.clone(),
            settled: vec![(batch, entry)],
            purchase: true,
            ..VisitBody::default()
        };
        Ok(Visit {
            id,
            key: self.person.clone(),
            institution: self.institution.clone(),
            number: Arc::from(""),
            began: self.at,
            state: OPEN,
            body: body.to_json()?,
        })
    }

    fn case(&self, visit: Id, context: &Context<'_>) -> Case {
        Case {
            visit,
            number: Arc::from(""),
            batch: self.lines.first().map_or_else(|| Arc::from(""), |line| line.batch.clone()),
            message: context.message.clone(),
            invoice: self.invoice.clone(),
            category: self.category.clone(),
            scheme: self.scheme.clone(),
            credential: self.credential.clone(),
            institution: self.institution.clone(),
            disease: self.disease.clone(),
            prescription: self.prescription.clone(),
            paper: None,
        }
    }
}
