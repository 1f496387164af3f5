//! What institutions file without a person.

use crate::office::{AREA, HOSPITAL_2, HOSPITAL_3, Office, PILLS, day};
use agency::business::desk::{
    self, ApplyClearing, ClearingAsked, Content, Feedback, FileFiled, Handling, KeepFile,
    KeepFindings, Map, Mapping, SignIn, SignOut, Signed, Stage, Unmap, WithdrawClearing,
};
use agency::reconcile::Totals;
use agency::supervise::{Finding, Severity};
use agency::{Outcome, Refused};
use kernel::{Date, Fen, Month};
use std::sync::Arc;

fn sign_in() -> SignIn {
    SignIn {
        area: AREA,
        institution: HOSPITAL_3.into(),
        operator: "007".into(),
        hardware: "00-00-00-00-00-01".into(),
        address: "127.0.0.1".into(),
    }
}

fn sign_out(session: &Arc<str>) -> SignOut {
    let (institution, operator) = (HOSPITAL_3.into(), "007".into());
    SignOut { area: AREA, institution, session: session.clone(), operator }
}

#[test]
fn a_session_is_closed_once_on_its_own_day_by_its_own_operator() {
    let office = Office::open();
    let open = || office.ask(HOSPITAL_3, &sign_in()).unwrap().document::<Signed>().unwrap().session;
    let session = open();
    let other = SignOut { operator: "008".into(), ..sign_out(&session) };
    assert!(office.refusal(HOSPITAL_3, &other).contains("由操作员007签到"));
    office.ask(HOSPITAL_3, &sign_out(&session)).unwrap();
    assert!(
        office.refusal(HOSPITAL_3, &sign_out(&session)).contains("已于2024-03-05 09:00:00签退")
    );
    let session = open();
    office.set("2024-03-06 00:00:01");
    assert!(office.refusal(HOSPITAL_3, &sign_out(&session)).contains("只能当日签退"));
    assert!(office.refusal(HOSPITAL_3, &sign_out(&"none".into())).starts_with("[4801]"));
    let stranger = SignIn { institution: "H0".into(), ..sign_in() };
    assert!(office.refusal("H0", &stranger).starts_with("[4003]"));
}

#[test]
fn a_file_comes_back_as_it_went_until_its_last_day() {
    let office = Office::open();
    let content = Content::new(b"a\tb\n").unwrap();
    let keep =
        KeepFile { area: AREA, institution: HOSPITAL_3.into(), name: "a.txt".into(), content };
    let filed: FileFiled = office.ask(HOSPITAL_3, &keep).unwrap().document().unwrap();
    assert_eq!(filed.until, day("2024-04-04"));
    let read = |institution: &str, today: &str| {
        desk::stored_file(office.agency.store(), AREA, institution, &filed.number, day(today))
    };
    let file = read(HOSPITAL_3, "2024-04-04").unwrap();
    assert_eq!((&*file.name, &*file.bytes), ("a.txt", &b"a\tb\n"[..]));
    let late = read(HOSPITAL_3, "2024-04-05").unwrap_err().to_string();
    assert!(late.contains("下载截止日期2024-04-04已过"), "{late}");
    assert!(read(HOSPITAL_2, "2024-03-05").is_err(), "another institution's");
}

fn mapping(own: &str, item: &str) -> Mapping {
    Mapping {
        own_item: own.into(),
        own_name: "本院药".into(),
        list: "101".into(),
        item: item.into(),
        from: day("2024-01-01"),
        to: Date::MAX,
        ..Mapping::default()
    }
}

#[test]
fn a_mapping_holds_until_it_is_taken_back() {
    let office = Office::open();
    let map = |rows: Vec<Mapping>| Map { area: AREA, institution: HOSPITAL_3.into(), rows };
    let unmap = |own: &str, item: &str| Unmap {
        area: AREA,
        institution: HOSPITAL_3.into(),
        own_item: own.into(),
        item: item.into(),
    };
    office.ask(HOSPITAL_3, &map(vec![mapping("A1", PILLS), mapping("A2", PILLS)])).unwrap();
    let held = || {
        let store = office.agency.store();
        let (rows, next) = desk::mappings(store, AREA, HOSPITAL_3, "", 10).unwrap();
        assert_eq!(next, None);
        rows.iter().map(|row| row.own_item.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(held(), ["A1", "A2"]);
    assert!(office.refusal(HOSPITAL_3, &unmap("A1", "X0")).contains("A1现对照为XA99TEST0001"));
    office.ask(HOSPITAL_3, &unmap("A1", PILLS)).unwrap();
    assert!(office.refusal(HOSPITAL_3, &unmap("A1", PILLS)).starts_with("[4801]"));
    assert_eq!(held(), ["A2"]);
    let wrong = map(vec![mapping("A3", PILLS), mapping("A4", "X0")]);
    assert!(office.refusal(HOSPITAL_3, &wrong).contains("第2行X0"));
    assert_eq!(held(), ["A2"], "all rows are taken or none");
    let backwards = Mapping { to: day("2023-01-01"), ..mapping("A5", PILLS) };
    assert!(office.refusal(HOSPITAL_3, &map(vec![backwards])).contains("早于开始日期"));
    let nameless = Mapping { own_name: "".into(), ..mapping("A5", PILLS) };
    assert!(
        office.refusal(HOSPITAL_3, &map(vec![nameless])).contains("第1行缺少机构目录编号或名称")
    );
    assert!(office.refusal(HOSPITAL_3, &map(vec![])).contains("实有0行"));
}

fn february() -> ClearingAsked {
    ClearingAsked {
        area: AREA,
        institution: HOSPITAL_3.into(),
        class: "11".into(),
        method: "1".into(),
        month: Month::new(2024, 2).unwrap(),
        from: day("2024-02-01"),
        to: day("2024-02-29"),
        stated: Totals::default(),
        recognised: Fen::ZERO,
    }
}

fn prepared(office: &Office, asked: ClearingAsked) -> Result<ApplyClearing, Refused> {
    ApplyClearing::prepare(office.agency.store(), asked, office.agency.now().date())
}

#[test]
fn one_clearing_application_a_month_stands_at_a_time() {
    let office = Office::open();
    let apply = |office: &Office| office.ask(HOSPITAL_3, &prepared(office, february()).unwrap());
    assert_eq!(apply(&office), Ok(Outcome::Filed { number: "202402-11-1".into() }));
    let again = apply(&office).unwrap_err().to_string();
    assert!(again.contains("2024-02已申请清算，申请号202402-11-1"), "{again}");
    let withdraw = |number: &str| WithdrawClearing {
        area: AREA,
        institution: HOSPITAL_3.into(),
        number: number.into(),
    };
    office.ask(HOSPITAL_3, &withdraw("202402-11-1")).unwrap();
    assert!(office.refusal(HOSPITAL_3, &withdraw("202402-11-1")).contains("已撤销"));
    assert_eq!(apply(&office), Ok(Outcome::Filed { number: "202402-11-2".into() }));
    let late = office.refusal(HOSPITAL_3, &withdraw("202402-11-1"));
    assert!(late.contains("已撤销"), "a late repetition does not touch the new one: {late}");
    assert!(office.refusal(HOSPITAL_3, &withdraw("202402-11-3")).starts_with("[4801]"));
    assert!(office.refusal(HOSPITAL_3, &withdraw("nonsense")).starts_with("[4801]"));
    let all = desk::applications(office.agency.store(), AREA, HOSPITAL_3).unwrap();
    assert_eq!(all.iter().map(|it| &*it.number).collect::<Vec<_>>(), ["202402-11-2"]);
}

#[test]
fn clearing_must_be_for_a_month_that_is_over_and_agree_with_the_books() {
    let office = Office::open();
    let reads =
        |asked: ClearingAsked| prepared(&office, asked).map(|_| ()).unwrap_err().to_string();
    let march = ClearingAsked {
        month: Month::new(2024, 3).unwrap(),
        from: day("2024-03-01"),
        to: day("2024-03-31"),
        ..february()
    };
    assert!(reads(march).contains("清算年月2024-03尚未结束"));
    let part = ClearingAsked { to: day("2024-02-28"), ..february() };
    assert!(reads(part).contains("起止日期应为2024-02-01至2024-02-29"));
    let greedy = ClearingAsked { recognised: Fen::new(1), ..february() };
    assert!(reads(greedy).contains("医保认可费用0.01大于医疗费总额0.00"));
    let stated = Totals { count: 1, total: Fen::new(100), ..Totals::default() };
    let invented = prepared(&office, ClearingAsked { stated, ..february() }).unwrap();
    let words = office.refusal(HOSPITAL_3, &invented);
    assert!(
        words.starts_with(
            "[4805]申报数与账面不符：笔数：机构1，中心0；医疗费总额：机构1.00，中心0.00"
        ),
        "{words}"
    );
}

fn finding(words: &str) -> Finding {
    Finding {
        number: "".into(),
        rule: "sex".into(),
        name: "项目与性别不符".into(),
        severity: Severity::Certain,
        words: words.into(),
        person: "P1".into(),
        visit: "V1".into(),
        amount: 100,
        orders: Vec::new(),
        articles: Vec::new(),
    }
}

#[test]
fn a_finding_is_kept_and_answered_by_its_institution() {
    let office = Office::open();
    let institution: Arc<str> = HOSPITAL_3.into();
    let findings = vec![finding("甲"), finding("乙")];
    let keep = KeepFindings { area: AREA, institution: institution.clone(), findings };
    let kept: Vec<Finding> = office.ask(HOSPITAL_3, &keep).unwrap().document().unwrap();
    assert_ne!(kept[0].number, kept[1].number);
    let feedback = |number: &Arc<str>, handling, because: &str| Feedback {
        area: AREA,
        institution: institution.clone(),
        stage: Stage::During,
        handled: vec![(number.clone(), handling, because.into())],
    };
    let silent = feedback(&kept[0].number, Handling::GoOn, "");
    assert!(office.refusal(HOSPITAL_3, &silent).contains("继续执行应说明原因"));
    office.ask(HOSPITAL_3, &feedback(&kept[0].number, Handling::GoOn, "病情需要")).unwrap();
    office.ask(HOSPITAL_3, &feedback(&kept[1].number, Handling::Change, "")).unwrap();
    let read = desk::finding(office.agency.store(), AREA, &institution, &kept[0].number).unwrap();
    assert_eq!(read.handled.map(|it| it.because), Some("病情需要".into()));
    let unknown = feedback(&"F0".into(), Handling::Change, "");
    assert!(office.refusal(HOSPITAL_3, &unknown).starts_with("[4801]未找到相应记录：违规标识F0"));
}
