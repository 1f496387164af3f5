//! 基金月结: months that are over are kept as sums. The same again changes nothing; other sums are refused, as entries of a month
//! that is over do not change.

use crate::books::last_over;
use crate::business::{Business, Context, Decision};
use crate::funds::MonthSums;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Month;
use serde_json::json;
use store::{Area, Changes, PersonKey, Wants};

/// Keeps the sums of months.
#[derive(Clone, Debug)]
pub struct KeepMonths {
    /// Whose books.
    pub area: Area,
    /// The months, with the ledger's sums of each ([`crate::funds::live`]).
    pub months: Vec<(Month, MonthSums)>,
}

impl Business for KeepMonths {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        let keys = self.months.iter().map(|(month, _)| MonthSums::key(self.area, *month));
        wants.documents.extend(keys);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let mut changes = Changes::default();
        for (month, sums) in &self.months {
            let last = month.last_day();
            if last > last_over(context.at) {
                let words = format!("{month}尚未结束，{last}次日零点五分起可以月结");
                return Err(Refused::new(Reason::Content, words));
            }
            match world.document(&MonthSums::key(self.area, *month)) {
                None => changes.documents.push(sums.filed(self.area, *month, context.at)?),
                Some(found) if MonthSums::read(found)?.1 == *sums => {}
                Some(_) => {
                    let words = format!("{month}已月结，而账面已不同；请先核对账务（check-books）");
                    return Err(Refused::new(Reason::BooksDiffer, words));
                }
            }
        }
        let kept = changes.documents.len();
        Ok(Decision { changes, outcome: Outcome::Document(json!({ "kept": kept })) })
    }
}
