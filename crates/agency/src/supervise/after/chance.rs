//! How often two people would meet by chance.
//!
//! At a place with `n` settlements, `close` of the `n(n−1)/2` pairs of settlements lie within the window. If two people with
//! `a` and `b` settlements each chose their times as everybody there does, they would come within the window of each other
//! `λ = a·b·close ∕ (n(n−1)/2)` times on average; and `c` times or more with a probability of at most `λ^c ∕ c!` (Poisson).
//! With so many pairs of people, the expected number of pairs that chance alone brings together so often is at most
//! `pairs·λ^c ∕ c!`: that is held against the threshold, in millionths. Whole numbers throughout; what overflows counts as
//! chance.

/// Fixed point of probabilities.
const ONE: u128 = 1_000_000_000_000_000_000;
/// Millionths in one.
const MILLION: u128 = 1_000_000;

/// What is known of a place as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Traffic {
    /// Pairs of settlements within the window.
    pub close: u64,
    /// All pairs of settlements.
    pub all: u64,
}

impl Traffic {
    /// Of settlements at these times, in order.
    #[must_use]
    pub fn of(times: &[i64], window: i64) -> Traffic {
        let (mut close, mut from) = (0_u64, 0);
        for (place, at) in times.iter().enumerate() {
            while times.get(from).is_some_and(|early| at - early > window) {
                from += 1;
            }
            close += (place - from) as u64;
        }
        let n = times.len() as u64;
        Traffic { close, all: n * n.saturating_sub(1) / 2 }
    }

    /// How many of so many pairs of people chance would bring together `times` times or more, in millionths; `None`: more
    /// than can be told, so chance explains it.
    #[must_use]
    pub fn by_chance(self, (a, b): (u64, u64), times: u64, pairs: u64) -> Option<u128> {
        if self.all == 0 {
            return None;
        }
        let above =
            u128::from(a).checked_mul(u128::from(b))?.checked_mul(u128::from(self.close))?;
        let below = u128::from(self.all);
        let mut probability = ONE;
        for step in 1..=u128::from(times) {
            // Rounded up: never less than it is.
            probability = probability.checked_mul(above)?.div_ceil(below.checked_mul(step)?);
        }
        Some(probability.checked_mul(u128::from(pairs))?.checked_mul(MILLION)?.div_ceil(ONE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_within_the_window_are_counted_once() {
        let traffic = Traffic::of(&[0, 5, 10, 100], 5);
        assert_eq!(traffic, Traffic { close: 2, all: 6 });
        assert_eq!(Traffic::of(&[], 5), Traffic { close: 0, all: 0 });
    }

    #[test]
    fn chance_by_hand() {
        // λ = 4·5·1/1000 = 0.02; twice or more: 0.0002 at most; of 50 pairs 0.01.
        let traffic = Traffic { close: 1, all: 1_000 };
        assert_eq!(traffic.by_chance((4, 5), 2, 50), Some(10_000));
        // Four times: 0.02⁴/24 = 6.67e-9, of 50 pairs a third of a millionth, rounded up.
        assert_eq!(traffic.by_chance((4, 5), 4, 50), Some(1));
        assert_eq!(traffic.by_chance((4, 5), 0, 50), Some(50_000_000));
        assert_eq!(Traffic { close: 0, all: 0 }.by_chance((4, 5), 4, 50), None);
    }
}
