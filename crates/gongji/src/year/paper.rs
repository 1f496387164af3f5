//! Bills that people paid elsewhere and hand in on paper (`gongji paper`): received by one, decided by another, paid by a third.

use super::play::Year;
use agency::Refused;
use agency::paper::{Caveat, Clear, Desk, Issuer, PaperLine, Payee, Receipt, Stated};
use anyhow::{Context as _, Result, anyhow, ensure};
use kernel::{Date, Fen};
use std::sync::Arc;
use store::PersonKey;

/// What the policy may ask to be handed in.
const DOCUMENTS: [&str; 4] = ["票据", "费用清单", "处方或病历", "银行账户"];

impl Year<'_> {
    fn desk<T>(
        &self,
        by: &str,
        work: impl FnOnce(&Desk<'_>) -> Result<T, Refused>,
    ) -> Result<Result<T, Refused>> {
        let office = self.house.office();
        let done = office
            .with_core(|core| work(&Desk { agency: office.agency(), core, by: Arc::from(by) }));
        done.context("the server is shut")
    }

    /// A bill of a day some weeks ago is handed in and decided.
    pub(super) fn paper(&mut self, who: u32) -> Result<()> {
        let service = self.course(who)?.paper.context("paper")?;
        let (person, stated) = self.handed_in(who, service)?;
        let filed = self.desk("经办甲", |desk| desk.receive(&person, &stated))?;
        let filed = filed.map_err(|why| anyhow!("{why}"))?;
        let number = filed.application.number;
        // The same receipt comes again under another number: it is no other bill.
        let again = Stated { reference: format!("BX-{who}-2").into(), ..stated.clone() };
        let twice = self.desk("经办甲", |desk| desk.receive(&person, &again))?;
        ensure!(twice.is_err(), "{} 同一张票据受理了两次", person.person);
        let look = self.desk("复核乙", |desk| desk.look(&person, &number))?;
        let look = look.map_err(|why| anyhow!("{why}"))?;
        let mut kinds: Vec<Caveat> = look.open.iter().map(|open| open.caveat).collect();
        kinds.dedup();
        let clear = |caveat| Clear { caveat, note: Arc::from("电话核实") };
        let clear: Vec<Clear> = kinds.into_iter().map(clear).collect();
        let opinion = Arc::from("同意");
        let decided =
            self.desk("复核乙", |desk| desk.decide(&person, &number, &clear, &opinion))?;
        let decided = decided.map_err(|why| anyhow!("{why}"))?;
        let verdict = decided.application.decided.context("verdict")?;
        let paid = verdict.owed() + verdict.cash;
        if verdict.total != stated.total() || paid != verdict.total || verdict.account != 0 {
            self.tally.faults.push(format!("{number} 零星报销：{verdict:?}"));
        }
        for (sum, fen) in self.tally.paper.iter_mut().zip(verdict.funds) {
            *sum += fen;
        }
        self.note("零星报销", 1);
        Ok(())
    }

    /// What somebody hands in: half of the bills are of hospitals in another province.
    fn handed_in(&self, who: u32, service: Date) -> Result<(PersonKey, Stated)> {
        let resident = self.resident(who)?;
        let ware = self.counters.wares.get(2 + who as usize % 30).context("ware")?;
        let quantity = 20 + i64::from(who % 60);
        let amount = ware.price.get() * quantity;
        let away = who.is_multiple_of(2);
        let issuer = Issuer {
            code: if away { Arc::default() } else { self.counters.code(resident.hospital).into() },
            name: Arc::from(if away { "测试外省医院" } else { "测试医院" }),
            area: Arc::from(if away { "520100".to_owned() } else { self.plan.area.to_string() }),
            level: Arc::from("3"),
            designated: true,
            place: Arc::from(if away { "unfiled" } else { "local" }),
            ..Issuer::default()
        };
        let line = PaperLine {
            item: ware.code.clone(),
            name: ware.name.clone(),
            quantity: quantity * 10_000,
            price: ware.price.get() * 10_000,
            amount,
            ..PaperLine::default()
        };
        let receipt = Receipt {
            code: Arc::from("99000001"),
            number: format!("{who:08}").into(),
            day: service,
            amount,
        };
        let stated = Stated {
            reference: format!("BX-{who}").into(),
            applicant: resident.born.name().into(),
            submitted: self.house.now().date(),
            service,
            category: Arc::from("11"),
            issuer,
            receipts: vec![receipt],
            documents: DOCUMENTS.into_iter().map(Arc::from).collect(),
            lines: vec![line],
            payee: Payee {
                name: resident.born.name().into(),
                bank: Arc::from("测试银行"),
                account: format!("6200{who:012}").into(),
            },
            ..Stated::default()
        };
        Ok((resident.born.key(), stated))
    }

    /// What is owed to people for such bills is paid: made by one, approved by another.
    pub(super) fn pay_people(&mut self) -> Result<()> {
        let (area, today) = (self.plan.area, self.house.now().date());
        let waiting = agency::paper::unpaid(self.house.office().store(), area);
        if waiting.map_err(|why| anyhow!("{why}"))?.is_empty() {
            return Ok(());
        }
        let batch: Arc<str> = format!("GR{today}").into();
        let made = self.desk("经办甲", |desk| desk.make_order(area, &batch))?;
        let made = made.map_err(|why| anyhow!("{why}"))?;
        let nothing = Arc::default();
        let own = self.desk("经办甲", |desk| desk.decide_order(area, &batch, &nothing))?;
        ensure!(own.is_err(), "{batch} 由制单人复核了");
        let paid = self.desk("财务丙", |desk| desk.decide_order(area, &batch, &nothing))?;
        let paid = paid.map_err(|why| anyhow!("{why}"))?;
        ensure!(paid.total == made.total, "{batch}：{} {}", Fen::new(made.total), paid.total);
        self.tally.paid_people += paid.total;
        Ok(())
    }
}
