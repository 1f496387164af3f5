//! Cases of supervision: one operator assigns, another hears and decides, finance recovers and collects, a third answers
//! appeals. Whether something is so the inspector knows from looking into it: here, from what was planted.

use super::house::Who;
use super::play::Year;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What recoveries moved, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Recovered {
    /// Owed back to each fund.
    pub funds: [i64; 3],
    /// Paid in over the bank, less what was returned.
    pub bank: i64,
    /// Taken by deductions.
    pub deducted: i64,
    /// Put back into accounts.
    pub restored: i64,
}

/// What is recovered of a settlement: of the funds, of accounts.
type Claims = BTreeMap<String, (i64, i64)>;

impl Year<'_> {
    /// Every case goes one step further than it stands.
    pub(super) fn cases(&mut self) -> Result<()> {
        for case in self.staff.items(Who::Supervisor, "/cases")? {
            let number = case["number"].as_str().context("number")?.to_owned();
            match case["state"].as_str().unwrap_or_default() {
                "opened" => self.look_into(&number, &case)?,
                "appealed" => self.answer(&number, &case)?,
                "recovering" => self.collect(&number, &case)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn step(&mut self, by: Who, number: &str, what: &str, body: &Value) -> Result<Value> {
        self.staff.done(by, "POST", &format!("/cases/{number}/{what}"), body)
    }

    fn look_into(&mut self, number: &str, case: &Value) -> Result<()> {
        self.step(Who::Supervisor, number, "assign", &json!({"supervisor": "监管戊"}))?;
        let said = json!({"by": "当事人", "words": "都是正常诊疗"});
        self.step(Who::Clerk, number, "hear", &said)?;
        let claims = self.founded(number, case)?;
        let verdict = if claims.is_empty() { "unfounded" } else { "partly" };
        let listed = claims.iter().map(|(settlement, (fund, account))| {
            json!({"settlement": settlement, "fund": fund, "account": account})
        });
        let ruling = json!({"verdict": verdict, "reasons": "已核对病历、监控和进销存",
            "article": "医疗保障基金使用监督管理条例 第三十八条", "claims": listed.collect::<Vec<_>>()});
        let decide = format!("/cases/{number}/decide");
        self.staff.refused(Who::Supervisor, "POST", &decide, &ruling, 403)?;
        self.step(Who::Inspector, number, "decide", &ruling)?;
        self.note(if claims.is_empty() { "案件不属实" } else { "案件查实" }, 1);
        if !claims.is_empty() && case["side"] == "institution" {
            let month = self.house.now().date().month();
            *self.tally.cases_in.entry(month).or_default() += 1;
        }
        if !claims.is_empty() {
            self.recover(number, case, &claims)?;
        }
        Ok(())
    }

    /// The planted settlements of a case, with the most that findings say of each, as far as it was paid.
    fn founded(&mut self, number: &str, case: &Value) -> Result<Claims> {
        let party = case["party"].as_str().unwrap_or_default();
        let path = format!("/suspicions?case={number}&party={party}");
        let findings = self.staff.items(Who::Inspector, &path)?;
        let mut claims = Claims::new();
        for claim in findings.iter().flat_map(|it| it["claims"].as_array().into_iter().flatten()) {
            let entry = claim["entry"].as_str().unwrap_or_default();
            let planted = self.tally.planted.contains(entry);
            let fen = |name: &str| claim[name].as_i64().unwrap_or(0);
            if planted && fen("fund") + fen("account") > 0 {
                let most = claims.entry(entry.to_owned()).or_default();
                *most = (most.0.max(fen("fund")), most.1.max(fen("account")));
            }
        }
        claims.retain(|entry, (fund, account)| {
            // What was recovered in another case cannot be recovered twice.
            let (funds, accounts) = self.tally.left_of(entry);
            *fund = (*fund).min(funds.iter().sum());
            *account = (*account).min(accounts);
            *fund + *account > 0
        });
        Ok(claims)
    }

    /// Institutions pay by a deduction of the month, people over the bank; of every third the party appeals.
    fn recover(&mut self, number: &str, case: &Value, claims: &Claims) -> Result<()> {
        let month = self.house.now().date().month();
        let institution = case["side"] == "institution";
        let by_deduction = institution && month <= self.plan.last_day().month();
        let asked = if by_deduction { json!({"month": month.to_string()}) } else { json!({}) };
        let recover = format!("/cases/{number}/recover");
        self.staff.refused(Who::Inspector, "POST", &recover, &asked, 403)?;
        let case = self.step(Who::Finance, number, "recover", &asked)?;
        let mut due = 0;
        for (entry, (fund, account)) in claims {
            let (funds, _) = self.tally.left_of(entry);
            let mut rest = *fund;
            let by = funds.map(|left| {
                let part = left.min(rest);
                rest -= part;
                part
            });
            self.tally.take(entry, by, *account);
            due += fund + account;
        }
        ensure!(case["recovery"]["due"] == due, "{number}：应追回 {due}，{}", case["recovery"]);
        if by_deduction {
            let party = case["party"].as_str().unwrap_or_default();
            let place = self.counters.places.iter().position(|place| *place.code == *party);
            *self.tally.deducted.entry(place.context("place")?).or_default() += due;
            *self.tally.deducted_in.entry(month).or_default() += due;
        }
        if number.bytes().map(u32::from).sum::<u32>().is_multiple_of(3) && !by_deduction {
            let said = json!({"by": "当事人", "words": "金额有误"});
            self.step(Who::Clerk, number, "appeal", &said)?;
        }
        Ok(())
    }

    /// Every second appeal is right.
    fn answer(&mut self, number: &str, case: &Value) -> Result<()> {
        let upheld = number.bytes().map(u32::from).sum::<u32>().is_multiple_of(2);
        let answer = json!({"upheld": upheld, "words": "复核意见"});
        self.step(Who::Reviewer, number, "answer", &answer)?;
        self.note(if upheld { "申诉不成立" } else { "申诉成立" }, 1);
        for claim in case["ruling"]["claims"].as_array().into_iter().flatten() {
            if !upheld {
                self.tally.give_back(claim["entry"].as_str().unwrap_or_default());
            }
        }
        Ok(())
    }

    /// What is open comes in; once the time for appeals is over the case is closed.
    fn collect(&mut self, number: &str, case: &Value) -> Result<()> {
        let recovery = &case["recovery"];
        let of = |name: &str| recovery[name].as_i64().unwrap_or(0);
        let deduction = recovery["deduction"].as_str().unwrap_or_default();
        let open = of("due") - of("collected");
        let today = self.house.now().date();
        if !deduction.is_empty() && recovery["taken"] != true {
            // The month is cleared on the sixth of the next.
            let month = kernel::Month::parse(deduction.get(..7).unwrap_or_default());
            let cleared =
                month.is_some_and(|month| today.days() > month.plus(1).first_day().days() + 6);
            if cleared {
                self.step(Who::Finance, number, "collect", &json!({"way": "deduction"}))?;
                self.tally.recovered.deducted += open;
            }
            return Ok(());
        }
        if open != 0 {
            let paid = json!({"way": "bank", "amount": open, "reference": format!("LS-{number}")});
            self.step(Who::Finance, number, "collect", &paid)?;
            self.tally.recovered.bank += open;
        }
        let until = recovery["appeal_until"].as_str().unwrap_or_default();
        let answered = case["appeal"].is_object();
        if today.to_string().as_str() > until || answered {
            self.step(Who::Finance, number, "close", &Value::Null)?;
            self.note("结案", 1);
            for claim in case["ruling"]["claims"].as_array().into_iter().flatten() {
                self.restored(claim);
            }
        }
        Ok(())
    }

    /// What accounts had paid is theirs again, unless they are closed.
    fn restored(&mut self, claim: &Value) {
        let fen = claim["account"].as_i64().unwrap_or(0);
        let person = claim["person"].as_str().unwrap_or_default();
        let who = self.cast.iter().find(|who| who.person() == person).map(|who| who.number);
        if let Some(who) = who.filter(|who| !self.tally.closed.contains(who)) {
            *self.tally.accounts.entry(who).or_default() += fen;
            self.tally.recovered.restored += fen;
        }
    }
}
