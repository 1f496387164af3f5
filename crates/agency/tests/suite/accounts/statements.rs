//! Statements.

use super::{Books, CHONGQING, key};
use crate::village::{PHARMACY_1, day, line, purchase};
use agency::accounts::{Movement, statement};
use agency::business::settle::Purchase;
use agency::facts;
use kernel::{AccountUse, Fen};
use store::EntryKind;

#[test]
fn a_statement_says_every_movement_and_its_sums_are_those_of_the_ledger() {
    let people = [
        (CHONGQING, ("甲", "employer", "1985-05-20", "", "")),
        (CHONGQING, ("乙", "employer", "1950-05-20", "2010-05-01", "")),
    ];
    let books = Books::open("2024-03-28 09:00:00", &people);
    books.month(CHONGQING, "甲", "2024-03", 500_000, "2024-03-10");
    books.learn(CHONGQING, "甲", facts::FAMILY, "乙", "2024-01-01");
    books.run(CHONGQING, "2024-02");
    books.run(CHONGQING, "2024-03");
    books.set("2024-04-02 10:00:00");
    // 甲 holds 100.00, of a bill of 150.00 乙 pays the rest of 230.00.
    let lines = vec![line("1", "A", 15_000, "2024-04-02 09:30:00")];
    let bill = Purchase { account_use: AccountUse::Family, ..purchase("甲", PHARMACY_1, lines) };
    books.ask(bill).unwrap();
    let of = |who, from, to| statement(&*books.store, &key(CHONGQING, who), day(from), day(to));
    let whole = of("乙", "2024-01-01", "2024-12-31").unwrap();
    let kinds: Vec<(EntryKind, i64, i64)> =
        whole.movements.iter().map(|it| (it.kind, it.amount().get(), it.balance.get())).collect();
    assert_eq!(
        kinds,
        [
            (EntryKind::Credit, 11_500, 11_500),
            (EntryKind::Credit, 11_500, 23_000),
            (EntryKind::Settlement, -5_000, 18_000),
        ]
    );
    assert_eq!(
        (&*whole.movements[2].relative, &*whole.movements[2].institution),
        ("甲", PHARMACY_1)
    );
    assert!(whole.movements[0].note.contains("第九条"), "{}", whole.movements[0].note);
    let account = books.account(CHONGQING, "乙");
    assert_eq!(whole.closing, (account.current, account.earlier));
    let april = of("乙", "2024-04-01", "2024-04-30").unwrap();
    assert_eq!((april.opening.0, april.movements.len()), (Fen::new(23_000), 1));
    let own = of("甲", "2024-03-01", "2024-04-30").unwrap();
    assert_eq!(own.closing, (Fen::ZERO, Fen::ZERO));
    assert_eq!(own.movements.iter().map(Movement::amount).sum::<Fen>(), Fen::ZERO);
    let before = of("甲", "2023-01-01", "2023-12-31").unwrap();
    assert_eq!((before.movements.len(), before.closing), (0, (Fen::ZERO, Fen::ZERO)));
    books.are_right();
}
