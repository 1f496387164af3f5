//! What people report in the course of the year, and what the staff does about it.

use super::agenda::Turn;
use super::house::Who;
use super::play::Year;
use agency::facts;
use agency::import::Table;
use agency::town::CHONGQING;
use anyhow::{Context as _, Result};
use kernel::Month;
use serde_json::{Value, json};

impl Year<'_> {
    /// Something in somebody's life comes to the agency's ears.
    pub(super) fn turn(&mut self, who: u32, turn: Turn) -> Result<()> {
        self.note(name(turn), 1);
        match turn {
            Turn::Joins => self.enter(&[who]),
            Turn::Retires => self.retires(who),
            Turn::Dies => self.dies(who),
            Turn::Closes => self.closes(who, "death"),
            Turn::Leaves => self.closes(who, "transfer-out"),
            Turn::Binds => self.binds(who),
            Turn::Files => self.files(who),
            Turn::Admitted(stay) => self.admitted(who, stay),
            Turn::Discharged(stay) => self.discharged(who, stay),
            Turn::Tier => self.changes_tier(who),
            Turn::Premium => self.premium(who),
            Turn::Paper => self.paper(who),
        }
    }

    fn path(&self, who: u32) -> Result<String> {
        Ok(format!("/people/{}", self.resident(who)?.person()))
    }

    fn learn(&mut self, who: u32, facts: &[Value], wrong: &[Value]) -> Result<()> {
        let path = format!("{}/facts", self.path(who)?);
        let learn = json!({"facts": facts, "wrong": wrong});
        self.staff.done(Who::Clerk, "POST", &path, &learn).map(drop)
    }

    /// Months from one on have to be looked at again by the credit run.
    fn stale_from(&mut self, month: Month) {
        let mut month = month;
        while self.credited.is_some_and(|last| month <= last) {
            self.stale.insert(month);
            month = month.plus(1);
        }
    }

    fn retires(&mut self, who: u32) -> Result<()> {
        let (on, _) = self.course(who)?.retires.context("retires")?;
        self.learn(who, &[json!({"kind": facts::RETIREMENT, "from": on.to_string()})], &[])?;
        self.stale_from(on.month().plus(1));
        Ok(())
    }

    fn dies(&mut self, who: u32) -> Result<()> {
        let (on, _) = self.course(who)?.dies.context("dies")?;
        self.learn(who, &[json!({"kind": facts::DEATH, "from": on.to_string()})], &[])
    }

    /// The rest of an account leaves it.
    fn closes(&mut self, who: u32, event: &str) -> Result<()> {
        let balance = self.tally.accounts.get(&who).copied().unwrap_or(0);
        let path = format!("{}/account/closure", self.path(who)?);
        let day = match self.course(who)?.dies {
            Some((day, _)) if event == "death" => day,
            _ => self.house.now().date(),
        };
        let close = json!({"event": event, "day": day.to_string(), "payee": "测试收款人",
            "source": "本人或家属申请", "reference": format!("ZX-{who}")});
        self.staff.two(&path, &close)?;
        self.tally.closures[usize::from(event != "death")] += balance;
        self.tally.accounts.insert(who, 0);
        self.tally.closed.insert(who);
        let account = self.staff.get(Who::Auditor, &format!("{}/account", self.path(who)?))?;
        if account["balance"] != 0 {
            self.tally.faults.push(format!("{who} 注销以后余额 {}", account["balance"]));
        }
        Ok(())
    }

    /// The account of the husband or wife pays too.
    fn binds(&mut self, who: u32) -> Result<()> {
        let spouse = self.resident(who)?.spouse.context("spouse")?;
        let other = self.course(spouse)?;
        let gone = other.joins.is_some_and(|day| day > self.house.now().date());
        if gone {
            self.note("未绑定：对方未参保", 1);
            return Ok(());
        }
        let payer = self.resident(spouse)?.person();
        let path = format!("{}/family/{payer}", self.path(who)?);
        self.staff.done(Who::Clerk, "PUT", &path, &json!({"relation": "spouse"})).map(drop)
    }

    /// A hospital files the disease (2503); another than who files it reviews it.
    fn files(&mut self, who: u32) -> Result<()> {
        let (patient, today) = (self.patient(who)?, self.house.now().date().to_string());
        let resident = self.resident(who)?;
        let (hospital, disease) = (resident.hospital, resident.disease.context("disease")?);
        let two = self.plan.area == CHONGQING && who.is_multiple_of(4);
        let more = if two { r#"{"biz_appy_type":"23"}"# } else { "" };
        let data = json!({"data": {"psn_no": patient.person, "insutype": "310",
            "opsp_dise_code": disease, "opsp_dise_name": "病种",
            "insu_optins": self.counters.area(), "tel": "",
            "ide_fixmedins_no": self.counters.code(hospital), "ide_fixmedins_name": "测试机构",
            "hosp_ide_date": today, "diag_dr_codg": "D500000000001", "diag_dr_name": "测试医",
            "begndate": today, "enddate": "", "exp_content": more}});
        let (_, answer) = self.counters.must(hospital, &patient, "2503", &data)?;
        let number = answer.text_at("/result/trt_dcla_detl_sn").to_owned();
        let path = format!("{}/filings/{number}/review", self.path(who)?);
        let review = json!({"approve": true, "opinion": "材料齐全"});
        self.staff.refused(Who::Clerk, "POST", &path, &review, 403)?;
        self.staff.done(Who::Reviewer, "POST", &path, &review).map(drop)
    }

    fn stay_fact(&self, who: u32, place: usize, over: bool) -> Result<Value> {
        let stay = self.course(who)?.stays.get(place).context("stay")?;
        let second = |moment: kernel::Moment| moment.to_string().chars().take(19).collect();
        let discharged: String = if over { second(stay.to) } else { String::new() };
        let admitted: String = second(stay.from);
        let mut fact = json!({"kind": facts::ADMISSION, "value": self.counters.code(stay.hospital),
            "from": stay.from.date().to_string(), "detail": {"admitted": admitted,
            "discharged": discharged, "number": format!("ZY{who:06}"), "department": "内科",
            "diagnosis": "测试诊断"}});
        if over {
            fact["to"] = stay.to.date().to_string().into();
        }
        Ok(fact)
    }

    fn admitted(&mut self, who: u32, place: usize) -> Result<()> {
        let fact = self.stay_fact(who, place, false)?;
        self.learn(who, &[fact], &[])
    }

    /// The stay is over: what was said at the admission is corrected, or said for the first time.
    fn discharged(&mut self, who: u32, place: usize) -> Result<()> {
        let path = format!("{}/facts?kind={}", self.path(who)?, facts::ADMISSION);
        let known = self.staff.items(Who::Clerk, &path)?;
        let open = known.iter().filter(|fact| fact["to"].is_null());
        let wrong: Vec<Value> = open.map(|fact| fact["id"].clone()).collect();
        let fact = self.stay_fact(who, place, true)?;
        self.learn(who, &[fact], &wrong)
    }

    /// From the first to the second tier: the old spell is ended and the new one begins.
    fn changes_tier(&mut self, who: u32) -> Result<()> {
        let (resident, month) = (self.resident(who)?, self.course(who)?.changes_tier);
        let first = month.context("tier")?.first_day();
        let (person, since) = (resident.person(), resident.since.to_string());
        let rows = [
            vec![
                person.clone(),
                facts::PLAN.to_owned(),
                "individual-1".to_owned(),
                since,
                first.previous().to_string(),
            ],
            vec![
                person,
                facts::PLAN.to_owned(),
                "individual-2".to_owned(),
                first.to_string(),
                String::new(),
            ],
        ];
        let header = ["person", "kind", "value", "from", "to"];
        self.files.import(self.house, Table::Facts, &[], &header, &rows)?;
        Ok(())
    }

    /// 居民医保 of a child, paid from the account as far as it goes.
    fn premium(&mut self, who: u32) -> Result<()> {
        let balance = self.tally.accounts.get(&who).copied().unwrap_or(0);
        let path = format!("{}/account/premiums", self.path(who)?);
        let today = self.house.now().date().to_string();
        let pay = json!({"purpose": "resident-premium", "period": (self.plan.year + 1).to_string(),
            "due": 40_000, "partly": true, "day": today, "source": "居民医保征收",
            "reference": format!("JM-{who}")});
        if balance == 0 || self.tally.closed.contains(&who) {
            return Ok(());
        }
        self.staff.two(&path, &pay)?;
        let paid = balance.min(40_000);
        *self.tally.accounts.entry(who).or_default() -= paid;
        self.tally.premiums[0] += paid;
        Ok(())
    }
}

const fn name(turn: Turn) -> &'static str {
    match turn {
        Turn::Joins => "参保",
        Turn::Retires => "退休登记",
        Turn::Dies => "死亡登记",
        Turn::Closes => "继承注销",
        Turn::Leaves => "转出",
        Turn::Binds => "家庭共济绑定",
        Turn::Files => "慢特病、两病备案",
        Turn::Admitted(_) => "入院登记",
        Turn::Discharged(_) => "出院登记",
        Turn::Tier => "换档",
        Turn::Premium => "账户缴居民医保",
        Turn::Paper => "零星报销申请",
    }
}
