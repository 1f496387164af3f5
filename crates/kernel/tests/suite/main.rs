//! What holds for the kernel crate, seen from outside: properties of money, dates and bills over arbitrary input.
//! Properties of whole policies are tested where policies are: in the policy crate.

#![cfg(test)]

use kernel::{
    Amounts, BenefitYear, CatalogueClass, Date, FeeLine, Fen, Moment, Month, Rate, Refusal,
    Rounding,
};
use proptest::prelude::*;

fn rounding() -> impl Strategy<Value = Rounding> {
    prop_oneof![Just(Rounding::HalfUp), Just(Rounding::HalfEven), Just(Rounding::Down)]
}

fn class() -> impl Strategy<Value = CatalogueClass> {
    prop_oneof![Just(CatalogueClass::A), Just(CatalogueClass::B), Just(CatalogueClass::C)]
}

proptest! {
    #[test]
    fn an_amount_survives_being_written_and_read(fen in -10_000_000_000_000i64..=10_000_000_000_000) {
        prop_assert_eq!(Fen::parse_yuan(&Fen::new(fen).to_string()), Ok(Fen::new(fen)));
    }

    #[test]
    fn any_text_is_an_amount_or_an_error_never_a_panic(text in ".*") {
        let _ = (Fen::parse_yuan(&text), Rate::parse(&text), Date::parse(&text), Moment::parse(&text), Month::parse(&text));
    }

    #[test]
    fn a_share_of_a_negated_amount_is_the_negated_share(
        fen in 0i64..=10_000_000_000_000, rate in 0i32..=10_000, rounding in rounding(),
    ) {
        let rate = Rate::new(rate);
        let share = rate.of(Fen::new(fen), rounding);
        prop_assert_eq!(rate.of(Fen::new(-fen), rounding), -share);
        prop_assert!(share >= Fen::ZERO && share <= Fen::new(fen));
    }

    #[test]
    fn a_share_is_within_half_a_fen_of_the_exact_one(fen in 0i64..=10_000_000_000_000, rate in 0i32..=10_000) {
        let share = Rate::new(rate).of(Fen::new(fen), Rounding::HalfUp).get();
        let exact = i128::from(fen) * i128::from(rate);
        prop_assert!((i128::from(share) * 10_000 - exact).abs() <= 5_000);
    }

    #[test]
    fn a_fee_line_splits_into_parts_that_add_up_or_is_refused(
        amount in -5i64..=20_000_000_000_000,
        class in class(),
        first_pay in -1i32..=10_001,
        ceiling in proptest::option::of(-5i64..=20_000_000_000_000),
        rounding in rounding(),
    ) {
        let line = FeeLine {
            class,
            first_pay: Rate::new(first_pay),
            ceiling: ceiling.map(Fen::new),
            ..FeeLine::new(Fen::new(amount))
        };
        match line.decompose(rounding) {
            Ok(Amounts { total, full_self_pay, over_ceiling, first_pay, in_scope }) => {
                prop_assert_eq!(full_self_pay + over_ceiling + first_pay + in_scope, total);
                prop_assert!([full_self_pay, over_ceiling, first_pay, in_scope].iter().all(|part| !part.is_negative()));
                prop_assert!(class != CatalogueClass::C || full_self_pay == total);
            }
            Err(refusal) => prop_assert!(matches!(
                refusal,
                Refusal::NegativeAmount
                    | Refusal::AmountTooLarge
                    | Refusal::FirstPayOutOfRange
                    | Refusal::FirstPayOnClassA
                    | Refusal::FirstPayOnClassC
            )),
        }
    }

    #[test]
    fn a_day_survives_being_written_and_read(days in -719_162i32..=2_932_896) {
        let day = Date::from_days(days);
        let (year, month, of_month) = day.ymd();
        prop_assert_eq!(Date::from_ymd(year, month, of_month), Some(day));
        prop_assert_eq!(Date::parse(&day.to_string()), Some(day));
    }

    #[test]
    fn every_day_lies_in_the_benefit_year_that_is_named_for_it(
        days in 0i32..=40_000, month in 1u8..=12, of_month in 1u8..=28,
    ) {
        let year = BenefitYear::new(month, of_month).unwrap();
        let day = Date::from_days(days);
        let named = year.of(day);
        prop_assert!(year.first_day(named) <= day && day <= year.last_day(named));
        prop_assert!(year.month_index(day) < 12);
    }
}
