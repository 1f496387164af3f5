//! Any bill, fact and balance the types allow is answered: settled so that it adds up, or refused. Nothing panics.

use std::sync::OnceLock;

use kernel::bill::CatalogueClass;
use kernel::{
    AccountUse, Admission, Amounts, Bill, BillId, Category, Channel, Cohort, Content, Date,
    Disease, DiseaseSet, Entitlement, Facts, FeeLine, Fen, Flags, Item, Level, Moment, OrderKey,
    Place, Plan, Prescription, Rate, Status, Timeline, Venue, Wallet, Year, adjudicate,
};
use policy::{Choice, Library};
use proptest::prelude::*;

fn timelines() -> &'static [Timeline] {
    static TIMELINES: OnceLock<Vec<Timeline>> = OnceLock::new();
    TIMELINES.get_or_init(|| {
        let library = Library::shipped();
        let compiled = ["500000", "450000", "990000", "990200"]
            .map(|code| library.region(code, &Choice::default()).unwrap().timeline);
        compiled.into()
    })
}

fn fen() -> impl Strategy<Value = Fen> {
    prop_oneof![
        Just(0),
        Just(i64::MAX),
        Just(i64::MIN + 1),
        any::<i64>().prop_map(|fen| fen.max(i64::MIN + 1)),
        0..1_000_000i64,
        0..=10_000_000_000_000i64,
    ]
    .prop_map(Fen::new)
}

fn day() -> impl Strategy<Value = Date> {
    prop_oneof![any::<i32>(), 19_000..21_000].prop_map(Date::from_days)
}

fn one<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    (0..all.len()).prop_map(|index| all[index])
}

fn line() -> impl Strategy<Value = FeeLine> {
    let kinds = (one(CatalogueClass::ALL), any::<i32>(), proptest::option::of(fen()));
    (fen(), kinds, any::<u16>(), any::<u8>(), any::<u8>(), any::<bool>()).prop_map(
        |(amount, (class, first_pay, ceiling), item, disease, flags, denied)| FeeLine {
            class,
            first_pay: Rate::new(if first_pay % 3 == 0 { 0 } else { first_pay % 12_000 }),
            ceiling,
            item: Item(item % 40),
            disease: Disease(disease % 4),
            flags: Flags(flags & 63),
            denied,
            ..FeeLine::new(amount)
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        fen().prop_map(|amount| Content::Amounts(Amounts::in_scope(amount))),
        (fen(), fen(), fen()).prop_map(|(total, full_self_pay, in_scope)| {
            Content::Amounts(Amounts { total, full_self_pay, in_scope, ..Amounts::default() })
        }),
        proptest::collection::vec(line(), 0..5).prop_map(Content::Lines),
    ]
}

prop_compose! {
    fn bill()(
        place in (one(Venue::ALL), one(Level::ALL), one(Place::ALL), one(Channel::ALL)),
        service in day(),
        at in any::<i64>(),
        names in (any::<u128>(), any::<u64>(), any::<u64>(), any::<u8>()),
        category in one(Category::ALL),
        account_use in one(AccountUse::ALL),
        prescription in proptest::option::of((one(Level::ALL), any::<bool>())),
        content in content(),
        designated in any::<bool>(),
    ) -> Bill {
        let (venue, level, place, channel) = place;
        Bill {
            order: OrderKey { at: Moment(at), serial: 0 },
            category, disease: Disease(names.3), institution: names.1, visit: names.2, designated,
            venue, place, channel, account_use, content,
            prescription: prescription.map(|(level, designated)| Prescription { level, designated }),
            ..Bill::new(BillId(names.0), service, level, Fen::ZERO)
        }
    }
}

prop_compose! {
    fn facts()(
        status in one(Status::ALL),
        codes in (any::<u8>(), any::<u32>(), any::<u8>(), any::<u8>()),
        born in proptest::option::of(day()),
        enrolled_on in proptest::option::of(day()),
        entitlement in prop_oneof![Just(Entitlement::Entitled), one(Entitlement::ALL)],
        flags in (any::<bool>(), any::<bool>()),
        admission in one(Admission::ALL),
    ) -> Facts {
        Facts {
            plans_held: codes.1, cohort: Cohort(codes.2 % 3), born, enrolled_on, entitlement,
            contract: flags.0, chosen: flags.1, admission,
            filings: DiseaseSet::from_iter([Disease(codes.3)]),
            ..Facts::new(status, Plan(if codes.0 < 200 { codes.0 % 4 } else { codes.0 }))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bill_is_settled_so_that_it_adds_up_or_refused(
        region in 0..4usize,
        bill in bill(),
        facts in facts(),
        current in fen(),
        earlier in fen(),
        family in proptest::collection::vec(fen(), 0..3),
    ) {
        let timeline = &timelines()[region];
        let Some(policy) = timeline.on(bill.service) else { return Ok(()) };
        let year = Year::new(policy.benefit_year.of(bill.service), &timeline.accumulators);
        let wallet = Wallet { current, earlier, family };
        if let Ok(settled) = adjudicate(policy, &facts, &year, &wallet, &bill) {
            let personal = [settled.account_current, settled.account_earlier, settled.family_payment(), settled.cash];
            prop_assert!(settled.funds.iter().chain(&personal).all(|amount| !amount.is_negative()), "{settled:?}");
            let paid: Fen = settled.funds.iter().chain(&personal).copied().sum();
            prop_assert_eq!(paid, settled.amounts.total);
            prop_assert!(settled.account_current <= current.payable());
            prop_assert!(settled.account_earlier <= earlier.payable());
            let refund = kernel::refund(policy, &year, &settled, &bill, &facts, BillId(0), bill.order);
            prop_assert_eq!(refund.amounts.total, -settled.amounts.total);
        }
    }
}
