//! Questions at the counter, after care that the core settled.

use crate::care::{message, pills};
use crate::office::{
    AREA, CHILDRENS, DROPS, HOSPITAL_2, HOSPITAL_3, OUTSIDER, Office, PHARMACY_1, PILLS, at, day,
    person,
};
use agency::Refused;
use agency::business::account::Bind;
use agency::business::filing::{CHRONIC, File, ReviewFiling};
use agency::counter::accumulated::{Quantity, Stretch};
use agency::counter::catalogue::{self, ItemsAsked, PageAsked};
use agency::counter::entitlement::EntitlementAsked;
use agency::counter::trace::trace;
use agency::counter::{
    Asking, Became, accumulated, by_credential, chronic, entitlement, institutions, lines,
    messages, referrals, settlements, stays, unsettled, visits,
};
use agency::supervise::{Encounter, Order, look};
use kernel::account::Relation;
use kernel::{Category, Entitlement, Fen, Fund, Status};
use store::Id;

fn asking(institution: &str) -> Asking {
    Asking { person: person("P1"), institution: institution.into() }
}

#[test]
fn a_card_tells_who_somebody_is_and_what_is_left() {
    let office = Office::open();
    office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    let found = by_credential(&office.agency, AREA, "03", "CARD-P1").unwrap();
    assert_eq!((&*found.person.name, found.inpatient), ("测试甲", false));
    let [enrolment] = &found.enrolments[..] else { panic!("{:?}", found.enrolments) };
    assert_eq!((enrolment.status, enrolment.entitlement), (Status::Active, Entitlement::Entitled));
    assert_eq!((&*enrolment.plan, &*enrolment.plan_name), ("employer", "随单位参保"));
    // 1500.00 less the 350.00 that the account paid.
    assert_eq!(enrolment.balance(), Fen::new(115_000));
    let [quota] = &found.quotas[..] else { panic!("{:?}", found.quotas) };
    assert_eq!((&*quota.programme, quota.deductible), ("ordinary", Fen::ZERO));
    assert_eq!(quota.funds, Some(Fen::new(285_000)), "3000.00 a year less 150.00");
    assert_eq!(found.family, Fen::ZERO);
    let other = by_credential(&office.agency, AREA, "", "CARD-P2").unwrap();
    assert_eq!(other.quotas[0].deductible, Fen::new(20_000));
}

#[test]
fn a_relatives_account_and_a_filed_disease_show_at_the_counter() {
    let office = Office::open();
    file_chronic(&office);
    let (person, payer) = (person("P1"), "P2".into());
    let bind = Bind { person, payer, relation: Relation::Spouse, most: 1 };
    office.ask("", &bind).unwrap();
    let found = by_credential(&office.agency, AREA, "", "CARD-P1").unwrap();
    assert_eq!(found.family, Fen::new(150_000));
    let told: Vec<_> = found.quotas.iter().map(|it| (&*it.programme, &*it.disease)).collect();
    assert_eq!(told, [("ordinary", ""), ("chronic", "M03900")]);
}

#[test]
fn after_the_reversal_of_its_undo_a_settlement_stands_again() {
    let office = Office::open();
    let cared = office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    office.undo(HOSPITAL_3, cared.entry, "M2");
    office.reverse(HOSPITAL_3, "M2", "2208");
    let stands = |stands: bool| {
        let asking = asking(HOSPITAL_3);
        let found = settlements(&office.agency, &asking, cared.visit, Some(cared.entry)).unwrap();
        assert_eq!(found[0].undone_by.is_none(), stands);
        let said = messages(&office.agency, AREA, HOSPITAL_3, "M1").unwrap();
        assert_eq!(said[0].undone_by.is_none(), stands);
    };
    stands(true);
    office.undo(HOSPITAL_3, cared.entry, "M3");
    stands(false);
}

#[test]
fn an_unknown_card_is_told_so() {
    let office = Office::open();
    let words = |kind: &str, number: &str| {
        by_credential(&office.agency, AREA, kind, number).unwrap_err().to_string()
    };
    assert_eq!(
        words("03", "X"),
        "[4002]未找到参保人：该凭证未登记参保人。请核对凭证或人员编号，以及参保地医保区划"
    );
    assert!(words("01", "CARD-P1").starts_with("[4002]"), "a card is no e-credential");
    assert!(words("03", "").contains("缺少就诊凭证编号"));
}

fn entitled(office: &Office, institution: &str, category: Category, disease: &str) -> Vec<String> {
    let asked = EntitlementAsked {
        person: person("P1"),
        institution: institution.into(),
        category,
        disease: disease.into(),
        from: office.agency.now(),
    };
    let answers = entitlement(&office.agency, &asked).unwrap();
    let told = answers.iter().map(|it| {
        let article = it.articles.first().map_or("", |article| article);
        format!("{} {} {} {} {article}", it.fund.code(), it.programme, it.entitled, it.because)
    });
    told.collect()
}

#[test]
fn entitlement_is_told_by_fund_with_reason_and_article() {
    let office = Office::open();
    let here = entitled(&office, HOSPITAL_2, Category::Ordinary, "");
    assert_eq!(here.len(), 2, "{here:?}");
    assert!(here[0].starts_with("pool ordinary true  渝医保发〔2023〕32号"), "{here:?}");
    assert!(here[1].starts_with("large-amount ordinary true"), "{here:?}");
    let outside = entitled(&office, OUTSIDER, Category::Ordinary, "");
    assert!(outside[0].contains("false 非定点医药机构"), "{outside:?}");
    let pharmacy = entitled(&office, PHARMACY_1, Category::Pharmacy, "");
    assert!(
        pharmacy[0].contains("true 须凭定点医疗机构外配处方 渝医保发〔2023〕32号 第十二条"),
        "{pharmacy:?}"
    );
    let unfiled = entitled(&office, HOSPITAL_3, Category::Chronic, "M03900");
    let words = "false 未办理门诊特殊疾病备案（M03900）；费用按普通门诊统筹结算";
    assert!(unfiled[0].contains(words), "{unfiled:?}");
    file_chronic(&office);
    let filed = entitled(&office, HOSPITAL_3, Category::Chronic, "M03900");
    assert!(filed[0].starts_with("pool chronic true"), "{filed:?}");
    let nowhere = EntitlementAsked {
        person: person("P1"),
        institution: "H0".into(),
        category: Category::Ordinary,
        disease: "".into(),
        from: office.agency.now(),
    };
    let refused = entitlement(&office.agency, &nowhere).unwrap_err();
    assert!(refused.to_string().starts_with("[4003]"));
    let before = EntitlementAsked {
        institution: HOSPITAL_3.into(),
        from: at("2023-12-31 10:00:00"),
        ..nowhere
    };
    let refused = entitlement(&office.agency, &before).unwrap_err().to_string();
    assert!(
        refused.contains("服务日期没有生效的政策") || refused.starts_with("[4304]"),
        "{refused}"
    );
}

fn file_chronic(office: &Office) {
    let file = File {
        person: person("P1"),
        institution: HOSPITAL_3.into(),
        kind: CHRONIC,
        names: "M03900".into(),
        disease: "".into(),
        from: day("2024-03-01"),
        to: day("2024-12-31"),
        stated: serde_json::Value::Null,
    };
    let agency::Outcome::Filed { number } = office.ask(HOSPITAL_3, &file).unwrap() else {
        panic!("not filed")
    };
    let opinion = "".into();
    let review = ReviewFiling { person: person("P1"), number, approve: true, opinion };
    office.ask("", &review).unwrap();
}

#[test]
fn institutions_are_found_by_code_and_by_part_of_the_name() {
    let office = Office::open();
    let codes = |kind: i16, code: &str, name: &str| -> Result<Vec<String>, Refused> {
        let found = institutions(&office.agency, AREA, kind, code, name)?;
        Ok(found.iter().map(|it| it.site.code.to_string()).collect())
    };
    assert_eq!(codes(1, HOSPITAL_3, ""), Ok(vec![HOSPITAL_3.into()]));
    assert_eq!(codes(0, "", "药"), Ok(vec!["P50000000001".into(), "P50000000002".into()]));
    assert_eq!(codes(2, "", "大药房"), Ok(vec!["P50000000001".into()]));
    assert!(codes(2, HOSPITAL_3, "").unwrap_err().to_string().starts_with("[4003]"));
    assert!(codes(1, "", "").unwrap_err().to_string().contains("至少填写一项"));
}

#[test]
fn the_catalogue_comes_in_pages() {
    let office = Office::open();
    let directory = office.agency.directory(AREA).unwrap();
    let page = PageAsked { number: 2, rows: 3 };
    let items = catalogue::items(&directory, &ItemsAsked::default(), page).unwrap();
    assert_eq!((items.total, items.pages, items.rows.len()), (4, 2, 1));
    assert_eq!(&*items.rows[0].code, CHILDRENS);
    let asked = ItemsAsked { code: DROPS.into(), ..ItemsAsked::default() };
    let first = PageAsked { number: 1, rows: 10 };
    let ratios = catalogue::ratios(&directory, &asked, first).unwrap();
    assert_eq!(ratios.rows[0].ratio, 1_000);
    assert!(catalogue::ceilings(&directory, &asked, &|_| true, first).unwrap().rows.is_empty());
    let long_ago = ItemsAsked { day: Some(day("2020-01-01")), ..ItemsAsked::default() };
    assert_eq!(catalogue::items(&directory, &long_ago, first).unwrap().total, 0);
    let mapped =
        catalogue::mappings(office.agency.store(), AREA, HOSPITAL_3, &|_| true, first).unwrap();
    assert_eq!((mapped.total, mapped.pages), (0, 0));
}

#[test]
fn visits_settlements_and_lines_are_seen_by_their_institution() {
    let office = Office::open();
    let cared = office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    office.upload(HOSPITAL_3, cared.visit, vec![pills(&office, "2", "B2", DROPS, 1_000)]);
    let seen = |institution: &str, category: &str| {
        let (from, to) = (at("2024-03-05 00:00:00"), at("2024-03-05 23:59:59"));
        visits(&office.agency, &asking(institution), from, to, category).unwrap().len()
    };
    assert_eq!([seen(HOSPITAL_3, ""), seen(HOSPITAL_3, "11"), seen("", "")], [1, 1, 1]);
    assert_eq!([seen(HOSPITAL_2, ""), seen(HOSPITAL_3, "14")], [0, 0]);
    let found =
        settlements(&office.agency, &asking(HOSPITAL_3), cared.visit, Some(cared.entry)).unwrap();
    assert_eq!(found[0].record, cared.settled.record);
    assert_eq!((&*found[0].record.case.message, found[0].undone_by), ("M1", None));
    let all = lines(&office.agency, &asking(HOSPITAL_3), cared.visit, None).unwrap();
    let told: Vec<_> = all.iter().map(|it| (&*it.line.serial, it.entry, &*it.category)).collect();
    assert_eq!(told, [("1", Some(cared.entry), "11"), ("2", None, "11")]);
    let left = unsettled(&office.agency, &asking(HOSPITAL_3), cared.visit).unwrap();
    assert_eq!(left.iter().map(|it| &*it.line.serial).collect::<Vec<_>>(), ["2"]);
    let stranger = asking(HOSPITAL_2);
    let refused = settlements(&office.agency, &stranger, cared.visit, None).unwrap_err();
    assert!(refused.to_string().starts_with("[4101]"));
    let other = settlements(&office.agency, &asking(HOSPITAL_3), cared.visit, Some(Id(7)));
    assert!(other.unwrap_err().to_string().starts_with("[4401]"));
}

#[test]
fn an_undo_shows_beside_its_settlement_and_frees_its_lines() {
    let office = Office::open();
    let cared = office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    office.undo(HOSPITAL_3, cared.entry, "M2");
    let found = settlements(&office.agency, &asking(HOSPITAL_3), cared.visit, None).unwrap();
    let told: Vec<_> = found.iter().map(|it| (it.entry.total, &*it.record.case.message)).collect();
    assert_eq!(told, [(Fen::new(50_000), "M1"), (Fen::new(-50_000), "M2")]);
    assert_eq!(found[0].undone_by, Some(found[1].entry.id));
    let left = unsettled(&office.agency, &asking(HOSPITAL_3), cared.visit).unwrap();
    assert_eq!(left.len(), 1);
    let gone = lines(&office.agency, &asking(HOSPITAL_3), cared.visit, Some(cared.entry));
    assert!(gone.unwrap_err().to_string().starts_with("[4401]"));
}

#[test]
fn every_step_of_a_settlement_is_told_with_its_article() {
    let office = Office::open();
    let cared = office.care(HOSPITAL_3, DROPS, 50_000, "M1");
    let rows = trace(&office.agency, &asking(HOSPITAL_3), cared.visit, cared.entry).unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| format!("{} {} {}", row.name, Fen::new(row.fund), Fen::new(row.person)))
        .collect();
    // Class B: 50.00 first pay, 450.00 in scope; 200.00 deductible; 250.00 × 50 %.
    assert!(told.contains(&"先行自付 0.00 50.00".into()), "{told:?}");
    assert!(told.contains(&"普通门诊统筹起付标准 0.00 200.00".into()), "{told:?}");
    assert!(told.contains(&"统筹支付第1段 125.00 125.00".into()), "{told:?}");
    assert!(told.contains(&"统筹基金支付合计 0.00 0.00".into()), "{told:?}");
    let (fund, person): (i64, i64) =
        (rows.iter().map(|row| row.fund).sum(), rows.iter().map(|row| row.person).sum());
    assert_eq!((fund, person), (12_500, 37_500), "the steps bear the bill, each fen once");
    let share = rows.iter().find(|row| &*row.step.kind == "share").unwrap();
    assert_eq!(&*share.step.articles[0], "渝医保发〔2023〕32号 第五条");
    let undo = office.undo(HOSPITAL_3, cared.entry, "M2");
    let rows = trace(&office.agency, &asking(HOSPITAL_3), cared.visit, undo.entry).unwrap();
    assert!(rows.is_empty());
}

#[test]
fn what_accumulated_is_told_by_year_month_and_kind_of_care() {
    let office = Office::open();
    office.set("2024-02-05 09:00:00");
    office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    office.set("2024-03-05 09:00:00");
    let undone = office.care(HOSPITAL_3, PILLS, 30_000, "M2");
    office.undo(HOSPITAL_3, undone.entry, "M3");
    office.care(HOSPITAL_2, PILLS, 10_000, "M4");
    let found = accumulated(&office.agency, &person("P1"), 2024).unwrap();
    let value = |stretch: Stretch, category: Option<Category>, quantity: Quantity| {
        let mut values = found.values.iter();
        let one = values
            .find(|it| (it.stretch, it.category, it.quantity) == (stretch, category, quantity));
        one.map_or(0, |it| it.value)
    };
    let year = |quantity| value(Stretch::Year, None, quantity);
    assert_eq!([year(Quantity::Visits), year(Quantity::Total)], [2, 60_000]);
    assert_eq!(year(Quantity::Deductible), 20_000);
    assert_eq!(year(Quantity::PaidBy(Fund::Pool)), 15_000 + 6_000);
    let march = |quantity| value(Stretch::Month(3), Some(Category::Ordinary), quantity);
    assert_eq!([march(Quantity::Visits), march(Quantity::Total)], [1, 10_000]);
    assert_eq!(march(Quantity::PaidBy(Fund::LargeAmount)), 0);
    assert_eq!(found.cells.get("ordinary.deductible"), Some(&20_000));
    let paid = year(Quantity::PaidBy(Fund::Pool)) + year(Quantity::Accounts) + year(Quantity::Cash);
    assert_eq!(paid, year(Quantity::Total));
    let empty = accumulated(&office.agency, &person("P2"), 2024).unwrap();
    assert!(empty.values.is_empty() && empty.cells.is_empty());
}

#[test]
fn chronic_medication_is_what_was_settled_under_the_disease_and_stands() {
    let office = Office::open();
    file_chronic(&office);
    office.care(HOSPITAL_3, PILLS, 1_000, "M1");
    let visit = office.attend(HOSPITAL_3, "C1", "14", "M03900");
    office.upload(HOSPITAL_3, visit, vec![pills(&office, "1", "B1", DROPS, 2_000)]);
    let first = office.settle(HOSPITAL_3, visit, "B1", 2_000, "M2").unwrap();
    let told = || {
        let (from, to) = (at("2024-03-01 00:00:00"), at("2024-03-31 23:59:59"));
        let found = chronic(&office.agency, &person("P1"), from, to).unwrap();
        found.iter().map(|it| (it.line.item.to_string(), it.entry)).collect::<Vec<_>>()
    };
    assert_eq!(told(), [(DROPS.to_string(), first.entry)]);
    office.undo(HOSPITAL_3, first.entry, "M3");
    assert!(told().is_empty());
    let second = office.settle(HOSPITAL_3, visit, "B1", 2_000, "M4").unwrap();
    assert_eq!(told(), [(DROPS.to_string(), second.entry)]);
}

#[test]
fn a_message_number_tells_what_became_of_it() {
    let office = Office::open();
    let cared = office.care(HOSPITAL_3, PILLS, 50_000, "M1");
    let told = |number: &str| {
        let found = messages(&office.agency, AREA, HOSPITAL_3, number).unwrap();
        found
            .iter()
            .map(|it| (it.became, it.entry.as_ref().map(|entry| entry.id), it.undone_by.is_some()))
            .collect::<Vec<_>>()
    };
    assert_eq!(told("M1"), [(Became::Done, Some(cared.entry), false)]);
    office.reverse(HOSPITAL_3, "M1", "2207");
    assert_eq!(told("M1"), [(Became::TakenBack, Some(cared.entry), true)]);
    office.reverse(HOSPITAL_3, "M9", "2207");
    assert_eq!(told("M9"), [(Became::ReversedBefore, None, false)]);
    assert!(told("M0").is_empty());
    assert!(messages(&office.agency, AREA, HOSPITAL_2, "M1").unwrap().is_empty());
}

#[test]
fn stays_and_referrals_are_empty_until_they_are_known() {
    let office = Office::open();
    let (from, to) = (day("2024-01-01"), day("2024-12-31"));
    assert_eq!(stays(&office.agency, &person("P1"), from, to), Ok(vec![]));
    assert_eq!(referrals(&office.agency, &person("P1"), from, to), Ok(vec![]));
    assert!(stays(&office.agency, &person("P9"), from, to).is_err());
}

#[test]
fn supervision_looks_at_what_was_really_settled() {
    let office = Office::open();
    office.care(HOSPITAL_2, PILLS, 1_000, "M1");
    let order = Order { item: PILLS.into(), days: 700, ..Order::default() };
    let encounter = Encounter {
        person: person("P1"),
        visit: "".into(),
        institution: HOSPITAL_3.into(),
        at: at("2024-03-06 09:00:00"),
        orders: vec![order],
    };
    office.set("2024-03-06 09:00:00");
    let found = look(&office.agency, &encounter).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    let words = "XA99TEST0001于2024-03-05在H50000000002已取药7天，可用至2024-03-11";
    assert_eq!(&*found[0].words, words);
}

#[test]
fn a_message_sent_again_is_answered_again_and_files_nothing_twice() {
    let office = Office::open();
    let file = File {
        person: person("P1"),
        institution: HOSPITAL_3.into(),
        kind: CHRONIC,
        names: "M03900".into(),
        disease: "".into(),
        from: day("2024-03-01"),
        to: day("2024-12-31"),
        stated: serde_json::Value::Null,
    };
    let key = message(HOSPITAL_3, "F1", "2503");
    let first = office.send(Some(key.clone()), &file).unwrap();
    let again = office.send(Some(key), &file).unwrap();
    assert!(again.replayed && again.outcome == first.outcome);
    let stored = agency::business::filing::applications(office.agency.store(), &person("P1"));
    assert_eq!(stored.unwrap().len(), 1);
}
