//! A settlement decided again, years later: from its stored inputs, under its stored policy version, byte for byte the
//! stored record; and explained in words with the articles behind them.

use crate::reason::Refused;
use crate::record::Record;
use crate::regions::Regions;
use policy::explain::{Explanation, explanation};
use store::{Entry, EntryKind};

/// A settlement decided again.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// As stored.
    pub record: Record,
    /// Decided again it is the same, byte for byte.
    pub same: bool,
    /// Where the stored bytes begin to differ, what is written now, and what is stored.
    pub difference: Option<(usize, String, String)>,
    /// Why the settlement is what it is; of an undo: that of the settlement it takes back.
    pub explanation: Explanation,
}

/// Decides an entry again.
///
/// # Errors
/// [`crate::Reason::Conflict`]: it is no settlement and takes none back, cannot be read, or its policy version is not known.
pub fn replay(entry: &Entry, regions: &Regions, english: bool) -> Result<Replayed, Refused> {
    let record = Record::from_json(&entry.record)?;
    let again = record.again(regions)?.to_json()?;
    let same = again == entry.record;
    let (decided, version) = record.decided(regions)?;
    let question = &decided.question;
    let explanation = explanation(
        version.policy,
        &question.bill,
        &question.facts,
        &decided.settlement,
        &decided.trace,
        english,
    );
    let difference = (!same).then(|| difference(&again, &entry.record));
    Ok(Replayed { record, same, difference, explanation })
}

/// True for entries that can be decided again.
#[must_use]
pub const fn is_decided(kind: EntryKind) -> bool {
    is_claim(kind)
        || matches!(
            kind,
            EntryKind::Undo
                | EntryKind::Reversal
                | EntryKind::Reinstatement
                | EntryKind::Withdrawal
        )
}

/// True for entries that settle a bill: at a counter, or from paper.
#[must_use]
pub const fn is_claim(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Settlement | EntryKind::Reimbursement)
}

/// What an entry is called: 中文 and English.
#[must_use]
pub const fn name(kind: EntryKind) -> (&'static str, &'static str) {
    match kind {
        EntryKind::Settlement => ("结算", "settlement"),
        EntryKind::Undo => ("撤销", "undo"),
        EntryKind::Reversal => ("冲正", "reversal"),
        EntryKind::Reinstatement => ("撤销被冲正", "reversal of an undo"),
        EntryKind::Credit => ("账户计入", "credit"),
        EntryKind::Rollover => ("年度结转", "rollover"),
        EntryKind::Import => ("外部累计", "used elsewhere"),
        EntryKind::Correction => ("更正", "correction"),
        EntryKind::Contribution => ("缴费到账", "contributions"),
        EntryKind::Clearing => ("清算", "clearing"),
        EntryKind::Payment => ("拨付", "payment"),
        EntryKind::Recovery => ("追回", "recovery"),
        EntryKind::Closure => ("账户注销", "closure"),
        EntryKind::Premium => ("账户缴费", "premium"),
        EntryKind::Reimbursement => ("零星报销", "reimbursement"),
        EntryKind::Withdrawal => ("零星报销撤回", "withdrawal of a reimbursement"),
        EntryKind::Interest => ("计息", "interest"),
        EntryKind::Fund => ("基金收支", "money of a fund"),
    }
}

/// Where two texts begin to differ, in bytes, and a stretch of each from there.
#[must_use]
pub fn difference(expected: &str, found: &str) -> (usize, String, String) {
    let same = expected.bytes().zip(found.bytes()).take_while(|(a, b)| a == b).count();
    // A little before, so that the name of the field is seen.
    let from = (0..=same.saturating_sub(24)).rev().find(|at| expected.is_char_boundary(*at));
    let stretch = |text: &str| {
        let from = from.filter(|from| text.is_char_boundary(*from)).unwrap_or(0);
        text[from..].chars().take(80).collect::<String>()
    };
    (same, stretch(expected), stretch(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_the_field_it_is_in() {
        let (at, expected, found) = difference(r#"{"a":1,"名":2}"#, r#"{"a":1,"名":3,"x":4}"#);
        assert_eq!((at, &*expected), (13, r#"{"a":1,"名":2}"#));
        assert_eq!(found, r#"{"a":1,"名":3,"x":4}"#);
        assert_eq!(difference("same", "same").0, 4);
    }
}
