//! Days closed one after the other, and balances that rest on them.

use super::Books;
use agency::books::{CloseError, balances, close, last_over};
use agency::ledger::Head;
use agency::town::CHONGQING;
use kernel::{Date, Fen, Moment};
use store::{Changes, Closing, Queries as _, Store as _, Wants};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn now() -> Moment {
    Moment::parse("2027-02-01 00:05:00").unwrap()
}

impl Books {
    fn close(&self, text: &str) -> usize {
        let closed = close(&self.store, day(text), now()).unwrap();
        closed.iter().find(|closed| closed.area == CHONGQING).unwrap().written
    }

    fn closings(&self) -> Vec<Closing> {
        self.store.closings(CHONGQING).unwrap()
    }

    fn balance(&self, head: Head) -> Fen {
        let (_, balances) = balances(&self.store, CHONGQING, day("2027-12-31")).unwrap();
        balances.iter().find(|balance| balance.head == Some(head)).unwrap().now()
    }
}

#[test]
fn closing_day_by_day_comes_to_the_same_as_closing_once() {
    let (slowly, at_once) =
        (Books::after("DELETE FROM closing"), Books::after("DELETE FROM closing"));
    for day in ["2026-03-09", "2026-03-10", "2026-12-31", "2027-01-02"] {
        slowly.close(day);
    }
    at_once.close("2027-01-02");
    let sums = |books: &Books| {
        let closings = books.closings().into_iter().filter(|it| it.balance != Fen::ZERO);
        closings.map(|it| (it.account, it.party, it.balance)).collect::<Vec<_>>()
    };
    assert_eq!(sums(&slowly), sums(&at_once));
    assert!(slowly.check().is_clean() && at_once.check().is_clean());
    let heads = [Head::PoolFund, Head::AccountEarlier, Head::Opening, Head::Payable];
    for head in heads {
        assert_eq!(slowly.balance(head), at_once.balance(head));
    }
    let whole: i64 = sums(&slowly).iter().map(|(.., balance)| balance.get()).sum();
    assert_eq!(whole, 0);
}

#[test]
fn a_day_closed_twice_changes_nothing() {
    let books = Books::after("DELETE FROM closing");
    assert!(books.close("2026-03-10") > 5);
    let before = books.closings();
    assert_eq!(books.close("2026-03-10"), 0);
    assert_eq!(books.close("2026-03-01"), 0, "nor does an earlier one");
    assert_eq!(books.closings(), before);
}

#[test]
fn only_what_moved_leaves_a_closing() {
    let books = Books::after("DELETE FROM closing");
    books.close("2026-03-10");
    assert_eq!(books.close("2026-06-30"), 0, "nothing was posted in these months");
    let moved = books.close("2027-01-02");
    assert!((1..8).contains(&moved), "{moved}");
    let opening = books.closings().into_iter().find(|it| it.account == Head::Opening.number());
    assert_eq!(opening.unwrap().day, day("2026-03-10"));
}

#[test]
fn a_day_that_is_not_over_is_not_closed() {
    let books = Books::after("");
    let early = Moment::parse("2027-02-01 00:04:59").unwrap();
    assert_eq!(last_over(early), day("2027-01-30"));
    assert_eq!(last_over(now()), day("2027-01-31"));
    let error = close(&books.store, day("2027-02-01"), now()).unwrap_err();
    assert!(matches!(error, CloseError::NotOver(last) if last == day("2027-01-31")));
}

#[test]
fn an_entry_that_arrives_after_its_day_was_closed_is_found_by_the_check() {
    let books = Books::after("DELETE FROM closing");
    books.close("2026-03-10");
    let wrong = books.closings().remove(0);
    let late = Closing { day: day("2026-03-11"), balance: wrong.balance + Fen::new(1), ..wrong };
    let changes = Changes { closings: vec![late], ..Changes::default() };
    books.store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    assert_eq!(books.check().by_kind.into_iter().collect::<Vec<_>>(), [("closing", 1)]);
}
