//! What one claim comes to: by its entry, or share by share.

use crate::benefit::{Benefits, Portion};
use crate::calendar::Day;
use crate::claims::Claims;
use crate::further::Further;
use crate::ledger::Cells;
use crate::portion::{SentOn, settle};
use crate::tables::{Entry, LIMITS, NO_SLOT, Tables, Taken};
use kernel::Fen;
use kernel::policy::AccountMoney;
use std::ops::Range;

/// A share of a claim on its way to a portion.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    pub(crate) portion: u32,
    pub(crate) in_scope: Fen,
}

/// What a claim came to.
#[derive(Clone, Copy, Default)]
pub(crate) struct Settled {
    pub(crate) due: i64,
    pub(crate) funds: [i64; 3],
    pub(crate) cut: Option<i64>,
}

/// The share that one row is, if anything can come of it.
#[inline]
pub(crate) fn share(taken: &Taken, amount: u32) -> Option<Share> {
    let some = amount != 0 && taken.portion != Portion::NOTHING;
    some.then(|| Share { portion: taken.portion, in_scope: Fen::new(amount.into()) })
}

/// The shares of a claim: parts of the same programme together, in routing order.
pub(crate) fn gather(
    tables: &Tables<'_>,
    claims: &Claims,
    rows: Range<usize>,
    day: Day,
    into: &mut Vec<Share>,
) -> Result<(), Further> {
    into.clear();
    let portions = &tables.benefits.portions;
    let key = |share: &Share| portions.get(share.portion as usize).map(|portion| portion.key);
    let of = |row: usize| tables.templates.get(claims.profile[row] as usize);
    let head = rows.start;
    for row in rows {
        let Some(place) = tables.place(day, claims.profile[row]) else { continue };
        let taken = &tables.taken[place];
        let same = claims.profile[row] == claims.profile[head]
            || of(row).zip(of(head)).is_some_and(|(part, head)| part.is_of_bill(head));
        if !same {
            return Err(Further::Parts);
        }
        let Some(share) = share(taken, claims.amount[row]) else { continue };
        match into.binary_search_by_key(&key(&share), key) {
            Ok(found) => into[found].in_scope += share.in_scope,
            Err(at) => into.insert(at, share),
        }
    }
    Ok(())
}

/// Shares that are still to be settled, and spending that is to become a share.
pub(crate) struct Queue<'q> {
    pub(crate) shares: &'q mut Vec<Share>,
    pub(crate) sent_on: &'q mut SentOn,
}

/// Settles a claim of one share.
#[inline]
pub(crate) fn one(
    benefits: &Benefits,
    share: Share,
    wallet: [Fen; 2],
    cells: &mut Cells<'_>,
    queue: Queue<'_>,
    settled: &mut Settled,
) -> Result<(), Further> {
    let portion = benefits.portions.get(share.portion as usize);
    let alone = portion.filter(|portion| portion.visits.is_none());
    let alone = alone.and_then(|portion| benefits.benefit(portion, 0));
    if let Some(benefit) = alone.filter(|benefit| !benefit.sends_on) {
        let balance = |money| held(wallet, money);
        let paid = settle(benefit, share.in_scope, balance, cells, queue.sent_on);
        settled.due = paid.deductible.get();
        settled.funds = paid.funds.map(Fen::get);
        settled.cut = paid.cut.map(Fen::get);
        return Ok(());
    }
    queue.shares.clear();
    queue.shares.push(share);
    shares(benefits, wallet, cells, queue, settled)
}

/// What the own account holds for this purpose; `wallet` is money of the current year and earlier money.
pub(crate) fn held([current, earlier]: [Fen; 2], money: AccountMoney) -> Fen {
    match money {
        AccountMoney::CurrentYear => current,
        AccountMoney::All => current + earlier,
    }
}

/// Settles the shares of a claim one by one; excess that enters another programme is a share of its own at the end.
pub(crate) fn shares(
    benefits: &Benefits,
    wallet: [Fen; 2],
    cells: &mut Cells<'_>,
    queue: Queue<'_>,
    settled: &mut Settled,
) -> Result<(), Further> {
    let Queue { shares: queue, sent_on } = queue;
    *settled = Settled::default();
    let mut own_first = Fen::ZERO;
    let mut next = 0;
    while let Some(&share) = queue.get(next) {
        let Some(portion) = benefits.portions.get(share.portion as usize) else {
            next += 1;
            continue;
        };
        let mut visit = 0;
        if let Some(visits) = portion.visits {
            let programme = |share: &Share| {
                benefits.portions.get(share.portion as usize).map(|portion| portion.key.0)
            };
            let again = queue[..next].iter().any(|other| programme(other) == Some(portion.key.0));
            cells.add(visits, Fen::new(i64::from(!again)));
            visit = usize::try_from(cells.at(visits).get().clamp(0, 254)).unwrap_or(254);
        }
        let benefit = benefits.benefit(portion, visit).ok_or(Further::Unknown)?;
        let balance = |money: AccountMoney| held(wallet, money).room(own_first);
        let paid = settle(benefit, share.in_scope, balance, cells, sent_on);
        own_first += paid.own_first;
        settled.due += paid.deductible.get();
        for (sum, amount) in settled.funds.iter_mut().zip(paid.funds) {
            *sum += amount.get();
        }
        if let Some(cut) = paid.cut {
            settled.cut = Some(settled.cut.unwrap_or(0) + cut.get());
        }
        let entering = sent_on.drain(..).filter(|(portion, _)| *portion != Portion::NOTHING);
        queue.extend(entering.map(|(portion, in_scope)| Share { portion, in_scope }));
        next += 1;
    }
    Ok(())
}

/// Settles a claim of the common shape; false if it takes more, and nothing has moved then.
#[inline]
pub(crate) fn by_entry(
    entry: &Entry,
    amount: u32,
    cells: &mut Cells<'_>,
    settled: &mut Settled,
) -> bool {
    if entry.further {
        return false;
    }
    let at = |cells: &Cells<'_>, slot: u16| {
        cells.amounts.get(usize::from(slot)).copied().unwrap_or(0).cast_unsigned()
    };
    let spending = u64::from(amount);
    let due = spending.min(entry.deductible.saturating_sub(at(cells, entry.met)));
    let wanted = ((spending - due) * entry.rate + entry.half) / 10_000;
    let mut payment = wanted;
    for limit in 0..LIMITS {
        let room = entry.limits[limit].saturating_sub(at(cells, entry.used[limit]));
        if payment > room {
            if entry.sends_on >> limit & 1 == 1 {
                return false;
            }
            payment = room;
        }
    }
    let met = (entry.met, spending & entry.by_spending | due & entry.by_charge);
    let used = entry.used.iter().map(|slot| (*slot, payment));
    for (slot, by) in used.chain([met]) {
        if let (true, Some(amount)) = (slot != NO_SLOT, cells.amounts.get_mut(usize::from(slot))) {
            *amount += by.cast_signed();
        }
    }
    settled.due = due.cast_signed();
    settled.funds = [0; 3];
    settled.funds[usize::from(entry.fund)] = payment.cast_signed();
    settled.cut = (payment < wanted).then(|| (wanted - payment).cast_signed());
    true
}
