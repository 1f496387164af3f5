//! The funds: balance sheet, income, reserve, vouchers; money that moves is proposed here and entered by approval.

use super::{bare, documents, place, runs};
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{CHECKERS, FINANCE, PROPOSERS};
use crate::api::serve::Api;
use crate::api::shape::{Field, Given, Kind, Shape, field, maybe};
use agency::accounts::{InterestAsked, InterestRun};
use agency::books::last_over;
use agency::business::funds::{KeepMonths, MoveMoney, Movement, OpenFunds, Voucher};
use agency::documents::FUND_MOVE;
use agency::funds::{FundKind, Income, Item, Of, Report, Side, due};
use agency::ledger::Head;
use agency::{Outcome, Reason, Refused};
use kernel::account::Purpose;
use kernel::{Date, Month};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Area, PersonKey};

/// People a commit of a run of interest.
const PEOPLE: usize = 500;

static ITEM: Shape = Shape {
    name: "SheetItem",
    zh: "资产或负债",
    en: "an asset or a debt",
    fields: &[
        field("head", Kind::Whole, "科目", "head"),
        field("name", Kind::Text, "名称", "in Chinese"),
        field("name_en", Kind::Text, "名称（英文）", "in English"),
        field("amount", Kind::Fen, "期末余额", "at the end of the month"),
    ],
};

static LEFT: Shape = Shape {
    name: "FundBalance",
    zh: "基金结余",
    en: "what a fund has left",
    fields: &[
        field("fund", Kind::Word(FundKind::CODES), "基金", "fund"),
        field("name", Kind::Text, "名称", "in Chinese"),
        field("amount", Kind::Fen, "结余", "left"),
    ],
};

static SHEET: Shape = Shape {
    name: "FundSheet",
    zh: "资产负债表",
    en: "balance sheet; money at the bank is not kept by fund",
    fields: &[
        field("month", Kind::Text, "月份", "month"),
        field("at", Kind::Moment, "编制时间", "when it was put together"),
        field("assets", Kind::List(&Kind::Object(&ITEM)), "资产", "assets"),
        field("debts", Kind::List(&Kind::Object(&ITEM)), "负债", "debts"),
        field("funds", Kind::List(&Kind::Object(&LEFT)), "基金结余", "what funds have left"),
        field("total_assets", Kind::Fen, "资产合计", "sum of assets"),
        field("total_debts", Kind::Fen, "负债合计", "sum of debts"),
        field("total_left", Kind::Fen, "结余合计", "sum of what is left"),
        field("in_progress", Kind::Fen, "在途拨付", "payment orders that wait for approval"),
        field("balances", Kind::Flag, "平衡", "assets are debts and what is left"),
    ],
};

static LINE: Shape = Shape {
    name: "IncomeLine",
    zh: "收支项目",
    en: "a line of the income statement",
    fields: &[
        field("side", Kind::Word(&["opening", "income", "expense"]), "收或支", "side"),
        field("line", Kind::Text, "项目", "line"),
        field("name", Kind::Text, "名称", "in Chinese"),
        field("name_en", Kind::Text, "名称（英文）", "in English"),
        maybe(
            "programme",
            Kind::Text,
            "其中：待遇项目",
            "of this programme; absent: the whole line",
        ),
        field("month", Kind::Fen, "本月", "in the month"),
        field("year", Kind::Fen, "本年累计", "in the year so far"),
    ],
};

static INCOME: Shape = Shape {
    name: "FundIncome",
    zh: "收支表",
    en: "income statement of a fund",
    fields: &[
        field("month", Kind::Text, "月份", "month"),
        field("at", Kind::Moment, "编制时间", "when it was put together"),
        field("fund", Kind::Word(FundKind::CODES), "基金", "fund"),
        field("name", Kind::Text, "名称", "in Chinese"),
        field("lines", Kind::List(&Kind::Object(&LINE)), "项目", "lines"),
        field("income", Kind::Fen, "本月收入", "income of the month"),
        field("income_year", Kind::Fen, "本年收入", "income of the year"),
        field("expense", Kind::Fen, "本月支出", "spending of the month"),
        field("expense_year", Kind::Fen, "本年支出", "spending of the year"),
        field("before", Kind::Fen, "月初结余", "left before the month"),
        field("balance", Kind::Fen, "累计结余", "left at its end"),
    ],
};

static RESERVE: Shape = Shape {
    name: "FundReserve",
    zh: "统筹基金备付",
    en: "the reserve of the pool",
    fields: &[
        field("month", Kind::Text, "月份", "month"),
        field("balance", Kind::Fen, "累计结余", "left"),
        field("spent", Kind::Fen, "所计月份支出", "spent in the months counted"),
        field("months_counted", Kind::Whole, "所计月数", "months counted"),
        field("average", Kind::Fen, "月均支出", "spent in a month on average"),
        maybe(
            "months",
            Kind::Text,
            "可支付月数，如5.0",
            "months, such as 5.0; absent: nothing was spent",
        ),
        maybe("threshold", Kind::Whole, "政策要求的月数", "fewer are short, by the policy"),
        field("short", Kind::Flag, "不足", "it is short"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
        field("unverified", Kind::Flag, "取值没有来源", "a value has no verified source"),
    ],
};

static VOUCHER: Shape = Shape {
    name: "FundVoucher",
    zh: "基金收支凭证",
    en: "a voucher of the funds",
    fields: &[
        field("movement", Kind::Text, "种类", "what moved"),
        field("reference", Kind::Text, "凭证号", "its number"),
        field("what", Kind::Text, "摘要", "in words"),
        field("amount", Kind::Fen, "金额", "how much"),
        field("day", Kind::Day, "日期", "the day"),
        field("source", Kind::Text, "经办", "who says so"),
        field("at", Kind::Moment, "记账时间", "when it was entered"),
        field("entry", Kind::Id, "记账", "the entry"),
    ],
};

static MOVE: Shape = Shape {
    name: "MoveMoney",
    zh: "基金收支",
    en: "money of a fund that moved",
    fields: &[
        field("movement", Kind::Word(Movement::CODES), "种类", "what moves"),
        maybe(
            "of",
            Kind::Text,
            "基金；上解为用途；转移资金不填",
            "fund, or the purpose of premiums",
        ),
        field("amount", Kind::Fen, "金额", "how much"),
        field("reference", Kind::Text, "凭证号，同一号只记一次", "its number; entered once"),
        field("source", Kind::Text, "来源", "who says so"),
        field("day", Kind::Day, "日期", "the day"),
    ],
};

/// What may be owed when the funds are opened.
const OWED: &[(&str, Head)] = &[
    ("payable", Head::Payable),
    ("deposit", Head::Deposit),
    ("person", Head::PayableToPeople),
    ("premiums", Head::PremiumsCollected),
    ("receivable", Head::Receivable),
];

static OWES: Shape = Shape {
    name: "FundOwed",
    zh: "往来余额",
    en: "what was owed",
    fields: &[
        field(
            "what",
            Kind::Word(&["payable", "deposit", "person", "premiums", "receivable"]),
            "应付机构、保证金、应付个人、代收保费、应收",
            "what",
        ),
        field("whom", Kind::Text, "机构、人员或用途", "to or by whom"),
        field("amount", Kind::Fen, "金额", "how much"),
    ],
};

static OPEN: Shape = Shape {
    name: "OpenFunds",
    zh: "基金建账",
    en: "what the funds had when the books were opened here",
    fields: &[
        field("day", Kind::Day, "余额是哪天终了的", "the day at whose end it was so"),
        field("bank", Kind::Fen, "银行存款", "at the bank"),
        field("pool", Kind::Fen, "统筹基金结余", "left of the pool"),
        field("accounts", Kind::Fen, "个人账户合计", "held by all accounts"),
        field("large_amount", Kind::Fen, "大额互助结余", "left of the large-amount fund"),
        maybe("subsidy", Kind::Fen, "补助资金结余", "left of the subsidies"),
        maybe("owed", Kind::List(&Kind::Object(&OWES)), "往来", "what was owed"),
        field("source", Kind::Text, "来源", "who says so"),
    ],
};

static KEEP: Shape = Shape {
    name: "KeepFundMonths",
    zh: "基金月结",
    en: "months to be kept as sums",
    fields: &[maybe(
        "month",
        Kind::Text,
        "到哪个月，缺省为上个过完的",
        "up to which; the last that is over",
    )],
};

static KEPT: Shape = Shape {
    name: "FundMonthsKept",
    zh: "已月结",
    en: "months that were kept",
    fields: &[field("kept", Kind::Whole, "新月结的月数", "how many")],
};

static YEAR: Shape = Shape {
    name: "InterestYear",
    zh: "个人账户计息",
    en: "interest on accounts for a year",
    fields: &[field("year", Kind::Whole, "计息年度，按开始的那年", "the year in which it begins")],
};

const MONTH: &[Field] =
    &[maybe("month", Kind::Text, "月份，缺省为本月", "month; this one if not given")];
const OF_FUND: &[Field] = &[
    maybe("month", Kind::Text, "月份，缺省为本月", "month; this one if not given"),
    field("fund", Kind::Word(FundKind::CODES), "基金", "fund"),
];

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "get-fund-sheet",
        method: Method::Get,
        path: "/areas/{area}/funds/sheet",
        roles: CHECKERS,
        zh: "资产负债表",
        en: "balance sheet",
        query: MONTH,
        body: None,
        answer: Answer::One(&SHEET),
        handler: Handler::Look(sheet),
    },
    Endpoint {
        id: "get-fund-income",
        method: Method::Get,
        path: "/areas/{area}/funds/income",
        roles: CHECKERS,
        zh: "收支表",
        en: "income statement of a fund",
        query: OF_FUND,
        body: None,
        answer: Answer::One(&INCOME),
        handler: Handler::Look(income),
    },
    Endpoint {
        id: "get-fund-reserve",
        method: Method::Get,
        path: "/areas/{area}/funds/reserve",
        roles: CHECKERS,
        zh: "可支付月数",
        en: "for how many months the pool can pay",
        query: MONTH,
        body: None,
        answer: Answer::One(&RESERVE),
        handler: Handler::Look(reserve),
    },
    Endpoint {
        id: "list-fund-vouchers",
        method: Method::Get,
        path: "/areas/{area}/funds/vouchers",
        roles: CHECKERS,
        zh: "基金收支凭证",
        en: "vouchers of the funds",
        query: &[],
        body: None,
        answer: Answer::Page(&VOUCHER),
        handler: Handler::Look(vouchers),
    },
    Endpoint {
        id: "propose-fund-movement",
        method: Method::Post,
        path: "/areas/{area}/funds/movements",
        roles: PROPOSERS,
        zh: "申请基金收支记账（待复核）",
        en: "propose to enter money that moved",
        query: &[],
        body: Some(&MOVE),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let (code, of) = (ask.body.text("movement"), ask.body.text("of"));
            if Movement::from_code(code, of).is_none() {
                let purposes = [Purpose::ResidentPremium, Purpose::LongTermCarePremium];
                let purposes = purposes.map(Purpose::code).join("、");
                let funds = FundKind::CODES.join("、");
                let right = format!(
                    "利息为{funds}；财政补贴为除accounts外的基金；上解为{purposes}；转移资金不填"
                );
                return Err(Problem::field(Wrong::FieldForm, "of", of, right));
            }
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, MOVE_KIND, "", content)
        }),
    },
    Endpoint {
        id: "propose-fund-opening",
        method: Method::Post,
        path: "/areas/{area}/funds/opening",
        roles: PROPOSERS,
        zh: "申请基金建账（待复核）",
        en: "propose to open the funds",
        query: &[],
        body: Some(&OPEN),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, OPEN_KIND, "", content)
        }),
    },
    Endpoint {
        id: "keep-fund-months",
        method: Method::Post,
        path: "/areas/{area}/funds/months",
        roles: FINANCE,
        zh: "基金月结",
        en: "keep the sums of months that are over",
        query: &[],
        body: Some(&KEEP),
        answer: Answer::One(&KEPT),
        handler: Handler::Write(keep),
    },
    Endpoint {
        id: "propose-interest-year",
        method: Method::Post,
        path: "/areas/{area}/interest-years",
        roles: PROPOSERS,
        zh: "申请个人账户计息（待复核，通过后为任务）",
        en: "propose a year's interest on accounts; approved, it is a long job",
        query: &[],
        body: Some(&YEAR),
        answer: Answer::One(&super::proposals::PROPOSAL),
        handler: Handler::Write(|_, ask| {
            let content = Value::Object(ask.body.0.clone());
            super::proposals::propose(ask, runs::INTEREST, "", content)
        }),
    },
];

/// Kind of proposal.
pub(super) const MOVE_KIND: &str = "fund-movement";
/// Kind of proposal.
pub(super) const OPEN_KIND: &str = "fund-opening";

/// A movement, from its content as it was stated. What no longer names one is refused for its amount.
pub(super) fn movement(party: &PersonKey, content: &Given) -> MoveMoney {
    let known = Movement::from_code(content.text("movement"), content.text("of"));
    MoveMoney {
        area: party.area,
        movement: known.unwrap_or(Movement::TransferReceived),
        amount: known.map_or(0, |_| content.whole("amount").unwrap_or_default()),
        reference: content.kept("reference"),
        source: content.kept("source"),
        day: content.day("day").unwrap_or(Date::MIN),
    }
}

/// The opening of the funds, from its content as it was stated.
pub(super) fn opening(party: &PersonKey, content: &Given) -> OpenFunds {
    let fen = |name: &str| content.whole(name).unwrap_or_default();
    let owed = content.list("owed").filter_map(|it| {
        let (_, head) = OWED.iter().find(|(word, _)| *word == it.text("what"))?;
        Some((*head, it.kept("whom"), it.whole("amount").unwrap_or_default()))
    });
    OpenFunds {
        area: party.area,
        day: content.day("day").unwrap_or(Date::MIN),
        bank: fen("bank"),
        left: ["pool", "accounts", "large_amount", "subsidy"].map(fen),
        owed: owed.collect(),
        source: content.kept("source"),
    }
}

/// Credits interest once it was approved.
pub(super) fn interest(
    api: &Arc<Api>,
    area: Area,
    content: &Given,
    came: &Outcome,
) -> Result<(), Problem> {
    let (Outcome::Filed { number }, Some(work)) = (came, interest_work(area, content)) else {
        return Err(Refused::new(Reason::Conflict, "").into());
    };
    runs::start(api, area, runs::INTEREST, number, work)
}

/// Interest of a year, begun or gone on with.
pub(super) fn interest_work(area: Area, content: &Given) -> Option<runs::Work> {
    let year = content.whole("year").and_then(|year| i32::try_from(year).ok())?;
    Some(Box::new(move |api, counter| {
        let asked = InterestAsked { area, year, page: PEOPLE };
        let run = InterestRun::begin(api.office.agency(), asked)?;
        let stop = api.office.jobs.stopping();
        let done = run.finish_unless(stop, &mut |people| runs::count(counter, people))?;
        Ok(serde_json::to_value(&done).unwrap_or_default())
    }))
}

fn report(api: &Api, ask: &Ask) -> Result<Report, Problem> {
    let now = api.office.now();
    let month = month(ask.query.text("month"))?.unwrap_or_else(|| now.date().month());
    let regions = api.office.agency().regions();
    Ok(Report::read(api.office.store(), regions, ask.area, month, now)?)
}

fn month(text: &str) -> Result<Option<Month>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Problem::field(Wrong::FieldForm, "month", text, "应为月份，如2026-03");
    Month::parse(text).map(Some).ok_or_else(wrong)
}

fn sheet(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let report = report(api, ask)?;
    let sheet = report.sheet();
    let item = |item: &Item| {
        json!({
            "head": item.head.number(), "name": item.head.zh(), "name_en": item.head.en(),
            "amount": item.fen,
        })
    };
    let left = sheet
        .funds
        .iter()
        .map(|(fund, fen)| json!({"fund": fund.code(), "name": fund.zh(), "amount": fen}));
    Ok(json!({
        "month": report.month.to_string(),
        "at": report.at.to_string(),
        "assets": sheet.assets.iter().map(item).collect::<Vec<_>>(),
        "debts": sheet.debts.iter().map(item).collect::<Vec<_>>(),
        "funds": left.collect::<Vec<_>>(),
        "total_assets": sheet.assets(),
        "total_debts": sheet.debts(),
        "total_left": sheet.left(),
        "in_progress": sheet.in_progress,
        "balances": sheet.balances(),
    }))
}

fn income(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let report = report(api, ask)?;
    let fund = FundKind::from_code(ask.query.text("fund")).unwrap_or(FundKind::Pool);
    let Income { lines, income, expense, before, balance, .. } = report.income(fund);
    let told = lines.iter().map(|line| {
        let side = match line.line.side() {
            Side::Opening => "opening",
            Side::Income => "income",
            Side::Expense => "expense",
        };
        let (name, name_en) = match &line.programme {
            Some(programme) => report.programme(programme),
            None => (line.line.zh(fund).to_owned(), line.line.en().to_owned()),
        };
        let Of { month, year } = line.sum;
        bare(json!({
            "side": side, "line": line.line.code(), "name": name, "name_en": name_en,
            "programme": line.programme.as_deref(), "month": month, "year": year,
        }))
    });
    Ok(json!({
        "month": report.month.to_string(),
        "at": report.at.to_string(),
        "fund": fund.code(),
        "name": fund.zh(),
        "lines": told.collect::<Vec<_>>(),
        "income": income.month,
        "income_year": income.year,
        "expense": expense.month,
        "expense_year": expense.year,
        "before": before.month,
        "balance": balance,
    }))
}

fn reserve(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let report = report(api, ask)?;
    let reserve = report.reserve();
    let articles: Vec<_> = reserve.articles.iter().map(ToString::to_string).collect();
    Ok(bare(json!({
        "month": report.month.to_string(),
        "balance": reserve.balance,
        "spent": reserve.spent,
        "months_counted": reserve.months,
        "average": reserve.average,
        "months": reserve.shown(),
        "threshold": reserve.threshold,
        "short": reserve.short,
        "articles": articles,
        "unverified": reserve.unverified,
    })))
}

fn vouchers(api: &Arc<Api>, ask: &Ask) -> Result<Value, Problem> {
    let page = ask.page()?;
    let rows = documents(api, (ask.area, FUND_MOVE, ""), &page, |_| true)?;
    page.answer(rows, place, |document| {
        let voucher = Voucher::read(document)?;
        Ok(json!({
            "movement": &*document.key.owner, "reference": &*document.key.number,
            "what": &*voucher.what, "amount": voucher.fen, "day": &*voucher.day,
            "source": &*voucher.source, "at": voucher.at.to_string(), "entry": voucher.entry,
        }))
    })
}

fn keep(api: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let last = last_over(api.office.now()).next().month().plus(-1);
    let to = month(ask.body.text("month"))?.unwrap_or(last);
    if to > last {
        let right = format!("还没有过完，最晚可月结{last}");
        return Err(Problem::field(Wrong::FieldForm, "month", ask.body.text("month"), right));
    }
    let months = due(api.office.store(), ask.area, to, false, &mut |_| {})?;
    let business = KeepMonths { area: ask.area, months };
    Ok(Write::new(business, |_, answered| match &answered.outcome {
        Outcome::Document(value) => Ok(value.clone()),
        _ => Err(Refused::new(Reason::Conflict, "").into()),
    }))
}
