//! Several runs of one measurement.

use std::fmt;

/// Rates a second, one a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Rates(Vec<u64>);

impl Rates {
    /// One more run.
    pub(crate) fn push(&mut self, rate: u64) {
        self.0.push(rate);
        self.0.sort_unstable();
    }

    /// The middle one.
    #[must_use]
    pub(crate) fn median(&self) -> u64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }

    /// The best.
    #[must_use]
    pub(crate) fn best(&self) -> u64 {
        self.0.last().copied().unwrap_or_default()
    }

    /// The worst.
    #[must_use]
    pub(crate) fn worst(&self) -> u64 {
        self.0.first().copied().unwrap_or_default()
    }

    /// This median over that one, in hundredths.
    #[must_use]
    pub(crate) fn over(&self, other: &Rates) -> Hundredths {
        Hundredths(self.median() * 100 / other.median().max(1))
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, worst, best) = (self.median(), self.worst(), self.best());
        write!(f, "median {median}/s, {worst} to {best} in {} runs", self.0.len())
    }
}

/// A ratio.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Hundredths(pub(crate) u64);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_of_medians() {
        let (mut ours, mut peer) = (Rates::default(), Rates::default());
        for rate in [9, 30, 20] {
            ours.push(rate);
        }
        for rate in [10, 8, 90] {
            peer.push(rate);
        }
        assert_eq!(ours.over(&peer).to_string(), "2.00");
        assert_eq!(ours.to_string(), "median 20/s, 9 to 30 in 3 runs");
    }
}
