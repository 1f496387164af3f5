//! From the codes of a row's attributes to the number of its profile, one attribute after the other.

use super::decode::Codes;
use crate::profile::{Attribute, Profile};
use std::collections::HashMap;

/// One attribute: from what the attributes before it came to, and its code, to what they come to together.
pub(super) struct Step {
    attribute: Attribute,
    pub(super) codes: Codes,
    /// For small codes after one of the first combinations.
    near: Vec<[u32; NEAR]>,
    far: HashMap<(u32, u32), u32>,
    /// What the attributes before it came to, and the code.
    made: Vec<(u32, u32)>,
}

const NEAR: usize = 64;
/// There may be millions of combinations; tables for the first of them are enough.
const NEAR_NUMBERS: u32 = 1 << 14;
const NEW: u32 = u32::MAX;

/// The attributes of a file, in order.
pub(super) struct Combiner {
    pub(super) steps: Vec<Step>,
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
        Combiner { steps: attributes.map(step).collect() }
    }

    /// Takes the codes of one attribute into account. `numbers` is what the attributes before it came to.
    pub(super) fn add(&mut self, step: usize, codes: &[u32], numbers: &mut [u32]) {
        let Some(step) = self.steps.get_mut(step) else { return };
        for (number, code) in numbers.iter_mut().zip(codes) {
            let near = step.near.get(*number as usize).and_then(|row| row.get(*code as usize));
            *number = match near {
                Some(known) if *known != NEW => *known,
                _ => step.look_up(*number, *code),
            };
        }
    }

    /// The profiles by number. Before any attribute there is one that says nothing.
    pub(super) fn profiles(&self) -> Vec<Profile> {
        let Some(last) = self.steps.last() else { return vec![Profile::default()] };
        (0..last.made.len()).map(|number| self.profile(number)).collect()
    }

    fn profile(&self, mut number: usize) -> Profile {
        let mut profile = Profile::default();
        for step in self.steps.iter().rev() {
            let (before, code) = step.made.get(number).copied().unwrap_or_default();
            profile.set(step.attribute, step.codes.text(code));
            number = before as usize;
        }
        profile
    }
}

impl Step {
    pub(super) fn attribute(&self) -> Attribute {
        self.attribute
    }

    #[cold]
    fn look_up(&mut self, number: u32, code: u32) -> u32 {
        if let Some(known) = self.far.get(&(number, code)) {
            return *known;
        }
        let made = u32::try_from(self.made.len()).unwrap_or(0);
        self.made.push((number, code));
        self.far.insert((number, code), made);
        if number < NEAR_NUMBERS {
            if self.near.len() <= number as usize {
                self.near.resize(number as usize + 1, [NEW; NEAR]);
            }
            if let Some(place) = self.near[number as usize].get_mut(code as usize) {
                *place = made;
            }
        }
        made
    }
}
