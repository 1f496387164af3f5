//! The cast: the first people of each area, of whom each shows something. The table that `gongji serve --demo` prints and
//! the guide are made from it.

use super::{Born, CHONGQING as CQ, GUANGXI as GX, Life, Town};
use crate::facts;
use kernel::account::Relation;
use kernel::{Date, Entitlement, Fen, Place};
use store::Area;

/// One of the cast.
#[derive(Clone, Copy, Debug)]
pub struct Role {
    /// 谁.
    pub zh: &'static str,
    /// Who.
    pub en: &'static str,
    /// Year, month and day of birth.
    birth: (i32, u8, u8),
    /// Makes the life, as of a day.
    play: fn(&mut Life, Date),
}

impl Role {
    /// Day of birth.
    pub(super) fn born(&self) -> Date {
        let (year, month, day) = self.birth;
        Date::from_ymd(year, month, day).unwrap_or(Date::MIN)
    }

    /// The life, as of a day.
    pub(super) fn life(&self, born: Born, today: Date) -> Life {
        let mut life = Life::new(born);
        (self.play)(&mut life, today);
        life
    }
}

/// The role of person `number` (from 1) of an area, if it has one.
#[must_use]
pub fn role(area: Area, number: u32) -> Option<&'static Role> {
    cast(area).get(usize::try_from(number).ok()?.checked_sub(1)?)
}

/// The cast of an area.
#[must_use]
pub const fn cast(area: Area) -> &'static [Role] {
    match area {
        CQ => CHONGQING,
        GX => GUANGXI,
        _ => &[],
    }
}

/// The cast of both areas as a table in Markdown.
#[must_use]
pub fn table() -> String {
    use std::fmt::Write as _;
    let mut page =
        "| 统筹区 | 人员编号 | 证件号码 | 姓名 | 谁 who |\n|---|---|---|---|---|\n".to_owned();
    for area in super::AREAS {
        for (number, role) in (1..).zip(cast(area)) {
            let born = Born::on(area, number, role.born());
            let (key, identity, name) = (Town::person(area, number), born.identity(), born.name());
            let Role { zh, en, .. } = role;
            let _ =
                writeln!(page, "| {area} | `{}` | `{identity}` | {name} | {zh} {en} |", key.person);
        }
    }
    page
}

/// 2008-07-01: since when the cast is insured, unless something else is said.
fn since() -> Date {
    Date::from_ymd(2008, 7, 1).unwrap_or(Date::MIN)
}

fn yuan(life: &mut Life, current: i64, earlier: i64) {
    (life.current, life.earlier) = (Fen::new(current * 100), Fen::new(earlier * 100));
}

fn in_work(life: &mut Life, plan: &str) {
    life.insured(plan, since());
    if plan != "individual-1" {
        yuan(life, 360, 1_500);
    }
}

/// Retired long ago.
fn retired(life: &mut Life, plan: &str) {
    life.insured(plan, since());
    life.retired(Date::from_ymd(2015, 3, 1).unwrap_or(Date::MIN));
    if plan != "individual-1" {
        yuan(life, 315, 2_400);
    }
}

fn days_ago(today: Date, days: i32) -> Date {
    Date::from_days(today.days() - days)
}

/// Insured in Chongqing.
pub const CHONGQING: &[Role] = &[
    Role {
        zh: "在职，单位参保",
        en: "in work, through an employer",
        birth: (1985, 5, 20),
        play: |life, _| in_work(life, "employer"),
    },
    Role {
        zh: "退休，未满七十",
        en: "retired, not yet seventy",
        birth: (1960, 1, 10),
        play: |life, _| retired(life, "employer"),
    },
    Role {
        zh: "退休，满七十",
        en: "retired, seventy and over",
        birth: (1948, 9, 1),
        play: |life, _| retired(life, "employer"),
    },
    Role {
        zh: "在职，个人一档：限额低，没有个人账户",
        en: "first tier: lower limit, no account",
        birth: (1988, 2, 14),
        play: |life, _| in_work(life, "individual-1"),
    },
    Role {
        zh: "退休，个人一档",
        en: "retired, first tier",
        birth: (1958, 6, 1),
        play: |life, _| retired(life, "individual-1"),
    },
    Role {
        zh: "在职，个人二档",
        en: "in work, second tier",
        birth: (1979, 11, 11),
        play: |life, _| in_work(life, "individual-2"),
    },
    Role {
        zh: "个人二档趸缴",
        en: "second tier, lump-sum prepaid",
        birth: (1966, 4, 5),
        play: |life, _| in_work(life, "lump-sum"),
    },
    Role {
        zh: "欠费暂停：统筹不付，账户可用",
        en: "in arrears: no fund pays, the account may",
        birth: (1990, 8, 8),
        play: |life, today| {
            in_work(life, "individual-2");
            let first = today.month().first_day();
            life.end(facts::ENTITLEMENT, first.previous());
            life.entitled(Entitlement::Arrears, first, Date::MAX);
        },
    },
    Role {
        zh: "等待期",
        en: "in a waiting period",
        birth: (1996, 3, 3),
        play: |life, today| {
            let month = today.month();
            let first = month.plus(-2).first_day();
            life.insured("individual-2", first);
            life.end(facts::ENTITLEMENT, first.previous());
            life.entitled(Entitlement::Waiting, first, month.plus(3).last_day());
            life.entitled(Entitlement::Entitled, month.plus(4).first_day(), Date::MAX);
        },
    },
    Role {
        zh: "已去世：次日起账户冻结",
        en: "dead: the account is frozen from the day after",
        birth: (1944, 1, 10),
        play: |life, today| {
            retired(life, "employer");
            life.fact(facts::DEATH, "", days_ago(today, 10), Date::MAX);
        },
    },
    Role {
        zh: "住院中（重庆不拦普通门诊）",
        en: "an inpatient (not blocked in Chongqing)",
        birth: (1975, 7, 7),
        play: |life, today| {
            in_work(life, "employer");
            life.admitted("H99500000001", days_ago(today, 3), None);
        },
    },
    Role {
        zh: "今天出院",
        en: "discharged today",
        birth: (1971, 12, 25),
        play: |life, today| {
            in_work(life, "employer");
            life.admitted("H99500000002", days_ago(today, 6), Some(today));
        },
    },
    Role {
        zh: "高血压备案",
        en: "a filing for hypertension",
        birth: (1968, 10, 1),
        play: |life, _| {
            in_work(life, "employer");
            life.fact(facts::FILING, "M03900", since(), Date::MAX);
        },
    },
    Role {
        zh: "退休，高血压、糖尿病备案",
        en: "retired, filings for hypertension and diabetes",
        birth: (1952, 2, 29),
        play: |life, _| {
            retired(life, "employer");
            life.fact(facts::FILING, "M03900", since(), Date::MAX);
            life.fact(facts::FILING, "M01600", since(), Date::MAX);
        },
    },
    Role {
        zh: "备案上月底到期",
        en: "a filing that ended last month",
        birth: (1963, 5, 5),
        play: |life, today| {
            in_work(life, "employer");
            let last = today.month().first_day().previous();
            life.fact(facts::FILING, "M03900", since(), last);
        },
    },
    Role {
        zh: "账户为零，用 1、2 号的账户共济，先 1 号",
        en: "no money of their own; relatives 1 and then 2 pay",
        birth: (1999, 1, 1),
        play: |life, _| {
            life.insured("employer", since());
            life.bound_to(1, Relation::Spouse, since());
            life.bound_to(2, Relation::Parent, since());
        },
    },
    Role {
        zh: "在职，共济曾绑定 1 号，已解除",
        en: "a family binding that has ended",
        birth: (1986, 6, 6),
        play: |life, today| {
            in_work(life, "employer");
            life.bound_to(1, Relation::Spouse, since());
            life.end(facts::FAMILY, today.month().first_day().previous());
        },
    },
    Role {
        zh: "本月登记退休，次月起按退休",
        en: "retires this month; counts from the next",
        birth: (1965, 9, 9),
        play: |life, today| {
            in_work(life, "employer");
            life.retired(today.month().first_day());
        },
    },
    Role {
        zh: "本月由一档换二档",
        en: "changes from the first to the second tier this month",
        birth: (1991, 4, 4),
        play: |life, today| {
            in_work(life, "individual-1");
            let first = today.month().first_day();
            life.end(facts::PLAN, first.previous());
            life.fact(facts::PLAN, "individual-2", first, Date::MAX);
        },
    },
    Role {
        zh: "统筹年度已用 46900 元：下一次跨入大额互助",
        en: "46,900 of the pool's year used: the next bill crosses into the large-amount fund",
        birth: (1977, 7, 17),
        play: |life, _| {
            in_work(life, "employer");
            life.used = vec![("limit.pool-year", 4_690_000)];
        },
    },
    Role {
        zh: "统筹、大额都将用满",
        en: "both funds' years nearly used up",
        birth: (1976, 6, 16),
        play: |life, _| {
            in_work(life, "employer");
            life.used =
                vec![("limit.pool-year", 4_700_000), ("limit.large-amount-year", 49_990_000)];
        },
    },
    Role {
        zh: "起付标准已满（原系统已用 200 元）",
        en: "the deductible is met",
        birth: (1983, 3, 13),
        play: |life, _| {
            in_work(life, "employer");
            life.used = vec![("ordinary.deductible", 20_000)];
        },
    },
    Role {
        zh: "普通门诊年度限额只剩 1 元",
        en: "one yuan left of the ordinary limit",
        birth: (1982, 2, 12),
        play: |life, _| {
            in_work(life, "employer");
            life.used = vec![
                ("ordinary.deductible", 20_000),
                ("limit.ordinary.ordinary-year", 299_900),
                ("limit.pool-year", 299_900),
            ];
        },
    },
    Role {
        zh: "账户余额很多",
        en: "a full account",
        birth: (1970, 10, 10),
        play: |life, _| {
            life.insured("employer", since());
            yuan(life, 3_600, 88_888);
        },
    },
    Role {
        zh: "异地安置备案",
        en: "resettled elsewhere, filed",
        birth: (1955, 5, 15),
        play: |life, _| {
            retired(life, "employer");
            life.fact(facts::OFFSITE, Place::Resettled.code(), since(), Date::MAX);
        },
    },
    Role {
        zh: "未参保：只有档案",
        en: "on file, but not insured",
        birth: (2001, 1, 21),
        play: |_, _| {},
    },
    Role {
        zh: "选定并签约社区中心（14 号机构）",
        en: "chose a community centre and its family doctor",
        birth: (1969, 9, 19),
        play: |life, _| {
            in_work(life, "employer");
            life.fact(facts::CHOSEN, "H99500000014", since(), Date::MAX);
            life.fact(facts::CONTRACT, "H99500000014", since(), Date::MAX);
        },
    },
    Role {
        zh: "公务员",
        en: "a civil servant",
        birth: (1981, 8, 18),
        play: |life, _| {
            in_work(life, "employer");
            life.civil_servant = true;
        },
    },
];

/// Insured in Guangxi.
pub const GUANGXI: &[Role] = &[
    Role {
        zh: "在职",
        en: "in work",
        birth: (1984, 4, 24),
        play: |life, _| in_work(life, "employee"),
    },
    Role {
        zh: "退休",
        en: "retired",
        birth: (1957, 7, 27),
        play: |life, _| retired(life, "employee"),
    },
    Role {
        zh: "住院中：普通门诊和门特慢都不付",
        en: "an inpatient: no outpatient benefit",
        birth: (1974, 1, 14),
        play: |life, today| {
            in_work(life, "employee");
            life.admitted("H99450000001", days_ago(today, 3), None);
        },
    },
    Role {
        zh: "今天出院：出院后的门诊可付，提示复核",
        en: "discharged today: allowed, noted for review",
        birth: (1973, 3, 23),
        play: |life, today| {
            in_work(life, "employee");
            life.admitted("H99450000001", days_ago(today, 5), Some(today));
        },
    },
    Role {
        zh: "退休，高血压备案（门特慢）",
        en: "retired, a filing for hypertension",
        birth: (1953, 3, 13),
        play: |life, _| {
            retired(life, "employee");
            life.fact(facts::FILING, "M03900", since(), Date::MAX);
        },
    },
    Role {
        zh: "起付标准 600 元已满",
        en: "the deductible is met",
        birth: (1987, 7, 7),
        play: |life, _| {
            in_work(life, "employee");
            life.used = vec![("ordinary.deductible", 60_000)];
        },
    },
    Role {
        zh: "账户为零，用 1 号的账户共济（配偶父母）",
        en: "no money of their own; the account of a spouse's parent pays",
        birth: (1998, 8, 28),
        play: |life, _| {
            life.insured("employee", since());
            life.bound_to(1, Relation::SpouseParent, since());
        },
    },
    Role {
        zh: "欠费暂停",
        en: "in arrears",
        birth: (1992, 2, 2),
        play: |life, today| {
            in_work(life, "employee");
            let first = today.month().first_day();
            life.end(facts::ENTITLEMENT, first.previous());
            life.entitled(Entitlement::Arrears, first, Date::MAX);
        },
    },
];
