//! Everything a policy says that can be shown or compared, one [`Quantity`] each: programme by programme, then what holds
//! for the region.

use crate::tables::{By, Quantity, Shown, Source};
use kernel::account::CreditAmount;
use kernel::payment::PaymentMethod;
use kernel::policy::{
    Cite, ClassChange, Deadline, OffsiteRules, PharmacyLevel, PlanChange, Policy, Programme,
    RefundModel,
};
use kernel::signup::{ChangeFrom, SignUp};
use kernel::{Channel, Fen, Level, Place, Rounding};

/// All quantities of a policy.
#[must_use]
pub fn quantities(policy: &Policy) -> Vec<Quantity> {
    let mut all = Vec::new();
    // What is routed last is the ordinary case and is read first.
    for (index, programme) in policy.programmes.iter().enumerate().rev() {
        let mut listing = Listing { policy, index, programme, all: &mut all };
        listing.deductible();
        listing.shares();
        listing.limits();
        listing.fixed_fees();
        listing.conditions();
    }
    of_accounts(policy, &mut all);
    of_region(policy, &mut all);
    all
}

/// The programme's name before the quantity's, unless the quantity begins as the programme does (普通门诊统筹,
/// 普通门诊统筹年度支付限额).
fn named(programme: &str, quantity: &str) -> String {
    let first_word = programme.split(' ').next().unwrap_or(programme);
    if !first_word.is_empty() && quantity.starts_with(first_word) {
        quantity.to_string()
    } else {
        format!("{programme} {quantity}")
    }
}

fn amounts(amounts: &[Fen], cites: &[Cite]) -> Vec<Shown> {
    amounts.iter().zip(cites).map(|(amount, cite)| Shown::money(*amount, *cite)).collect()
}

/// The quantities of one programme, as they are found.
struct Listing<'a> {
    policy: &'a Policy,
    index: usize,
    programme: &'a Programme,
    all: &'a mut Vec<Quantity>,
}

impl Listing<'_> {
    fn by_cell(&mut self, key: &str, zh: &str, en: &str, values: Vec<Shown>) {
        let term = &self.programme.term;
        let by = By::Cells { of: Source::Programme(self.index), values };
        let key = format!("programme.{}.{key}", term.code);
        self.all.push(Quantity { key, zh: named(&term.zh, zh), en: named(&term.en, en), by });
    }

    fn deductible(&mut self) {
        let Some(deductible) = &self.programme.deductible else { return };
        let values = amounts(&deductible.amount, &deductible.cite);
        self.by_cell("deductible", "起付标准", "deductible", values);
        if let Some(ceiling) = &deductible.ceiling {
            let values = amounts(&ceiling.amount, &ceiling.cite);
            self.by_cell(
                "deductible.ceiling",
                "起付标准合计上限",
                "deductible ceiling over levels",
                values,
            );
        }
    }

    fn shares(&mut self) {
        if self.programme.is_fixed_fee() {
            return;
        }
        let bands = &self.programme.bands;
        let count = bands.upto.len();
        for (band, upto) in bands.upto.iter().enumerate() {
            let places = (0..self.programme.axes.cells).map(|cell| cell * count + band);
            let values = places.map(|at| Shown::share(bands.rates[at], bands.cites[at])).collect();
            let bound = if *upto >= Fen::UNLIMITED { "—".to_string() } else { upto.to_string() };
            let number = band + 1;
            let (zh, en) = match count {
                1 => ("支付比例".to_string(), "share".to_string()),
                _ => (
                    format!("支付比例（第{number}段，至 {bound}）"),
                    format!("share (band {number}, up to {bound})"),
                ),
            };
            self.by_cell(&format!("share.{number}"), &zh, &en, values);
        }
    }

    fn limits(&mut self) {
        let programme = self.programme;
        for used in programme.spending_limits.iter().chain(&programme.payment_limits) {
            if used.amount.iter().all(|amount| *amount >= Fen::UNLIMITED) {
                continue;
            }
            let term = &self.policy.limits[usize::from(used.limit)].term;
            let values = amounts(&used.amount, &used.cite);
            let own = term.code.strip_prefix(&*programme.term.code);
            match own.and_then(|rest| rest.strip_prefix('.')) {
                Some(name) => self.by_cell(&format!("limit.{name}"), &term.zh, &term.en, values),
                None => self.shared_limit(term, values),
            }
        }
    }

    /// A shared limit is shown once, with the first programme it covers.
    fn shared_limit(&mut self, term: &kernel::policy::Term, values: Vec<Shown>) {
        let key = format!("limit.{}", term.code);
        if !self.all.iter().any(|known| known.key == key) {
            let by = By::Cells { of: Source::Programme(self.index), values };
            self.all.push(Quantity { key, zh: term.zh.to_string(), en: term.en.to_string(), by });
        }
    }

    fn fixed_fees(&mut self) {
        for fee in &self.programme.fixed_fees {
            let items = &self.policy.vocabulary.items;
            let item = items.get(usize::from(fee.item.0.max(1) - 1)).map_or("", |code| &**code);
            let values = amounts(&fee.amount, &fee.cite);
            let (zh, en) = (format!("定额 {item}"), format!("fixed amount {item}"));
            self.by_cell(&format!("fixed_fee.{item}"), &zh, &en, values);
        }
    }

    fn conditions(&mut self) {
        let Programme { term, requires_chosen, requires_contract, requires_dual_channel, .. } =
            self.programme;
        let admission = match self.programme.blocked_during_admission {
            Some(cite) => Shown::words("住院期间不享受", "blocked while an inpatient", cite),
            None => Shown::words("住院期间可享受", "allowed while an inpatient", Cite::NONE),
        };
        let chosen = |cite| Shown::words("限本人定点机构", "only at the chosen institution", cite);
        let contract =
            |cite| Shown::words("须家庭医生签约", "needs a family-doctor contract", cite);
        let dual =
            |cite| Shown::words("药店限双通道药店", "at pharmacies only dual-channel ones", cite);
        for (key, zh, en, value) in [
            ("admission", "住院期间", "during admissions", Some(admission)),
            ("chosen", "定点管理", "chosen institution", requires_chosen.map(chosen)),
            ("contract", "签约", "contract", requires_contract.map(contract)),
            ("dual-channel", "双通道", "dual channel", requires_dual_channel.map(dual)),
        ] {
            if let Some(value) = value {
                let (zh, en) = (named(&term.zh, zh), named(&term.en, en));
                let key = format!("programme.{}.{key}", term.code);
                self.all.push(Quantity { key, zh, en, by: By::One(value) });
            }
        }
    }
}

fn of_accounts(policy: &Policy, all: &mut Vec<Quantity>) {
    if let Some(credit) = &policy.account.credit {
        let value = |(amount, cite): (&CreditAmount, &Cite)| match amount {
            CreditAmount::Fixed(amount) => Shown::money(*amount, *cite),
            CreditAmount::ShareOfBase(rate) => {
                let (zh, en) = (format!("缴费基数的 {rate}"), format!("{rate} of the base"));
                Shown::words(zh, en, *cite)
            }
        };
        let values = credit.amount.iter().zip(&credit.cite).map(value).collect();
        let (zh, en) = ("个人账户月划入".into(), "monthly account credit".into());
        let by = By::Cells { of: Source::Credit, values };
        all.push(Quantity { key: "account.credit".into(), zh, en, by });
    }
    let rules = &policy.account;
    let list = |words: Vec<(&str, &str)>| {
        let (zh, en): (Vec<&str>, Vec<&str>) = words.into_iter().unzip();
        Shown::words(zh.join("、"), en.join(", "), rules.cite)
    };
    let relations = list(rules.relations.iter().map(|word| (word.zh(), word.en())).collect());
    let purposes = list(rules.purposes.iter().map(|word| (word.zh(), word.en())).collect());
    let order = list(rules.order.iter().map(|word| (word.zh(), word.en())).collect());
    let pays = Shown::words(rules.pays.zh(), rules.pays.en(), rules.cite);
    push(
        all,
        "account.relations",
        "个人账户可共济的亲属",
        "relatives an account may pay for",
        relations,
    );
    push(all, "account.purposes", "个人账户用途", "uses of an account", purposes);
    push(all, "account.order", "个人负担的支付次序", "who pays the personal part, in order", order);
    push(all, "account.pays", "个人账户支付范围", "what an account may pay", pays);
}

fn push(all: &mut Vec<Quantity>, key: &str, zh: &str, en: &str, value: Shown) {
    all.push(Quantity { key: key.into(), zh: zh.into(), en: en.into(), by: By::One(value) });
}

fn of_region(policy: &Policy, all: &mut Vec<Quantity>) {
    let (month, day) = policy.benefit_year.start();
    let start = format!("{month:02}-{day:02}");
    let start = Shown::words(start.clone(), start, Cite::NONE);
    push(all, "benefit_year", "参保年度起始", "benefit year begins", start);
    let rounding = match policy.rounding {
        Rounding::HalfUp => ("四舍五入到分", "half up to the fen"),
        Rounding::HalfEven => ("四舍六入五成双", "half to the even fen"),
        Rounding::Down => ("舍去分以下", "down to the fen"),
    };
    push(all, "rounding", "舍入", "rounding", Shown::words(rounding.0, rounding.1, Cite::NONE));
    push(all, "pharmacy", "药店", "pharmacies", pharmacy(policy));
    push(all, "offsite", "异地与手工报销", "off-site care and paper claims", offsite(policy));
    push(all, "paper.deadline", "手工报销期限", "deadline of paper claims", deadline(policy));
    let status = match policy.class_change {
        ClassChange::SameDay => ("当日起", "from the day"),
        ClassChange::MonthAfter => ("次月起", "from the month after"),
    };
    let status = Shown::words(status.0, status.1, Cite::NONE);
    push(all, "class_change.status", "退休身份变更", "retirement counts", status);
    let limit = match policy.plan_change {
        PlanChange::Current => ("按当日参保类型", "of the plan on the day"),
        PlanChange::Highest => ("按全年最高", "the highest of the year"),
    };
    let limit = Shown::words(limit.0, limit.1, Cite::NONE);
    push(all, "class_change.limit", "参保类型变更后的限额", "limit after a change of plan", limit);
    let refund = match policy.refund {
        RefundModel::Exact => ("原路冲销", "exact negation"),
        RefundModel::Current => ("按当前累计重算", "settled on today's accumulators"),
    };
    push(all, "refund", "退费", "refunds", Shown::words(refund.0, refund.1, Cite::NONE));
    let grace = policy.entitlement.grace_months;
    let cite = policy.entitlement.cite;
    let grace = Shown::words(format!("{grace} 个月"), format!("{grace} months"), cite);
    push(all, "entitlement.grace", "欠费补缴宽限", "grace for arrears", grace);
    let payment = &policy.payment;
    let method = Shown::words(payment.method.zh(), payment.method.en(), payment.cite);
    push(all, "payment.method", "与机构结算", "how institutions are paid", method);
    if let Some(reserve) = policy.reserve {
        let months = reserve.months;
        let (zh, en) = (format!("不足 {months} 个月"), format!("under {months} months"));
        let short = Shown::words(zh, en, reserve.cite);
        push(all, "reserve", "统筹基金备付不足", "reserve of the pool is short", short);
    }
    if let Some(interest) = policy.account.interest {
        let (current, earlier) = (interest.current, interest.earlier);
        let zh = format!("当年 {current}，历年 {earlier}，{}", interest.basis.zh());
        let en = format!("{current} of the year, {earlier} earlier, on {}", interest.basis.en());
        let rates = Shown::words(zh, en, interest.cite);
        push(all, "account.interest", "个人账户计息", "interest on accounts", rates);
    }
    if let (PaymentMethod::Capitation, Some(amount)) = (payment.method, payment.capitation.per_head)
    {
        let shown = Shown::money(amount, payment.capitation.cite);
        push(all, "payment.per_head", "人头标准（每月）", "per head and month", shown);
    }
    let rules = &policy.sign_up;
    for (key, zh, en, rule) in [
        ("sign_up.chosen", "本人定点", "chosen institutions", rules.chosen),
        ("sign_up.disease", "按病种定点", "institutions chosen for a disease", rules.disease),
        ("sign_up.contract", "家庭医生签约", "family-doctor contracts", rules.contract),
    ] {
        if rule.cite != Cite::NONE {
            push(all, key, zh, en, signing(rule));
        }
    }
}

fn signing(rule: SignUp) -> Shown {
    let (mut zh, mut en) = match rule.most {
        0 => ("不限家数".to_owned(), "any number".to_owned()),
        most => (format!("至多 {most} 家"), format!("at most {most}")),
    };
    if rule.change != ChangeFrom::Day {
        zh += &format!("，变更{}起", rule.change.zh());
        en += &format!(", a change holds {}", rule.change.en());
    }
    if let Some(changes) = rule.changes {
        zh += &format!("，一年至多变更 {changes} 次");
        en += &format!(", at most {changes} changes a year");
    }
    if rule.levels != 0 {
        let levels = Level::ALL.iter().filter(|level| rule.takes(**level));
        let (names_zh, names_en): (Vec<_>, Vec<_>) =
            levels.map(|level| (level.zh(), level.en())).unzip();
        zh += &format!("，限{}机构", names_zh.join("、"));
        en += &format!(", only {}", names_en.join(", "));
    }
    Shown::words(zh, en, rule.cite)
}

fn pharmacy(policy: &Policy) -> Shown {
    let rules = &policy.pharmacy;
    if !rules.covered {
        return Shown::words("未纳入", "not covered", rules.cite);
    }
    let (zh, en) = match rules.level {
        PharmacyLevel::Prescriber => {
            ("按处方机构等级".to_string(), "at the prescriber's level".to_string())
        }
        PharmacyLevel::Own => ("按药店自身".to_string(), "at the pharmacy's own rows".to_string()),
        PharmacyLevel::Fixed(level) => (format!("按{}", level.zh()), format!("as {}", level.en())),
    };
    let (need_zh, need_en) = if rules.prescription_required {
        ("，须外配处方", ", with a prescription")
    } else {
        ("", "")
    };
    Shown::words(format!("纳入，{zh}{need_zh}"), format!("covered {en}{need_en}"), rules.cite)
}

fn offsite(policy: &Policy) -> Shown {
    let rules = &policy.offsite;
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for channel in Channel::ALL {
        let covered = |place: &&Place| rules.covered & OffsiteRules::bit(**place, *channel) != 0;
        let places: Vec<&Place> = Place::ALL.iter().filter(covered).collect();
        if !places.is_empty() {
            let names: Vec<&str> = places.iter().map(|place| place.zh()).collect();
            zh.push(format!("{}：{}", channel.zh(), names.join("、")));
            let names: Vec<&str> = places.iter().map(|place| place.en()).collect();
            en.push(format!("{}: {}", channel.en(), names.join(", ")));
        }
    }
    if zh.is_empty() {
        return Shown::words("只限参保地联网结算", "local direct settlement only", rules.cite);
    }
    Shown::words(zh.join("；"), en.join("; "), rules.cite)
}

fn deadline(policy: &Policy) -> Shown {
    let cite = policy.offsite.deadline_cite;
    let (zh, en) = match policy.offsite.late_is_paid {
        true => ("，逾期提醒", "; later claims are looked at"),
        false => ("", ""),
    };
    match policy.offsite.deadline {
        Deadline::None => Shown::words("无", "none", cite),
        Deadline::Days(days) => Shown::words(
            format!("就诊后 {days} 天{zh}"),
            format!("{days} days after the service{en}"),
            cite,
        ),
        Deadline::NextYear(month, day) => Shown::words(
            format!("次年 {month} 月 {day} 日{zh}"),
            format!("{month:02}-{day:02} of the year after{en}"),
            cite,
        ),
    }
}
