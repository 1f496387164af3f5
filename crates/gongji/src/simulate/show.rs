//! A result on a terminal.

mod spread;

use super::few::{self, month_name};
use super::sheet::sums;
use super::sheet::{Sheet, Value};
use crate::formats::{Format, Kind};
use crate::lang::Lang;
use ::simulate::{Change, Claimed, Division, Hidden, Paid, RunResult, Segment, Side, Totals};
use anyhow::Result;
use kernel::{Fund, Refusal};
use std::collections::BTreeMap;
use std::io::Write;

/// Prints everything.
pub(super) fn report(
    result: &RunResult,
    hidden: Option<&Hidden>,
    sides: &[Side],
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    let totals = &result.totals;
    let shown = Shown { totals, hidden, sides, lang };
    shown.head(out)?;
    shown.payers(out)?;
    shown.by(out, lang.pick("按月", "by month"), &shown.months())?;
    for (division, zh, en) in [
        (Division::Status, "按人员状态", "by status"),
        (Division::Plan, "按参保类型", "by plan"),
        (Division::Age, "按年龄", "by age"),
        (Division::Level, "按机构等级", "by level"),
        (Division::Area, "按地区", "by area"),
    ] {
        let groups = shown.divided(division);
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
    shown.control(out)?;
    few::print(hidden, lang, out)
}

/// Claims with what each side pays, by a name.
type Groups = BTreeMap<String, (Claimed, Vec<Paid>)>;

fn add(groups: &mut Groups, name: String, totals: &Totals, cells: impl Iterator<Item = usize>) {
    let (claimed, paid) = sums(totals, cells);
    if claimed == Claimed::default() && paid.iter().all(|paid| *paid == Paid::default()) {
        return;
    }
    let none = || (Claimed::default(), vec![Paid::default(); totals.paid.len()]);
    let group = groups.entry(name).or_insert_with(none);
    group.0.claims += claimed.claims;
    group.0.in_scope += claimed.in_scope;
    group.0.outside += claimed.outside;
    for (sum, part) in group.1.iter_mut().zip(paid) {
        sum.deductible += part.deductible;
        for (sum, amount) in sum.funds.iter_mut().zip(part.funds) {
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
    hidden: Option<&'a Hidden>,
    sides: &'a [Side],
    lang: Lang,
}

impl Shown<'_> {
    fn months(&self) -> Groups {
        let (totals, width) = (self.totals, self.totals.segments.len());
        let mut groups = Groups::new();
        for (index, month) in totals.months.iter().enumerate() {
            let name = month_name(self.hidden, *month);
            add(&mut groups, name, totals, index * width..(index + 1) * width);
        }
        groups
    }

    fn divided(&self, division: Division) -> Groups {
        let (totals, width) = (self.totals, self.totals.segments.len());
        let mut groups = Groups::new();
        for (index, segment) in totals.segments.iter().enumerate() {
            let cells = (index..totals.claimed.len()).step_by(width.max(1));
            add(&mut groups, self.called(segment, division).to_string(), totals, cells);
        }
        groups
    }

    /// What a segment is called in a division.
    fn called<'s>(&self, segment: &'s Segment, division: Division) -> &'s str {
        match segment.get(division) {
            "" => "—",
            Segment::ANY => self.lang.pick("*（合并）", "* (together)"),
            name => name,
        }
    }

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
        for (index, (decile, upto)) in few::deciles(self.totals, self.hidden).iter().enumerate() {
            let mut row = vec![
                Value::Text((index + 1).to_string()),
                Value::Text(decile.sums.people.to_string()),
                upto.map_or(Value::Hidden, Value::Money),
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
        for (segment, change) in few::changes(self.totals, self.hidden) {
            let [status, plan] =
                [Division::Status, Division::Plan].map(|division| self.called(segment, division));
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
            let mut row = vec![
                Value::Text(name.trim_start().to_string()),
                Value::Text(change.people.to_string()),
            ];
            let values = [
                Value::Text(change.winners.to_string()),
                Value::Money(change.gain),
                Value::Text(change.losers.to_string()),
                Value::Money(change.loss),
            ];
            let hidden = self.hidden.is_some_and(|hidden| hidden.changes);
            row.extend(values.map(|value| if hidden { Value::Hidden } else { value }));
            sheet.rows.push(row);
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
