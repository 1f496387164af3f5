//! Sums over settlements, by region and payer.

use kernel::{Fen, Fund, Settlement};

use crate::lang::Lang;

/// Sums of one region.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// How many bills.
    pub bills: u64,
    /// How many reversals.
    pub reversals: u64,
    /// All charges.
    pub total: Fen,
    /// By fund number.
    pub funds: [Fen; 3],
    /// Own accounts.
    pub account: Fen,
    /// Family accounts.
    pub family: Fen,
    /// Cash.
    pub cash: Fen,
}

impl Totals {
    /// Counts a settlement.
    pub fn add(&mut self, settlement: &Settlement, reversal: bool) {
        *(if reversal { &mut self.reversals } else { &mut self.bills }) += 1;
        self.total += settlement.amounts.total;
        for (sum, paid) in self.funds.iter_mut().zip(settlement.funds) {
            *sum += paid;
        }
        self.account += settlement.account_current + settlement.account_earlier;
        self.family += settlement.family_payment();
        self.cash += settlement.cash;
    }

    /// Adds the sums of another part.
    pub fn merge(&mut self, other: &Totals) {
        self.bills += other.bills;
        self.reversals += other.reversals;
        self.total += other.total;
        for (sum, paid) in self.funds.iter_mut().zip(other.funds) {
            *sum += paid;
        }
        self.account += other.account;
        self.family += other.family;
        self.cash += other.cash;
    }

    /// One line; payers that paid nothing are left out.
    #[must_use]
    pub fn line(&self, region: &str, lang: Lang) -> String {
        let Totals { bills, reversals, total, .. } = self;
        let reversed = match (*reversals, lang) {
            (0, _) => String::new(),
            (count, Lang::Zh) => format!("、冲销 {count} 笔"),
            (count, Lang::En) => format!(", {count} reversed"),
        };
        let mut line = lang.choose(
            || format!("合计 {region}：{bills} 笔{reversed}，总费用 {total}"),
            || format!("{region}: {bills} bills{reversed}, total {total}"),
        );
        let funds = Fund::ALL.iter().map(|fund| lang.pick(fund.zh(), fund.en())).zip(self.funds);
        let own = [
            (lang.pick("个人账户", "own accounts"), self.account),
            (lang.pick("共济账户", "family accounts"), self.family),
            (lang.pick("现金", "cash"), self.cash),
        ];
        for (payer, paid) in funds.chain(own).filter(|(_, paid)| *paid != Fen::ZERO) {
            line.push_str(lang.pick("，", ", "));
            line.push_str(payer);
            line.push(' ');
            line.push_str(&paid.to_string());
        }
        line
    }
}
