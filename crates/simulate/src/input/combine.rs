//! From the codes of a row's attributes to the number of its profile, one attribute after the other.

use super::decode::Codes;
use crate::profile::{Attribute, Profile};
use std::collections::HashMap;

/// One attribute: from what the attributes before it came to, and its code, to what they come to together.
pub(super) struct Step {
    attribute: Attribute,
    pub(super) codes: Codes,
    /// For small codes.
    near: Vec<[u32; NEAR]>,
    far: HashMap<(u32, u32), u32>,
    made: Vec<Profile>,
}

const NEAR: usize = 64;
const NEW: u32 = u32::MAX;

/// The attributes of a file, in order.
pub(super) struct Combiner {
    pub(super) steps: Vec<Step>,
    /// Before any attribute there is one profile that says nothing.
    nothing: [Profile; 1],
}

impl Combiner {
    pub(super) fn new(attributes: impl Iterator<Item = Attribute>) -> Combiner {
        let step = |attribute| Step {
            attribute,
            codes: Codes::new(),
            near: Vec::new(),
            far: HashMap::new(),
            made: Vec::new(),
        };
        Combiner { steps: attributes.map(step).collect(), nothing: [Profile::default()] }
    }

    /// Takes the codes of one attribute into account. `numbers` is what the attributes before it came to.
    pub(super) fn add(&mut self, step: usize, codes: &[u32], numbers: &mut [u32]) {
        let (before, from) = self.steps.split_at_mut(step);
        let before = before.last().map_or(&self.nothing[..], |step| &step.made);
        let Some(step) = from.first_mut() else { return };
        for (number, code) in numbers.iter_mut().zip(codes) {
            let near = step.near.get(*number as usize).and_then(|row| row.get(*code as usize));
            *number = match near {
                Some(known) if *known != NEW => *known,
                _ => step.look_up(*number, *code, before),
            };
        }
    }

    /// The profiles by number.
    pub(super) fn profiles(&self) -> &[Profile] {
        self.steps.last().map_or(&self.nothing, |step| &step.made)
    }
}

impl Step {
    pub(super) fn attribute(&self) -> Attribute {
        self.attribute
    }

    #[cold]
    fn look_up(&mut self, number: u32, code: u32, before: &[Profile]) -> u32 {
        if let Some(known) = self.far.get(&(number, code)) {
            return *known;
        }
        let made = u32::try_from(self.made.len()).unwrap_or(0);
        let mut profile = before[number as usize].clone();
        profile.set(self.attribute, self.codes.text(code));
        self.made.push(profile);
        self.far.insert((number, code), made);
        if self.near.len() <= number as usize {
            self.near.resize(number as usize + 1, [NEW; NEAR]);
        }
        if let Some(place) = self.near[number as usize].get_mut(code as usize) {
            *place = made;
        }
        made
    }
}
