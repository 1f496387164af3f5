//! How often people go as the price changes. The one place with floating point: it says how likely a visit is, and touches
//! no amount.
#![expect(
    clippy::float_arithmetic,
    reason = "a chance, not an amount; what is settled afterwards is exact"
)]

/// A factor of one.
pub(super) const ONE: u64 = 1 << 32;

/// Added to what the patient pays and to spending, fen: 100 yuan. Without it a person with two small bills would have a
/// price of nothing, or one that doubles by a deductible.
const SMOOTH: i64 = 10_000;

/// What visits are multiplied by, in parts of [`ONE`], between one half and two. Spending in scope and what funds pay of it
/// before and after, fen; the elasticity in ten-thousandths.
pub(super) fn factor(spent: i64, before: i64, after: i64, elasticity: i32) -> u64 {
    let price = |paid: i64| (spent - paid).max(0) + SMOOTH;
    let (before, after) = (price(before), price(after));
    if before == after || elasticity == 0 {
        return ONE;
    }
    // Both are shares of the same spending, smoothed alike: it cancels.
    #[expect(clippy::cast_precision_loss, reason = "fen of one person's year")]
    let ratio = after as f64 / before as f64;
    let factor = ratio.powf(f64::from(elasticity) / 10_000.0).clamp(0.5, 2.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 2^31 and 2^33"
    )]
    let parts = (factor * 4_294_967_296.0) as u64;
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_fall_as_the_price_rises_within_bounds() {
        assert_eq!(factor(100_000, 40_000, 40_000, -2_000), ONE);
        assert_eq!(factor(100_000, 40_000, 20_000, 0), ONE);
        // From 60,000 + 10,000 to 80,000 + 10,000: (9/7)^−1 is 7/9.
        let seven_ninths = ONE * 7 / 9;
        assert!(factor(100_000, 40_000, 20_000, -10_000).abs_diff(seven_ninths) <= 1);
        assert_eq!(factor(1_000_000, 1_000_000, 0, -30_000), ONE / 2);
        assert_eq!(factor(1_000_000, 0, 1_000_000, -30_000), ONE * 2);
    }
}
