//! How often two people would meet by chance.
//!
//! Were people to choose their times at a place independently, each as everybody there does, then two settlements would fall
//! on the same day with the share `same ∕ all` of all pairs of settlements, and within the window of each other by the clock
//! with the share `close ∕ across` of the pairs that fall on different days. (Pairs of one day are left out of the second
//! share: people who do come together would count for chance.) Two people with `a` and `b` settlements would meet
//! `λ = a·b·(same ∕ all)·(close ∕ across)` times on average, and `c` times or more with a probability of at most `λ^c ∕ c!`
//! (Poisson). With so many pairs of people, the expected number of pairs that chance alone brings together so often is at most
//! `pairs·λ^c ∕ c!`: that is held against the threshold, in millionths. Whole numbers throughout; what overflows, or a place
//! seen on one day only, counts as chance.

use kernel::Moment;
use std::collections::BTreeMap;

/// Fixed point of shares and probabilities.
const ONE: u128 = 1_000_000_000_000_000_000;
/// Millionths in one.
const MILLION: u128 = 1_000_000;
/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// What is known of a place as a whole: pairs of settlements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Traffic {
    /// On the same day.
    pub same: u64,
    /// All.
    pub all: u64,
    /// On different days, within the window by the clock.
    pub close: u64,
    /// On different days.
    pub across: u64,
}

/// Pairs of so many.
const fn pairs(count: u64) -> u64 {
    count * count.saturating_sub(1) / 2
}

/// Pairs of sorted times within a window.
fn within(times: &[i64], window: i64) -> u64 {
    let (mut close, mut from) = (0_u64, 0);
    for (place, at) in times.iter().enumerate() {
        while times.get(from).is_some_and(|early| at - early > window) {
            from += 1;
        }
        close += (place - from) as u64;
    }
    close
}

impl Traffic {
    /// Of settlements at these times, in order; times and window in milliseconds.
    #[must_use]
    pub fn of(times: &[i64], window: i64) -> Traffic {
        let mut days: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        for at in times {
            let day = Moment(*at).date();
            days.entry(day.days()).or_default().push(at - Moment::start_of(day).0);
        }
        let mut clock: Vec<i64> = days.values().flatten().copied().collect();
        clock.sort_unstable();
        debug_assert!(clock.iter().all(|at| (0..DAY).contains(at)));
        let same = days.values().map(|day| pairs(day.len() as u64)).sum();
        let together: u64 = days.values().map(|day| within(day, window)).sum();
        let all = pairs(times.len() as u64);
        Traffic { same, all, close: within(&clock, window) - together, across: all - same }
    }

    /// How many of so many pairs of people chance would bring together `times` times or more, in millionths; `None`: more
    /// than can be told, so chance explains it.
    #[must_use]
    pub fn by_chance(self, (a, b): (u64, u64), times: u64, pairs: u64) -> Option<u128> {
        // Rounded up at every step: never less than it is.
        let share = |part: u64, whole: u64| {
            (u128::from(part) * ONE).checked_div(u128::from(whole)).map(|it| it + 1)
        };
        let meet = (share(self.same, self.all)? * share(self.close, self.across)?).div_ceil(ONE);
        let mean = u128::from(a).checked_mul(u128::from(b))?.checked_mul(meet)?;
        let mut probability = ONE;
        for step in 1..=u128::from(times) {
            probability = probability.checked_mul(mean)?.div_ceil(ONE.checked_mul(step)?);
        }
        Some(probability.checked_mul(u128::from(pairs))?.checked_mul(MILLION)?.div_ceil(ONE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_by_day_and_by_the_clock() {
        let at = |text: &str| Moment::parse(text).unwrap().0;
        let times = [
            "2024-03-01 09:00:00",
            "2024-03-01 09:03:00",
            "2024-03-02 09:04:00",
            "2024-03-03 15:00:00",
        ];
        // One pair of a day; of the five others those of the first two with the third are five minutes apart at most.
        let traffic = Traffic::of(&times.map(at), 5 * 60_000);
        assert_eq!(traffic, Traffic { same: 1, all: 6, close: 2, across: 5 });
        assert_eq!(Traffic::of(&[], 5), Traffic { same: 0, all: 0, close: 0, across: 0 });
    }

    #[test]
    fn chance_by_hand() {
        // λ = 4·5·(1/10)·(1/100) = 0.02; twice or more: 0.0002 at most; of 50 pairs 0.01.
        let traffic = Traffic { same: 10, all: 100, close: 1, across: 100 };
        assert_eq!(traffic.by_chance((4, 5), 2, 50), Some(10_001));
        // Four times: 0.02⁴/24 = 6.67e-9, of 50 pairs a third of a millionth, rounded up.
        assert_eq!(traffic.by_chance((4, 5), 4, 50), Some(1));
        assert_eq!(traffic.by_chance((4, 5), 0, 50), Some(50_000_000));
        let one_day = Traffic { same: 10, all: 10, close: 0, across: 0 };
        assert_eq!(one_day.by_chance((4, 5), 4, 50), None);
    }
}
