//! The life of an external prescription, at the counter of a hospital and of pharmacies.

use crate::office::{
    AREA, DROPS, HOSPITAL_2, HOSPITAL_3, OUTSIDER, Office, PHARMACY_1, PHARMACY_2, PILLS, at,
    person,
};
use agency::Outcome;
use agency::business::prescription::{
    Authorise, Authorised, Bought, Checked, Dispense, EncodedFile, Medicine, Pharmacist, Precheck,
    Prescription, ReviewPrescription, Seal, Sealed, Standing, State, TakeBack, Upload, Verify,
    Withdraw, key, read,
};
use agency::business::visit::{Diagnosis, Staff};
use kernel::Level;
use std::sync::Arc;
use store::{Changes, Id, Wants};

const BOX: i64 = 10_000;
/// A file in base 64: 处方.
const FILE: &str = "5aSE5pa5";

fn medicine(item: &str, boxes: i64) -> Medicine {
    Medicine {
        item: item.into(),
        name: "测试药".into(),
        quantity: boxes * BOX,
        days: 700,
        ..Medicine::default()
    }
}

/// Three boxes of pills and one of drops for 测试甲, valid for three days.
fn precheck() -> Precheck {
    let diagnosis = Diagnosis {
        code: "I10.x00".into(),
        name: "高血压".into(),
        valid: true,
        order: 1,
        ..Diagnosis::default()
    };
    Precheck {
        person: person("P1"),
        institution: HOSPITAL_3.into(),
        own_number: "RX-0001".into(),
        visit: "V1".into(),
        staff: Staff {
            doctor: "D500000000001".into(),
            doctor_name: "测试医师".into(),
            ..Staff::default()
        },
        prescribed: at("2024-03-05 08:30:00"),
        valid_until: at("2024-03-07 23:59:59"),
        medicines: vec![medicine(PILLS, 3), medicine(DROPS, 1)],
        diagnoses: vec![diagnosis],
        stated: serde_json::json!({ "attribute": "02" }),
    }
}

fn pharmacist() -> Pharmacist {
    Pharmacist { code: "Y500000000001".into(), name: "测试药师".into() }
}

fn boxes(item: &str, count: i64) -> Bought {
    Bought { item: item.into(), quantity: count * BOX }
}

/// The counter of one prescription.
struct Counter {
    office: Office,
    number: Arc<str>,
    trace_code: Arc<str>,
}

impl Counter {
    /// A prescription that was checked.
    fn checked() -> Counter {
        let office = Office::open();
        let answer = office.ask(HOSPITAL_3, &precheck()).unwrap();
        let Checked { number, trace_code } = answer.document().unwrap();
        Counter { office, number, trace_code }
    }

    /// A prescription that pharmacies may dispense.
    fn issued() -> Counter {
        let counter = Counter::checked();
        let seal = Seal::new(AREA, HOSPITAL_3.into(), "text", EncodedFile::read(FILE).unwrap());
        let sealed = counter.office.ask(HOSPITAL_3, &seal).unwrap();
        let sealed: Sealed = sealed.document().unwrap();
        let standing = counter.office.ask(HOSPITAL_3, &counter.upload(&sealed.signature)).unwrap();
        let standing: Standing = standing.document().unwrap();
        assert!(!standing.withdrawn && !standing.expired && !standing.used);
        counter
    }

    fn upload(&self, signature: &str) -> Upload {
        Upload {
            person: person("P1"),
            number: self.number.clone(),
            trace_code: self.trace_code.clone(),
            institution: HOSPITAL_3.into(),
            pharmacist: pharmacist(),
            reviewed: at("2024-03-05 08:40:00"),
            file: EncodedFile::read(FILE).unwrap(),
            signature: signature.into(),
        }
    }

    fn withdraw(&self, institution: &str) -> Withdraw {
        Withdraw {
            person: person("P1"),
            number: self.number.clone(),
            institution: institution.into(),
            doctor: "D500000000001".into(),
            doctor_name: "测试医师".into(),
            because: "开错药品".into(),
        }
    }

    fn authorise(&self, pharmacy: &str) -> Authorise {
        let numbers = vec![self.number.clone()];
        Authorise { person: person("P1"), pharmacy: pharmacy.into(), numbers }
    }

    fn verify(&self, pharmacy: &str, token: &Arc<str>) -> Verify {
        Verify {
            person: person("P1"),
            number: self.number.clone(),
            trace_code: self.trace_code.clone(),
            pharmacy: pharmacy.into(),
            token: token.clone(),
            file: EncodedFile::read(FILE).unwrap(),
        }
    }

    /// Authorisation, verification and review at a pharmacy: the number of the review.
    fn reviewed(&self, pharmacy: &str, approved: bool) -> Arc<str> {
        let authorised = self.office.ask(pharmacy, &self.authorise(pharmacy)).unwrap();
        let authorised: Vec<Authorised> = authorised.document().unwrap();
        let token = &authorised[0].token;
        let verified = self.office.ask(pharmacy, &self.verify(pharmacy, token)).unwrap();
        let review = ReviewPrescription {
            person: person("P1"),
            number: self.number.clone(),
            pharmacy: pharmacy.into(),
            token: token.clone(),
            verification: filed(&verified),
            pharmacist: pharmacist(),
            approved,
            opinion: if approved { "" } else { "剂量存疑" }.into(),
            at: at("2024-03-05 09:10:00"),
        };
        filed(&self.office.ask(pharmacy, &review).unwrap())
    }

    fn dispense(
        &self,
        pharmacy: &str,
        review: &str,
        settled: bool,
        bought: Vec<Bought>,
    ) -> Dispense {
        Dispense {
            person: person("P1"),
            number: self.number.clone(),
            pharmacy: pharmacy.into(),
            review: review.into(),
            settled,
            bought,
            stated: serde_json::Value::Null,
        }
    }

    fn take_back(&self, pharmacy: &str, dispensing: Option<Arc<str>>) -> TakeBack {
        let (person, number) = (person("P1"), self.number.clone());
        TakeBack { person, number, pharmacy: pharmacy.into(), dispensing }
    }

    fn read(&self) -> Prescription {
        read::prescription(self.office.agency.store(), &person("P1"), &self.number).unwrap()
    }

    /// Writes what a settlement would.
    fn write(&self, prescription: &Prescription) {
        let key = key(&person("P1"), &self.number);
        let documents = vec![prescription.filed(key, at("2024-03-05 09:00:00")).unwrap()];
        let changes = Changes { documents, ..Changes::default() };
        let store = self.office.agency.store();
        store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    }
}

fn filed(outcome: &Outcome) -> Arc<str> {
    match outcome {
        Outcome::Filed { number } => number.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_prescription_goes_from_the_doctor_to_the_counter_of_a_pharmacy_and_back() {
    let counter = Counter::issued();
    let found = counter.read();
    assert_eq!((found.state(), &*found.prescriber.level), (State::Issued, "3"));
    assert_eq!(found.prescriber.for_the_bill().level, Level::Three);
    assert_eq!(counter.trace_code.len(), 20);
    let review = counter.reviewed(PHARMACY_1, true);
    let all = vec![boxes(PILLS, 3), boxes(DROPS, 1)];
    let dispense = counter.dispense(PHARMACY_1, &review, false, all);
    let handed = filed(&counter.office.ask(PHARMACY_1, &dispense).unwrap());
    assert_eq!(counter.read().state(), State::Used);
    let again = counter.office.refusal(PHARMACY_1, &dispense);
    assert!(again.starts_with("[4605]处方已购药，不能重复使用"), "{again}");
    let withdrawal = counter.office.refusal(HOSPITAL_3, &counter.withdraw(HOSPITAL_3));
    assert!(withdrawal.starts_with("[4605]"), "{withdrawal}");
    let back = counter.take_back(PHARMACY_1, Some(handed));
    assert_eq!(counter.office.ask(PHARMACY_1, &back), Ok(Outcome::Done));
    assert_eq!(counter.read().state(), State::Issued);
    let twice = counter.office.refusal(PHARMACY_1, &back);
    assert!(twice.starts_with("[4602]") || twice.starts_with("[4802]"), "{twice}");
    counter.office.ask(HOSPITAL_3, &counter.withdraw(HOSPITAL_3)).unwrap();
    assert_eq!(counter.read().state(), State::Withdrawn);
}

#[test]
fn parts_of_a_prescription_may_be_had_at_two_pharmacies() {
    let counter = Counter::issued();
    let first = counter.reviewed(PHARMACY_1, true);
    let second = counter.reviewed(PHARMACY_2, true);
    let pills = counter.dispense(PHARMACY_1, &first, false, vec![boxes(PILLS, 2)]);
    counter.office.ask(PHARMACY_1, &pills).unwrap();
    assert_eq!(counter.read().state(), State::Begun);
    let too_many = counter.dispense(PHARMACY_2, &second, false, vec![boxes(PILLS, 2)]);
    assert_eq!(
        counter.office.refusal(PHARMACY_2, &too_many),
        "[4604]购药数量超过处方数量：XA99TEST0001，本次2，剩余1。请核对数量"
    );
    let rest = counter.dispense(PHARMACY_2, &second, false, vec![boxes(PILLS, 1), boxes(DROPS, 1)]);
    counter.office.ask(PHARMACY_2, &rest).unwrap();
    assert_eq!(counter.read().state(), State::Used);
}

#[test]
fn what_a_settlement_bought_is_handed_over_once() {
    let counter = Counter::issued();
    let review = counter.reviewed(PHARMACY_1, true);
    let bought = vec![boxes(PILLS, 2)];
    let unsettled = counter.dispense(PHARMACY_1, &review, true, bought.clone());
    let words = counter.office.refusal(PHARMACY_1, &unsettled);
    assert!(words.starts_with("[4401]未找到结算记录：本药店尚未就处方"), "{words}");
    let settled = counter.read();
    settled.usable_for_purchase("P1", PHARMACY_1, at("2024-03-05 09:20:00"), &bought).unwrap();
    let entry = Id::at(at("2024-03-05 09:20:00"), 1);
    let settled = settled.purchased_by(entry, PHARMACY_1.into(), at("2024-03-05 09:20:00"), bought);
    counter.write(&settled);
    counter.office.ask(PHARMACY_1, &unsettled).unwrap();
    assert_eq!(counter.read().left(PILLS), BOX, "handed over under the settlement: taken once");
    assert_eq!(
        counter.office.refusal(PHARMACY_1, &unsettled),
        "[4604]购药数量超过处方数量：XA99TEST0001，本次发药2，已结算未发0。请核对数量"
    );
}

#[test]
fn a_settlement_may_be_handed_over_after_the_prescription_expired_but_cash_may_not() {
    let counter = Counter::issued();
    let review = counter.reviewed(PHARMACY_1, true);
    let bought = vec![boxes(PILLS, 1)];
    let entry = Id::at(at("2024-03-07 23:00:00"), 1);
    let settled = counter.read().purchased_by(
        entry,
        PHARMACY_1.into(),
        at("2024-03-07 23:00:00"),
        bought.clone(),
    );
    counter.write(&settled);
    counter.office.set("2024-03-08 08:00:00");
    let cash = counter.dispense(PHARMACY_1, &review, false, vec![boxes(DROPS, 1)]);
    let words = counter.office.refusal(PHARMACY_1, &cash);
    assert!(words.starts_with("[4603]处方已过有效期：处方") && words.contains("有效至2024-03-07"));
    let handed = counter.dispense(PHARMACY_1, &review, true, bought);
    counter.office.ask(PHARMACY_1, &handed).unwrap();
}

#[test]
fn a_pharmacy_does_nothing_without_authorisation_verification_and_review() {
    let counter = Counter::issued();
    let review = counter.reviewed(PHARMACY_1, true);
    let elsewhere = counter.dispense(PHARMACY_2, &review, false, vec![boxes(PILLS, 1)]);
    let words = counter.office.refusal(PHARMACY_2, &elsewhere);
    assert!(
        words.starts_with("[4609]处方未经本药店授权、验签或审核：未找到本药店审核通过"),
        "{words}"
    );
    let stranger = counter.verify(PHARMACY_2, &"guess".into());
    let words = counter.office.refusal(PHARMACY_2, &stranger);
    assert!(words.contains("电子处方令牌无效或已过期"), "{words}");
    let hospital = counter.office.refusal(HOSPITAL_2, &counter.authorise(HOSPITAL_2));
    assert!(hospital.contains("不是定点零售药店"), "{hospital}");
    let refused = counter.reviewed(PHARMACY_1, false);
    let anyway = counter.dispense(PHARMACY_1, &refused, false, vec![boxes(PILLS, 1)]);
    assert!(counter.office.refusal(PHARMACY_1, &anyway).starts_with("[4609]"));
    let purchase = counter.read().usable_for_purchase(
        "P1",
        PHARMACY_1,
        at("2024-03-05 10:00:00"),
        &[boxes(PILLS, 1)],
    );
    assert!(purchase.unwrap_err().value.contains("药师审核未通过：剂量存疑"));
}

#[test]
fn an_authorisation_runs_out_and_opens_the_download_until_then() {
    let counter = Counter::issued();
    let authorised = counter.office.ask(PHARMACY_1, &counter.authorise(PHARMACY_1)).unwrap();
    let [given]: [Authorised; 1] = authorised.document().unwrap();
    let download = |pharmacy: &str, text: &str| {
        let store = counter.office.agency.store();
        read::download(store, AREA, pharmacy, &given.authorisation, &given.token, at(text))
    };
    let file = download(PHARMACY_1, "2024-03-05 10:00:00").unwrap();
    assert_eq!((&*file.file, &file.prescription.number), (FILE, &counter.number));
    assert!(download(PHARMACY_2, "2024-03-05 10:00:00").is_err());
    let late = download(PHARMACY_1, "2024-03-05 12:00:00").unwrap_err();
    assert_eq!(late.value, "电子处方令牌无效或已过期");
    counter.office.ask(HOSPITAL_3, &counter.withdraw(HOSPITAL_3)).unwrap();
    assert!(download(PHARMACY_1, "2024-03-05 10:00:00").is_err(), "it was withdrawn");
}

#[test]
fn only_its_own_institution_uploads_reads_and_withdraws_it() {
    let counter = Counter::checked();
    let forged = counter.office.refusal(HOSPITAL_3, &counter.upload("not a signature"));
    assert!(forged.contains("处方文件未经签名"), "{forged}");
    let other = Upload { institution: HOSPITAL_2.into(), ..counter.upload("x") };
    assert!(counter.office.refusal(HOSPITAL_2, &other).contains("由其他机构开具"));
    let other = counter.withdraw(HOSPITAL_2);
    assert!(counter.office.refusal(HOSPITAL_2, &other).starts_with("[4701]"));
    let store = counter.office.agency.store();
    assert!(read::for_prescriber(store, AREA, &counter.number, HOSPITAL_3).is_ok());
    assert!(read::for_prescriber(store, AREA, &counter.number, HOSPITAL_2).is_err());
    let unissued = counter.office.refusal(PHARMACY_1, &counter.authorise(PHARMACY_1));
    assert!(unissued.contains("没有可购药的处方"), "{unissued}");
}

#[test]
fn a_number_of_another_person_is_told_from_an_unknown_one() {
    let counter = Counter::issued();
    let theirs = Withdraw { person: person("P2"), ..counter.withdraw(HOSPITAL_3) };
    assert!(counter.office.refusal(HOSPITAL_3, &theirs).starts_with("[4606]"));
    let unknown = Withdraw { number: "RX".into(), ..counter.withdraw(HOSPITAL_3) };
    assert!(counter.office.refusal(HOSPITAL_3, &unknown).starts_with("[4601]"));
    let store = counter.office.agency.store();
    assert_eq!(read::owner(store, AREA, &counter.number), Ok(person("P1")));
    assert_eq!(read::of_person(store, &person("P1")).unwrap().len(), 1);
    assert!(read::of_person(store, &person("P2")).unwrap().is_empty());
}

#[test]
fn an_unsound_prescription_gets_no_number_and_the_doctor_reads_why() {
    let office = Office::open();
    let reads = |change: &dyn Fn(&mut Precheck)| {
        let mut asked = precheck();
        change(&mut asked);
        office.refusal(HOSPITAL_3, &asked)
    };
    let line =
        |change: fn(&mut Medicine)| reads(&move |it: &mut Precheck| change(&mut it.medicines[1]));
    for (words, expected) in [
        (line(|it| it.item = "XX0".into()), "[4803]项目不在本地区医保目录内：第2种药品XX0 测试药"),
        (
            line(|it| it.quantity = 0),
            "[4607]处方内容不符合要求：第2种药品测试滴剂的数量和天数应大于0",
        ),
        (
            line(|it| it.days = 3_050),
            "[4607]处方内容不符合要求：第2种药品测试滴剂用药30.5天，最多30天",
        ),
        (
            line(|it| it.approval = "2".into()),
            "[4607]处方内容不符合要求：第2种药品测试滴剂医院审批未通过",
        ),
        (line(|it| it.item = PILLS.into()), "[4607]处方内容不符合要求：第2种药品XA99TEST0001重复"),
        (reads(&|it| it.medicines.clear()), "[4607]处方内容不符合要求：药品应为1至100种，实有0种"),
        (reads(&|it| it.diagnoses.clear()), "[4607]处方内容不符合要求：没有有效诊断"),
        (
            reads(&|it| it.diagnoses[0].code = "".into()),
            "[4607]处方内容不符合要求：诊断1缺少代码或名称",
        ),
        (
            reads(&|it| it.staff.doctor = "".into()),
            "[4607]处方内容不符合要求：缺少开方医师编码或姓名",
        ),
        (
            reads(&|it| it.prescribed = at("2024-03-06 00:00:00")),
            "[4607]处方内容不符合要求：开方时间2024-03-06 00:00:00晚于今天",
        ),
        (
            reads(&|it| it.valid_until = at("2024-03-05 08:00:00")),
            "[4607]处方内容不符合要求：有效截止时间2024-03-05 08:00:00早于开方时间",
        ),
        (
            reads(&|it| it.valid_until = at("2024-08-05 08:00:00")),
            "[4607]处方内容不符合要求：有效期超过84天",
        ),
        (reads(&|it| it.person = person("P9")), "[4002]未找到参保人：P9"),
        (reads(&|it| it.institution = "H0".into()), "[4003]未找到定点医药机构：H0"),
        (
            reads(&|it| it.institution = OUTSIDER.into()),
            "[4701]该机构不能办理此业务：H50000000009（2024-03-05不是本统筹区定点医疗机构）",
        ),
        (
            reads(&|it| it.institution = PHARMACY_1.into()),
            "[4701]该机构不能办理此业务：P50000000001",
        ),
    ] {
        assert!(words.starts_with(expected), "{words}\nexpected {expected}");
    }
}

#[test]
fn a_purchase_on_a_prescription_is_paid_by_the_prescribers_level_and_uses_it_up() {
    let counter = Counter::issued();
    let office = &counter.office;
    let without = office.purchase(PHARMACY_1, PILLS, 1, 10_000, &"".into()).unwrap();
    assert_eq!(without.record.decision.funds, [0; 3], "no prescription, no pool");
    let bought = office.purchase(PHARMACY_1, PILLS, 3, 20_000, &counter.number).unwrap();
    // In work, prescribed at level 3: (600 − 200) × 50 %.
    assert_eq!(bought.record.decision.deductible, 20_000);
    assert_eq!(bought.record.decision.funds, [20_000, 0, 0]);
    assert_eq!(bought.record.inputs.prescriber, Some(("3".into(), true)));
    assert_eq!((counter.read().state(), counter.read().left(PILLS)), (State::Begun, 0));
    let unknown = office.purchase(PHARMACY_1, PILLS, 1, 20_000, &"RX0".into()).unwrap_err();
    assert!(unknown.to_string().starts_with("[4601]未找到电子处方：RX0"), "{unknown}");
    let again = office.purchase(PHARMACY_2, PILLS, 1, 20_000, &counter.number).unwrap_err();
    assert!(again.to_string().starts_with("[4604]购药数量超过处方数量"), "{again}");
    let review = counter.reviewed(PHARMACY_1, true);
    let handed = counter.dispense(PHARMACY_1, &review, true, vec![boxes(PILLS, 3)]);
    let handed = filed(&office.ask(PHARMACY_1, &handed).unwrap());
    office.undo(PHARMACY_1, bought.entry, "M-UNDO");
    assert_eq!(counter.read().left(PILLS), 0, "the medicines are still out");
    office.ask(PHARMACY_1, &counter.take_back(PHARMACY_1, Some(handed))).unwrap();
    assert_eq!((counter.read().state(), counter.read().left(PILLS)), (State::Issued, 3 * BOX));
    office.purchase(PHARMACY_2, PILLS, 1, 20_000, &counter.number).unwrap();
}

#[test]
fn a_reversed_purchase_gives_the_prescription_back() {
    let counter = Counter::issued();
    let office = &counter.office;
    let bought = office.purchase_as("M-RX", PHARMACY_1, PILLS, 3, 20_000, &counter.number);
    bought.unwrap();
    assert_eq!(counter.read().state(), State::Begun);
    office.reverse(PHARMACY_1, "M-RX", "2102");
    assert_eq!(counter.read().state(), State::Issued);
}
