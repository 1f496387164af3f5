//! From the codes of a row's attributes to the number of its profile.
//!
//! In most slices the codes of all attributes of a row fit side by side into one short key, which is looked up once for the
//! row. Where they do not, attributes are taken one after the other.

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
    keys: Keys,
}

/// Short keys.
#[derive(Default)]
struct Keys {
    /// By attribute: where its code begins in a key, and how many bits it has.
    fields: Vec<(u32, u32)>,
    /// By key.
    numbers: Vec<u32>,
    /// Whether the slice is in keys so far.
    taken: bool,
}

/// Bits of a key at most: what is looked up for every row stays close to the processor.
const KEY: u32 = 12;

impl Combiner {
    pub(super) fn new(attributes: impl Iterator<Item = Attribute>) -> Combiner {
        let step = |attribute| Step {
            attribute,
            codes: Codes::new(),
            near: Vec::new(),
            far: HashMap::new(),
            made: Vec::new(),
        };
        Combiner { steps: attributes.map(step).collect(), keys: Keys::default() }
    }

    /// Begins a slice: keys have room for the codes that came up so far.
    pub(super) fn begin(&mut self) {
        let mut end = 0;
        let field = |step: &Step| {
            let bits = usize::BITS - step.codes.last().leading_zeros();
            end += bits;
            (end - bits, bits)
        };
        let fields: Vec<_> = self.steps.iter().map(field).collect();
        self.keys.taken = end <= KEY;
        if self.keys.taken && (self.keys.fields != fields || self.keys.numbers.is_empty()) {
            self.keys.fields = fields;
            self.keys.numbers.clear();
            self.keys.numbers.resize(1 << end, NEW);
        }
    }

    /// Takes the codes of one attribute into account. `numbers` is what the attributes before it came to, zero at first.
    pub(super) fn add(&mut self, step: usize, codes: &[u32], numbers: &mut [u32]) {
        if self.keys.taken {
            let (start, bits) = self.keys.fields[step];
            let all = codes.iter().fold(0, |all, code| all | code);
            if all >> bits == 0 {
                numbers.iter_mut().zip(codes).for_each(|(key, code)| *key |= code << start);
                return;
            }
            // A code that came up only now.
            self.keys.taken = false;
            for number in &mut *numbers {
                *number = self.number_of(*number, step);
            }
        }
        let Some(step) = self.steps.get_mut(step) else { return };
        for (number, code) in numbers.iter_mut().zip(codes) {
            *number = step.after(*number, *code);
        }
    }

    /// Ends a slice.
    pub(super) fn end(&mut self, numbers: &mut [u32]) {
        if !self.keys.taken {
            return;
        }
        for number in numbers {
            *number = match self.keys.numbers.get(*number as usize) {
                Some(known) if *known != NEW => *known,
                _ => self.new_key(*number),
            };
        }
    }

    #[cold]
    fn new_key(&mut self, key: u32) -> u32 {
        let number = self.number_of(key, self.steps.len());
        if let Some(place) = self.keys.numbers.get_mut(key as usize) {
            *place = number;
        }
        number
    }

    /// What the codes of the first `steps` attributes in a key come to.
    fn number_of(&mut self, key: u32, steps: usize) -> u32 {
        let fields = self.keys.fields.iter().zip(&mut self.steps).take(steps);
        fields.fold(0, |number, ((start, bits), step)| {
            step.after(number, key >> start & ((1 << bits) - 1))
        })
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

    /// What a code comes to after what the attributes before it came to.
    #[inline]
    fn after(&mut self, number: u32, code: u32) -> u32 {
        let near = self.near.get(number as usize).and_then(|row| row.get(code as usize));
        match near {
            Some(known) if *known != NEW => *known,
            _ => self.look_up(number, code),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes slices of codes, attribute by attribute, and says every row's profile.
    fn taken(slices: &[Vec<Vec<i64>>]) -> Vec<Profile> {
        let attributes = [Attribute::Status, Attribute::Level, Attribute::Age];
        let mut combiner = Combiner::new(attributes.into_iter());
        let mut numbers = Vec::new();
        for slice in slices {
            combiner.begin();
            let mut profile = vec![0; slice[0].len()];
            for (step, values) in slice.iter().enumerate() {
                let codes = &mut combiner.steps[step].codes;
                let codes: Vec<u32> = values
                    .iter()
                    .map(|value| codes.of_int(*value, |value| value.to_string()))
                    .collect();
                combiner.add(step, &codes, &mut profile);
            }
            combiner.end(&mut profile);
            numbers.extend(profile);
        }
        let profiles = combiner.profiles();
        numbers.iter().map(|number| profiles[*number as usize].clone()).collect()
    }

    fn expected(slices: &[Vec<Vec<i64>>]) -> Vec<Profile> {
        let rows = slices.iter().flat_map(|slice| (0..slice[0].len()).map(move |row| (slice, row)));
        rows.map(|(slice, row)| {
            let mut profile = Profile::default();
            for (attribute, values) in
                [Attribute::Status, Attribute::Level, Attribute::Age].iter().zip(slice)
            {
                profile.set(*attribute, &values[row].to_string());
            }
            profile
        })
        .collect()
    }

    /// A slice of rows with so many values of each attribute, from some value on.
    fn slice(rows: i64, from: i64, values: [i64; 3]) -> Vec<Vec<i64>> {
        let column = |step: usize| {
            (0..rows).map(|row| from + (row * 7_919 + row / 3) % values[step]).collect()
        };
        (0..3).map(column).collect()
    }

    #[test]
    fn rows_get_their_profiles_whether_keys_are_short_or_not() {
        let short = slice(500, 1, [2, 3, 4]);
        let new_codes = slice(500, 3, [3, 3, 4]);
        // Codes that no key has room for, and values beyond the small ones.
        let long = slice(3_000, 0, [2, 3, 1_500]);
        let slices =
            [short.clone(), short.clone(), new_codes, short.clone(), long.clone(), short, long];
        assert!(taken(&slices) == expected(&slices));
    }

    #[test]
    fn files_that_say_nothing_have_one_profile() {
        let mut combiner = Combiner::new(std::iter::empty());
        combiner.begin();
        let mut profile = vec![0; 3];
        combiner.end(&mut profile);
        assert_eq!((profile, combiner.profiles().len()), (vec![0; 3], 1));
    }
}
