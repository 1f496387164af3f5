//! Fen and rates as plain numbers, and the one way they are multiplied.

pub(crate) type Fen = i128;

/// Ten-thousandths: 60 % is 6000.
pub(crate) type Rate = i128;

pub(crate) const WHOLE: Rate = 10_000;

/// `amount × rate`, half up to the fen.
pub(crate) fn share_of(amount: Fen, rate: Rate) -> Fen {
    half_up(amount * rate, WHOLE)
}

pub(crate) fn half_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

/// The least spending whose share at `rate` rounds to at least `payment`.
pub(crate) fn least_spending_paying(payment: Fen, rate: Rate) -> Fen {
    let short_of_half = payment * WHOLE - WHOLE / 2;
    (short_of_half + rate - 1).div_euclid(rate)
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
    fn the_least_spending_is_the_least() {
        for rate in [1, 333, 1250, 3333, 5000, 6000, 9999, 10_000] {
            for payment in 1..50 {
                let spending = least_spending_paying(payment, rate);
                assert!(share_of(spending, rate) >= payment);
                assert!(share_of(spending - 1, rate) < payment);
            }
        }
    }
}
