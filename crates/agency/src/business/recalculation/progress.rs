//! How far a run over many person-years is.

use super::Progress;
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::Refused;
use crate::world::World;
use store::{Changes, Document, PersonKey, Wants};

impl Progress {
    /// [`Document::state`] of a run under way.
    pub const UNDER_WAY: i16 = 0;
    /// [`Document::state`] of a run that is over.
    pub const OVER: i16 = 1;
}

impl Business for Progress {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key.clone());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let known = world.document(&self.key).filter(|known| known.state == Progress::UNDER_WAY);
        let document = Document {
            key: self.key.clone(),
            at: known.map_or(context.at, |known| known.at),
            state: if self.over { Progress::OVER } else { Progress::UNDER_WAY },
            body: self.body.clone(),
        };
        let changes = Changes { documents: vec![document], ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
