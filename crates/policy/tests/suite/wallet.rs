//! Accounts pay what they hold, never less than nothing.

use kernel::{Bill, BillId, Date, Facts, Fen, Level, Plan, Status, Wallet, Year, adjudicate};
use policy::{Choice, Library};

#[test]
fn an_overdrawn_account_pays_nothing_and_owes_nothing() {
    let region = Library::shipped().region("500000", &Choice::default()).unwrap();
    let day = Date::parse("2024-03-01").unwrap();
    let policy = region.timeline.on(day).unwrap();
    let bill = Bill::new(BillId(1), day, Level::Two, Fen::yuan(300));
    let year = Year::new(2024, &region.timeline.accumulators);
    let facts = Facts::new(Status::Active, Plan(0));
    let overdrawn =
        Wallet { current: Fen::yuan(-50), earlier: Fen::yuan(-1), family: vec![Fen::yuan(-7)] };
    let settled = adjudicate(policy, &facts, &year, &overdrawn, &bill).unwrap();
    assert_eq!(settled.fund_payment(), Fen::yuan(60));
    assert_eq!((settled.account_current, settled.account_earlier), (Fen::ZERO, Fen::ZERO));
    assert_eq!((settled.family_payment(), settled.cash), (Fen::ZERO, Fen::yuan(240)));
}
