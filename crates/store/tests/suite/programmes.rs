//! What the funds paid by programme, as records say it: the same on both stores, whatever a record leaves out.

use crate::sample::{AREA, entry, id, key, newcomer, visit};
use crate::stores;
use kernel::Fen;
use store::{Changes, EntryKind, Id, PaidBy, Store, Wants};

fn books() -> Changes {
    let who = key("9001");
    let visit = visit(&who, id("2026-03-02 09:00:00", 1));
    let records = [
        (
            EntryKind::Settlement,
            r#"{"decision":{"portions":[{"programme":"b","funds":[100,20,3]},{"programme":"a","funds":[7,0,0]}]}}"#,
        ),
        (
            EntryKind::Settlement,
            r#"{"decision":{"portions":[{"programme":"b","in_scope":5},{"funds":[0,0,9]}]}}"#,
        ),
        (EntryKind::Undo, r#"{"decision":{"portions":[{"programme":"b","funds":[-100,-20,-3]}]}}"#),
        (
            EntryKind::Reimbursement,
            r#"{"decision":{"portions":[{"programme":"a","funds":[1,0,0]}]}}"#,
        ),
        (EntryKind::Credit, r#"{"decision":{"portions":[{"programme":"a","funds":[999,0,0]}]}}"#),
        (EntryKind::Reversal, "{}"),
        (EntryKind::Reinstatement, r#"{"decision":{}}"#),
    ];
    let mut entries = Vec::new();
    for (number, (kind, record)) in (3..).zip(records) {
        let mut one = entry(&who, id("2026-04-02 10:00:00", number), visit.id);
        (one.kind, one.record) = (kind, record.into());
        entries.push(one);
    }
    Changes { visits: vec![visit], entries, ..newcomer(&who, "测试甲") }
}

fn paid(store: &dyn Store) -> Vec<PaidBy> {
    store.commit(&Wants::default(), &mut |_| books()).unwrap();
    let march = Id::first_at(kernel::Moment::parse("2026-04-01").unwrap());
    assert_eq!(store.paid_by_programme(AREA, Id::MIN, march).unwrap(), []);
    store.paid_by_programme(AREA, march, Id::MAX).unwrap()
}

#[test]
fn programmes_are_summed_by_kind_on_both_stores() {
    let fen = |funds: [i64; 3]| funds.map(Fen::new);
    let expected: Vec<PaidBy> = vec![
        ("".into(), EntryKind::Settlement, fen([0, 0, 9])),
        ("a".into(), EntryKind::Settlement, fen([7, 0, 0])),
        ("a".into(), EntryKind::Reimbursement, fen([1, 0, 0])),
        ("b".into(), EntryKind::Settlement, fen([100, 20, 3])),
        ("b".into(), EntryKind::Undo, fen([-100, -20, -3])),
    ];
    let (sqlite, _directory) = stores::sqlite();
    assert_eq!(paid(&sqlite), expected);
    assert_eq!(paid(&stores::postgres()), expected);
}
