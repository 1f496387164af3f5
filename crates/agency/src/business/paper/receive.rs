//! 受理: an application is taken, its receipts are registered, and what is to be looked at is noted.

use super::super::lines::{MOST_IN_A_MESSAGE, Splitter, no_policy};
use super::super::{Business, Context, Decision};
use super::{Filed, handed, named, register, registered, scene};
use crate::clearing::Signed;
use crate::outcome::Outcome;
use crate::paper::{Application, Caveat, HandedIn, Receipt, Seen, Stated, Warning};
use crate::reason::{Reason, Refused};
use crate::regions::Version;
use crate::world::World;
use kernel::{Date, Fen};
use std::collections::HashSet;
use std::sync::Arc;
use store::{Account, Changes, Id, PersonKey, Wants};

/// The most receipts of one application.
const MOST_RECEIPTS: usize = 100;

/// Receives an application. As a trial it says the same and files nothing.
#[derive(Clone, Debug)]
pub struct Receive {
    /// Whose bill it is.
    pub person: PersonKey,
    /// What was handed in.
    pub stated: Stated,
    /// 受理人.
    pub by: Arc<str>,
    /// What was settled at counters.
    pub seen: Arc<Seen>,
}

impl Business for Receive {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        let area = self.person.area;
        wants.people.insert(register(area));
        for receipt in &self.stated.receipts {
            wants.documents.extend(receipt.key(area));
            wants.documents.insert(receipt.day_key(area));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "受理人")?;
        let (person, stated) = (&self.person, &self.stated);
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        self.check(context.at.date())?;
        if let Some(known) = self.same_again(world)? {
            return Ok(known);
        }
        self.seen.refuse()?;
        let day = stated.service;
        let version = world.law(person.area)?.on(day).ok_or_else(|| no_policy(day))?;
        let mut application = Application {
            number: (context.ids)().to_string().into(),
            person: person.person.clone(),
            stated: stated.clone(),
            missing: self.missing(version),
            received: Signed::now(&self.by, context.at),
            ..Application::default()
        };
        application.warn(missing(&application.missing).collect::<Vec<_>>());
        application.warn(self.late(version)?);
        let found = scene::find(world, file, stated, context.at)?;
        let on_paper = (found.scene.site, found.scene.place, found.area);
        let mut splitter = Splitter::on_paper(world, person, on_paper, context.at)?;
        scene::lines(stated).iter().try_for_each(|line| splitter.split(line).map(drop))?;
        application.warn(found.warnings);
        let mut changes = self.opened(world);
        self.hand_in(world, &mut application, &mut changes, context)?;
        application.warn(self.seen.warnings());
        changes.documents.push(application.filed(person, context.at)?);
        let outcome = Outcome::of_document(&Filed { unchanged: false, application })?;
        Ok(Decision { changes, outcome })
    }
}

impl Receive {
    /// What is stated is sound.
    fn check(&self, today: Date) -> Result<(), Refused> {
        let Stated { service, submitted, issuer, receipts, lines, payee, .. } = &self.stated;
        let wrong = |words: String| Err(Refused::new(Reason::Content, words));
        scene::category(&self.stated)?;
        scene::prescription(&self.stated)?;
        if service > submitted || *submitted > today {
            return wrong(format!(
                "就诊日{service}、受理日{submitted}：就诊不能晚于受理，受理不能晚于今天（{today}）"
            ));
        }
        if issuer.shown().is_empty() {
            return wrong("缺少开票机构的编号或名称".into());
        }
        for (what, text) in
            [("收款人户名", &payee.name), ("开户行", &payee.bank), ("收款账号", &payee.account)]
        {
            named(text, what)?;
        }
        if receipts.is_empty() || receipts.len() > MOST_RECEIPTS {
            return wrong(format!("票据{}张，应为1至{MOST_RECEIPTS}张", receipts.len()));
        }
        let mut seen = HashSet::new();
        for receipt in receipts {
            let Receipt { day, amount, .. } = receipt;
            let shown = receipt.shown();
            if *amount <= 0 || Fen::new(*amount) > Fen::MAX_AMOUNT {
                return wrong(format!("票据{shown}金额{}，应为正数", Fen::new(*amount)));
            }
            if day > submitted {
                return wrong(format!("票据{shown}开票日{day}晚于受理日{submitted}"));
            }
            if receipt.key(self.person.area).is_some_and(|key| !seen.insert(key)) {
                return wrong(format!("票据{shown}在申请中列了两次"));
            }
        }
        if lines.is_empty() || lines.len() > MOST_IN_A_MESSAGE {
            return wrong(format!("费用明细{}行，应为1至{MOST_IN_A_MESSAGE}行", lines.len()));
        }
        let sum = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.amount));
        let total = self.stated.total();
        if sum != total {
            let (sum, total) = (Fen::new(sum), Fen::new(total));
            let words = format!("票据合计{total}，明细合计{sum}");
            return Err(Refused::new(Reason::TotalDiffers, words));
        }
        Ok(())
    }

    /// The same application handed in again by the same window or file: it is answered as it stands.
    fn same_again(&self, world: &World) -> Result<Option<Decision>, Refused> {
        if self.stated.reference.is_empty() {
            return Ok(None);
        }
        let area = self.person.area;
        for receipt in &self.stated.receipts {
            let key = receipt.key(area).unwrap_or_else(|| receipt.day_key(area));
            let Some((handed, _)) = handed(world, &Changes::default(), &key)? else { continue };
            for by in handed.by.iter().filter(|by| by.person == self.person.person) {
                let key = Application::key(&self.person, &by.application);
                let Some(document) = world.document(&key) else { continue };
                let application = Application::read(document)?;
                // A review may have changed what was stated of the institution, and the payee may have changed.
                let issuer = application.stated.issuer.clone();
                let payee = application.stated.payee.clone();
                if application.stated == (Stated { issuer, payee, ..self.stated.clone() }) {
                    let outcome = Outcome::of_document(&Filed { unchanged: true, application })?;
                    return Ok(Some(Decision { changes: Changes::default(), outcome }));
                }
            }
        }
        Ok(None)
    }

    /// Documents that the policy asks for and that were not handed in.
    fn missing(&self, version: Version<'_>) -> Vec<Arc<str>> {
        let handed = &self.stated.documents;
        let wanted = version.policy.offsite.documents.iter();
        let missing = wanted.filter(|wanted| !handed.iter().any(|it| **it == ***wanted));
        missing.map(|it| Arc::from(&**it)).collect()
    }

    /// Too late: refused, or a warning, as the policy says.
    fn late(&self, version: Version<'_>) -> Result<Option<Warning>, Refused> {
        let offsite = &version.policy.offsite;
        let last = offsite.deadline.last_day(self.stated.service);
        if self.stated.submitted <= last {
            return Ok(None);
        }
        let articles = version.words.cited(offsite.deadline_cite).articles.join("；");
        let submitted = self.stated.submitted;
        let words = format!("应于{last}前申请，受理日为{submitted}（{articles}）");
        if !offsite.late_is_paid {
            return Err(Refused::new(Reason::PaperLate, words));
        }
        let (caveat, about) = (Caveat::Late, Arc::default());
        Ok(Some(Warning { caveat, about, words: Arc::from(words), cleared: None }))
    }

    /// The register's row, if this is the first application of the area.
    fn opened(&self, world: &World) -> Changes {
        let mut changes = Changes::default();
        let key = register(self.person.area);
        if world.account(&key).is_none() {
            let (current, earlier) = (Fen::ZERO, Fen::ZERO);
            let year = self.stated.submitted.ymd().0;
            let opened = Account { key, current, earlier, year, revision: 1, last: Id::MIN };
            changes.accounts.push(opened);
        }
        changes
    }

    /// Registers the receipts. One that another application holds is refused; one that may be the same is a warning.
    fn hand_in(
        &self,
        world: &World,
        application: &mut Application,
        changes: &mut Changes,
        context: &Context<'_>,
    ) -> Result<(), Refused> {
        let (area, issuer) = (self.person.area, &self.stated.issuer);
        for receipt in &self.stated.receipts {
            let mine = receipt.handed(&self.person.person, &application.number, issuer);
            if let Some(key) = receipt.key(area) {
                let (mut known, at) =
                    handed(world, changes, &key)?.unwrap_or((<_>::default(), context.at));
                if let Some(HandedIn { application, person, .. }) = known.by.first() {
                    let words =
                        format!("票据{}已由{person}在申请{application}中提交", receipt.shown());
                    return Err(Refused::new(Reason::ReceiptUsed, words));
                }
                known.by.push(mine.clone());
                changes.documents.push(registered(key, at, &known)?);
            }
            let key = receipt.day_key(area);
            let (mut known, at) =
                handed(world, changes, &key)?.unwrap_or((<_>::default(), context.at));
            let others = known.by.iter().filter(|it| it.application != application.number);
            let same = others.filter(|it| issuer.is(&it.code, &it.name));
            application.warn(same.map(|other| alike(receipt, other)).collect::<Vec<_>>());
            if !known.by.contains(&mine) {
                known.by.push(mine);
            }
            changes.documents.push(registered(key, at, &known)?);
        }
        Ok(())
    }
}

/// A receipt that may be the same under another number.
fn alike(receipt: &Receipt, other: &HandedIn) -> Warning {
    let HandedIn { application, person, receipt: number, .. } = other;
    let amount = Fen::new(receipt.amount);
    let number = if number.is_empty() { "无号码" } else { number };
    let words = format!(
        "{}同一机构{amount}元的票据（{number}）已由{person}在申请{application}中提交",
        receipt.day
    );
    Warning {
        caveat: Caveat::SameAmount,
        about: application.clone(),
        words: Arc::from(words),
        cleared: None,
    }
}

fn missing(documents: &[Arc<str>]) -> impl Iterator<Item = Warning> + '_ {
    documents.iter().map(|document| Warning {
        caveat: Caveat::MissingDocument,
        about: document.clone(),
        words: Arc::from(format!("未交{document}")),
        cleared: None,
    })
}
