//! The town's catalogue, the same in both areas: some hundred invented drugs, services and goods.

use crate::directory::ItemDetail;
use kernel::{Date, Fen};
use std::sync::Arc;
use store::{Area, Item};

/// Something that hospitals and pharmacies charge for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ware {
    /// 医疗目录编码.
    pub code: Arc<str>,
    /// 名称.
    pub name: Arc<str>,
    /// Usual price of a unit.
    pub price: Fen,
    /// What a pharmacy sells too.
    pub drug: bool,
    /// What the catalogue says, by spans; usually one.
    pub spans: Vec<(Date, Date, ItemDetail)>,
}

/// How many drugs there are; they come first.
const DRUGS: i64 = 200;
/// How many patent medicines.
const PATENTS: i64 = 60;
/// How many services.
const SERVICES: i64 = 70;
/// How many goods.
const GOODS: i64 = 20;

/// Everything charged for, as of a day: drugs first, then patent medicines, services and goods.
#[must_use]
pub fn wares(today: Date) -> Vec<Ware> {
    let drugs = (0..DRUGS).map(drug);
    let patents = (0..PATENTS).map(patent);
    let services = (0..SERVICES).map(service);
    let goods = (0..GOODS).map(good);
    drugs.chain(patents).chain(services).chain(goods).map(|made| made.ware(today)).collect()
}

impl Ware {
    /// Its rows in an area's catalogue.
    pub(super) fn items(&self, area: Area) -> impl Iterator<Item = Item> + '_ {
        self.spans.iter().map(move |(from, to, detail)| Item {
            area,
            code: self.code.clone(),
            from: *from,
            to: *to,
            name: self.name.clone(),
            detail: Arc::from(serde_json::to_string(detail).unwrap_or_default()),
        })
    }
}

/// A ware before it is known on which days it is listed.
struct Made {
    code: String,
    name: String,
    price: i64,
    drug: bool,
    detail: ItemDetail,
    /// From the first of July of this year it is class B at ten per cent.
    becomes_b: bool,
    /// Listed until the end of last year.
    delisted: bool,
}

impl Made {
    fn ware(self, today: Date) -> Ware {
        let year = today.ymd().0;
        let first = Date::from_ymd(2022, 1, 1).unwrap_or(Date::MIN);
        let july = Date::from_ymd(year, 7, 1).unwrap_or(today);
        let january = Date::from_ymd(year, 1, 1).unwrap_or(today);
        let mut spans = vec![(first, Date::MAX, self.detail.clone())];
        if self.becomes_b {
            let b = ItemDetail { class: Arc::from("B"), first_pay: 1_000, ..self.detail };
            spans[0].1 = july.previous();
            spans.push((july, Date::MAX, b));
        }
        if self.delisted {
            spans[0].1 = january.previous();
        }
        Ware {
            code: Arc::from(self.code),
            name: Arc::from(self.name),
            price: Fen::new(self.price),
            drug: self.drug,
            spans,
        }
    }
}

/// A western drug. Of ten, four are class A, five class B (at 5, 10 or 20 per cent), one class C. Drugs 0..40 are class A
/// and B without anything special: the everyday ones.
fn drug(number: i64) -> Made {
    let class = match number % 10 {
        0 if number > 0 => "C",
        1 | 3 | 5 | 7 | 9 => "B",
        _ => "A",
    };
    let ratio = match number % 3 {
        0 => 500,
        1 => 1_000,
        _ => 2_000,
    };
    let price = 380 + number * 7_919 % 9_600;
    let mut detail = ItemDetail {
        unit: Arc::from("盒"),
        spec: Arc::from(format!("{}mg×{}片", 5 + number % 20 * 5, 10 + number % 3 * 4)),
        form: Arc::from("片剂"),
        manufacturer: Arc::from(format!("测试药厂{}", number % 9 + 1)),
        approval: Arc::from(format!("测药准字H99{number:06}")),
        charge_type: Arc::from("09"),
        list: Arc::from("101"),
        essential: number % 4 == 1,
        ..class_of(class, ratio)
    };
    let note = special(number, price, &mut detail);
    Made {
        code: format!("XZ99AAA{number:03}A001010100001"),
        name: format!("测试{}片{:03}", if note.is_empty() { "西药" } else { note }, number),
        price,
        drug: true,
        detail,
        becomes_b: number == 178,
        delisted: number == 180,
    }
}

/// What the drugs from 40 on are there to show.
fn special(number: i64, price: i64, detail: &mut ItemDetail) -> &'static str {
    let flag = |detail: &mut ItemDetail, flag: &str| detail.flags.push(Arc::from(flag));
    match number {
        41..=59 if &*detail.class != "C" => {
            // A ceiling below the price: part of the price is above it.
            detail.ceiling = Some(price * 10_000 * 4 / 5);
            "限价"
        }
        61..=79 if &*detail.class != "C" => {
            flag(detail, "negotiated");
            detail.negotiated = true;
            "国谈"
        }
        81..=89 if &*detail.class != "C" => {
            flag(detail, "listed");
            "单列"
        }
        91..=109 if &*detail.class != "C" => {
            flag(detail, "two-disease");
            "两病"
        }
        111..=129 if &*detail.class != "C" => {
            flag(detail, "chronic");
            "特病"
        }
        131..=149 if &*detail.class != "C" => {
            detail.restricted = true;
            detail.restriction = Arc::from("限二级以上医院，须经审批");
            "限制"
        }
        151 => {
            detail.sex = Arc::from("2");
            "限女"
        }
        153 => {
            detail.max_age = Some(14);
            "限儿童"
        }
        155 => {
            detail.days = Some(30);
            "限三十天"
        }
        157 => {
            detail.denied = true;
            "账户不可付"
        }
        178 => "年中转乙",
        180 => "去年调出",
        _ => "",
    }
}

/// A patent Chinese medicine.
fn patent(number: i64) -> Made {
    let class = match number % 12 {
        11 => "C",
        even if even % 2 == 0 => "B",
        _ => "A",
    };
    Made {
        code: format!("ZZ99AAA{number:04}010100001"),
        name: format!("测试中成药丸{number:03}"),
        price: 900 + number * 331 % 4_000,
        drug: true,
        detail: ItemDetail {
            unit: Arc::from("盒"),
            spec: Arc::from("6g×10丸"),
            form: Arc::from("丸剂"),
            manufacturer: Arc::from(format!("测试中药厂{}", number % 5 + 1)),
            approval: Arc::from(format!("测药准字Z99{number:06}")),
            charge_type: Arc::from("11"),
            list: Arc::from("101"),
            ..class_of(class, 1_000)
        },
        becomes_b: false,
        delisted: false,
    }
}

/// A service. 0..4 are consultation fees with a ceiling by level, 4 the general fee of small clinics, 5 a wellness
/// treatment that no account may pay; then laboratory, imaging and treatments with ceilings by level.
fn service(number: i64) -> Made {
    let (name, charge, price): (String, &str, i64) = match number {
        0 => ("测试普通诊察费".to_owned(), "02", 1_000),
        1 => ("测试副主任医师诊察费".to_owned(), "02", 1_600),
        2 => ("测试主任医师诊察费".to_owned(), "02", 2_200),
        3 => ("测试急诊诊察费".to_owned(), "02", 2_800),
        4 => ("测试一般诊疗费".to_owned(), "14", 1_000),
        5 => ("测试保健按摩".to_owned(), "14", 9_800),
        6..=29 => (format!("测试化验{number:02}"), "04", 600 + 310 * number),
        30..=44 => (format!("测试检查{number:02}"), "03", 4_000 + 1_900 * (number - 29)),
        _ => (format!("测试治疗{number:02}"), "05", 1_500 + 420 * (number - 44)),
    };
    let class = match number {
        0..=4 => "A",
        5 => "C",
        30..=44 => "B",
        _ if number % 3 == 2 => "B",
        _ => "A",
    };
    let mut detail = ItemDetail {
        unit: Arc::from("次"),
        charge_type: Arc::from(charge),
        list: Arc::from("201"),
        denied: number == 5,
        ..class_of(class, 1_000)
    };
    match number {
        0..=3 => detail.flags.push(Arc::from("consultation")),
        4 => detail.flags.push(Arc::from("general-fee")),
        _ => {}
    }
    if number != 5 {
        let percent = [("0", 60), ("1", 70), ("2", 85), ("3", 100)];
        let ceiling = |(level, percent): (&str, i64)| (Arc::from(level), price * percent * 100);
        detail.ceilings = percent.into_iter().map(ceiling).collect();
    }
    Made {
        code: format!("0099{number:05}000000"),
        name,
        // Small clinics may charge six tenths: half of the services cost more than that everywhere.
        price: price * (6 + number % 2) / 10,
        drug: false,
        detail,
        becomes_b: false,
        delisted: false,
    }
}

/// A consumable.
fn good(number: i64) -> Made {
    let class = if number % 5 == 4 { "C" } else { "B" };
    Made {
        code: format!("C99{number:05}000000000000"),
        name: format!("测试耗材{number:02}"),
        price: 500 + number * 877 % 6_000,
        drug: false,
        detail: ItemDetail {
            unit: Arc::from("件"),
            spec: Arc::from("标准"),
            manufacturer: Arc::from("测试器械厂"),
            charge_type: Arc::from("08"),
            list: Arc::from("301"),
            ..class_of(class, 2_000)
        },
        becomes_b: false,
        delisted: false,
    }
}

fn class_of(class: &str, ratio: i32) -> ItemDetail {
    let first_pay = match class {
        "A" => 0,
        "B" => ratio,
        _ => 10_000,
    };
    ItemDetail { class: Arc::from(class), first_pay, ..ItemDetail::default() }
}
