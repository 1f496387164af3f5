//! The end of the year: everything that can be known in two ways is asked both ways.

use super::counters::Amounts;
use super::house::Who;
use super::play::Year;
use super::report::{Check, Report};
use super::sums::Sql;
use super::tally::Sum;
use agency::books::{Options, check_area};
use agency::business::recalculation::AskAgain;
use agency::core::Core;
use agency::ledger::Head;
use agency::recalculation::{Desk, by_policy};
use anyhow::{Context as _, Result, anyhow};
use kernel::{Date, Month};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{EntryKind, PersonKey};

impl Year<'_> {
    /// Judges the year that was played.
    ///
    /// # Errors
    /// The books cannot be asked.
    pub fn judge(&mut self, sql: &Sql) -> Result<Report> {
        let mut report = Report::new(self);
        report.check(
            "终端与办事过程中没有不一致",
            "nothing disagreed on the way",
            self.tally.faults.clone(),
        );
        report.add(self.books(
            "核对账务，每笔结算重新计算",
            "the books hold, every settlement decided again",
        )?);
        report.add(self.balanced(sql)?);
        report.add(self.counters_agree(sql)?);
        report.add(self.accounts()?);
        report.add(self.heads()?);
        report.add(self.institutions()?);
        report.add(self.indicators(sql)?);
        report.add(self.nothing_to_fold()?);
        report.add(self.books("重算之后再核对", "the books still hold")?);
        report.score = self.score()?;
        report.finish(self);
        Ok(report)
    }

    /// `gongji check-books --all`.
    fn books(&self, zh: &'static str, en: &'static str) -> Result<Check> {
        let office = self.house.office();
        let options = Options { replay: 1, ..Options::default() };
        let (store, regions) = (office.store(), office.agency().regions());
        let found = check_area(store, regions, options, self.plan.area, &mut |_| ());
        let found = found.map_err(|error| anyhow!("{error}"))?;
        let value = serde_json::to_value(&found)?;
        let faults = value["faults"].as_array().into_iter().flatten().map(ToString::to_string);
        let counts = &value["counts"];
        let words = format!("记账 {} 笔，重算 {} 笔", counts["entries"], counts["replayed"]);
        Ok(Check::of(zh, en, faults.collect()).saying(words))
    }

    /// Debits are credits, of every entry and altogether.
    fn balanced(&self, sql: &Sql) -> Result<Check> {
        let area = self.plan.area.0;
        let id = sql.hex("entry");
        let uneven = sql.rows(&format!(
            "SELECT {id}, CAST(sum(amount) AS text) FROM posting WHERE area = {area} \
             GROUP BY entry HAVING sum(amount) <> 0"
        ))?;
        let faults = uneven.into_iter().map(|row| row.join(" ")).collect();
        let whole =
            sql.rows(&format!("SELECT CAST(count(*) AS text) FROM posting WHERE area = {area}"))?;
        let count = whole.first().and_then(|row| row.first()).cloned().unwrap_or_default();
        let check = Check::of("每笔记账借贷相等（SQL）", "debits are credits (SQL)", faults);
        Ok(check.saying(format!("分录 {count} 条")))
    }

    /// The columns and postings of settlements, by institution and month, against what the terminals were answered.
    fn counters_agree(&self, sql: &Sql) -> Result<Check> {
        let (area, id) = (self.plan.area.0, sql.hex("id"));
        let rows = sql.rows(&format!(
            "SELECT {id}, institution, kind, total, funds, accounts, cash FROM entry \
             WHERE area = {area} AND kind IN (1, 2, 7, 8)"
        ))?;
        let mut books: BTreeMap<(String, Month), [i64; 5]> = BTreeMap::new();
        for row in &rows {
            let [id, institution, kind, amounts @ ..] = row.as_slice() else { continue };
            let month = moment(id)?.month();
            let kind: i16 = kind.parse()?;
            let sum = books.entry((institution.clone(), month)).or_default();
            let adds = kind == EntryKind::Settlement as i16;
            sum[0] += if adds { 1 } else { -1 };
            for (sum, fen) in sum[1..].iter_mut().zip(amounts) {
                *sum += fen.parse::<i64>()?;
            }
        }
        let mut own: BTreeMap<(String, Month), [i64; 5]> = BTreeMap::new();
        let tally = &self.tally;
        let mut put = |of: &BTreeMap<(usize, Month), Sum>, sign: i64| {
            for ((place, month), sum) in of {
                let Sum { count, amounts } = sum;
                let all = own.entry((self.counters.code(*place), *month)).or_default();
                let Amounts { total, accounts, cash, .. } = *amounts;
                let add = [sign * count, total, amounts.fund_payment(), accounts, cash];
                for (sum, fen) in all.iter_mut().zip(add) {
                    *sum += fen;
                }
            }
        };
        put(&tally.settlements, 1);
        put(&tally.refunds, -1);
        let keys: std::collections::BTreeSet<_> = books.keys().chain(own.keys()).cloned().collect();
        let of = |all: &BTreeMap<(String, Month), [i64; 5]>, key| {
            all.get(key).copied().unwrap_or_default()
        };
        let differs = keys.iter().filter(|key| of(&books, key) != of(&own, key));
        let faults = differs.map(|key| {
            let (institution, month) = key;
            let (theirs, ours) = (of(&books, key), of(&own, key));
            format!("{institution} {month}：账面 {theirs:?}，终端 {ours:?}（人次、总额、基金、账户、现金）")
        });
        let faults: Vec<_> = faults.collect();
        let check = Check::of(
            "终端应答合计与账面（SQL）逐机构逐月相等",
            "what terminals were answered is what the books say (SQL)",
            faults,
        );
        Ok(check.saying(format!("机构月 {} 个，结算与退费 {} 笔", keys.len(), rows.len())))
    }

    /// Every account as the staff sees it, and the accounts' own statements.
    fn accounts(&mut self) -> Result<Check> {
        let mut faults = Vec::new();
        let entered: Vec<(u32, String)> = self
            .cast
            .iter()
            .zip(&self.courses)
            .filter(|(_, course)| course.joins.is_none_or(|day| day <= self.plan.last_day()))
            .map(|(who, _)| (who.number, who.person()))
            .collect();
        let last = self.house.now().date();
        for (who, person) in &entered {
            let own = self.tally.accounts.get(who).copied().unwrap_or(0);
            let account = self.staff.get(Who::Auditor, &format!("/people/{person}/account"))?;
            if account["balance"] != own {
                faults.push(format!("{person}：账户 {}，自计 {own}", account["balance"]));
            }
            let from = self.plan.founded().date();
            let path = format!("/people/{person}/account/statement?from={from}&to={last}");
            let statement = self.staff.get(Who::Auditor, &path)?;
            let moved = statement["movements"].as_array().into_iter().flatten();
            let moved = moved.map(|it| {
                it["current"].as_i64().unwrap_or(0) + it["earlier"].as_i64().unwrap_or(0)
            });
            let sum = statement["opening"].as_i64().unwrap_or(0) + moved.sum::<i64>();
            if statement["closing"] != own || sum != own {
                faults.push(format!(
                    "{person} 对账单：期末 {}，逐笔 {sum}，自计 {own}",
                    statement["closing"]
                ));
            }
        }
        let check =
            Check::of("每个账户余额、对账单与自计相等", "every account is as tallied", faults);
        Ok(check.saying(format!("账户 {} 个", entered.len())))
    }

    /// The heads of the ledger against the tally.
    fn heads(&mut self) -> Result<Check> {
        let balances = self.staff.items(Who::Auditor, "/balances")?;
        let of = |head: Head| {
            let found = balances.iter().find(|row| row["head"] == head.number());
            found.and_then(|row| row["balance"].as_i64()).unwrap_or(0)
        };
        let tally = &self.tally;
        let sums = tally.settlements.values().chain(tally.refunds.values());
        let paid = sums.fold([0; 3], |mut all, sum| {
            all.iter_mut().zip(sum.amounts.funds).for_each(|(all, fen)| *all += fen);
            all
        });
        let corrected = tally.corrected();
        let recovered = tally.recovered;
        let fund = |place: usize| {
            paid[place] + corrected[place] - recovered.funds[place] + tally.paper[place]
        };
        let accounts: i64 = tally.accounts.values().sum();
        let [pool, own, large] = tally.received;
        let cases = recovered.funds.iter().sum::<i64>() - recovered.bank - recovered.deducted;
        let people =
            -tally.closures[0] - corrected.iter().sum::<i64>() + cases + recovered.restored
                - tally.paper.iter().sum::<i64>()
                + tally.paid_people;
        let expected = [
            ("统筹基金支出", of(Head::PoolFund), fund(0) - tally.beyond_budgets()),
            ("大额互助支出", of(Head::LargeAmountFund), fund(1)),
            ("补助支出", of(Head::SubsidyFund), fund(2)),
            ("统筹划入个人账户", of(Head::PoolToAccounts), tally.credits[1]),
            (
                "银行存款",
                of(Head::Bank),
                pool + own + large - tally.paid - tally.paid_people + recovered.bank,
            ),
            ("个人账户", of(Head::AccountCurrent) + of(Head::AccountEarlier), -accounts),
            ("期初余额", of(Head::Opening), tally.opened),
            ("个账划入", of(Head::Contributions), tally.credits[0] - own),
            ("统筹基金收入", of(Head::PoolIncome), -pool),
            ("大额补助收入", of(Head::LargeAmountIncome), -large - tally.premiums[1]),
            (
                "审核扣款",
                of(Head::Deductions),
                recovered.deducted - tally.deducted.values().sum::<i64>() - tally.forfeited(),
            ),
            ("代收保费", of(Head::PremiumsCollected), -tally.premiums[0]),
            ("账户转移", of(Head::Transfers), -tally.closures[1]),
            ("应付个人与应收追回", of(Head::PayableToPeople) + of(Head::Receivable), people),
        ];
        let faults = expected.iter().filter(|(_, books, own)| books != own);
        let faults = faults.map(|(name, books, own)| format!("{name}：账面 {books}，自计 {own}"));
        let faults = faults.collect();
        let check =
            Check::of("科目余额与自计相等", "the heads of the ledger are as tallied", faults);
        Ok(check.saying(format!("科目 {} 组", expected.len())))
    }

    /// After the year end nothing is owed to institutions but what is carried into the next year.
    fn institutions(&mut self) -> Result<Check> {
        let balances = self.staff.items(Who::Auditor, "/balances")?;
        let of = |head: Head| {
            let found = balances.iter().find(|row| row["head"] == head.number());
            found.and_then(|row| row["balance"].as_i64()).unwrap_or(0)
        };
        // What is below zero is not paid: it waits for the first month of the next year.
        let december = self.plan.last_day().month().to_string();
        let mut carried = 0;
        for period in [december, self.plan.year.to_string()] {
            let path = format!("/statements?period={period}");
            let statements = self.staff.items(Who::Finance, &path)?;
            let waiting = statements.iter().filter(|it| it["state"] == "confirmed");
            carried += waiting.map(|it| it["payable"].as_i64().unwrap_or(0)).sum::<i64>();
        }
        let mut faults = Vec::new();
        let payable = of(Head::Payable);
        if payable != -carried {
            faults.push(format!("应付定点医药机构 {payable}，结转下年 {carried}"));
        }
        if of(Head::Deposit) != 0 {
            faults.push(format!("质量保证金 {}", of(Head::Deposit)));
        }
        let check = Check::of(
            "应付机构为零或为结转，保证金已清",
            "nothing is owed to institutions but what is carried over",
            faults,
        );
        Ok(check.saying(format!("结转 {carried} 分")))
    }

    /// Every person-year of the year is folded again under the law: nothing is found.
    fn nothing_to_fold(&mut self) -> Result<Check> {
        let office = self.house.office().clone();
        let (agency, area) = (office.agency(), self.plan.area);
        let law = agency.regions().law(area).context("law")?;
        let first = self.plan.first_day();
        let affected = by_policy(agency.store(), area, law, first, &mut |_| ())?;
        let mut people: Vec<Arc<str>> = affected.into_iter().map(|(person, _)| person).collect();
        let asked = self.tally.bills.iter().map(|bill| bill.who);
        let asked: std::collections::BTreeSet<u32> = asked.collect();
        for who in asked {
            people.push(self.resident(who)?.person().into());
        }
        people.sort();
        people.dedup();
        people.retain(|person| !self.blocked.contains(&**person));
        let year = self.plan.year;
        let mut faults = Vec::new();
        let fold = |core: &Core| -> Result<()> {
            let desk = Desk { agency, core, by: Arc::from("审计己") };
            for person in &people {
                let person = PersonKey { area, person: person.clone() };
                let (from, to) = (first, Date::MAX);
                let asked =
                    AskAgain { person: person.clone(), year, kind: Arc::from("policy"), from, to };
                desk.ask(asked).map_err(|refused| anyhow!("{refused}"))?;
            }
            Ok(())
        };
        office.with_core(fold).context("the server is shut")??;
        let waiting = self.staff.items(Who::Clerk, "/recalculations")?;
        for person in &people {
            let path = format!("/people/{person}/recalculations/{year}/propose");
            let proposal = self.staff.done(Who::Clerk, "POST", &path, &serde_json::Value::Null)?;
            let changed = proposal["changed"].as_array().cloned().unwrap_or_default();
            if !changed.is_empty() {
                let words: String = serde_json::to_string(&changed)?.chars().take(600).collect();
                faults.push(format!("{person}：{words}"));
            }
        }
        let check = Check::of(
            "全部人员年度再重算，没有差异",
            "folding everybody again finds nothing",
            faults,
        );
        let (folded, waiting, blocked) = (people.len(), waiting.len(), self.blocked.len());
        Ok(check.saying(format!(
            "人员年度 {folded} 个，登记待重算 {waiting} 项；案件追回以后不能重算 {blocked} 个"
        )))
    }
}

/// The day of an id in hex.
fn moment(id: &str) -> Result<Date> {
    let number = u128::from_str_radix(id, 16).with_context(|| id.to_owned())?;
    Ok(store::Id(number).moment().date())
}
