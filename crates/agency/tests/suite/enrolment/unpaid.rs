//! Large-amount premiums that were declared and have not arrived.

use super::{Enrolling, FACTORY, alone, month, row};
use crate::office::AREA;
use agency::business::account::PremiumPaid;
use agency::business::enrolment::Declared;
use agency::documents::PREMIUM;
use agency::enrolment::{Unpaid, unpaid};
use kernel::Moment;
use store::{Changes, Document, DocumentKey, Wants};

impl Enrolling {
    /// Who owes what for which time: person, time, due, paid by the own account and by relatives'.
    fn unpaid(&self, to: &str) -> Vec<(String, String, i64, i64, i64)> {
        let of = |own: Unpaid| {
            let texts = (own.person.to_string(), own.period.to_string());
            (texts.0, texts.1, own.due, own.paid, own.by_relatives)
        };
        unpaid(&self.agency, AREA, month(to)).unwrap().into_iter().map(of).collect()
    }

    /// An account paid so much of what was due for a time, for somebody.
    fn bill(&self, payer: &str, number: &str, (due, paid): (i64, i64)) {
        let key = DocumentKey {
            area: AREA,
            kind: PREMIUM.into(),
            owner: payer.into(),
            number: format!("large-amount-premium-{number}").into(),
        };
        let body = serde_json::to_string(&PremiumPaid { due, paid, now: paid }).unwrap();
        let document = Document { key, at: Moment(0), state: 0, body: body.into() };
        let changes = Changes { documents: vec![document], ..Changes::default() };
        self.agency.store().commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    }
}

fn owed(
    who: &str,
    period: &str,
    due: i64,
    own: i64,
    relatives: i64,
) -> (String, String, i64, i64, i64) {
    (who.into(), period.into(), due, own, relatives)
}

#[test]
fn a_month_that_was_declared_and_has_not_arrived_is_unpaid() {
    let office = Enrolling::open();
    let march = row("P4", "2024-03", "");
    let rows = [
        row("P3", "2024-01", "2024-01-12"),
        row("P3", "2024-02", ""),
        march.clone(),
        // Nothing is due for large amounts.
        Declared { large_amount: 0, ..row("P4", "2024-02", "") },
    ];
    office.declared(FACTORY, &rows);
    assert_eq!(office.unpaid("2024-02"), [owed("P3", "2024-02", 9_500, 0, 0)]);
    let both = [owed("P3", "2024-02", 9_500, 0, 0), owed("P4", "2024-03", 9_500, 0, 0)];
    assert_eq!(office.unpaid("2024-03"), both);
    let told = unpaid(&office.agency, AREA, month("2024-03")).unwrap();
    assert_eq!(
        (&*told[0].name, &*told[0].employer, &*told[0].plan),
        ("测试丙", FACTORY, "employer")
    );
    // The money arrives.
    office.declared(FACTORY, &[row("P3", "2024-02", "2024-03-04")]);
    assert_eq!(office.unpaid("2024-03"), [owed("P4", "2024-03", 9_500, 0, 0)]);
    // Withdrawn, nothing is due any more.
    office.declared(FACTORY, &[Declared { withdrawn: true, ..march }]);
    assert_eq!(office.unpaid("2024-03"), []);
}

#[test]
fn what_accounts_paid_is_taken_off() {
    let office = Enrolling::open();
    let rows = [row("P3", "2024-01", ""), row("P3", "2024-02", ""), row("P4", "2024-02", "")];
    office.declared(FACTORY, &rows);
    office.bill("P3", "2024-01-", (9_500, 2_000));
    // P4 pays 40.00 for P3, and P3 themselves 55.00: all of it.
    office.bill("P4", "2024-02-P3", (9_500, 4_000));
    let left = [
        owed("P3", "2024-01", 9_500, 2_000, 0),
        owed("P3", "2024-02", 5_500, 0, 4_000),
        owed("P4", "2024-02", 9_500, 0, 0),
    ];
    assert_eq!(office.unpaid("2024-02"), left);
    office.bill("P3", "2024-02-", (5_500, 5_500));
    assert_eq!(office.unpaid("2024-02").len(), 2);
    // A bill of the year stands for its months: what is missing of it is told once.
    office.bill("P4", "2024-", (114_000, 100_000));
    let left = [owed("P3", "2024-01", 9_500, 2_000, 0), owed("P4", "2024", 114_000, 100_000, 0)];
    assert_eq!(office.unpaid("2024-02"), left);
    office.bill("P4", "2024-", (114_000, 114_000));
    assert_eq!(office.unpaid("2024-02"), [owed("P3", "2024-01", 9_500, 2_000, 0)]);
    // Somebody who is not in the books, a month nobody declared, and one to come.
    office.bill("P4", "2024-02-510000198001010011", (9_500, 100));
    office.bill("P4", "2024-01-", (9_500, 9_400));
    office.bill("P4", "2024-07-", (9_500, 100));
    let left = [
        owed("510000198001010011", "2024-02", 9_400, 0, 100),
        owed("P3", "2024-01", 9_500, 2_000, 0),
        owed("P4", "2024-01", 9_500, 9_400, 0),
    ];
    assert_eq!(office.unpaid("2024-02"), left);
}

#[test]
fn who_pays_by_themselves_is_listed_without_an_employer() {
    let office = Enrolling::open();
    let own = Declared {
        large_amount: 500,
        ..alone("P4", "2024-02", "", "individual-2", 400_000, 46_000)
    };
    office.declared("", &[own]);
    let told = unpaid(&office.agency, AREA, month("2024-02")).unwrap();
    assert_eq!((told.len(), &*told[0].employer, told[0].due), (1, "", 500));
}
