//! 人民币大写: amounts in the characters that cannot be altered.

/// An amount in fen as it stands on cheques and receipts.
#[must_use]
pub fn in_words(fen: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
    const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
    const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];
    let digit = |number: u64| DIGITS.get(usize::try_from(number % 10).unwrap_or(0)).copied();
    let amount = fen.unsigned_abs();
    let (yuan, jiao, cent) = (amount / 100, amount / 10 % 10, amount % 10);
    let mut words = String::from(if fen < 0 { "负" } else { "" });
    let written = yuan.to_string();
    let (mut zero, mut group_has) = (false, false);
    for (place, byte) in written.bytes().enumerate() {
        let left = written.len() - place - 1;
        let number = u64::from(byte - b'0');
        if number == 0 {
            zero = true;
        } else {
            if zero && !words.is_empty() && words != "负" {
                words.push('零');
            }
            zero = false;
            group_has = true;
            words.push_str(digit(number).unwrap_or_default());
            words.push_str(PLACES.get(left % 4).copied().unwrap_or_default());
        }
        if left % 4 == 0 {
            if group_has {
                words.push_str(GROUPS.get(left / 4).copied().unwrap_or_default());
            }
            group_has = false;
        }
    }
    if yuan > 0 {
        words.push('元');
    }
    match (jiao, cent) {
        (0, 0) if yuan == 0 => words.push_str("零元整"),
        (0, 0) => words.push('整'),
        (jiao, cent) => {
            if jiao > 0 {
                words.push_str(digit(jiao).unwrap_or_default());
                words.push('角');
            } else if yuan > 0 {
                words.push('零');
            }
            match cent {
                0 => words.push('整'),
                cent => {
                    words.push_str(digit(cent).unwrap_or_default());
                    words.push('分');
                }
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_as_on_a_cheque() {
        for (fen, words) in [
            (0, "零元整"),
            (5, "伍分"),
            (30, "叁角整"),
            (10_000, "壹佰元整"),
            (100_503, "壹仟零伍元零叁分"),
            (1_000_500_000, "壹仟万零伍仟元整"),
            (1_234_567_890, "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整"),
            (10_000_000_000, "壹亿元整"),
            (-120_050, "负壹仟贰佰元伍角整"),
        ] {
            assert_eq!(in_words(fen), words, "{fen}");
        }
    }
}
