//! A day at the counters of the invented town: who comes, what is charged, what is shown.

use super::counter::{About, Answer, Charge, Counter, Line, Sent};
use super::receipt;
use crate::lang::Lang;
use crate::load::messages::Transaction;
use agency::town::{CHONGQING, GUANGXI};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use std::io::Write;
use store::Area;

/// One scene.
pub struct Scene {
    zh: &'static str,
    en: &'static str,
    play: fn(&mut Day<'_>) -> Result<()>,
}

/// The town's places, by index: two hospitals, a community centre and two pharmacies.
const TERTIARY: usize = 0;
const SECONDARY: usize = 4;
const COMMUNITY: usize = 13;
const POOLING_PHARMACY: usize = 20;

/// Everyday charges: two class A drugs, one of class B, a service.
const ORDINARY: &[Charge] = &[(2, 2), (4, 1), (3, 2), (262, 1)];
/// Enough to exceed deductible and limits.
const LARGE: &[Charge] = &[(2, 40), (4, 30), (266, 6)];

/// The scenes, in order.
pub const SCENES: &[Scene] = &[
    Scene {
        zh: "在职职工看二级医院：起付标准内由账户付，超过部分统筹支付",
        en: "in work, level 2: the account meets the deductible, above it the fund pays",
        play: |day| {
            let counter = day.counter(CHONGQING, SECONDARY, 1)?;
            day.visit(&counter, ORDINARY)?;
            day.visit(&counter, LARGE).map(drop)
        },
    },
    Scene {
        zh: "满七十的退休职工看三级医院",
        en: "retired, over seventy, level 3",
        play: |day| day.visit_of(CHONGQING, TERTIARY, 3, LARGE),
    },
    Scene {
        zh: "个人一档：限额低，没有个人账户",
        en: "first tier: a lower limit and no account",
        play: |day| day.visit_of(CHONGQING, COMMUNITY, 4, LARGE),
    },
    Scene {
        zh: "普通门诊年度限额只剩一元",
        en: "one yuan of the year's limit is left",
        play: |day| day.visit_of(CHONGQING, SECONDARY, 23, LARGE),
    },
    Scene {
        zh: "欠费暂停：统筹不付，账户可用",
        en: "in arrears: no fund pays, the account may",
        play: |day| day.visit_of(CHONGQING, SECONDARY, 8, ORDINARY),
    },
    Scene {
        zh: "本人账户为零，由家人账户共济",
        en: "no money in the own account: relatives' accounts pay",
        play: |day| {
            let counter = day.counter(CHONGQING, SECONDARY, 16)?.with_family();
            day.visit(&counter, ORDINARY).map(drop)
        },
    },
    Scene {
        zh: "药店购药，没有外配处方：统筹不付",
        en: "a pharmacy purchase without prescription: no fund pays",
        play: purchase,
    },
    Scene {
        zh: "结算超时：原样重发，同一笔结算；按报文号查询",
        en: "no answer in time: sent again, it is the same settlement; asked by number",
        play: repeated,
    },
    Scene {
        zh: "结算撤销：金额逐项为负，账户退回",
        en: "a settlement undone: every amount negated, the account refunded",
        play: undone,
    },
    Scene {
        zh: "冲正：对方没有收到过的报文，无可冲正",
        en: "reversing a message that never arrived: nothing to reverse",
        play: never_arrived,
    },
    Scene {
        zh: "广西：超过 600 元起付标准的部分按比例支付",
        en: "Guangxi: above the deductible of 600 yuan the fund pays its share",
        play: |day| day.visit_of(GUANGXI, SECONDARY, 1, LARGE),
    },
    Scene {
        zh: "广西：住院期间不享受普通门诊统筹",
        en: "Guangxi: no outpatient pooling while an inpatient",
        play: |day| day.visit_of(GUANGXI, SECONDARY, 3, ORDINARY),
    },
    Scene {
        zh: "日终对总账：医院的合计与中心一致",
        en: "reconciliation: the hospital's totals are those of the books",
        play: reconciled,
    },
];

/// A day while it is played.
pub struct Day<'a> {
    /// The line to the server.
    pub line: &'a mut Line,
    /// Where it is told.
    pub out: &'a mut dyn Write,
    /// In which language.
    pub lang: Lang,
    visits: u32,
    /// What the level 2 hospital of Chongqing has settled today: count, total, funds, accounts in fen.
    booked: [i64; 4],
}

/// A visit that was settled.
struct Settled {
    visit: String,
    settlement: String,
    sent: Sent,
    answer: Answer,
}

impl<'a> Day<'a> {
    /// A day that begins.
    pub fn new(line: &'a mut Line, out: &'a mut dyn Write, lang: Lang) -> Day<'a> {
        Day { line, out, lang, visits: 0, booked: [0; 4] }
    }

    /// Plays all scenes; returns how many settlements were made.
    ///
    /// # Errors
    /// The server refused what it should accept, or accepted what it should refuse.
    pub fn play(&mut self) -> Result<u32> {
        for (number, scene) in (1..).zip(SCENES) {
            writeln!(self.out, "\n{number}. {}", self.lang.pick(scene.zh, scene.en))?;
            (scene.play)(self).with_context(|| format!("{number}. {}", scene.en))?;
        }
        Ok(self.visits)
    }

    fn counter(&self, area: Area, institution: usize, person: u32) -> Result<Counter> {
        self.line.counter(area, institution, person)
    }

    fn visit_of(
        &mut self,
        area: Area,
        institution: usize,
        person: u32,
        charges: &[Charge],
    ) -> Result<()> {
        let counter = self.counter(area, institution, person)?;
        self.visit(&counter, charges).map(drop)
    }

    /// Registers, uploads, settles, and prints the receipt with its articles.
    fn visit(&mut self, counter: &Counter, charges: &[Charge]) -> Result<Settled> {
        self.visits += 1;
        let batch = format!("MZ{:06}", self.visits);
        let about = About { batch: &batch, charges, ..About::default() };
        let (_, registered) = counter.must(self.line, Transaction::Register, &about)?;
        let visit = registered.text_at("/data/mdtrt_id").to_owned();
        let about = About { visit: &visit, ..about };
        counter.must(self.line, Transaction::Attend, &about)?;
        counter.must(self.line, Transaction::Upload, &about)?;
        let (_, tried) = counter.must(self.line, Transaction::Try, &about)?;
        let (sent, answer) = counter.must(self.line, Transaction::Settle, &about)?;
        let same =
            |field: &str| tried.output()["setlinfo"][field] == answer.output()["setlinfo"][field];
        ensure!(
            ["fund_pay_sumamt", "acct_pay", "psn_cash_pay"].into_iter().all(same),
            "预结算与结算不一致 / the trial differs from the settlement: {}",
            answer.text
        );
        let settlement = answer.text_at("/setlinfo/setl_id").to_owned();
        let settled = Settled { visit, settlement, sent, answer };
        self.show(counter, &settled)?;
        self.book(counter, &settled.answer);
        Ok(settled)
    }

    fn show(&mut self, counter: &Counter, settled: &Settled) -> Result<()> {
        let name = settled.answer.text_at("/setlinfo/psn_name").to_owned();
        writeln!(self.out, "  {name} · {} · {}", counter.name, settled.settlement)?;
        receipt::print(self.out, self.lang, &settled.answer)?;
        let about = json!({"data": {"psn_No": counter.person(), "setl_Id": settled.settlement,
            "mdtrt_Id": settled.visit}});
        let items = counter.ask(self.line, "100001", &about)?;
        Ok(receipt::print_items(self.out, self.lang, &items)?)
    }

    /// Notes what the hospital that reconciles in the evening has settled.
    fn book(&mut self, counter: &Counter, answer: &Answer) {
        if counter.institution().ends_with("500000005") {
            let settlement = &answer.output()["setlinfo"];
            let fen = |field: &str| receipt::fen(&settlement[field]);
            let amounts = [1, fen("medfee_sumamt"), fen("fund_pay_sumamt"), fen("acct_pay")];
            for (sum, amount) in self.booked.iter_mut().zip(amounts) {
                *sum += amount;
            }
        }
    }
}

fn purchase(day: &mut Day<'_>) -> Result<()> {
    let counter = day.counter(CHONGQING, POOLING_PHARMACY, 2)?;
    day.visits += 1;
    let batch = format!("GY{:06}", day.visits);
    let about = About { batch: &batch, charges: &[(2, 2), (4, 1)], ..About::default() };
    let (sent, answer) = counter.must(day.line, Transaction::Purchase, &about)?;
    let visit = answer.text_at("/setlinfo/mdtrt_id").to_owned();
    let settlement = answer.text_at("/setlinfo/setl_id").to_owned();
    day.show(&counter, &Settled { visit, settlement, sent, answer })
}

fn repeated(day: &mut Day<'_>) -> Result<()> {
    let counter = day.counter(CHONGQING, SECONDARY, 2)?;
    let settled = day.visit(&counter, ORDINARY)?;
    let again = day.line.post(&settled.sent)?;
    ensure!(again.text == settled.answer.text, "重发的应答不同 / another answer: {}", again.text);
    let words = ("重发 2207：应答逐字节相同", "2207 sent again: the same answer, byte for byte");
    writeln!(day.out, "    {}", day.lang.pick(words.0, words.1))?;
    let asked = json!({"data": {"psn_no": counter.person(), "omsgid": settled.sent.number}});
    let asked = counter.ask(day.line, "9901", &asked)?;
    ensure!(asked.text.contains(&settled.settlement), "{}", asked.text);
    let words = ("9901 按报文号查询：结算", "9901 asked by its number: settlement");
    writeln!(day.out, "    {} {}", day.lang.pick(words.0, words.1), settled.settlement)?;
    Ok(())
}

fn undone(day: &mut Day<'_>) -> Result<()> {
    let counter = day.counter(CHONGQING, TERTIARY, 6)?;
    let settled = day.visit(&counter, ORDINARY)?;
    let about =
        About { visit: &settled.visit, settlement: &settled.settlement, ..About::default() };
    let (_, answer) = counter.must(day.line, Transaction::Undo, &about)?;
    receipt::print(day.out, day.lang, &answer)?;
    let (_, again) = counter.send(day.line, Transaction::Undo, &about)?;
    ensure!(!again.accepted(), "撤销了两次 / undone twice: {}", again.text);
    writeln!(day.out, "    {}", again.reason())?;
    Ok(())
}

fn never_arrived(day: &mut Day<'_>) -> Result<()> {
    let counter = day.counter(CHONGQING, SECONDARY, 2)?;
    let original = format!("{}202401010000000001", counter.institution());
    let about = About { original: &original, original_transaction: "2207", ..About::default() };
    let (_, answer) = counter.must(day.line, Transaction::Reverse, &about)?;
    writeln!(day.out, "    {}", answer.text_at("/result/revs_rslt_dscr"))?;
    Ok(())
}

fn reconciled(day: &mut Day<'_>) -> Result<()> {
    let counter = day.counter(CHONGQING, SECONDARY, 1)?;
    let [count, total, funds, accounts] = day.booked;
    let yuan = |fen: i64| kernel::Fen::new(fen).to_string();
    let date = day.line.day().date().to_string();
    let asked = json!({"data": {"insutype": "310", "clr_type": "11", "setl_optins": "500000",
        "stmt_begndate": date, "stmt_enddate": date, "medfee_sumamt": yuan(total),
        "fund_pay_sumamt": yuan(funds), "acct_pay": yuan(accounts),
        "fixmedins_setl_cnt": count, "refd_setl_flag": "0"}});
    let answer = counter.ask(day.line, "3201", &asked)?;
    let (result, words) = ("/stmtinfo/stmt_rslt", "/stmtinfo/stmt_rslt_dscr");
    ensure!(answer.text_at(result) == "0", "不平 / not balanced: {}", answer.text);
    writeln!(day.out, "    {} · {}", counter.name, answer.text_at(words))?;
    Ok(())
}
