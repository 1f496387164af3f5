//! `--min-people`: groups of few people are told together with others, or not at all, and it is said which.

use super::said;
use crate::lang::Lang;
use crate::progress::Progress;
use ::simulate::few::hide;
use ::simulate::{
    AboveLimit, Change, Decile, Heads, Hidden, RunResult, Segment, Source, Totals, month_of,
};
use anyhow::Result;
use std::io::Write;
use std::ops::Range;

/// A result that may leave the house, and what it does not say.
pub(super) fn without(
    result: &RunResult,
    source: &Source,
    buckets: Range<usize>,
    threads: usize,
    least: u64,
    lang: Lang,
) -> Result<(RunResult, Hidden)> {
    let progress = Progress::begin(lang.pick("数人", "counting people"), buckets.len() as u64, 32);
    let heads = Heads::count(source, buckets, threads, |_| progress.moved(1));
    drop(progress);
    let heads = heads.map_err(|fault| said(&fault, lang))?;
    let (totals, hidden) =
        hide(&result.totals, &heads, least).map_err(|fault| said(&fault, lang))?;
    Ok((RunResult { totals, ..result.clone() }, hidden))
}

/// What a month is called; months that were put together, by all their names.
pub(super) fn month_name(hidden: Option<&Hidden>, month: i32) -> String {
    let name = |month: i32| month_of(month).map_or(String::new(), |month| month.to_string());
    match hidden {
        Some(hidden) if hidden.months.first() == Some(&month) => {
            hidden.months.iter().map(|month| name(*month)).collect::<Vec<_>>().join("+")
        }
        _ => name(month),
    }
}

/// Tenths of people with what those of each spend less than. The last tenth that has people has no such bound if groups are
/// hidden: it would tell of the person who spends most.
pub(super) fn deciles(totals: &Totals, hidden: Option<&Hidden>) -> Vec<(Decile, Option<i64>)> {
    let deciles = totals.people.deciles();
    let last = deciles.iter().rposition(|decile| decile.sums.people > 0);
    let with = |(index, decile): (usize, Decile)| {
        let told = hidden.is_none() || last.is_some_and(|last| index < last);
        let upto = told.then_some(decile.upto);
        (decile, upto)
    };
    deciles.into_iter().enumerate().map(with).collect()
}

/// Who gains and loses, by segment or by what was made of segments.
pub(super) fn changes<'a>(
    totals: &'a Totals,
    hidden: Option<&'a Hidden>,
) -> Vec<(&'a Segment, Change)> {
    match hidden {
        Some(hidden) => hidden.by_change.iter().map(|(of, change)| (of, *change)).collect(),
        None => totals.segments.iter().zip(totals.people.changes.iter().copied()).collect(),
    }
}

/// Who is above a limit, in the same way: people in all, and by side.
pub(super) fn limits<'a>(
    totals: &'a Totals,
    hidden: Option<&'a Hidden>,
) -> Vec<(&'a Segment, u64, Vec<AboveLimit>)> {
    if let Some(hidden) = hidden {
        return hidden.by_limit.iter().map(|(of, all, above)| (of, *all, above.clone())).collect();
    }
    let of = |(index, segment): (usize, &'a Segment)| {
        let people = totals.people.changes.get(index).map_or(0, |change| change.people);
        let sides = totals.people.above_limit.iter();
        let above = sides.map(|sums| sums.get(index).copied().unwrap_or_default());
        (segment, people, above.collect())
    };
    totals.segments.iter().enumerate().map(of).collect()
}

/// Everybody who is above a limit on one side.
pub(super) fn all_above_limit(totals: &Totals, hidden: Option<&Hidden>, side: usize) -> AboveLimit {
    let mut sum = AboveLimit::default();
    for (.., above) in limits(totals, hidden) {
        let part = above.get(side).copied().unwrap_or_default();
        sum.people += part.people;
        sum.claims += part.claims;
        sum.cut += part.cut;
    }
    sum
}

/// What was hidden and why, in sentences: 中文, English.
pub(super) fn told(hidden: &Hidden) -> Vec<(String, String)> {
    let least = hidden.least;
    let mut lines = vec![(
        format!(
            "为不让人认出个人，人数少于 {least} 的组不单独列出：并入别的组（记作 *；只有一组人数少时，次小的组也一并并入），或标 * 隐去（相邻的一档也隐去），使合计减去列出的也推不出来。列出的数都不少于 {least} 人"
        ),
        format!(
            "So that nobody can be known, groups of fewer than {least} people are not told on their own: they are put together with others (as *; the next smallest goes with a group that is alone) or hidden (*; a band beside them is, too), so that subtraction tells nothing. Whatever is told is of {least} people or more"
        ),
    )];
    put_together(hidden, &mut lines);
    who_gains_or_is_limited(hidden, &mut lines);
    let bands = |bands: &[bool]| bands.iter().filter(|hidden| **hidden).count();
    let own: usize = hidden.own_bands.iter().map(|own| bands(own)).sum();
    let changes = if hidden.changes { 0 } else { bands(&hidden.gained) + bands(&hidden.lost) };
    if own + changes > 0 {
        let count = own + changes;
        lines.push((
            format!("按金额分的档：隐去 {count} 档"),
            format!("bands of amounts: {count} are hidden"),
        ));
    }
    lines.push((
        "单个的人不举例；十等分、分位数、洛伦兹曲线按合并的分箱算，误差可超过 1/64，最高一份不写上限".into(),
        "nobody is an example; tenths, quantiles and curves are read from wider bins, so their error may be above 1/64, and the highest tenth has no bound".into(),
    ));
    lines
}

/// Segments, months and institutions that became one.
fn put_together(hidden: &Hidden, lines: &mut Vec<(String, String)>) {
    let mut line = |zh: String, en: String| lines.push((zh, en));
    let [members, groups] = hidden.segments;
    if members > 0 {
        line(
            format!("人员分组（状态、参保类型、年龄、等级、地区）：{members} 组并为 {groups} 组"),
            format!("groups of people (status, plan, age, level, area): {members} became {groups}"),
        );
    }
    if !hidden.months.is_empty() {
        let names = month_name(Some(hidden), hidden.months.first().copied().unwrap_or(0));
        line(format!("月份：{names} 并为一行"), format!("months: {names} became one row"));
    }
    if hidden.institutions > 0 {
        let count = hidden.institutions;
        line(
            format!("医疗机构：{count} 家并为一行"),
            format!("institutions: {count} became one row"),
        );
    }
}

/// Who gains, loses or is above a limit: by which groups, or that nothing is said of it.
fn who_gains_or_is_limited(hidden: &Hidden, lines: &mut Vec<(String, String)>) {
    let least = hidden.least;
    let mut line = |zh: String, en: String| lines.push((zh, en));
    let changes = hidden.by_change.iter().filter(|(_, of)| of.people > 0).count();
    let limits = hidden.by_limit.iter().filter(|(_, people, _)| *people > 0).count();
    // Without a reform nobody gains or loses.
    if hidden.own_bands.len() > 1 && !hidden.changes {
        line(
            format!(
                "谁多得谁少得按 {changes} 组列出：每组里多得（少得）的人或者一个没有，或者不少于 {least} 人"
            ),
            format!(
                "who gains and loses is told by {changes} groups: of each nobody gains (loses), or {least} or more do"
            ),
        );
    }
    if !hidden.limits {
        line(
            format!("封顶按 {limits} 组列出：每组里封顶的人或者一个没有，或者不少于 {least} 人"),
            format!(
                "who is above a limit is told by {limits} groups: of each nobody is, or {least} or more are"
            ),
        );
    }
    if hidden.changes {
        line(
            "谁多得谁少得：多得或少得的人太少，人数和金额都隐去".into(),
            "who gains and who loses: few people do the one or the other, so both are hidden"
                .into(),
        );
    }
    if hidden.limits {
        line(
            "封顶：封顶的人太少，隐去".into(),
            "above the limit: few people are, so it is hidden".into(),
        );
    }
}

/// Prints it.
pub(super) fn print(hidden: Option<&Hidden>, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let Some(hidden) = hidden else { return Ok(()) };
    writeln!(out, "\n{}", lang.pick("隐去的", "hidden"))?;
    for (zh, en) in told(hidden) {
        writeln!(out, "{}", lang.pick(&zh, &en))?;
    }
    Ok(())
}
