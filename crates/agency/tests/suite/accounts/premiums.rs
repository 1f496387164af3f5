//! Premiums paid from accounts.

use super::{Books, CHONGQING, NANNING, key, posted};
use crate::village::day;
use agency::business::account::{Beneficiary, Credit, CreditSource, PayPremium, PremiumPaid};
use agency::enrolment::unpaid;
use agency::facts;
use agency::ledger::Head;
use kernel::Month;
use kernel::account::{Purpose, Relation};
use store::{Area, EntryKind};

fn books() -> Books {
    let people = [
        (CHONGQING, ("甲", "employer", "1985-05-20", "", "")),
        (NANNING, ("戊", "employee", "1950-05-20", "2010-05-01", "")),
    ];
    let books = Books::open("2024-03-05 09:00:00", &people);
    for (area, who) in [(CHONGQING, "甲"), (NANNING, "戊")] {
        let credit = Credit {
            person: key(area, who),
            from: CreditSource::Opening,
            current: 12_000,
            earlier: 30_000,
            source: "测试".into(),
            reference: "1".into(),
            day: day("2024-03-05"),
        };
        books.ask(credit).unwrap();
    }
    books
}

fn pay(area: Area, who: &str, purpose: Purpose, due: i64) -> PayPremium {
    PayPremium {
        payer: key(area, who),
        purpose,
        period: "2025".into(),
        beneficiary: None,
        due,
        partly: false,
        source: "经办".into(),
        reference: "B1".into(),
        day: day("2024-03-05"),
    }
}

#[test]
fn a_childs_residents_premium_is_paid_once_and_owed_to_its_fund() {
    let books = books();
    let child = Beneficiary { number: "500000201501010011".into(), relation: Relation::Parent };
    let premium = PayPremium {
        beneficiary: Some(child),
        ..pay(CHONGQING, "甲", Purpose::ResidentPremium, 40_000)
    };
    let paid: PremiumPaid = books.ask(premium.clone()).unwrap().document().unwrap();
    assert_eq!((paid.now, paid.paid), (40_000, 40_000));
    // 120 of this year first, then 280 of the 300 of earlier years.
    assert_eq!(books.held(CHONGQING, "甲"), (0, 2_000));
    let entries = books.entries(CHONGQING, "甲");
    let last = entries.last().unwrap();
    assert_eq!(last.kind, EntryKind::Premium);
    assert_eq!(posted(last, Head::PremiumsCollected), -40_000);
    assert!(last.postings.iter().any(|it| &*it.party == "resident-premium"));
    let refused = books.refusal(premium);
    assert!(refused.contains("居民医保缴费2025已缴400.00"), "{refused}");
    let refused = books.refusal(pay(CHONGQING, "甲", Purpose::LongTermCarePremium, 5_000));
    assert!(refused.contains("余额20.00，应缴50.00"), "{refused}");
    books.are_right();
}

#[test]
fn the_policy_says_which_premiums_and_for_whom() {
    let books = books();
    let refused = books.refusal(pay(CHONGQING, "甲", Purpose::LargeAmountPremium, 6_000));
    assert!(refused.contains("政策不允许账户用于此项：大额缴费"), "{refused}");
    let refused = books.refusal(pay(CHONGQING, "甲", Purpose::Pharmacy, 6_000));
    assert!(refused.contains("药店购药"), "{refused}");
    let in_law = Beneficiary { number: "1".into(), relation: Relation::SpouseParent };
    let premium = |area, who| PayPremium {
        beneficiary: Some(in_law.clone()),
        ..pay(area, who, Purpose::ResidentPremium, 6_000)
    };
    let refused = books.refusal(premium(CHONGQING, "甲"));
    assert!(refused.contains("配偶父母"), "{refused}");
    books.ask(premium(NANNING, "戊")).unwrap();
    books.learn(CHONGQING, "甲", facts::HOLD, "", "2024-03-01");
    let refused = books.refusal(pay(CHONGQING, "甲", Purpose::LongTermCarePremium, 1_000));
    assert!(refused.contains("个人账户已冻结"), "{refused}");
    books.are_right();
}

#[test]
fn guangxi_takes_what_is_there_of_a_missed_large_amount_premium_and_the_rest_stays_due() {
    let books = books();
    let premium =
        PayPremium { partly: true, ..pay(NANNING, "戊", Purpose::LargeAmountPremium, 50_000) };
    let paid: PremiumPaid = books.ask(premium.clone()).unwrap().document().unwrap();
    assert_eq!((paid.due, paid.paid), (50_000, 42_000));
    let left = unpaid(&books.agency, NANNING, Month::parse("2025-12").unwrap()).unwrap();
    let left: Vec<_> =
        left.iter().map(|own| (&*own.person, &*own.period, own.due, own.paid)).collect();
    assert_eq!(left, [("戊", "2025", 50_000, 42_000)], "what is left of a bill is unpaid");
    let entries = books.entries(NANNING, "戊");
    assert_eq!(posted(entries.last().unwrap(), Head::LargeAmountIncome), -42_000);
    let refused = books.refusal(premium.clone());
    assert!(refused.contains("余额0.00，应缴80.00"), "{refused}");
    books.run(NANNING, "2024-03");
    let paid: PremiumPaid = books.ask(premium).unwrap().document().unwrap();
    assert_eq!((paid.now, paid.paid), (8_000, 50_000));
    let left = unpaid(&books.agency, NANNING, Month::parse("2025-12").unwrap()).unwrap();
    assert_eq!(left, []);
    // 83.00 credited, 80.00 paid.
    assert_eq!(books.held(NANNING, "戊"), (300, 0));
    books.are_right();
}
