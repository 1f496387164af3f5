//! How things are spread over people, on a terminal.

use super::super::sheet::{Sheet, Value};
use super::super::tables::share;
use super::{Shown, few, print};
use crate::formats::Kind;
use ::simulate::spread::concentration;
use ::simulate::{OWN_BANDS, Spread};
use anyhow::Result;
use kernel::Fen;
use std::io::Write;

/// A share in ten-thousandths as a percentage.
fn percent(part: u64, whole: u64) -> String {
    let of = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let share = share(of(part), of(whole));
    format!("{}.{:02}%", share / 100, share % 100)
}

/// A number in ten-thousandths as a fraction.
fn fraction(ten_thousandths: Option<i64>) -> String {
    ten_thousandths.map_or("—".to_string(), |number| {
        let sign = if number < 0 { "-" } else { "" };
        format!("{sign}{}.{:04}", number.abs() / 10_000, number.abs() % 10_000)
    })
}

impl Shown<'_> {
    /// One column for each side.
    fn each_side(&self, names: &mut Vec<(&'static str, Kind)>, of: [&'static str; 2], kind: Kind) {
        names.extend(of.iter().zip(self.sides).map(|(name, _)| (*name, kind)));
    }

    /// What is left to people: quantiles, and how many bear more than so much.
    pub(super) fn own(&self, out: &mut dyn Write) -> Result<()> {
        let (lang, people) = (self.lang, &self.totals.people);
        self.title(out, lang.pick("个人负担（全年，元）", "left to people (over the year, yuan)"))?;
        let mut names = vec![(lang.pick("这么多人不超过", "so many have at most"), Kind::Text)];
        self.each_side(&mut names, ["A", "B"], Kind::Money);
        let mut sheet = Sheet::new(names);
        for (thousandths, name) in
            [(100, "10%"), (250, "25%"), (500, "50%"), (900, "90%"), (990, "99%")]
        {
            let mut row = vec![Value::Text(name.into())];
            let of = |spread: &Spread| Value::Money(spread.quantile(thousandths).unwrap_or(0));
            row.extend(people.own.iter().map(of));
            sheet.rows.push(row);
        }
        print(&sheet, out)?;
        let mut names = vec![(lang.pick("超过（元）", "more than (yuan)"), Kind::Money)];
        let shares = [lang.pick("占 A", "share A"), lang.pick("占 B", "share B")];
        for (side, share) in [lang.pick("人 A", "people A"), lang.pick("人 B", "people B")]
            .into_iter()
            .zip(shares)
            .take(self.sides.len())
        {
            names.extend([(side, Kind::Whole), (share, Kind::Money)]);
        }
        let (mut sheet, all) = (Sheet::new(names), people.count());
        for (bound, least) in OWN_BANDS.iter().enumerate() {
            let above = |side: usize| {
                let is_hidden = self.hides_above(side, bound);
                (!is_hidden).then(|| people.own_above(side, bound).people)
            };
            let above: Vec<Option<u64>> = (0..self.sides.len()).map(above).collect();
            if above.iter().all(|above| *above == Some(0)) {
                continue;
            }
            let mut row = vec![Value::Money(*least)];
            for above in above {
                let Some(above) = above else {
                    row.extend([Value::Hidden, Value::Hidden]);
                    continue;
                };
                row.push(Value::Whole(i64::try_from(above).unwrap_or(i64::MAX)));
                row.push(Value::Text(percent(above, all)));
            }
            sheet.rows.push(row);
        }
        writeln!(out)?;
        print(&sheet, out)
    }

    /// True if some of the hidden bands of what is left to people are above a bound, and some are not.
    fn hides_above(&self, side: usize, bound: usize) -> bool {
        let bands = self.hidden.and_then(|hidden| hidden.own_bands.get(side));
        bands.is_some_and(|bands| {
            let (below, above) = bands.split_at(bands.len().min(bound + 1));
            below.contains(&true) && above.contains(&true)
        })
    }

    /// How evenly amounts are spread.
    pub(super) fn evenness(&self, out: &mut dyn Write) -> Result<()> {
        let (lang, people) = (self.lang, &self.totals.people);
        self.title(
            out,
            lang.pick(
                "分布（0 人人一样，1 全归一人）",
                "evenness (0: all the same; 1: one has all)",
            ),
        )?;
        let mut names = vec![("", Kind::Text)];
        self.each_side(&mut names, ["A", "B"], Kind::Money);
        let mut sheet = Sheet::new(names);
        let mut row = |name: &str, of: &dyn Fn(usize) -> Option<i64>| {
            let mut row = vec![Value::Text(name.into())];
            row.extend((0..self.sides.len()).map(|side| Value::Text(fraction(of(side)))));
            sheet.rows.push(row);
        };
        let gini =
            |spreads: &[Spread], side: usize| Some(spreads.get(side)?.gini()?.ten_thousandths);
        row(lang.pick("个人负担 基尼系数", "left to people, Gini"), &|side| {
            gini(&people.own, side)
        });
        row(lang.pick("基金支付 基尼系数", "paid by funds, Gini"), &|side| {
            gini(&people.received, side)
        });
        row(
            lang.pick("基金支付 按费用的集中指数", "paid by funds, concentration by spending"),
            &|side| concentration(people.paid_by_spending(side)),
        );
        print(&sheet, out)
    }

    /// Whom a limit of the year cut off.
    pub(super) fn above_limit(&self, out: &mut dyn Write) -> Result<()> {
        let (lang, people) = (self.lang, &self.totals.people);
        self.title(out, lang.pick("封顶（年度限额截去一部分的人）", "above a limit of the year"))?;
        if self.hidden.is_some_and(|hidden| hidden.limits) {
            let (zh, en) = ("* 人数少，隐去", "* few people: hidden");
            return Ok(writeln!(out, "{}", lang.pick(zh, en))?);
        }
        for (sign, side) in ["A", "B"].iter().zip(0..self.sides.len()) {
            let above = few::all_above_limit(self.totals, self.hidden, side);
            let (count, claims, cut) = (above.people, above.claims, Fen::new(above.cut));
            let share = percent(count, people.count());
            let all = u64::try_from(self.totals.all_claimed().claims).unwrap_or(0);
            let of_claims = percent(claims, all);
            writeln!(
                out,
                "{}",
                lang.choose(
                    || format!("{sign}  {count} 人（{share}），{claims} 张单据（{of_claims}），截去 {cut} 元"),
                    || format!("{sign}  {count} people ({share}), {claims} claims ({of_claims}), ¥{cut} cut off"),
                )
            )?;
        }
        Ok(())
    }
}
