//! From an application to the amounts: four lines and a fixed fee in one bill, limits of a disease and shared ones, the life
//! of a filing.

use super::bench::{Bench, CITY, DISTRICT, GX_DISTRICT, by_programme, cq, gx, line, paid, why};
use agency::business::account::{Learn, NewFact, Recalculation};
use agency::business::filing::{self, CHOSEN_FOR, CHRONIC, Filing, TWO_DISEASE, key};
use agency::documents::RECALCULATION;
use agency::facts;
use kernel::Date;

const ALWAYS: (&str, Option<&str>) = ("2024-03-01", None);

/// 甲 has hypertension as a chronic disease, treated at the district hospital, and diabetes as one of the two.
fn both() -> Bench {
    let bench = Bench::open();
    let jia = cq("甲");
    bench.filed(&jia, CHRONIC, ("M03900", ""), ALWAYS);
    bench.filed(&jia, TWO_DISEASE, ("M01600", ""), ALWAYS);
    bench.filed(&jia, CHOSEN_FOR, (DISTRICT, "M03900"), ALWAYS);
    bench
}

#[test]
fn four_programmes_and_a_fixed_fee_in_one_bill_and_an_undo_restores_all() {
    let bench = both();
    let jia = cq("甲");
    let before = bench.cells(&jia);
    let bill = [
        line("MB@M03900", 30_000),
        line("LB@M01600", 10_000),
        line("GT", 20_000),
        line("ZC", 2_000),
        line("A", 30_000),
    ];
    let settled = bench.at("2024-03-05 09:00:00").visit(&jia, DISTRICT, ("11", ""), &bill);
    // Level 2, in work: 300 × 60%, 200 × 60%, 100 × 60%, 10 of the fee of 20, (300 − 200) × 60%.
    let wanted = [
        ("chronic", 18_000),
        ("negotiated", 12_000),
        ("two-disease", 6_000),
        ("fixed-fee", 1_000),
        ("ordinary", 6_000),
    ];
    let wanted = wanted.map(|(name, fen)| (name.to_owned(), fen));
    assert_eq!(by_programme(&settled), wanted);
    assert_eq!(paid(&settled), (43_000, 20_000, 49_000));
    let cells = bench.cells(&jia);
    let used = |name: &str| cells.get(name).copied().unwrap_or_default();
    assert_eq!(
        used("limit.ordinary.ordinary-year"),
        6_000,
        "the others leave the ordinary limit alone"
    );
    assert_eq!((used("limit.two-and-chronic"), used("limit.pool-year")), (24_000, 43_000));
    assert_eq!(used("limit.chronic.chronic-disease/M03900"), 18_000, "{cells:?}");
    bench.undo(&jia, DISTRICT, settled.entry);
    let after = bench.cells(&jia);
    assert!(after.values().all(|used| *used == 0) && before.is_empty(), "{after:?}");
    bench.check();
}

#[test]
fn each_disease_has_its_limit_and_two_programmes_share_one() {
    let bench = both();
    let jia = cq("甲");
    bench.at("2024-03-05 09:00:00");
    let visit = |lines: &[(&str, i64)]| bench.visit(&jia, DISTRICT, ("11", ""), lines);
    // 900 × 60% = 540, the limit of the disease is 500.
    assert_eq!(paid(&visit(&[line("MB@M03900", 90_000)])), (50_000, 0, 40_000));
    // Of both programmes together 900: 600 of it, 400 is left.
    let two = visit(&[line("LM@M01600", 100_000)]);
    assert_eq!(by_programme(&two), [("two-disease".to_owned(), 40_000)]);
    assert_eq!(paid(&visit(&[line("LM@M01600", 10_000)])), (0, 0, 10_000));
    // A two-disease filing opens nothing chronic: a drug on the chronic list alone is ordinary.
    let plain = visit(&[line("MB@M01600", 30_000)]);
    assert_eq!(by_programme(&plain), [("ordinary".to_owned(), 6_000)]);
    // Another disease of 乙: 800 of its own, and 900 of both programmes together.
    let yi = cq("乙");
    for disease in ["M03900", "M01600"] {
        bench.filed(&yi, CHRONIC, (disease, ""), ALWAYS);
        bench.filed(&yi, CHOSEN_FOR, (DISTRICT, disease), ALWAYS);
    }
    let bill = [line("MB@M03900", 100_000), line("MB@M01600", 100_000)];
    let settled = bench.visit(&yi, DISTRICT, ("11", ""), &bill);
    let funds: Vec<i64> = by_programme(&settled).into_iter().map(|(_, fen)| fen).collect();
    assert_eq!(funds.iter().sum::<i64>(), 90_000, "500 of one disease, 400 left of 900: {funds:?}");
    bench.check();
}

#[test]
fn elsewhere_than_chosen_the_disease_is_not_paid_and_other_lines_are() {
    let bench = both();
    let jia = cq("甲");
    bench.at("2024-03-05 09:00:00");
    let bill = [line("MB@M03900", 30_000), line("A", 30_000)];
    let settled = bench.visit(&jia, CITY, ("11", ""), &bill);
    // Level 3: (300 − 200) × 50%.
    let wanted = [("chronic".to_owned(), 0), ("ordinary".to_owned(), 5_000)];
    assert_eq!(by_programme(&settled), wanted);
    assert_eq!(why(&settled), "not-chosen");
    // The whole visit for the disease, at the chosen hospital: 200 × 60%.
    let there = bench.visit(&jia, DISTRICT, ("14", "M03900"), &[line("A", 20_000)]);
    assert_eq!(by_programme(&there), [("chronic".to_owned(), 12_000)]);
}

#[test]
fn a_filing_is_approved_by_another_ends_is_renewed_and_is_revoked() {
    let bench = Bench::open();
    let jia = cq("甲");
    let days = ("2024-03-01", Some("2024-03-31"));
    let number = bench.file(&jia, CHRONIC, "M03900", days).unwrap();
    let (person, approve) = (jia.clone(), true);
    let own = filing::ReviewFiling { person, number: number.clone(), approve, opinion: "".into() };
    let refused = bench.ask(jia.area, "OPERATOR:张", own).unwrap_err();
    assert!(refused.to_string().contains("申报与审核须为不同的人"), "{refused}");
    bench.approve(&jia, &number).unwrap();
    let chosen = bench.filed(&jia, CHOSEN_FOR, (DISTRICT, "M03900"), ALWAYS);
    let line = [line("MB", 10_000)];
    let chronic = |at: &str| {
        let settled = bench.at(at).visit(&jia, DISTRICT, ("14", "M03900"), &line);
        by_programme(&settled)[0].clone()
    };
    let pays = ("chronic".to_owned(), 6_000);
    assert_eq!(chronic("2024-03-31 09:00:00"), pays);
    // Expired: ordinary, and below its deductible.
    assert_eq!(chronic("2024-04-01 09:00:00"), ("ordinary".to_owned(), 0));

    let store = bench.agency.store();
    let read = || Filing::of(&store.document(&key(&jia, &number)).unwrap().unwrap()).unwrap();
    let renewed = read().renewed(jia.clone(), Date::MAX).unwrap();
    assert_eq!(renewed.from.to_string(), "2024-04-01");
    let again = bench.ask(jia.area, "OPERATOR:张", renewed).unwrap().outcome;
    let agency::Outcome::Filed { number: next } = again else { panic!() };
    bench.at("2024-04-02 09:00:00").approve(&jia, &next).unwrap();
    assert_eq!(chronic("2024-04-03 09:00:00"), pays);
    // What was settled on 1 April without it is to be looked at again: it was approved late.
    let asked = || {
        let all = store.documents(jia.area, RECALCULATION, "甲", ("甲", ""), 9).unwrap();
        assert_eq!(all.len(), 1, "one reason a filing and year");
        serde_json::from_str::<Recalculation>(&all[0].body).unwrap().from.to_string()
    };
    assert_eq!(asked(), "2024-04-01");

    bench.at("2024-05-02 09:00:00").revoke(&jia, &next, "2024-04-03");
    assert_eq!(asked(), "2024-04-03", "that day was paid by it");
    assert_eq!(chronic("2024-05-03 09:00:00").0, "ordinary");
    let document = store.document(&key(&jia, &next)).unwrap().unwrap();
    let revoked = Filing::of(&document).unwrap();
    assert_eq!(revoked.standing().zh(), "已取消");
    assert_eq!(&*revoked.revocation.unwrap().by, "李");
    let twice = filing::RevokeFiling {
        person: jia.clone(),
        number: next,
        from: Date::MIN,
        because: "再撤".into(),
    };
    let refused = bench.ask(jia.area, "OPERATOR:李", twice).unwrap_err();
    assert!(refused.to_string().contains("应为审核通过"), "{refused}");
    // Nobody revokes without saying why, and an institution does not revoke at all.
    let silent = filing::RevokeFiling {
        person: jia.clone(),
        number: chosen,
        from: Date::MIN,
        because: " ".into(),
    };
    let refused = bench.ask(jia.area, "OPERATOR:李", silent.clone()).unwrap_err();
    assert!(refused.to_string().contains("撤销须写明原因"), "{refused}");
    assert!(bench.ask(jia.area, DISTRICT, silent).is_err());
    bench.check();
}

#[test]
fn another_institution_for_the_disease_holds_from_the_month_after() {
    let bench = both();
    let jia = cq("甲");
    bench.at("2024-03-10 09:00:00");
    let change = |from: &str| bench.file_for(&jia, CHOSEN_FOR, (CITY, "M03900"), (from, None));
    let refused = change("2024-03-15").unwrap_err();
    assert!(refused.contains("变更自2024-04-01起生效"), "{refused}");
    let number = change("2024-04-01").unwrap();
    bench.approve(&jia, &number).unwrap();
    let bill = [line("MB@M03900", 10_000)];
    let pays =
        |at: &str, where_: &str| paid(&bench.at(at).visit(&jia, where_, ("11", ""), &bill)).0;
    assert_eq!(pays("2024-03-31 09:00:00", DISTRICT), 6_000);
    assert_eq!(pays("2024-04-01 09:00:00", DISTRICT), 0);
    assert_eq!(pays("2024-04-01 10:00:00", CITY), 5_000);
    // Without a filing of the disease nothing is chosen for it.
    let other = bench.file_for(&jia, CHOSEN_FOR, (CITY, "X99"), ("2024-05-01", None)).unwrap_err();
    assert!(other.contains("没有病种X99的有效备案"), "{other}");
    let nameless = bench.file_for(&jia, CHOSEN_FOR, (CITY, ""), ("2024-05-01", None)).unwrap_err();
    assert!(nameless.contains("按病种定点须写明病种"), "{nameless}");
}

#[test]
fn in_guangxi_the_certified_disease_goes_there_and_nothing_is_paid_during_an_admission() {
    let bench = Bench::open();
    let wu = gx("戊");
    bench.filed(&wu, CHRONIC, ("M03900", ""), ALWAYS);
    bench.filed(&wu, TWO_DISEASE, ("M01600", ""), ALWAYS);
    bench.at("2024-03-05 09:00:00");
    // Level 2, in work: 200 × 55%; two diseases 100 × 50%; the limit of hypertension is 300.
    let bill = [line("MB@M03900", 20_000), line("LB@M01600", 10_000)];
    let settled = bench.visit(&wu, GX_DISTRICT, ("11", ""), &bill);
    let wanted = [("chronic".to_owned(), 11_000), ("two-disease".to_owned(), 5_000)];
    assert_eq!(by_programme(&settled), wanted);
    let more = bench.visit(&wu, GX_DISTRICT, ("14", "M03900"), &[line("A", 100_000)]);
    assert_eq!(paid(&more), (19_000, 0, 81_000), "550, but 190 are left of 300");
    // Another disease is ordinary, and that only at the institution of one's choice.
    let cold = bench.visit(&wu, GX_DISTRICT, ("11", ""), &[line("A", 70_000)]);
    assert_eq!(why(&cold), "not-chosen");
    let fact = NewFact {
        kind: facts::ADMISSION.into(),
        other: GX_DISTRICT.into(),
        from: crate::village::day("2024-03-20"),
        to: crate::village::day("2024-03-25"),
        detail: "".into(),
    };
    let stay = Learn { person: wu.clone(), facts: vec![fact], wrong: Vec::new() };
    bench.at("2024-03-20 08:00:00").ask(wu.area, "", stay).unwrap();
    bench.at("2024-03-22 09:00:00");
    let inside = bench.visit(&wu, GX_DISTRICT, ("14", "M03900"), &[line("A", 10_000)]);
    assert_eq!(paid(&inside), (0, 0, 10_000));
    assert_eq!(why(&inside), "inpatient");
    bench.check();
}
