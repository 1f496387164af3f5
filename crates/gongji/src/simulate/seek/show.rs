//! What was found, in words and as a table: the trade-off curve.

use super::super::sheet::{Sheet, Value};
use super::super::sweep::part;
use crate::formats::{Format, Kind};
use crate::lang::Lang;
use ::simulate::seek::reserve::Standing;
use ::simulate::seek::search::{Crossing, Verdict};
use ::simulate::seek::target::{Measure, Measured, Target};
use ::simulate::{Answer, Sought};
use anyhow::Result;
use kernel::Fen;
use policy::Grid;
use std::io::Write;

/// Everything that is shown.
pub(super) struct Shown<'a> {
    pub(super) sought: &'a Sought,
    pub(super) grid: &'a Grid,
    pub(super) target: Target,
    pub(super) standing: Option<Standing>,
    /// What the reserve is worked out from, in lines.
    pub(super) figures: Vec<String>,
    pub(super) lang: Lang,
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Shown<'_> {
    /// True if every search found a step that meets the target.
    pub(super) fn is_met(&self) -> bool {
        self.sought.answers.iter().all(|answer| answer.search.verdict() != Verdict::Nowhere)
    }

    pub(super) fn print(&self, name: &str, out: &mut dyn Write) -> Result<()> {
        let (lang, sought) = (self.lang, self.sought);
        let looked: usize = sought.answers.iter().map(|answer| answer.search.looked_at()).sum();
        let (claims, people, rounds) = (sought.claims, sought.people, sought.rounds);
        writeln!(
            out,
            "{}",
            lang.choose(
                || format!("{claims} 张单据，{people} 人；算了 {looked} 个方案，{rounds} 轮；对照：{name}"),
                || format!("{claims} claims, {people} people; {looked} candidates in {rounds} rounds; in force: {name}"),
            )
        )?;
        for line in &self.figures {
            writeln!(out, "{line}")?;
        }
        match &sought.answers[..] {
            [answer] if answer.given.is_none() => self.one(answer, out)?,
            answers => self.many(answers, out)?,
        }
        let mut text = Vec::new();
        self.table(true).write(&mut text, Format::Table)?;
        Ok(out.write_all(&text)?)
    }

    /// A step of the axis along which was sought.
    fn step(&self, step: usize) -> String {
        self.grid
            .axes
            .last()
            .map_or(String::new(), |axis| format!("{}={}", axis.name, axis.shown(step)))
    }

    fn measured(&self, answer: &Answer, step: usize) -> String {
        answer.measured.get(&step).map_or(String::new(), |own| self.measure(own))
    }

    /// What the target measures, in words.
    fn measure(&self, own: &Measured) -> String {
        let (zh, en) = self.target.measure.name();
        let name = self.lang.pick(zh, en);
        match self.target.measure {
            Measure::Reserve => format!("{name} {}", self.reserve(own)),
            measure if measure.is_money() => format!("{name} {}", Fen::new(own.of(measure))),
            measure => format!("{name} {}", own.of(measure)),
        }
    }

    fn reserve(&self, own: &Measured) -> String {
        let tenths = self.standing.and_then(|standing| standing.tenths(own, &self.sought.in_force));
        tenths.map_or_else(
            || "—".to_string(),
            |tenths| {
                let sign = if tenths < 0 { "-" } else { "" };
                let tenths = tenths.unsigned_abs();
                format!("{sign}{}.{}", tenths / 10, tenths % 10)
            },
        )
    }

    fn one(&self, answer: &Answer, out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        writeln!(
            out,
            "{}{}",
            lang.pick("现行：", "in force: "),
            self.measure(&self.sought.in_force)
        )?;
        for line in self.verdict(answer) {
            writeln!(out, "{line}")?;
        }
        if !answer.search.is_monotone() {
            let (zh, en) = (
                "注意：不单调——参数变大，结果时升时降。已逐个算过每个取值，上面是每一处跨过目标的地方",
                "note: not monotone: as the parameter rises the result rises and falls. Every step was looked at; above is every place where the target is crossed",
            );
            writeln!(out, "{}", lang.pick(zh, en))?;
        }
        Ok(())
    }

    fn verdict(&self, answer: &Answer) -> Vec<String> {
        let lang = self.lang;
        let said = |crossing: &Crossing| {
            let (at, beside) = (self.step(crossing.meets), self.step(crossing.beside));
            let (own, other) =
                (self.measured(answer, crossing.meets), self.measured(answer, crossing.beside));
            lang.choose(
                || format!("达到：{at}，{own}；相邻的 {beside} 达不到，{other}"),
                || format!("met: {at}, {own}; not at {beside} beside it, {other}"),
            )
        };
        match answer.search.verdict() {
            Verdict::Found(crossings) => crossings.iter().map(said).collect(),
            Verdict::Everywhere => {
                vec![lang.pick("算过的每个取值都达到目标：把范围放宽再找边界", "every step looked at meets the target: widen the range to find where it ends").to_string()]
            }
            Verdict::Nowhere => {
                let nearest = answer.search.extreme(self.target.wants_less()).unwrap_or(0);
                let (at, own) = (self.step(nearest), self.measured(answer, nearest));
                vec![lang.choose(
                    || format!("范围之内达不到目标；最接近的是 {at}，{own}"),
                    || format!("the target cannot be met within the range; nearest is {at}, {own}"),
                )]
            }
        }
    }

    fn many(&self, answers: &[Answer], out: &mut dyn Write) -> Result<()> {
        let lang = self.lang;
        writeln!(
            out,
            "{}{}",
            lang.pick("现行：", "in force: "),
            self.measure(&self.sought.in_force)
        )?;
        let uneven = answers.iter().filter(|answer| !answer.search.is_monotone()).count();
        if uneven > 0 {
            writeln!(
                out,
                "{}",
                lang.choose(
                    || format!("注意：有 {uneven} 个取值下不单调，表里是第一处跨过目标的地方"),
                    || format!("note: not monotone for {uneven} of the steps; the table has the first place where the target is crossed"),
                )
            )?;
        }
        Ok(())
    }

    /// Every candidate that was looked at.
    pub(super) fn file(&self) -> Sheet {
        self.table(false)
    }

    /// The curve. On a terminal, of two axes only what was found.
    fn table(&self, terminal: bool) -> Sheet {
        let lang = self.lang;
        let pick = |zh, en, file| if terminal { lang.pick(zh, en) } else { file };
        let two = self.grid.axes.len() > 1;
        let mut names: Vec<(&str, Kind)> =
            self.grid.axes.iter().map(|axis| (axis.name.as_str(), Kind::Money)).collect();
        if !terminal {
            names.iter_mut().for_each(|(_, kind)| *kind = Kind::Text);
        }
        names.extend([
            (pick("达到", "met", "met"), Kind::Text),
            (pick("统筹", "pool", "pool"), Kind::Money),
            (pick("基金支付", "funds pay", "funds"), Kind::Money),
            (pick("比现行", "difference", "difference"), Kind::Money),
            ("‰", Kind::Money),
            (pick("个人负担", "patients pay", "patient"), Kind::Money),
            (pick("有支付的人", "people paid", "paid_people"), Kind::Whole),
            (pick("多得", "gain", "winners"), Kind::Whole),
            (pick("少得", "lose", "losers"), Kind::Whole),
        ]);
        if let (false, Some(place)) = (terminal, names.iter_mut().find(|(name, _)| *name == "‰"))
        {
            place.0 = "difference_per_mille";
        }
        if self.standing.is_some() {
            names.push((pick("可支付月数", "reserve", "reserve_months"), Kind::Text));
        }
        let mut sheet = Sheet::new(names);
        for answer in &self.sought.answers {
            let found = self.found(answer);
            for (step, own) in &answer.measured {
                if !terminal || !two || found == Some(*step) {
                    sheet.rows.push(self.row(answer, *step, own, terminal));
                }
            }
            if let (true, None, Some(given)) = (terminal && two, found, answer.given) {
                let mut row = vec![Value::Text(self.grid.axes[0].shown(given))];
                let all = answer.search.verdict() == Verdict::Everywhere;
                let said = if all {
                    lang.pick("都达到", "all meet it")
                } else {
                    lang.pick("达不到", "none")
                };
                row.push(Value::Text(said.to_string()));
                row.resize_with(sheet.fields.len(), || Value::Text(String::new()));
                sheet.rows.push(row);
            }
        }
        sheet
    }

    /// The step that was found, the first one if there are several.
    fn found(&self, answer: &Answer) -> Option<usize> {
        match answer.search.verdict() {
            Verdict::Found(crossings) => crossings.first().map(|crossing| crossing.meets),
            Verdict::Everywhere | Verdict::Nowhere => None,
        }
    }

    fn met(&self, met: bool, terminal: bool) -> &'static str {
        match (met, terminal) {
            (true, false) => "yes",
            (false, false) => "no",
            (true, true) => self.lang.pick("是", "yes"),
            (false, true) => self.lang.pick("否", "no"),
        }
    }

    fn row(&self, answer: &Answer, step: usize, own: &Measured, terminal: bool) -> Vec<Value> {
        let mut row: Vec<Value> = Vec::new();
        if let (Some(given), Some(axis)) = (answer.given, self.grid.axes.first()) {
            row.push(Value::Text(axis.shown(given)));
        }
        row.extend(self.grid.axes.last().map(|axis| Value::Text(axis.shown(step))));
        let met = self.target.meets(own, &self.sought.in_force, self.standing);
        let before = self.sought.in_force.came.paid();
        let difference = own.came.paid() - before;
        row.extend([
            Value::Text(self.met(met, terminal).into()),
            Value::Money(own.came.funds[0]),
            Value::Money(own.came.paid()),
            Value::Money(difference),
            Value::Money(part(difference, before, 1_000)),
            Value::Money(own.patient),
        ]);
        row.extend(
            [own.came.paid_people, own.came.winners, own.came.losers]
                .map(|n| Value::Whole(count(n))),
        );
        if self.standing.is_some() {
            row.push(Value::Text(self.reserve(own)));
        }
        row
    }
}
