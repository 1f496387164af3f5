//! 可支付月数 of the pool under a candidate: for how many months its balance lasts.

use super::target::Measured;

/// The money of the pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// What somebody says. The claims are all that the pool pays.
    Stated {
        /// 累计结余, fen: before the year if `income` is given, else at its end.
        balance: i64,
        /// Income of the year, fen.
        income: Option<i64>,
    },
    /// What the books hold of a year in which the policy in force held: a candidate moves both by what it pays more.
    Booked {
        /// 累计结余 at the end of the year, fen.
        balance: i64,
        /// What the pool spent in the year, for claims and whatever else, fen.
        spent: i64,
        /// Months of the year of which there are books, 1 to 12.
        months: u16,
    },
}

impl Standing {
    /// 可支付月数 in tenths, cut off; none if the pool pays nothing.
    #[must_use]
    pub fn tenths(self, own: &Measured, in_force: &Measured) -> Option<i64> {
        let (left, paid) = self.reserve(own, in_force);
        (paid > 0).then(|| i64::try_from((left * 10).div_euclid(paid)).unwrap_or(i64::MAX))
    }

    /// True if it lasts for so many ten-thousandths of a month.
    #[must_use]
    pub fn lasts(self, months: i64, own: &Measured, in_force: &Measured) -> bool {
        let (left, paid) = self.reserve(own, in_force);
        left * 10_000 >= i128::from(months) * paid
    }

    /// The balance times the months, and what the pool pays in them: their ratio is the reserve.
    fn reserve(self, own: &Measured, in_force: &Measured) -> (i128, i128) {
        let paid = i128::from(own.came.funds[0]);
        match self {
            Standing::Stated { balance, income } => {
                let balance = i128::from(balance);
                let left = income.map_or(balance, |income| balance + i128::from(income) - paid);
                (left * i128::from(own.months), paid)
            }
            Standing::Booked { balance, spent, months } => {
                let more = paid - i128::from(in_force.came.funds[0]);
                ((i128::from(balance) - more) * i128::from(months), i128::from(spent) + more)
            }
        }
    }
}
