//! Quantities 数量: integers of ten-thousandths, as the national interface has four decimals.

/// One unit.
pub const ONE: i64 = 10_000;

/// As people write it: `3`, `0.5`, `12.0833`.
#[must_use]
pub fn text(quantity: i64) -> String {
    let (whole, part) = (quantity / ONE, (quantity % ONE).abs());
    if part == 0 {
        return whole.to_string();
    }
    let sign = if quantity < 0 && whole == 0 { "-" } else { "" };
    let decimals = format!("{part:04}");
    format!("{sign}{whole}.{}", decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_written_as_people_do() {
        let texts = [30_000, 5_000, 120_833, -5_000, 0].map(text);
        assert_eq!(texts, ["3", "0.5", "12.0833", "-0.5", "0"]);
    }
}
