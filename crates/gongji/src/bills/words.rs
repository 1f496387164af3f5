//! The words that a column with a closed list of values accepts: the code, 中文, and where it is obvious
//! the national number. The reader, its messages and the reference page are made from these lists.

/// Words and the number of the value each stands for. The first word of a value is its code.
pub type Words = &'static [(&'static str, u8)];

/// 在职 or 退休; 11 and 12 are the national numbers.
pub const STATUS: Words =
    &[("active", 0), ("在职", 0), ("11", 0), ("retired", 1), ("退休", 1), ("12", 1)];

/// 协议结算等级.
pub const LEVEL: Words = &[
    ("0", 0),
    ("未定级", 0),
    ("社区", 0),
    ("未定级/社区", 0),
    ("1", 1),
    ("一级", 1),
    ("2", 2),
    ("二级", 2),
    ("3", 3),
    ("三级", 3),
];

/// 医药机构类型.
pub const VENUE: Words = &[
    ("hospital", 0),
    ("医疗机构", 0),
    ("医院", 0),
    ("internet", 1),
    ("互联网医院", 1),
    ("pharmacy", 2),
    ("零售药店", 2),
    ("药店", 2),
];

/// 就医地.
pub const PLACE: Words = &[
    ("local", 0),
    ("参保地", 0),
    ("本地", 0),
    ("filed", 1),
    ("异地已备案", 1),
    ("referred", 2),
    ("异地转诊", 2),
    ("emergency", 3),
    ("异地急诊", 3),
    ("resettled", 4),
    ("异地安置", 4),
    ("unfiled", 5),
    ("异地未备案", 5),
];

/// 结算渠道.
pub const CHANNEL: Words = &[
    ("direct", 0),
    ("联网结算", 0),
    ("联网", 0),
    ("paper", 1),
    ("手工报销", 1),
    ("手工", 1),
    ("零星报销", 1),
];

/// 医疗类别, with the national numbers.
pub const CATEGORY: Words = &[
    ("ordinary", 0),
    ("普通门诊", 0),
    ("11", 0),
    ("registration", 1),
    ("门诊挂号", 1),
    ("12", 1),
    ("emergency", 2),
    ("急诊", 2),
    ("13", 2),
    ("chronic", 3),
    ("门诊慢特病", 3),
    ("14", 3),
    ("two-disease", 4),
    ("门诊两病", 4),
    ("9901", 4),
    ("special-drug", 5),
    ("特药", 5),
    ("18", 5),
    ("pharmacy", 6),
    ("药店购药", 6),
    ("41", 6),
];

/// 待遇状态.
pub const ENTITLEMENT: Words = &[
    ("entitled", 0),
    ("享受待遇", 0),
    ("not-insured", 1),
    ("未参保", 1),
    ("arrears", 2),
    ("欠费暂停", 2),
    ("waiting", 3),
    ("等待期", 3),
];

/// 住院状态.
pub const ADMISSION: Words = &[
    ("no", 0),
    ("未住院", 0),
    ("否", 0),
    ("yes", 1),
    ("住院期间", 1),
    ("是", 1),
    ("same-day", 2),
    ("入出院当日", 2),
];

/// 个人账户使用.
pub const ACCOUNT_USE: Words = &[
    ("none", 0),
    ("不使用", 0),
    ("0", 0),
    ("own", 1),
    ("本人个账", 1),
    ("family", 2),
    ("本人及共济账户", 2),
    ("共济", 2),
    ("1", 2),
];

/// 甲乙丙, with the national numbers.
pub const CLASS: Words = &[
    ("A", 0),
    ("甲", 0),
    ("甲类", 0),
    ("01", 0),
    ("B", 1),
    ("乙", 1),
    ("乙类", 1),
    ("02", 1),
    ("C", 2),
    ("丙", 2),
    ("丙类", 2),
    ("03", 2),
    ("自费", 2),
];

/// Programme flags of a fee line; the number is that of the bit.
pub const FLAGS: Words = &[
    ("negotiated", 0),
    ("国谈药品", 0),
    ("国谈", 0),
    ("listed", 1),
    ("单列药品", 1),
    ("two-disease", 2),
    ("两病用药", 2),
    ("consultation", 3),
    ("诊察费", 3),
    ("general-fee", 4),
    ("一般诊疗费", 4),
    ("chronic", 5),
    ("慢特病用药", 5),
];

/// Yes and no.
pub const FLAG: Words =
    &[("no", 0), ("否", 0), ("0", 0), ("false", 0), ("yes", 1), ("是", 1), ("1", 1), ("true", 1)];

/// The number of the value that a word stands for.
#[inline]
#[must_use]
pub fn find(words: Words, text: &str) -> Option<u8> {
    let same = words.iter().find(|(word, _)| *word == text);
    let alike = || words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    same.or_else(alike).map(|(_, number)| *number)
}

/// The codes of all values, for messages: the first word of each.
#[must_use]
pub fn codes(words: Words) -> Vec<&'static str> {
    let mut codes = Vec::new();
    for (word, number) in words {
        if usize::from(*number) == codes.len() {
            codes.push(*word);
        }
    }
    codes
}

/// The one of `known` that `text` was probably meant to be.
#[must_use]
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase();
    let near = known.into_iter().map(|word| {
        let same_start = word.chars().next() == text.chars().next();
        ((distance(&text, &word.to_lowercase()), !same_start), word)
    });
    let ((edits, _), word) = near.min_by_key(|(far, _)| *far)?;
    let length = word.chars().count().max(text.chars().count());
    (edits * 2 <= length && edits < length).then_some(word)
}

/// Insertions, deletions, replacements and swaps of neighbours between two words.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = rows[i][j] + usize::from(a[i] != b[j]);
            let mut edits = replaced.min(row[j] + 1).min(rows[i][j + 1] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                edits = edits.min(rows[i - 1][j - 1] + 1);
            }
            row.push(edits);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{
        AccountUse, Admission, CatalogueClass, Category, Channel, Entitlement, Flags, Level, Place,
        Status, Venue,
    };

    #[test]
    fn every_code_and_chinese_name_of_the_kernel_is_a_word_for_the_same_value() {
        macro_rules! same {
            ($($words:ident $kernel:ident),+ $(,)?) => { $(
                assert_eq!(codes($words), $kernel::CODES);
                for value in $kernel::ALL {
                    let number = Some(*value as u8);
                    assert_eq!(find($words, value.code()), number);
                    assert_eq!(find($words, value.zh()), number, "{}", value.zh());
                }
            )+ };
        }
        same!(
            STATUS Status, LEVEL Level, VENUE Venue, PLACE Place, CHANNEL Channel,
            CATEGORY Category, ENTITLEMENT Entitlement, ADMISSION Admission,
            ACCOUNT_USE AccountUse, CLASS CatalogueClass,
        );
        assert_eq!(codes(FLAGS), Flags::CODES);
        for (bit, name) in Flags::ZH.iter().enumerate() {
            assert_eq!(find(FLAGS, name).map(usize::from), Some(bit));
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        let columns = ["in_scope", "service_date", "status"];
        assert_eq!(nearest("in_scpoe", columns), Some("in_scope"));
        assert_eq!(nearest("service date", columns), Some("service_date"));
        assert_eq!(nearest("remark", columns), None);
        assert_eq!(nearest("50000", ["450000", "500000"]), Some("500000"));
    }
}
