//! A result on a terminal.

mod spread;

use super::sheet::{Sheet, Value};
use crate::formats::{Format, Kind};
use crate::lang::Lang;
use ::simulate::{Change, Claimed, Division, Paid, RunResult, Side, Totals, month_of};
use anyhow::Result;
use kernel::{Fund, Refusal};
use std::collections::BTreeMap;
use std::io::Write;

/// Prints everything.
pub(super) fn report(
    result: &RunResult,
    sides: &[Side],
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    let totals = &result.totals;
    let shown = Shown { totals, sides, lang };
    shown.head(out)?;
    shown.payers(out)?;
    shown.by(out, lang.pick("按月", "by month"), &months(totals))?;
    for (division, zh, en) in [
        (Division::Status, "按人员状态", "by status"),
        (Division::Plan, "按参保类型", "by plan"),
        (Division::Age, "按年龄", "by age"),
        (Division::Level, "按机构等级", "by level"),
        (Division::Area, "按地区", "by area"),
    ] {
        let groups = divided(totals, division);
        if groups.len() > 1 {
            shown.by(out, lang.pick(zh, en), &groups)?;
        }
    }
    shown.deciles(out)?;
    shown.own(out)?;
    shown.evenness(out)?;
    shown.above_limit(out)?;
    if sides.len() > 1 {
        shown.changes(out)?;
        shown.examples(out)?;
    }
    shown.control(out)
}

/// Claims with what each side pays, by a name.
type Groups = BTreeMap<String, (Claimed, Vec<Paid>)>;

fn months(totals: &Totals) -> Groups {
    let mut groups = Groups::new();
    let width = totals.segments.len();
    for (index, month) in totals.months.iter().enumerate() {
        let name = month_of(*month).map_or(String::new(), |month| month.to_string());
        for segment in 0..width {
            add(&mut groups, name.clone(), totals, index * width + segment);
        }
    }
    groups
}

fn divided(totals: &Totals, division: Division) -> Groups {
    let mut groups = Groups::new();
    let width = totals.segments.len();
    for cell in 0..totals.claimed.len() {
        let name = totals.segments[cell % width].get(division);
        add(&mut groups, if name.is_empty() { "—".into() } else { name.to_string() }, totals, cell);
    }
    groups
}

fn add(groups: &mut Groups, name: String, totals: &Totals, cell: usize) {
    let none = || (Claimed::default(), vec![Paid::default(); totals.paid.len()]);
    let nothing = totals.claimed[cell] == Claimed::default()
        && totals.paid.iter().all(|paid| paid[cell] == Paid::default());
    if nothing {
        return;
    }
    let (claimed, paid) = groups.entry(name).or_insert_with(none);
    claimed.claims += totals.claimed[cell].claims;
    claimed.in_scope += totals.claimed[cell].in_scope;
    claimed.outside += totals.claimed[cell].outside;
    for (sum, part) in paid.iter_mut().zip(&totals.paid) {
        sum.deductible += part[cell].deductible;
        for (sum, amount) in sum.funds.iter_mut().zip(part[cell].funds) {
            *sum += amount;
        }
    }
}

pub(super) fn print(sheet: &Sheet, out: &mut dyn Write) -> Result<()> {
    let mut text = Vec::new();
    sheet.write(&mut text, Format::Table)?;
    Ok(out.write_all(&text)?)
}

struct Shown<'a> {
    totals: &'a Totals,
    sides: &'a [Side],
    lang: Lang,
}

impl Shown<'_> {
    fn head(&self, out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        let claimed = self.totals.all_claimed();
        let people = self.totals.people.count();
        writeln!(
            out,
            "{}",
            lang.choose(
                || format!("{} 张单据，{people} 人", claimed.claims),
                || format!("{} claims, {people} people", claimed.claims),
            )
        )?;
        for (sign, side) in ["A", "B"].iter().zip(self.sides) {
            writeln!(out, "{sign}  {}", lang.pick(&side.zh, &side.en))?;
        }
        Ok(())
    }

    fn title(&self, out: &mut dyn Write, title: &str) -> Result<()> {
        Ok(writeln!(out, "\n{title}")?)
    }

    fn payers(&self, out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        let claimed = self.totals.all_claimed();
        self.title(out, lang.pick("谁付多少（元）", "who pays what (yuan)"))?;
        let mut names = vec![(lang.pick("付费方", "payer"), Kind::Text)];
        names.extend(["A", "B"].iter().zip(self.sides).map(|(sign, _)| (*sign, Kind::Money)));
        if self.sides.len() > 1 {
            names.push(("B − A", Kind::Money));
        }
        let mut sheet = Sheet::new(names);
        let paid: Vec<Paid> =
            (0..self.sides.len()).map(|side| self.totals.all_paid(side)).collect();
        let mut row = |name: &str, of: &dyn Fn(&Paid) -> i64| {
            let amounts: Vec<i64> = paid.iter().map(of).collect();
            let mut row = vec![Value::Text(name.to_string())];
            row.extend(amounts.iter().map(|amount| Value::Money(*amount)));
            if let [before, after] = amounts[..] {
                row.push(Value::Money(after - before));
            }
            sheet.rows.push(row);
        };
        for fund in Fund::ALL {
            row(lang.pick(fund.zh(), fund.en()), &|paid| paid.funds[*fund as usize]);
        }
        row(lang.pick("个人", "patients"), &|paid| {
            claimed.in_scope + claimed.outside - paid.fund_payment()
        });
        row(lang.pick("其中起付标准", "of it deductible"), &|paid| paid.deductible);
        row(lang.pick("合计", "total"), &|_| claimed.in_scope + claimed.outside);
        print(&sheet, out)
    }

    fn by(&self, out: &mut dyn Write, title: &str, groups: &Groups) -> Result<()> {
        let lang = self.lang;
        self.title(out, title)?;
        let mut names = vec![
            ("", Kind::Text),
            (lang.pick("单据", "claims"), Kind::Money),
            (lang.pick("政策范围内", "in scope"), Kind::Money),
        ];
        let funds = [lang.pick("基金 A", "funds A"), lang.pick("基金 B", "funds B")];
        names.extend(funds.iter().zip(self.sides).map(|(name, _)| (*name, Kind::Money)));
        if self.sides.len() > 1 {
            names.push(("B − A", Kind::Money));
        }
        let mut sheet = Sheet::new(names);
        for (name, (claimed, paid)) in groups {
            let funds: Vec<i64> = paid.iter().map(Paid::fund_payment).collect();
            let mut row = vec![
                Value::Text(name.clone()),
                Value::Text(claimed.claims.to_string()),
                Value::Money(claimed.in_scope),
            ];
            row.extend(funds.iter().map(|amount| Value::Money(*amount)));
            if let [before, after] = funds[..] {
                row.push(Value::Money(after - before));
            }
            sheet.rows.push(row);
        }
        print(&sheet, out)
    }

    fn deciles(&self, out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        self.title(
            out,
            lang.pick(
                "按全年政策范围内费用十等分的人",
                "tenths of people by in-scope spending of the year",
            ),
        )?;
        let mut names = vec![
            ("", Kind::Text),
            (lang.pick("人", "people"), Kind::Money),
            (lang.pick("费用低于", "spend below"), Kind::Money),
            (lang.pick("政策范围内", "in scope"), Kind::Money),
        ];
        let funds = [lang.pick("基金 A", "funds A"), lang.pick("基金 B", "funds B")];
        names.extend(funds.iter().zip(self.sides).map(|(name, _)| (*name, Kind::Money)));
        let own =
            [lang.pick("个人 A", "left to people A"), lang.pick("个人 B", "left to people B")];
        names.extend(own.iter().zip(self.sides).map(|(name, _)| (*name, Kind::Money)));
        let mut sheet = Sheet::new(names);
        for (index, decile) in self.totals.people.deciles().iter().enumerate() {
            let mut row = vec![
                Value::Text((index + 1).to_string()),
                Value::Text(decile.sums.people.to_string()),
                Value::Money(decile.upto),
                Value::Money(decile.sums.in_scope),
            ];
            row.extend(decile.sums.paid.iter().map(|amount| Value::Money(*amount)));
            row.extend((0..self.sides.len()).map(|side| Value::Money(decile.sums.own(side))));
            sheet.rows.push(row);
        }
        print(&sheet, out)
    }

    fn changes(&self, out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        self.title(out, lang.pick("谁多得、谁少得", "who gains and who loses"))?;
        let mut sheet = Sheet::new([
            ("", Kind::Text),
            (lang.pick("人", "people"), Kind::Money),
            (lang.pick("多得", "gain"), Kind::Money),
            (lang.pick("共多得", "in all"), Kind::Money),
            (lang.pick("少得", "lose"), Kind::Money),
            (lang.pick("共少得", "in all "), Kind::Money),
        ]);
        let mut groups: BTreeMap<String, Change> = BTreeMap::new();
        for (segment, change) in self.totals.segments.iter().zip(&self.totals.people.changes) {
            let [status, plan] =
                [Division::Status, Division::Plan].map(|division| segment.get(division));
            for name in [lang.pick("  全部", "  all").to_string(), format!("{status} {plan}")] {
                let sum = groups.entry(name).or_default();
                sum.people += change.people;
                sum.winners += change.winners;
                sum.losers += change.losers;
                sum.gain += change.gain;
                sum.loss += change.loss;
            }
        }
        for (name, change) in groups.iter().filter(|(_, change)| change.people > 0) {
            sheet.rows.push(vec![
                Value::Text(name.trim_start().to_string()),
                Value::Text(change.people.to_string()),
                Value::Text(change.winners.to_string()),
                Value::Money(change.gain),
                Value::Text(change.losers.to_string()),
                Value::Money(change.loss),
            ]);
        }
        print(&sheet, out)
    }

    fn examples(&self, out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        let people = &self.totals.people;
        for (title, side) in [
            (lang.pick("多得最多的人", "who gains most"), &people.most_gained),
            (lang.pick("少得最多的人", "who loses most"), &people.most_lost),
        ] {
            if side.is_empty() {
                continue;
            }
            self.title(out, title)?;
            let mut sheet =
                Sheet::new([(lang.pick("人员", "person"), Kind::Text), ("B − A", Kind::Money)]);
            let row = |example: &::simulate::Example| {
                vec![Value::Text(example.person.clone()), Value::Money(example.difference)]
            };
            sheet.rows.extend(side.iter().map(row));
            print(&sheet, out)?;
        }
        Ok(())
    }

    fn control(&self, out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        self.title(out, lang.pick("对账", "control"))?;
        for (sign, control) in ["A", "B"].iter().zip(&self.totals.control) {
            let (paid, check, people) =
                (control.paid_claims, control.check, control.general_people);
            writeln!(
                out,
                "{}",
                lang.choose(
                    || format!("{sign}  基金有支付 {paid} 张，校验数 {check}，逐张结算 {people} 人"),
                    || format!("{sign}  {paid} claims paid by a fund, check {check}, {people} people settled bill by bill"),
                )
            )?;
            for (reason, count) in &control.general {
                let why = lang.pick(reason.zh(), reason.en());
                writeln!(out, "   {} {count}: {why}", lang.pick("逐张结算", "bill by bill"))?;
            }
            for (number, count) in &control.refused {
                let refusal = Refusal::ALL.iter().find(|refusal| refusal.number() == *number);
                let why = refusal.map_or("", |refusal| lang.pick(refusal.zh(), refusal.en()));
                writeln!(out, "   {} {count}: {why}", lang.pick("未结算", "not settled"))?;
            }
        }
        Ok(())
    }
}
