//! Counting and timing answers, and what is printed in the end.

use crate::lang::Lang;
use serde::Serialize;
use std::collections::BTreeMap;

/// Answers of one kind of message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Microseconds from sending to the whole answer, of accepted messages.
    pub micros: Vec<u32>,
    /// Refused messages, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Answers that are wrong, connections that broke: what, and how often.
    pub failed: BTreeMap<String, u64>,
}

/// What one kind of message came to. Times are microseconds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Line {
    /// The transaction, and whether it was a repetition.
    pub message: String,
    /// Accepted within the measured time.
    pub accepted: u64,
    /// Accepted a second.
    pub rate: u64,
    /// Half took no longer.
    pub p50: u32,
    /// 95 of 100 took no longer.
    pub p95: u32,
    /// 99 of 100 took no longer.
    pub p99: u32,
    /// The longest.
    pub max: u32,
    /// Refused, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Wrong answers and broken connections.
    pub failed: BTreeMap<String, u64>,
}

/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Scenario.
    pub scenario: String,
    /// How many clients sent at once.
    pub clients: usize,
    /// Seed of the run.
    pub seed: u64,
    /// Measured time, milliseconds.
    pub millis: u64,
    /// By kind of message.
    pub messages: Vec<Line>,
    /// Settlements whose amounts were checked.
    pub verified: u64,
    /// Processor time of the generator a message, microseconds; `None` if it cannot be read.
    pub generator_micros: Option<u64>,
    /// Processor time of the server a message, microseconds; `None` if its process was not named.
    pub server_micros: Option<u64>,
}

impl Tally {
    /// Puts the figures together.
    #[must_use]
    pub fn line(mut self, message: String, millis: u64) -> Line {
        self.micros.sort_unstable();
        let accepted = u64::try_from(self.micros.len()).unwrap_or(u64::MAX);
        let at = |percent: usize| {
            let rank = (self.micros.len() * percent).div_ceil(100).max(1);
            self.micros.get(rank - 1).copied().unwrap_or_default()
        };
        Line {
            message,
            accepted,
            rate: accepted * 1_000 / millis.max(1),
            p50: at(50),
            p95: at(95),
            p99: at(99),
            max: at(100),
            refused: self.refused,
            failed: self.failed,
        }
    }
}

impl Report {
    /// True if nothing was refused and nothing failed.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.messages.iter().all(|line| line.refused.is_empty() && line.failed.is_empty())
    }

    /// For people.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let Report { scenario, clients, seed, millis, verified, .. } = self;
        let seconds = tenths(millis / 100);
        let mut text = lang.choose(
            || format!("{scenario}：{clients} 个客户端，计时 {seconds} 秒，种子 {seed}\n"),
            || format!("{scenario}: {clients} clients, {seconds} s measured, seed {seed}\n"),
        );
        for line in &self.messages {
            let Line { message, accepted, rate, p50, p95, p99, max, .. } = line;
            let [p50, p95, p99, max] =
                [p50, p95, p99, max].map(|micros| tenths(u64::from(*micros) / 100));
            text.push_str(&lang.choose(
                || format!("{message:<12}{accepted:>9} 笔 {rate:>7}/秒  毫秒 p50 {p50} p95 {p95} p99 {p99} 最长 {max}\n"),
                || format!("{message:<12}{accepted:>9} done {rate:>7}/s  ms p50 {p50} p95 {p95} p99 {p99} max {max}\n"),
            ));
            for (label, reasons) in [
                (lang.pick("拒绝", "refused"), &line.refused),
                (lang.pick("失败", "failed"), &line.failed),
            ] {
                for (reason, count) in reasons {
                    text.push_str(&format!("    {label} {count}: {reason}\n"));
                }
            }
        }
        text.push_str(&lang.choose(
            || format!("抽查 {verified} 笔结算，金额平衡\n"),
            || format!("checked {verified} settlements: the amounts add up\n"),
        ));
        for (label, micros) in [
            (lang.pick("服务端", "server"), self.server_micros),
            (lang.pick("压测端", "generator"), self.generator_micros),
        ] {
            if let Some(micros) = micros {
                let each = lang.pick("处理器微秒/报文", "µs of processor time a message");
                text.push_str(&format!("{label}: {micros} {each}\n"));
            }
        }
        text
    }
}

fn tenths(number: u64) -> String {
    format!("{}.{}", number / 10, number % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_ranks() {
        let tally = Tally { micros: (1..=200).rev().collect(), ..Tally::default() };
        let line = tally.line("2207".to_owned(), 2_000);
        assert_eq!((line.p50, line.p95, line.p99, line.max, line.rate), (100, 190, 198, 200, 100));
        assert_eq!(Tally::default().line(String::new(), 1).p99, 0);
    }
}
