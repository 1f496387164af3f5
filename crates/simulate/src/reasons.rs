//! Why no fund pays for a claim, for whoever wants to know it of every row.

use crate::calendar::Day;
use crate::claims::{Claims, More};
use crate::tables::{Tables, Used};
use kernel::Refusal;

impl Tables<'_> {
    /// The first reason that withholds a benefit from a claim, if one does; the claim is settled all the same. It stands at
    /// the claim's first row, as what it comes to does. Claims not settled at all stand in
    /// [`Outcome::not_settled`](crate::Outcome::not_settled).
    #[must_use]
    pub fn withheld(&self, claims: &Claims, row: usize) -> Option<Refusal> {
        let Some(more) = &claims.more else { return self.withheld_from(claims, row) };
        match more.back[row] {
            0 if more.joined[row] => return None,
            0 => {}
            More::NOWHERE => return None,
            // A reversal takes back what was settled, with its reason.
            back => return self.withheld(claims, row - back as usize),
        }
        let parts = (row + 1..claims.rows()).take_while(|next| more.joined[*next]);
        let mut reasons = std::iter::once(row).chain(parts);
        reasons.find_map(|part| self.withheld_from(claims, part))
    }

    fn withheld_from(&self, claims: &Claims, row: usize) -> Option<Refusal> {
        let service = claims.service(row);
        let span = u16::try_from(self.span_of(service)?).ok()?;
        let day = Day { span, month: 0, benefit_year: 0 };
        let taken = self.taken.get(self.place(day, *claims.profile.get(row)?)?)?;
        if claims.amount[row] == 0 || !matches!(taken.used, Used::Claim) {
            return None;
        }
        let late = self.is_late(day, taken, claims.time[row], service);
        let reasons = [taken.withheld, late.then_some(Refusal::PaperTooLate)];
        reasons.into_iter().flatten().min_by_key(|reason| reason.number())
    }
}

impl Claims {
    /// Spending of a claim with all its parts, in scope and outside it, fen; of a reversal what it takes back, negative. It
    /// stands at the first row; nothing stands at further parts.
    #[must_use]
    pub fn spending(&self, row: usize) -> i64 {
        let Some(more) = &self.more else { return self.amount[row].into() };
        match more.back[row] {
            0 if more.joined[row] => 0,
            0 => self.in_scope_of(row) + more.outside[row],
            More::NOWHERE => 0,
            back => {
                let original = row - back as usize;
                -(self.in_scope_of(original) + more.outside[original])
            }
        }
    }
}
