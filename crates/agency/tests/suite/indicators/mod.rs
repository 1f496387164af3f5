//! Indicators of a month, by amounts reckoned by hand and by an independent recomputation in SQL, on both stores. The law is
//! Chongqing's: 200.00 deductible, 60 % at level 2 and 50 % at level 3 for the employed; for the retired 100.00, 70 %, 60 %.

pub(crate) mod scene;
mod by_sql;

use crate::office::{AREA, HOSPITAL_2, HOSPITAL_3};
use agency::indicators::{By, Figures, Indicators, change, gather, shown};
use kernel::Month;
use kernel::assessment::{Measure, Unit};
use scene::{both, play};

fn figures(found: &Indicators, group: &str) -> Figures {
    found.rows.iter().find(|row| &*row.group == group).unwrap().figures.clone()
}

fn shares(figures: &Figures, measures: &[Measure]) -> Vec<Option<i64>> {
    measures.iter().map(|measure| figures.measure(*measure)).collect()
}

#[test]
fn a_month_by_hand() {
    for scene in both() {
        play(&scene);
        let gather = |month: &str, by: By| {
            gather(&scene.office.agency, AREA, Month::parse(month).unwrap(), by).unwrap()
        };
        let march = gather("2024-03", By::Institution);
        assert!(march.over);
        let hospital = figures(&march, HOSPITAL_2);
        // 400.00, 80.00 and 290.00; what was undone in March is as if it had not been.
        assert_eq!((hospital.visits, hospital.people, hospital.returning), (3, 2, 1));
        assert_eq!(hospital.total, 77_000);
        // 300.00 + 250.00 + 40.00; 100.00; 50.00; 30.00; nothing else.
        assert_eq!(hospital.kinds, [59_000, 10_000, 5_000, 3_000, 0]);
        // 40.00 of class C; 10 % of 100.00.
        assert_eq!((hospital.full_self_pay, hospital.first_pay), (4_000, 1_000));
        assert_eq!((hospital.over_ceiling, hospital.in_scope), (0, 72_000));
        // (390.00 − 200.00) × 60 % + 80.00 × 60 % + (250.00 − 200.00) × 60 %.
        assert_eq!((hospital.funds, hospital.corrected), ([19_200, 0, 0], [0, 0, 0]));
        assert_eq!(hospital.accounts + hospital.cash, 57_800);
        assert_eq!((hospital.referrals, hospital.insured), (1, 2));
        use Measure as M;
        let measures = [M::VisitRate, M::ReferralRate, M::RevisitRate, M::AverageCost];
        // 3 ÷ 2, 1 ÷ 3, 1 ÷ 2, 770.00 ÷ 3.
        assert_eq!(
            shares(&hospital, &measures),
            [Some(15_000), Some(3_333), Some(5_000), Some(25_667)]
        );
        let measures = [M::AveragePerson, M::AverageFunds, M::PoolRate, M::PolicyRate];
        // 770.00 ÷ 2, 192.00 ÷ 3, 192.00 ÷ 770.00, 192.00 ÷ 720.00.
        assert_eq!(
            shares(&hospital, &measures),
            [Some(38_500), Some(6_400), Some(2_494), Some(2_667)]
        );
        let measures = [M::DrugShare, M::ExamShare, M::TreatmentShare, M::ConsumableShare];
        assert_eq!(shares(&hospital, &measures), [Some(7_662), Some(1_299), Some(649), Some(390)]);
        let measures = [M::FullSelfShare, M::FirstPayShare, M::CostGrowth, M::IrrationalRate];
        assert_eq!(shares(&hospital, &measures), [Some(519), Some(130), None, None]);

        let levels = gather("2024-03", By::Level);
        assert_eq!(figures(&levels, "2"), hospital);
        assert_eq!(figures(&levels, "3").people, 1);
        let area = figures(&gather("2024-03", By::Area), "500000");
        // Both were seen, each twice; people do not add up, visits do. Two were referred, one of them out of the city.
        assert_eq!((area.visits, area.people, area.returning, area.referrals), (4, 2, 2, 2));
        assert_eq!(area.measure(M::ReferralRate), Some(5_000));
        for row in [&hospital, &area, &figures(&levels, "3")] {
            let parts = row.full_self_pay + row.over_ceiling + row.first_pay + row.in_scope;
            let paid = row.funds.iter().sum::<i64>() + row.accounts + row.cash;
            let kinds: i64 = row.kinds.iter().sum();
            assert_eq!([parts, paid, kinds], [row.total; 3]);
        }
    }
}

#[test]
fn what_is_undone_or_corrected_later_counts_when_it_is_posted() {
    for scene in both() {
        play(&scene);
        let gather = |month: &str, by: By| {
            gather(&scene.office.agency, AREA, Month::parse(month).unwrap(), by).unwrap()
        };
        let april = gather("2024-04", By::Institution);
        // The visit of March at the other hospital, undone in April: 100.00, of which the fund paid 50.00.
        let other = figures(&april, HOSPITAL_3);
        assert_eq!((other.visits, other.people, other.total), (-1, 0, -10_000));
        assert_eq!((other.funds, other.kinds[0]), ([-5_000, 0, 0], -10_000));
        assert_eq!(other.measure(Measure::AveragePerson), None);
        // Retired since January: (390.00 − 100.00) × 70 % − 114.00 = 89.00; 80.00 × (70 % − 60 %) = 8.00.
        let corrected = figures(&april, HOSPITAL_2);
        assert_eq!((corrected.visits, corrected.corrected), (0, [9_700, 0, 0]));
        assert_eq!(corrected.paid_by_funds(), 9_700);
        assert_eq!(figures(&gather("2024-03", By::Institution), HOSPITAL_3).visits, 1);

        let year_after = figures(&gather("2025-03", By::Institution), HOSPITAL_2);
        // 240.00 against 770.00 ÷ 3: (720 − 770) ÷ 770.
        assert_eq!(year_after.measure(Measure::CostGrowth), Some(-649));
        let empty = gather("2024-08", By::Institution);
        assert!(empty.rows.is_empty());
        let area = gather("2024-08", By::Area);
        assert_eq!((area.rows.len(), area.rows[0].figures.visits), (1, 0));
        assert_eq!(area.rows[0].figures.measure(Measure::AverageCost), None);
        assert!(!gather("2025-03", By::Area).over, "the month goes on");
    }
}

#[test]
fn changes_are_growth_of_amounts_and_points_of_shares() {
    assert_eq!(change(Measure::AverageCost, Some(30_000), Some(25_000)), Some(2_000));
    assert_eq!(change(Measure::DrugShare, Some(4_500), Some(5_000)), Some(-500));
    assert_eq!(change(Measure::DrugShare, Some(4_500), None), None);
    assert_eq!(change(Measure::AverageCost, Some(1), Some(0)), None);
    assert_eq!(shown(Unit::Share, Some(-649)), "-6.49%");
    assert_eq!(shown(Unit::Fen, Some(25_667)), "256.67");
    assert_eq!(shown(Unit::Count, None), "-");
}
