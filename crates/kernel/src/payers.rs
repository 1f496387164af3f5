//! Who pays the personal part: own account, family accounts and cash, in the order the policy gives.

use crate::account::{AccountPays, AccountSource};
use crate::adjudicate::{Matter, Settlement};
use crate::bill::AccountUse;
use crate::facts::Entitlement;
use crate::money::Fen;
use crate::policy::Cite;
use crate::trace::{Sink, Step, StepKind};

impl Matter<'_> {
    /// Fills in what each account and cash pay. `denied` fees no account may pay; `own_first` the own account paid
    /// before the deductible.
    pub(crate) fn pay_personal_part<S: Sink>(
        &self,
        denied: Fen,
        own_first: Fen,
        settlement: &mut Settlement,
        sink: &mut S,
    ) {
        let rules = &self.policy.account;
        let patient = settlement.patient();
        // What was paid before the deductible came from current-year money first.
        settlement.account_current = own_first.min(self.wallet.current.payable());
        settlement.account_earlier = own_first - settlement.account_current;
        let scope = match rules.pays {
            AccountPays::AllPersonal => patient - denied,
            AccountPays::InScope => settlement.amounts.in_scope - settlement.fund_payment(),
        };
        let suspended = self.facts.entitlement != Entitlement::Entitled;
        let usable = self.bill.account_use != AccountUse::None
            && !(suspended && rules.frozen_when_suspended);
        let mut left = if usable { scope.room(own_first) } else { Fen::ZERO };
        for source in &rules.order {
            match source {
                AccountSource::OwnCurrent => {
                    let amount =
                        left.min(self.wallet.current.payable().room(settlement.account_current));
                    settlement.account_current += amount;
                    left -= amount;
                }
                AccountSource::OwnEarlier => {
                    let amount =
                        left.min(self.wallet.earlier.payable().room(settlement.account_earlier));
                    settlement.account_earlier += amount;
                    left -= amount;
                }
                AccountSource::Family if self.bill.account_use == AccountUse::Family => {
                    for balance in &self.wallet.family {
                        if left == Fen::ZERO {
                            break;
                        }
                        let amount = left.min(balance.payable());
                        settlement.family.push(amount);
                        left -= amount;
                    }
                }
                AccountSource::Family => {}
            }
        }
        let family = settlement.family_payment();
        settlement.cash =
            patient - settlement.account_current - settlement.account_earlier - family;
        for (kind, amount) in [
            (StepKind::AccountCurrent, settlement.account_current),
            (StepKind::AccountEarlier, settlement.account_earlier),
            (StepKind::AccountFamily, family),
            (StepKind::Cash, settlement.cash),
        ] {
            if amount != Fen::ZERO {
                let cite = if kind == StepKind::Cash { Cite::NONE } else { rules.cite };
                sink.step(|| Step { from: patient, amount, cite, ..Step::new(kind) });
            }
        }
    }
}
