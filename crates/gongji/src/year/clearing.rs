//! The months with the institutions: reconciled at their counters, closed, confirmed or disputed, paid by two; the year
//! against the budget.

use super::agenda::months;
use super::counters::Amounts;
use super::house::Who;
use super::play::Year;
use super::tally::Sum;
use agency::clearing::close_year;
use anyhow::{Context as _, Result, anyhow, ensure};
use kernel::{Month, Rate};
use serde_json::{Value, json};

impl Year<'_> {
    /// 月结算 of a month that is over.
    pub(super) fn clear(&mut self, month: Month) -> Result<()> {
        if month.since(self.plan.first_day().month()) == 0 {
            self.budgets()?;
        }
        self.reconcile(month)?;
        let deducted = self.deduct(month)?;
        let asked = json!({"month": month.to_string()});
        let report = self.staff.job(Who::Finance, "/months", &asked)?;
        let refused = report["refused"].as_array().is_none_or(Vec::is_empty);
        ensure!(refused, "{month} 月结算：{report}");
        let period = month.to_string();
        let statements = self.staff.items(Who::Finance, &format!("/statements?period={period}"))?;
        for statement in &statements {
            self.compare(month, statement)?;
        }
        for statement in &statements {
            self.confirm(month, statement, &deducted)?;
        }
        self.note("月结算单", i64::try_from(statements.len())?);
        self.pay(&period)
    }

    /// 年度总额: what every institution may have of the funds in the year; invented.
    fn budgets(&mut self) -> Result<()> {
        for place in 0..18 {
            // Some will do with it, some will not.
            let each = i64::from(self.plan.people) * if place % 3 == 0 { 1_500 } else { 40_000 };
            self.tally.budgets.insert(place, each);
            let code = self.counters.code(place);
            let path = format!("/institutions/{code}/budgets/{}", self.plan.year);
            let budget = json!({"amount": each, "note": "测试总额"});
            self.staff.done(Who::Finance, "PUT", &path, &budget)?;
        }
        Ok(())
    }

    /// What was settled at an institution in a month, and what was refunded.
    fn sums(&self, place: usize, month: Month) -> (Sum, Sum) {
        let of = |sums: &std::collections::BTreeMap<(usize, Month), Sum>| {
            sums.get(&(place, month)).copied().unwrap_or_default()
        };
        (of(&self.tally.settlements), of(&self.tally.refunds))
    }

    /// 3201 of every institution: its terminals' totals against the books.
    fn reconcile(&mut self, month: Month) -> Result<()> {
        let period = (month.first_day(), month.last_day());
        for place in 0..self.counters.places.len() {
            let (settled, refunded) = self.sums(place, month);
            for (refunds, sum) in [(false, settled), (true, refunded)] {
                if sum.count == 0 {
                    continue;
                }
                let (same, words) =
                    self.counters.reconciled(place, period, refunds, sum.count, &sum.amounts)?;
                self.note("对总账", 1);
                if !same {
                    let code = self.counters.code(place);
                    self.tally.faults.push(format!("{month} {code} 3201：{words}"));
                }
            }
        }
        Ok(())
    }

    /// 审核扣款: one per cent of what the funds owe some of the institutions.
    fn deduct(&mut self, month: Month) -> Result<Vec<String>> {
        let mut deducted = Vec::new();
        let number = usize::try_from(month.since(self.plan.first_day().month())).unwrap_or(0);
        for place in (0..18).filter(|place| place % 6 == number % 6) {
            let (settled, refunded) = self.sums(place, month);
            let amount = settled.with(&refunded).amounts.fund_payment() / 100;
            if amount <= 0 {
                continue;
            }
            let code = self.counters.code(place);
            let path = format!("/institutions/{code}/deductions");
            let deduction = json!({"month": month.to_string(), "amount": amount,
                "reason": "超限定支付", "article": "", "reference": format!("SH-{month}-{place}")});
            self.staff.done(Who::Supervisor, "POST", &path, &deduction)?;
            *self.tally.deducted.entry(place).or_default() += amount;
            *self.tally.deducted_in.entry(month).or_default() += amount;
            deducted.push(code);
        }
        Ok(deducted)
    }

    /// A statement must say what the terminals add up to.
    fn compare(&mut self, month: Month, statement: &Value) -> Result<()> {
        let code = statement["institution"].as_str().unwrap_or_default();
        let place = self.counters.places.iter().position(|place| *place.code == *code);
        let place = place.with_context(|| format!("statement of {code}"))?;
        let (settled, refunded) = self.sums(place, month);
        // Refunds are taken off: their amounts are negative, their number is subtracted.
        let Sum { count, amounts } = settled.with(&Sum { count: -refunded.count, ..refunded });
        let lines = statement["lines"].as_array().cloned().unwrap_or_default();
        let sum = |name: &str| lines.iter().filter_map(|line| line[name].as_i64()).sum::<i64>();
        let stated = Amounts {
            total: sum("total"),
            funds: [sum("pool"), sum("large"), sum("subsidy")],
            accounts: sum("accounts"),
            cash: sum("cash"),
            ..amounts
        };
        if stated != amounts || sum("count") != count {
            let words = format!("{month} {code} 结算单：{stated:?}，终端自计 {amounts:?}");
            self.tally.faults.push(words);
        }
        Ok(())
    }

    /// Every second institution applies for clearing, by which its statement is confirmed; the others sign. Who was
    /// deducted from disputes first, and half of the deduction is given back.
    fn confirm(&mut self, month: Month, statement: &Value, deducted: &[String]) -> Result<()> {
        let code = statement["institution"].as_str().unwrap_or_default().to_owned();
        let period = statement["period"].as_str().unwrap_or_default();
        let path = format!("/institutions/{code}/statements/{period}");
        // With nothing to state there is nothing to confirm.
        if statement["state"] == "confirmed" {
            return Ok(());
        }
        let place = self.counters.places.iter().position(|place| *place.code == *code);
        let place = place.unwrap_or(0);
        if deducted.contains(&code) {
            let disputed = json!({"by": "医保办", "words": "用药在说明书范围之内"});
            self.staff.done(Who::Clerk, "POST", &format!("{path}/dispute"), &disputed)?;
            let mut corrections = Vec::new();
            let own = |it: &&Value| it["reason"] == "超限定支付";
            for deduction in statement["deductions"].as_array().into_iter().flatten().filter(own) {
                let amount = deduction["fen"].as_i64().unwrap_or(0);
                *self.tally.deducted.entry(place).or_default() -= amount - amount / 2;
                *self.tally.deducted_in.entry(month).or_default() -= amount - amount / 2;
                corrections.push(json!({"number": deduction["number"], "amount": amount / 2}));
            }
            let answer = json!({"words": "部分成立", "corrections": corrections});
            self.staff.done(Who::Reviewer, "POST", &format!("{path}/answer"), &answer)?;
        }
        let (settled, refunded) = self.sums(place, month);
        if place.is_multiple_of(2) && settled.count > 0 && !deducted.contains(&code) {
            let whole = settled.with(&Sum { count: -refunded.count, ..refunded });
            let days = (month.first_day(), month.last_day());
            self.counters.apply(place, days, whole.count, &whole.amounts)?;
            let now = self.staff.get(Who::Finance, &path)?;
            ensure!(now["state"] == "confirmed", "3203 以后：{now}");
            return Ok(());
        }
        let by = json!({"by": "医保办"});
        self.staff.done(Who::Clerk, "POST", &format!("{path}/confirm"), &by).map(drop)
    }

    /// A clerk makes the payment order, finance approves it.
    fn pay(&mut self, period: &str) -> Result<()> {
        let batch = format!("BF{period}");
        let order = json!({"period": period, "batch": batch});
        let made = self.staff.done(Who::Clerk, "POST", "/payment-orders", &order)?;
        let approve = format!("/payment-orders/{batch}/approve");
        self.staff.refused(Who::Clerk, "POST", &approve, &json!({}), 403)?;
        let paid = self.staff.done(Who::Finance, "POST", &approve, &json!({}))?;
        ensure!(paid["state"] == "approved", "{paid}");
        self.tally.paid += made["total"].as_i64().context("total")?;
        self.note("拨付单", 1);
        Ok(())
    }

    /// What the year's statements withhold, as they stand after disputes.
    fn deposits(&mut self) -> Result<()> {
        for month in months(self.plan) {
            let path = format!("/statements?period={month}");
            for statement in self.staff.items(Who::Finance, &path)? {
                let code = statement["institution"].as_str().unwrap_or_default();
                let place = self.counters.places.iter().position(|place| *place.code == *code);
                let deposit = statement["deposit"].as_i64().unwrap_or(0);
                *self.tally.deposits.entry(place.unwrap_or(0)).or_default() += deposit;
            }
        }
        Ok(())
    }

    /// 年终清算 (`gongji clear year`: the interface has nothing for it), confirmed and paid like a month.
    pub(super) fn close_year(&mut self) -> Result<()> {
        self.deposits()?;
        let (office, area, year) = (self.house.office(), self.plan.area, self.plan.year);
        let ratio = Rate::parse("98%").map_err(|_| anyhow!("98%"))?;
        let closed = office.with_core(|core| {
            close_year(office.agency(), core, area, year, &|_| Some(ratio), &mut |_, _| ())
        });
        let closed = closed.context("the server is shut")?.map_err(|why| anyhow!("{why}"))?;
        ensure!(closed.refused.is_empty(), "{year} 年终清算：{:?}", closed.refused);
        let path = format!("/statements?period={year}");
        let statements = self.staff.items(Who::Finance, &path)?;
        let mut any = false;
        for statement in &statements {
            let code = statement["institution"].as_str().unwrap_or_default();
            if statement["state"] != "confirmed" {
                let path = format!("/institutions/{code}/statements/{year}/confirm");
                self.staff.done(Who::Clerk, "POST", &path, &json!({"by": "医保办"}))?;
            }
            any |= statement["payable"].as_i64().is_some_and(|fen| fen > 0);
        }
        self.note("年终清算单", i64::try_from(statements.len())?);
        if any { self.pay(&year.to_string()) } else { Ok(()) }
    }
}
