//! The policy written down: the document a person would write for it.

use std::fmt::Display;

use super::super::money::{Fen, Rate, Rounding, WHOLE, half_up};
use super::super::person_year::{Category, Channel, Fund, Status};
use super::super::random_person_year::Retirement;
use super::conditions::{Condition, Row, Span};
use super::draw::{DISEASES, PLANS};
use super::{
    Above, AccountMoney, Adjust, BandBasis, Bands, Benefit, Change, Deductible, DeductibleBasis,
    DiseaseRoute, Limit, LimitBasis, Per, Period, PharmacyLevel, PlanChange, Programme, Route,
    SharedCost, Spec,
};

pub(crate) const REGION: &str = "990900";

impl Spec {
    pub(crate) fn document(&self) -> String {
        let mut page = Page { text: front_matter(self.seed), articles: 0 };
        page.article("总则", &self.general());
        page.article("药店", &self.pharmacies());
        page.article("异地", &self.offsite());
        for (index, programme) in self.programmes.iter().enumerate() {
            page.article(&format!("待遇 {index}"), &self.programme_table(index, programme));
            let limits = match &programme.benefit {
                Benefit::FixedFee(fee) => &fee.limits,
                Benefit::Shared(cost) => &cost.limits,
            };
            for limit in limits {
                let path = format!("programme.p{index}.limit.{}", limit.name);
                page.article("限额", &self.limit_table(&path, limit));
            }
        }
        for limit in &self.shared_limits {
            let path = format!("limit.{}", limit.name);
            let shared = shared_limit_keys(limit);
            page.article("共用限额", &(self.limit_table(&path, limit) + &shared));
        }
        page.text
    }

    fn general(&self) -> String {
        let plans = (0..PLANS).map(|plan| {
            let code = plan_code(plan);
            format!("{{ code = \"{code}\", name = \"类型{plan}\", name_en = \"Plan {plan}\" }}")
        });
        let diseases = (0..DISEASES).map(|disease| {
            let code = disease_code(disease);
            format!("{{ code = \"{code}\", name = \"病种\", name_en = \"Disease\" }}")
        });
        let rounding = match self.rounding {
            Rounding::HalfUp => "half-up",
            Rounding::HalfEven => "half-even",
            Rounding::Down => "down",
        };
        let status = match self.retirement {
            Retirement::SameDay => "day",
            Retirement::MonthAfter => "month-after",
        };
        let limit = match self.plan_change {
            PlanChange::Current => "current",
            PlanChange::Highest => "highest",
        };
        let statistic = self.statistic.map_or(String::new(), |statistic| {
            format!(
                "\n[statistic.wage]\nname = \"工资\"\nname_en = \"Wage\"\n{}\n",
                yuan(statistic.fen)
            )
        });
        format!(
            "[benefit_year]\nstart = \"{:02}-01\"\n\n[rounding]\nmode = \"{rounding}\"\n\n\
             [class_change]\nstatus = \"{status}\"\nlimit = \"{limit}\"\n\n\
             [refund]\nmodel = \"exact\"\n\n[vocabulary]\nplan = {}\ndisease = {}\n{statistic}",
            self.year_starts_in,
            list(plans),
            list(diseases),
        )
    }

    fn pharmacies(&self) -> String {
        let prescription =
            if self.pharmacy.prescription_required { "required" } else { "optional" };
        let level = match self.pharmacy.level {
            PharmacyLevel::Prescriber => quoted("prescriber"),
            PharmacyLevel::Own => quoted("own"),
            PharmacyLevel::Fixed(level) => level.to_string(),
        };
        let covered = self.pharmacy.covered;
        format!(
            "[pharmacy]\ncovered = {covered}\nprescription = \"{prescription}\"\nlevel = {level}\n"
        )
    }

    fn offsite(&self) -> String {
        let covered = self.offsite.iter().map(|(place, channel)| {
            format!("{{ place = \"{}\", channel = \"{}\" }}", place.word(), channel.word())
        });
        format!("[offsite]\ncovered = {}\n", list(covered))
    }

    fn limit_table(&self, path: &str, limit: &Limit) -> String {
        let basis = match limit.basis {
            LimitBasis::Payment => "payment",
            LimitBasis::InScope => "in-scope",
            LimitBasis::AboveDeductible => "above-deductible",
        };
        let mut table = format!("[{path}]\nname = \"限额\"\nname_en = \"Limit\"\n");
        table += &format!("basis = \"{basis}\"\nperiod = \"{}\"\n", period(limit.period));
        if limit.basis == LimitBasis::Payment && limit.funds != Fund::ALL {
            table += &format!("funds = {}\n", list(limit.funds.iter().map(|f| quoted(f.word()))));
        }
        match &limit.amount {
            Some(amount) => table += &format!("amount = {}\n", self.amounts(amount)),
            None => table += "unlimited = true\n",
        }
        if let Some(first_year) = &limit.first_year {
            table += &format!("first_year = {}\n", rows(first_year, times));
        }
        table += per(limit.per);
        table + &format!("above = {}\n", self.above(limit.above))
    }

    fn above(&self, above: Above) -> String {
        match above {
            Above::Patient => quoted("patient"),
            Above::Programme(programme) => format!("{{ programme = \"p{programme}\" }}"),
            Above::Payer { fund, share, limit } => {
                let share = share.map_or("same".to_owned(), percent);
                let limit = limit.map(|index| &self.shared_limits[index].name);
                let limit = limit.map_or(String::new(), |name| format!(", limit = \"{name}\""));
                format!("{{ payer = \"{}\", share = \"{share}\"{limit} }}", fund.word())
            }
        }
    }

    fn programme_table(&self, index: usize, programme: &Programme) -> String {
        let admission = if programme.blocked_for_inpatients { "blocked" } else { "allowed" };
        let filing = if programme.filing_required { "required" } else { "none" };
        let mut table = format!(
            "[programme.p{index}]\nname = \"待遇{index}\"\nname_en = \"Programme {index}\"\n\
             order = {}\nroute = {}\nfiling = \"{filing}\"\nadmission = \"{admission}\"\n",
            10 * (index + 1),
            list(programme.routes.iter().map(route)),
        );
        let needed =
            [(programme.requires_chosen, "chosen"), (programme.requires_contract, "contract")];
        let needed: Vec<_> =
            needed.iter().filter(|(needs, _)| *needs).map(|(_, what)| quoted(what)).collect();
        if !needed.is_empty() {
            table += &format!("requires = {}\n", list(needed));
        }
        table += &format!("pays = \"{}\"\n", programme.pays.word());
        match &programme.benefit {
            Benefit::FixedFee(fee) => {
                let amount = list(fee.amount.iter().map(|row| {
                    let when = conditions(&row.when);
                    format!("{{ item = \"P{index}\", {when}, {} }}", yuan(row.value))
                }));
                table += &format!("\n[programme.p{index}.fixed_fee]\namount = {amount}\n");
            }
            Benefit::Shared(cost) => table += &self.shared_cost_tables(index, cost),
        }
        table
    }

    fn shared_cost_tables(&self, index: usize, cost: &SharedCost) -> String {
        let mut tables = String::new();
        if let Some(deductible) = &cost.deductible {
            let keys = self.deductible_keys(deductible);
            tables += &format!("\n[programme.p{index}.deductible]\n{keys}");
        }
        if let Some(money) = cost.own_account_first {
            let money = match money {
                AccountMoney::CurrentYear => "current-year",
                AccountMoney::All => "all",
            };
            tables += &format!("\n[programme.p{index}.own_account_first]\nmoney = \"{money}\"\n");
        }
        if let Some(bands) = &cost.bands {
            tables += &format!("\n[programme.p{index}.bands]\n{}", bands_keys(bands));
        }
        tables += &format!("\n[programme.p{index}.share]\nrate = {}\n", rows(&cost.rate, rate));
        if !cost.adjust.is_empty() {
            tables += &format!("adjust = {}\n", list(cost.adjust.iter().map(adjustment)));
        }
        tables
    }

    fn deductible_keys(&self, deductible: &Deductible) -> String {
        let basis = match deductible.basis {
            DeductibleBasis::Paid => "paid",
            DeductibleBasis::Spending => "spending",
        };
        let mut keys = format!("period = \"{}\"\nbasis = \"{basis}\"\n", period(deductible.period));
        keys += &format!("amount = {}\n", self.amounts(&deductible.amount));
        keys += per(deductible.per);
        if let Some(ceiling) = &deductible.ceiling {
            keys += &format!("ceiling = {}\n", self.amounts(ceiling));
        }
        if !deductible.reduce.is_empty() {
            keys += &format!("reduce = {}\n", self.amounts(&deductible.reduce));
        }
        if let Some(programme) = deductible.shared_with {
            keys += &format!("shared_with = \"p{programme}\"\n");
        }
        keys
    }

    fn amounts(&self, amounts: &[Row]) -> String {
        rows(amounts, |value| self.amount(value))
    }

    fn amount(&self, value: Fen) -> String {
        let share = self.statistic.and_then(|statistic| {
            let share = half_up(value * WHOLE, statistic.fen);
            let (given, round) = if statistic.whole_yuan {
                (100 * half_up(half_up(statistic.fen * share, WHOLE), 100), ", round = \"yuan\"")
            } else {
                (half_up(statistic.fen * share, WHOLE), "")
            };
            (share <= WHOLE && given == value)
                .then(|| format!("share = \"{}\", of = \"wage\"{round}", percent(share)))
        });
        share.unwrap_or_else(|| yuan(value))
    }
}

fn front_matter(seed: u64) -> String {
    format!(
        "+++\nregion = \"{REGION}\"\nname = \"随机\"\nname_en = \"Random\"\nscheme = \"employee\"\n\
         document = \"随机〔2022〕{seed}号\"\ntitle = \"随机办法\"\nissuer = \"随机医保局\"\n\
         issued = 2021-12-01\neffective = 2022-01-01\ninvented = true\n+++\n\n# 随机办法\n"
    )
}

struct Page {
    text: String,
    articles: usize,
}

impl Page {
    fn article(&mut self, heading: &str, tables: &str) {
        self.articles += 1;
        let number = self.articles;
        self.text += &format!("\n## 第{number}条 {heading}\n\n```toml\n{tables}```\n");
    }
}

fn bands_keys(bands: &Bands) -> String {
    let basis = match bands.basis {
        BandBasis::Spending => "spending",
        BandBasis::Payment => "payment",
    };
    let upto = list(bands.upto.iter().map(|upto| quoted(&decimal(*upto))));
    let last = if bands.open { "open" } else { "closed" };
    format!("basis = \"{basis}\"\nupto = {upto}\nlast = \"{last}\"\n")
}

fn shared_limit_keys(limit: &Limit) -> String {
    let programmes = list(limit.programmes.iter().map(|index| quoted(&format!("p{index}"))));
    let external = if limit.external { "external = true\n" } else { "" };
    format!("programmes = {programmes}\n{external}")
}

fn adjustment(adjust: &Adjust) -> String {
    let change = match adjust.change {
        Change::Points(points) if points < 0 => format!("points = \"-{}\"", percent(-points)),
        Change::Points(points) => format!("points = \"+{}\"", percent(points)),
        Change::Times(rate) => times(rate),
    };
    format!("{{ {}, {change} }}", conditions(&adjust.when))
}

/// A list of rows, one a line.
fn rows(rows: &[Row], value: impl Fn(i128) -> String) -> String {
    list(rows.iter().map(|row| {
        let value = value(row.value);
        match (row.otherwise, row.when.is_empty()) {
            (true, _) => format!("{{ otherwise = true, {value} }}"),
            (false, true) => format!("{{ {value} }}"),
            (false, false) => format!("{{ {}, {value} }}", conditions(&row.when)),
        }
    }))
}

fn conditions(when: &[Condition]) -> String {
    when.iter().map(condition).collect::<Vec<_>>().join(", ")
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Status(among) => {
            one_of("status", among, |status: &Status| quoted(status.word()))
        }
        Condition::Plan(among) => one_of("plan", among, |plan| quoted(&plan_code(*plan))),
        Condition::Level(among) => one_of("level", among, u8::to_string),
        Condition::Venue(among) => one_of("venue", among, |venue| quoted(venue.word())),
        Condition::Place(among) => one_of("place", among, |place| quoted(place.word())),
        Condition::Channel(among) => {
            one_of("channel", among, |channel: &Channel| quoted(channel.word()))
        }
        Condition::Disease(among) => one_of("disease", among, |disease| {
            quoted(&disease.map_or("none".to_owned(), disease_code))
        }),
        Condition::Band(among) => one_of("band", among, usize::to_string),
        Condition::Chosen(chosen) => format!("chosen = {chosen}"),
        Condition::Contract(contract) => format!("contract = {contract}"),
        Condition::Age(range) => format!("age = {}", span(*range)),
        Condition::Tenure(range) => format!("tenure = {}", span(*range)),
        Condition::VisitNumber(range) => format!("visit = {}", span(*range)),
    }
}

fn one_of<T>(key: &str, among: &[T], word: impl Fn(&T) -> String) -> String {
    match among {
        [only] => format!("{key} = {}", word(only)),
        _ => {
            let words: Vec<String> = among.iter().map(word).collect();
            format!("{key} = [{}]", words.join(", "))
        }
    }
}

fn span(span: Span) -> String {
    match (span.from, span.to) {
        (from, Some(to)) if from == to => from.to_string(),
        (from, None) => format!("\">={from}\""),
        (0, Some(to)) => format!("\"<{}\"", to + 1),
        (from, Some(to)) => format!("\"{from}..{to}\""),
    }
}

fn route(route: &Route) -> String {
    let mut keys = format!("item = \"P{}\"", route.item);
    if let Some(categories) = &route.categories {
        let words = one_of("category", categories, |category: &Category| quoted(category.word()));
        keys += &format!(", {words}");
    }
    match &route.disease {
        None => {}
        Some(DiseaseRoute::Any) => keys += ", disease = \"any\"",
        Some(DiseaseRoute::OneOf(some)) => {
            keys += &format!(", {}", one_of("disease", some, |one| quoted(&disease_code(*one))));
        }
    }
    format!("{{ {keys} }}")
}

fn per(per: Per) -> &'static str {
    match per {
        Per::None => "",
        Per::Level => "per = \"level\"\n",
        Per::Disease => "per = \"disease\"\n",
    }
}

fn period(period: Period) -> &'static str {
    match period {
        Period::BenefitYear => "benefit-year",
        Period::Quarter => "quarter",
        Period::Month => "month",
        Period::Visit => "visit",
        Period::DayInstitution => "day-institution",
    }
}

pub(crate) fn plan_code(plan: usize) -> String {
    format!("plan-{plan}")
}

fn disease_code(disease: usize) -> String {
    format!("disease-{disease}")
}

fn yuan(amount: Fen) -> String {
    if amount % 100 == 0 {
        format!("yuan = {}", amount / 100)
    } else {
        format!("yuan = \"{}\"", decimal(amount))
    }
}

fn rate(rate: Rate) -> String {
    format!("rate = \"{}\"", percent(rate))
}

fn times(rate: Rate) -> String {
    format!("times = \"{}\"", percent(rate))
}

fn percent(rate: Rate) -> String {
    match rate % 100 {
        0 => format!("{}%", rate / 100),
        _ => format!("{}%", decimal(rate)),
    }
}

fn decimal(hundredths: i128) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn list<T: Display>(entries: impl IntoIterator<Item = T>) -> String {
    let entries: String = entries.into_iter().map(|entry| format!("  {entry},\n")).collect();
    if entries.is_empty() { "[]".to_owned() } else { format!("[\n{entries}]") }
}
