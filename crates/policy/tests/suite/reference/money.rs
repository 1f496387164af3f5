//! Fen and rates as plain numbers, and the one way they are multiplied.

pub(crate) type Fen = i128;

/// Ten-thousandths: 60 % is 6000.
pub(crate) type Rate = i128;

pub(crate) const WHOLE: Rate = 10_000;

/// `amount × rate`, half up to the fen.
pub(crate) fn share_of(amount: Fen, rate: Rate) -> Fen {
    half_up(amount * rate, WHOLE)
}

/// What becomes of a part of a fen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rounding {
    HalfUp,
    HalfEven,
    Down,
}

impl Rounding {
    /// `amount × rate`, to the fen.
    pub(crate) fn share_of(self, amount: Fen, rate: Rate) -> Fen {
        let (whole, rest) = ((amount * rate).div_euclid(WHOLE), (amount * rate).rem_euclid(WHOLE));
        let up = match self {
            Self::HalfUp => 2 * rest >= WHOLE,
            Self::HalfEven => 2 * rest > WHOLE || 2 * rest == WHOLE && whole % 2 == 1,
            Self::Down => false,
        };
        whole + Fen::from(up)
    }
}

pub(crate) fn half_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

/// The least spending whose share at `rate`, unrounded, is at least `payment`.
pub(crate) fn least_spending_paying(payment: Fen, rate: Rate) -> Fen {
    (payment * WHOLE + rate - 1).div_euclid(rate)
}

mod tests {
    use super::*;

    #[test]
    fn half_a_fen_rounds_up() {
        assert_eq!(share_of(1, 5000), 1);
        assert_eq!(share_of(4, 1250), 1);
        assert_eq!(share_of(3, 1250), 0);
        assert_eq!(share_of(5, 7000), 4);
    }

    #[test]
    fn half_a_fen_goes_where_the_policy_says() {
        let halves = |rounding: Rounding| [1, 3, 5].map(|fen| rounding.share_of(fen, 5000));
        assert_eq!(halves(Rounding::HalfUp), [1, 2, 3]);
        assert_eq!(halves(Rounding::HalfEven), [0, 2, 2]);
        assert_eq!(halves(Rounding::Down), [0, 1, 2]);
        assert_eq!(Rounding::HalfEven.share_of(3, 5001), 2);
    }

    #[test]
    fn the_least_spending_is_the_least() {
        for rate in [1, 333, 1250, 3333, 5000, 6000, 9999, 10_000] {
            for payment in 1..50 {
                let spending = least_spending_paying(payment, rate);
                assert!(spending * rate >= payment * WHOLE);
                assert!((spending - 1) * rate < payment * WHOLE);
            }
        }
    }
}
