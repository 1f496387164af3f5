//! Finds where a target begins or ends to be met along the steps of a parameter, looking at few of them.
//!
//! Each round looks at some steps, evenly spread over what is still open. What was looked at must be monotone; if it is not,
//! every step is looked at.

use std::collections::BTreeMap;

/// More steps than these are not all looked at.
const ALL: usize = 2_000;

/// What is known of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Known {
    meets: bool,
    value: i128,
}

/// A search along the steps of a parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search {
    steps: usize,
    known: BTreeMap<usize, Known>,
}

/// Where a target begins or ends to be met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Crossing {
    /// This step meets it.
    pub meets: usize,
    /// The step beside it does not.
    pub beside: usize,
}

/// What a search came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Where the target begins or ends to be met, in the order of the steps; one if what was measured is monotone.
    Found(Vec<Crossing>),
    /// Every step that was looked at meets it.
    Everywhere,
    /// None does.
    Nowhere,
}

impl Search {
    /// A search along so many steps.
    #[must_use]
    pub fn new(steps: usize) -> Search {
        Search { steps, known: BTreeMap::new() }
    }

    /// The steps to look at next, at most so many unless it must look at all; none: it is over.
    #[must_use]
    pub fn asks(&self, most: usize) -> Vec<usize> {
        if self.known.is_empty() {
            return spread(0, self.steps, most.max(2));
        }
        if !self.is_monotone() && self.steps <= ALL {
            return (0..self.steps).filter(|step| !self.known.contains_key(step)).collect();
        }
        let open: Vec<(usize, usize)> = self
            .changes()
            .filter(|(before, after)| after - before > 1)
            .map(|(before, after)| (before + 1, after - before - 1))
            .collect();
        let share = (most / open.len().max(1)).max(1);
        open.iter().flat_map(|(from, count)| spread_within(*from, *count, share)).collect()
    }

    /// Takes in what a step came to.
    pub fn take(&mut self, step: usize, meets: bool, value: i128) {
        self.known.insert(step, Known { meets, value });
    }

    /// True if the steps that were looked at only rise or only fall, and the target is met on one side of one place.
    #[must_use]
    pub fn is_monotone(&self) -> bool {
        let values: Vec<i128> = self.known.values().map(|known| known.value).collect();
        let rises = values.windows(2).all(|pair| pair[0] <= pair[1]);
        let falls = values.windows(2).all(|pair| pair[0] >= pair[1]);
        (rises || falls) && self.changes().count() < 2
    }

    /// How many steps were looked at.
    #[must_use]
    pub fn looked_at(&self) -> usize {
        self.known.len()
    }

    /// What it came to, once nothing is asked any more.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let crossing = |(before, after): (usize, usize)| {
            let meets = self.known.get(&before).is_some_and(|known| known.meets);
            let (meets, beside) = if meets { (before, after) } else { (after, before) };
            Crossing { meets, beside }
        };
        let crossings: Vec<Crossing> = self.changes().map(crossing).collect();
        match self.known.values().next() {
            _ if !crossings.is_empty() => Verdict::Found(crossings),
            Some(known) if known.meets => Verdict::Everywhere,
            _ => Verdict::Nowhere,
        }
    }

    /// The step with the least or the largest value.
    #[must_use]
    pub fn extreme(&self, least: bool) -> Option<usize> {
        let by = |known: &Known| if least { known.value } else { -known.value };
        self.known.iter().min_by_key(|(_, known)| by(known)).map(|(step, _)| *step)
    }

    /// Neighbours among the steps that were looked at, of which one meets the target.
    fn changes(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let after = self.known.iter().skip(1);
        self.known
            .iter()
            .zip(after)
            .filter(|((_, before), (_, after))| before.meets != after.meets)
            .map(|((before, _), (after, _))| (*before, *after))
    }
}

/// Some of `count` steps from `from` on, both ends among them.
fn spread(from: usize, count: usize, most: usize) -> Vec<usize> {
    if count <= most {
        return (from..from + count).collect();
    }
    (0..most).map(|index| from + index * (count - 1) / (most - 1)).collect()
}

/// Some of `count` steps from `from` on, so that what is left open between them is alike.
fn spread_within(from: usize, count: usize, most: usize) -> Vec<usize> {
    if count <= most {
        return (from..from + count).collect();
    }
    (0..most).map(|index| from + (index + 1) * (count + 1) / (most + 1) - 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a search; returns it and how many rounds it took.
    fn found(
        steps: usize,
        most: usize,
        value: impl Fn(usize) -> i128,
        wanted: i128,
    ) -> (Search, usize) {
        let (mut search, mut rounds) = (Search::new(steps), 0);
        loop {
            let asks = search.asks(most);
            if asks.is_empty() {
                return (search, rounds);
            }
            rounds += 1;
            assert!(asks.iter().all(|step| *step < steps), "{asks:?}");
            for step in asks {
                search.take(step, value(step) <= wanted, value(step));
            }
        }
    }

    #[test]
    fn every_place_of_every_length_is_found() {
        for steps in [1, 2, 3, 15, 16, 17, 18, 100, 601] {
            for most in [1, 2, 3, 16] {
                for place in 0..=steps {
                    // Falls from `steps` on; met from `place` on.
                    let value = |step: usize| (steps - step) as i128;
                    let (search, _) = found(steps, most, value, (steps - place) as i128);
                    let wanted = match place {
                        0 => Verdict::Everywhere,
                        _ if place == steps => Verdict::Nowhere,
                        _ => Verdict::Found(vec![Crossing { meets: place, beside: place - 1 }]),
                    };
                    assert_eq!(search.verdict(), wanted, "{steps} steps by {most}, {place}");
                    assert!(search.is_monotone());
                }
            }
        }
    }

    #[test]
    fn sixteen_at_a_time_are_three_rounds_for_four_thousand_steps() {
        let (search, rounds) = found(4_000, 16, |step| step as i128, 1_234);
        assert_eq!(
            search.verdict(),
            Verdict::Found(vec![Crossing { meets: 1_234, beside: 1_235 }])
        );
        assert!(rounds <= 4 && search.looked_at() <= 60, "{rounds}");
    }

    #[test]
    fn what_is_not_monotone_is_looked_at_everywhere() {
        // A valley: met between 40 and 60 only.
        let (search, _) = found(101, 16, |step| (step as i128 - 50).pow(2), 100);
        assert!(!search.is_monotone());
        assert_eq!(search.looked_at(), 101);
        let wanted = vec![Crossing { meets: 40, beside: 39 }, Crossing { meets: 60, beside: 61 }];
        assert_eq!(search.verdict(), Verdict::Found(wanted));
        assert_eq!(search.extreme(true), Some(50));
    }
}
