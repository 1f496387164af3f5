//! Every fault that a check knows is found in books that were damaged behind the program's back.

use super::{Books, who};
use agency::books::{Fault, Kind};
use std::collections::BTreeSet;

/// Where the pool fund is posted to first, it is posted a fen more.
const FIRST_OF_POOL_FUND_GROWS: &str = "UPDATE entry \
    SET postings = json_set(postings, '$[0][2]', (postings ->> '$[0][2]') + 1) \
    WHERE postings LIKE '[[1001,%'";

/// SQL that damages books in one way, and what a check must say of it.
const DAMAGE: &[(Kind, &str)] = &[
    (Kind::Unbalanced, FIRST_OF_POOL_FUND_GROWS),
    (Kind::Trial, FIRST_OF_POOL_FUND_GROWS),
    (
        Kind::Unbalanced,
        "UPDATE entry SET postings = json_remove(postings, '$[0]') \
         WHERE kind = 1 AND person = '995000000001'",
    ),
    (Kind::Account, "DELETE FROM entry WHERE kind = 3 AND person = '995000000001'"),
    (
        Kind::Postings,
        "UPDATE entry SET postings = json_insert(postings, '$[#]', json('[1001,\"\",5]'), \
         '$[#]', json('[2101,\"H0\",-5]')) WHERE kind = 1 AND person = '995000000001'",
    ),
    (Kind::UnknownHead, "UPDATE entry SET postings = replace(postings, '[1001,', '[9999,')"),
    (Kind::Record, "UPDATE entry SET record = '{' WHERE kind = 1 AND person = '995000000001'"),
    (Kind::Record, "UPDATE entry SET record = '[]' WHERE kind = 5"),
    (Kind::Columns, "UPDATE entry SET cash = cash + 1 WHERE kind = 1"),
    (Kind::Columns, "UPDATE entry SET payers = NULL WHERE payers IS NOT NULL"),
    (Kind::Columns, "UPDATE entry SET institution = 'H0' WHERE kind = 2"),
    (Kind::Columns, "UPDATE entry SET year = 2025 WHERE kind = 7"),
    (Kind::Columns, "UPDATE entry SET total = 1 WHERE kind = 3"),
    (
        Kind::Postings,
        "UPDATE entry SET postings = (SELECT json_group_array(json_array(value ->> 0, value ->> 1, \
         (value ->> 2) + CASE value ->> 0 WHEN 1001 THEN 7 WHEN 2101 THEN -7 ELSE 0 END)) \
         FROM json_each(postings)) WHERE postings LIKE '%[1001,%'",
    ),
    (
        Kind::Postings,
        "UPDATE entry SET postings = (SELECT json_group_array(json_array(value ->> 0, \
         iif(value ->> 0 = 2101, 'H0', value ->> 1), value ->> 2)) FROM json_each(postings))",
    ),
    (Kind::Postings, "UPDATE entry SET postings = '[]' WHERE kind = 3"),
    (
        Kind::Payers,
        "UPDATE entry SET record = json_set(record, '$.decision.first_pay', 12345) WHERE kind = 1",
    ),
    (
        Kind::Month,
        "INSERT INTO document (area, kind, owner, number, at, state, body) \
         VALUES (500000, 'month', '995000000001', '2026-02', 0, 0, '{\"credited\":100}')",
    ),
    (Kind::UndoLink, "DELETE FROM undone"),
    (Kind::UndoLink, "UPDATE undone SET undone_by = entry"),
    (Kind::UndoLink, "UPDATE entry SET undoes = NULL WHERE kind = 2"),
    (Kind::UndoLink, "UPDATE entry SET undoes = id WHERE kind = 7"),
    (
        Kind::UndoLink,
        "INSERT INTO undone SELECT area, id, person, id FROM entry \
         WHERE kind = 1 AND person = '995000000020'",
    ),
    (
        Kind::UndoLink,
        "INSERT INTO undone VALUES (500000, x'00000000000000000000000000000001', 'P', \
         x'00000000000000000000000000000002')",
    ),
    (
        Kind::Negation,
        "UPDATE entry SET record = json_set(record, '$.decision.rate', 1) WHERE kind = 2",
    ),
    (
        Kind::Negation,
        "UPDATE entry SET record = json_set(record, '$.moves', json('[]')) WHERE kind = 8",
    ),
    (
        Kind::Wallet,
        "UPDATE entry SET record = json_set(record, '$.inputs.wallet[1]', 1) WHERE kind = 1",
    ),
    (Kind::Wallet, "UPDATE entry SET record = json_set(record, '$.wallet[0]', 1) WHERE kind = 4"),
    (
        Kind::Used,
        "UPDATE entry SET record = json_set(record, '$.inputs.used', \
         json('{\"ordinary.deductible\":1}')) WHERE kind = 1",
    ),
    (
        Kind::Used,
        "UPDATE entry SET record = json_set(record, '$.taken_back.used', json('{\"x\":1}')) \
         WHERE kind = 2",
    ),
    (
        Kind::BalanceAfter,
        "UPDATE entry SET record = json_set(record, '$.balance', 1) WHERE kind = 7",
    ),
    (
        Kind::Account,
        "UPDATE standing SET current_fen = current_fen + 1 WHERE year = 0 AND person = '995000000001'",
    ),
    (
        Kind::Account,
        "UPDATE standing SET earlier_fen = earlier_fen + 1 WHERE year = 0 AND person = '995000000030'",
    ),
    (
        Kind::Last,
        "UPDATE standing SET last_entry = zeroblob(16) WHERE year = 0 AND person = '995000000001'",
    ),
    (
        Kind::Negative,
        "UPDATE standing SET current_fen = -1 WHERE year = 0 AND person = '995000000004'",
    ),
    (
        Kind::Negative,
        "UPDATE entry SET record = json_set(record, '$.moves', \
         json('[[\"limit.pool-year\",-1]]')) WHERE kind = 5",
    ),
    (
        Kind::Cells,
        "UPDATE standing SET cells = '{\"ordinary.deductible\":1}' \
         WHERE year = 2026 AND person = '995000000001'",
    ),
    (Kind::Cells, "DELETE FROM standing WHERE year = 2026 AND person = '995000000001'"),
    (
        Kind::Cells,
        "INSERT INTO standing (area, person, year, cells) \
         VALUES (500000, '995000000005', 2026, '{\"ordinary.deductible\":1}')",
    ),
    (Kind::NoAccount, "DELETE FROM standing WHERE year = 0 AND person = '995000000001'"),
    (
        Kind::Visit,
        "UPDATE visit SET body = json_set(body, '$.settled', json('[]')) \
         WHERE person = '995000000001'",
    ),
    (
        Kind::Visit,
        "UPDATE visit SET body = json_set(body, '$.settled[0][0]', '9') \
         WHERE person = '995000000001'",
    ),
    (Kind::Visit, "UPDATE visit SET body = '{' WHERE person = '995000000001'"),
    (Kind::Visit, "DELETE FROM visit WHERE person = '995000000020'"),
    (
        Kind::Message,
        "UPDATE message SET entry = x'00000000000000000000000000000001' WHERE entry IS NOT NULL",
    ),
    (Kind::Message, "UPDATE message SET person = '995000000002' WHERE person = '995000000001'"),
    (Kind::Closing, "UPDATE closing SET balance = balance + 1 WHERE account = 2101"),
    (Kind::Closing, "DELETE FROM closing WHERE account = 1001"),
    (
        Kind::Statement,
        "INSERT INTO document (area, kind, owner, number, at, state, body) VALUES (500000, 'statement', 'H1', \
         '2026-03', 0, 0, '{\"institution\":\"H1\",\"period\":\"2026-03\",\"lines\":[{\"class\":\"11\"}]}')",
    ),
    (
        Kind::Correction,
        "UPDATE entry SET kind = 6, record = json_set(record, '$.correction', \
         json('{\"settlement\":\"00000000000000000000000001\"}')) WHERE kind = 5",
    ),
    (
        Kind::PaperClaim,
        "INSERT INTO document (area, kind, owner, number, at, state, body) VALUES (500000, 'reimbursement', \
         '995000000001', 'A1', 0, 0, '{\"number\":\"A1\",\"person\":\"995000000001\",\"decided\":{}}')",
    ),
    (
        Kind::Record,
        "UPDATE entry SET record = json_set(record, '$.inputs.channel', 'paper') WHERE kind = 1",
    ),
    (Kind::Unreadable, "UPDATE entry SET kind = 99 WHERE kind = 5"),
    (Kind::Unreadable, "UPDATE entry SET payers = '{' WHERE kind = 1 AND person = '995000000020'"),
    (
        Kind::Recovery,
        "INSERT INTO document (area, kind, owner, number, at, state, body) VALUES (500000, 'case', \
         'AJ-age-P-001', 'AJ-age-P-001', 0, 4, '{\"recovery\":{\"due\":5}}')",
    ),
    (
        Kind::Recovery,
        "INSERT INTO document (area, kind, owner, number, at, state, body) SELECT 500000, 'taken', \
         '995000000001', '00000000000000000000000001', 0, 0, '{\"cases\":{\"AJ\":[[7,0,0],0]}}'",
    ),
    (
        Kind::Funds,
        "INSERT INTO document (area, kind, owner, number, at, state, body) \
         VALUES (500000, 'fund-move', 'fiscal-subsidy', 'C1', 0, 0, '{\"fen\":5}')",
    ),
    (
        Kind::Interest,
        "INSERT INTO document (area, kind, owner, number, at, state, body) \
         VALUES (500000, 'account-interest', '995000000001', '2025', 0, 0, '{\"fen\":5}')",
    ),
    (
        Kind::Replay,
        "UPDATE entry SET record = json_set(record, '$.trace.steps[0][2][0]', 7) WHERE kind = 1",
    ),
    (
        Kind::Replay,
        "UPDATE entry SET record = replace(record, '\"v\":1', '\"v\": 1') WHERE kind = 2",
    ),
    (
        Kind::Replay,
        "UPDATE entry SET record = json_set(record, '$.inputs.policy', 'x') WHERE kind = 8",
    ),
];

#[test]
fn every_kind_of_damage_is_found_and_called_by_its_name() {
    let mut wrong = Vec::new();
    for (kind, sql) in DAMAGE {
        let report = Books::after(sql).check();
        if !report.by_kind.contains_key(kind.code()) {
            wrong.push(format!("{} not found after {sql}: {:?}", kind.code(), report.by_kind));
        }
        assert_eq!(
            report.wrong() > 1_000,
            report.faults.len() < report.wrong().try_into().unwrap()
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let kinds: BTreeSet<Kind> = DAMAGE.iter().map(|(kind, _)| *kind).collect();
    assert!(Kind::ALL.iter().all(|kind| kinds.contains(kind)), "a kind that nothing shows");
}

/// The one fault of a kind after damage.
fn only(kind: Kind, sql: &str) -> Fault {
    let report = Books::after(sql).check();
    let mut found = report.faults.into_iter().filter(|fault| fault.kind == kind);
    let fault = found.next().unwrap();
    assert!(found.next().is_none());
    fault
}

#[test]
fn a_fault_says_whose_books_which_person_what_would_be_right_and_what_stands_there() {
    let sql = "UPDATE standing SET current_fen = 12345 WHERE year = 0 AND person = '995000000004'";
    let text = only(Kind::Account, sql).text(false);
    let expected = format!(
        "[account] 500000 个人账户余额与分录合计不符 人员 {}，账户余额：\
         应为 当年 0.00 历年 0.00，实为 当年 123.45 历年 0.00",
        who(4)
    );
    assert_eq!(text, expected);
    let sql = "UPDATE entry SET cash = cash + 1 WHERE kind = 1 AND person = '995000000020'";
    let fault = only(Kind::Columns, sql);
    assert!(fault.entry.is_some());
    assert!(fault.text(true).contains("columns of an entry differ from its record, person"));
}

#[test]
fn postings_that_cannot_be_read_are_findings_and_the_check_goes_on() {
    for postings in ["{", "", "{}", "[[1001]]", "[[1001,\"\",\"5\"]]", "[[1001,\"\",0.5]]"] {
        let of_one = "WHERE kind = 1 AND person = '995000000020'";
        let sql = format!("UPDATE entry SET postings = '{postings}' {of_one}");
        let report = Books::after(&sql).check();
        let found = |kind: Kind| report.faults.iter().filter(move |fault| fault.kind == kind);
        let unreadable: Vec<&Fault> = found(Kind::Unreadable).collect();
        assert_eq!(unreadable.len(), 1, "{postings}: {unreadable:?}");
        assert!(unreadable[0].entry.is_some() && *unreadable[0].person == *"995000000020");
        assert!(unreadable[0].found.contains("postings of an entry"), "{unreadable:?}");
        // The account's balance has lost what the entry took, and the other people's entries were looked at.
        assert!(found(Kind::Account).all(|fault| *fault.person == *"995000000020"));
        assert!(report.counts.entries > 1, "{:?}", report.counts);
    }
    let all = Books::after("UPDATE entry SET postings = '{'").check();
    assert_eq!(all.counts.entries, 0);
    assert!(all.by_kind[Kind::Unreadable.code()] > 1, "{:?}", all.by_kind);
}

#[test]
fn damage_to_one_entry_does_not_spread() {
    let sql = "UPDATE entry SET record = json_set(record, '$.balance', 1) \
               WHERE kind = 1 AND person = '995000000020'";
    let report = Books::after(sql).check();
    assert_eq!(report.by_kind.into_iter().collect::<Vec<_>>(), [("balance-after", 1)]);
}
