//! A sweep as tables: one row a candidate.

use super::super::sheet::{Sheet, Value};
use crate::formats::{Format, Kind};
use crate::lang::Lang;
use ::simulate::{Came, Swept};
use anyhow::{Result, bail};
use policy::Grid;
use std::cmp::Reverse;
use std::io::Write;

/// The order of candidates on the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub(crate) enum Sort {
    /// 基金支付少的在前 / least paid by the funds first
    #[default]
    Paid,
    /// 有支付的人多的在前 / most people paid first
    People,
    /// 少得的人少的在前 / fewest losers first
    Losers,
    /// 网格的次序 / as the grid has them
    Grid,
}

/// Columns of the file that are always there.
const COLUMNS: [(&str, Kind); 18] = [
    ("pool", Kind::Money),
    ("large_amount", Kind::Money),
    ("subsidy", Kind::Money),
    ("funds", Kind::Money),
    ("difference", Kind::Money),
    ("difference_per_mille", Kind::Money),
    ("patient", Kind::Money),
    ("patient_difference", Kind::Money),
    ("deductible", Kind::Money),
    ("people", Kind::Whole),
    ("paid_people", Kind::Whole),
    ("paid_people_percent", Kind::Money),
    ("winners", Kind::Whole),
    ("gain", Kind::Money),
    ("losers", Kind::Whole),
    ("loss", Kind::Money),
    ("frontier", Kind::Text),
    ("settled_one_by_one", Kind::Whole),
];

/// Parameters must not be called as columns are.
pub(super) fn names(grid: &Grid, lang: Lang) -> Result<()> {
    let own = ["candidate", "month"];
    let taken = |name: &str| own.contains(&name) || COLUMNS.iter().any(|(own, _)| *own == name);
    if let Some(axis) = grid.axes.iter().find(|axis| taken(&axis.name)) {
        let (zh, en) = (
            "结果里有同名的列，请给参数另取名",
            "a column of the results has this name; call the parameter otherwise",
        );
        bail!("{}: {}", axis.name, lang.pick(zh, en));
    }
    Ok(())
}

/// `part` of `whole` in hundredths of `unit`, half away from zero; a whole of nothing has no parts.
pub(crate) fn part(part: i64, whole: i64, unit: i64) -> i64 {
    if whole == 0 {
        return 0;
    }
    let (of, by) = (i128::from(part) * i128::from(unit) * 100, i128::from(whole));
    let rounded = (2 * of.abs() + by.abs()) / (2 * by.abs());
    i64::try_from(rounded * of.signum() * by.signum()).unwrap_or(0)
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Everything that tables are made of.
pub(super) struct Tables<'a> {
    swept: &'a Swept,
    grid: &'a Grid,
    lang: Lang,
    all: Vec<Came>,
    frontier: Vec<bool>,
}

impl<'a> Tables<'a> {
    pub(super) fn of(swept: &'a Swept, grid: &'a Grid, lang: Lang) -> Tables<'a> {
        let all: Vec<Came> = (0..swept.came.len()).map(|policy| swept.all(policy)).collect();
        Tables { swept, grid, lang, frontier: frontier(&all), all }
    }

    /// The steps of a policy as they are shown; the policy in force has none.
    fn steps(&self, policy: usize) -> Vec<String> {
        let Some(number) = policy.checked_sub(1) else {
            return vec![String::new(); self.grid.axes.len()];
        };
        let steps = self.grid.steps_of(number);
        self.grid.axes.iter().zip(steps).map(|(axis, step)| axis.shown(step)).collect()
    }

    /// Every column, in the order of the grid.
    pub(super) fn file(&self) -> Sheet {
        let mut names: Vec<(String, Kind)> = vec![("candidate".into(), Kind::Whole)];
        names.extend(self.grid.axes.iter().map(|axis| (axis.name.clone(), Kind::Text)));
        names.extend(COLUMNS.map(|(name, kind)| (name.to_string(), kind)));
        for status in &self.swept.statuses {
            names.push((format!("funds_{status}"), Kind::Money));
            names.push((format!("paid_people_{status}"), Kind::Whole));
            names.push((format!("winners_{status}"), Kind::Whole));
            names.push((format!("losers_{status}"), Kind::Whole));
        }
        let mut sheet = Sheet::new(names.iter().map(|(name, kind)| (name.as_str(), *kind)));
        sheet.rows.extend((0..self.all.len()).map(|policy| self.row(policy)));
        sheet
    }

    fn row(&self, policy: usize) -> Vec<Value> {
        let (swept, own, before) = (self.swept, &self.all[policy], &self.all[0]);
        let [pool, large, subsidy] = own.funds;
        let (people, paid) = (count(swept.all_people()), own.paid());
        let (difference, patient) = (paid - before.paid(), swept.patients(policy));
        let mut row = vec![Value::Whole(i64::try_from(policy).unwrap_or(i64::MAX))];
        row.extend(self.steps(policy).into_iter().map(Value::Text));
        row.extend([pool, large, subsidy, paid, difference].map(Value::Money));
        row.extend([
            Value::Money(part(difference, before.paid(), 1_000)),
            Value::Money(patient),
            Value::Money(patient - swept.patients(0)),
            Value::Money(own.deductible),
            Value::Whole(people),
            Value::Whole(count(own.paid_people)),
            Value::Money(part(count(own.paid_people), people, 100)),
            Value::Whole(count(own.winners)),
            Value::Money(own.gain),
            Value::Whole(count(own.losers)),
            Value::Money(own.loss),
            Value::Text(if self.frontier[policy] { "yes" } else { "no" }.into()),
            Value::Whole(swept.general_people.get(policy).map_or(0, |people| count(*people))),
        ]);
        for came in &swept.came[policy] {
            row.push(Value::Money(came.paid()));
            row.extend(
                [came.paid_people, came.winners, came.losers].map(|n| Value::Whole(count(n))),
            );
        }
        row
    }

    /// Prints the candidates in an order, the policy in force first.
    pub(super) fn print(
        &self,
        name: &str,
        sort: Sort,
        top: usize,
        out: &mut dyn Write,
    ) -> Result<()> {
        let (lang, swept) = (self.lang, self.swept);
        let (claims, people) = (swept.claimed.claims, swept.all_people());
        let candidates = self.all.len() - 1;
        writeln!(
            out,
            "{}",
            lang.choose(
                || format!("{claims} 张单据，{people} 人，{candidates} 个方案；对照：{name}"),
                || format!(
                    "{claims} claims, {people} people, {candidates} candidates; in force: {name}"
                ),
            )
        )?;
        let mut order: Vec<usize> = (1..self.all.len()).collect();
        match sort {
            Sort::Paid => order.sort_by_key(|policy| self.all[*policy].paid()),
            Sort::People => order.sort_by_key(|policy| Reverse(self.all[*policy].paid_people)),
            Sort::Losers => order.sort_by_key(|policy| self.all[*policy].losers),
            Sort::Grid => {}
        }
        order.truncate(top);
        let mut sheet = self.head();
        sheet.rows.extend(std::iter::once(0).chain(order).map(|policy| self.line(policy)));
        let mut text = Vec::new();
        sheet.write(&mut text, Format::Table)?;
        out.write_all(&text)?;
        self.foot(top, out)
    }

    fn head(&self) -> Sheet {
        let lang = self.lang;
        let mut names: Vec<(&str, Kind)> = vec![("", Kind::Text)];
        names.extend(self.grid.axes.iter().map(|axis| (axis.name.as_str(), Kind::Money)));
        names.extend([
            (lang.pick("基金支付", "funds pay"), Kind::Money),
            (lang.pick("比现行", "difference"), Kind::Money),
            ("‰", Kind::Money),
            (lang.pick("个人负担", "patients pay"), Kind::Money),
            (lang.pick("有支付的人%", "% of people paid"), Kind::Money),
            (lang.pick("多得", "gain"), Kind::Whole),
            (lang.pick("少得", "lose"), Kind::Whole),
            (lang.pick("前沿", "frontier"), Kind::Text),
        ]);
        Sheet::new(names)
    }

    fn line(&self, policy: usize) -> Vec<Value> {
        let (own, before) = (&self.all[policy], &self.all[0]);
        let in_force = self.lang.pick("现行", "in force").to_string();
        let mut line = vec![Value::Text(if policy == 0 { in_force } else { policy.to_string() })];
        line.extend(self.steps(policy).into_iter().map(Value::Text));
        let difference = own.paid() - before.paid();
        let people = count(self.swept.all_people());
        line.extend([
            Value::Money(own.paid()),
            Value::Money(difference),
            Value::Money(part(difference, before.paid(), 1_000)),
            Value::Money(self.swept.patients(policy)),
            Value::Money(part(count(own.paid_people), people, 100)),
            Value::Whole(count(own.winners)),
            Value::Whole(count(own.losers)),
            Value::Text(if self.frontier[policy] { "*" } else { "" }.into()),
        ]);
        line
    }

    fn foot(&self, top: usize, out: &mut dyn Write) -> Result<()> {
        let (lang, candidates) = (self.lang, self.all.len() - 1);
        let (zh, en) = (
            "前沿 *：没有别的方案既不多花基金、又不少让人得到支付、又不让更多人少得（至少一项更好）",
            "frontier *: no other candidate costs the funds no more, pays no fewer people and leaves no more losers, and is better in one of them",
        );
        writeln!(out, "{}", lang.pick(zh, en))?;
        if candidates > top {
            writeln!(
                out,
                "{}",
                lang.choose(
                    || format!(
                        "只列出 {top} 个；全部 {candidates} 个用 --out 写成文件，或加大 --top"
                    ),
                    || format!("{top} listed; all {candidates} by --out FILE, or a larger --top"),
                )
            )?;
        }
        let general = self.swept.general_people.iter().max().copied().unwrap_or(0);
        writeln!(
            out,
            "{}",
            lang.choose(
                || format!("逐张结算的人最多 {general} 人（一个方案），其余在列式表格里结算"),
                || format!("at most {general} people settled bill by bill (under one candidate), the others in tables"),
            )
        )?;
        Ok(())
    }
}

/// Which candidates no other beats: less paid, more people paid, fewer losers. The policy in force does not compete.
fn frontier(all: &[Came]) -> Vec<bool> {
    let measures = |came: &Came| (came.paid(), Reverse(came.paid_people), came.losers);
    let beats = |a: &Came, b: &Came| {
        let (a, b) = (measures(a), measures(b));
        a.0 <= b.0 && a.1 <= b.1 && a.2 <= b.2 && a != b
    };
    let of = |(policy, own): (usize, &Came)| {
        policy > 0 && !all.iter().skip(1).any(|other| beats(other, own))
    };
    all.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_rounded_half_away_from_zero() {
        assert_eq!(part(1, 3, 100), 3333);
        assert_eq!(part(2, 3, 100), 6667);
        assert_eq!(part(-1, 200_000, 1_000), -1);
        assert_eq!(part(-1, 200_001, 1_000), 0);
        assert_eq!(part(5, 0, 100), 0);
    }

    #[test]
    fn the_frontier_is_of_those_that_nothing_beats() {
        let came = |paid: i64, paid_people: u64, losers: u64| Came {
            funds: [paid, 0, 0],
            paid_people,
            losers,
            ..Came::default()
        };
        let all = [
            came(0, 9, 0),
            came(5, 3, 0),
            came(5, 2, 0),
            came(4, 2, 1),
            came(6, 3, 0),
            came(5, 3, 0),
        ];
        assert_eq!(frontier(&all), [false, true, false, true, false, true]);
    }
}
