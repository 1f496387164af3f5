//! A question put to the kernel with an invented bill: what would be paid for so much of this kind of care, here and now?
//! So entitlement and what is left of limits are answered by the same decision that settles.

use super::Known;
use crate::cells;
use crate::directory::Site;
use crate::facts::{self, Occasion};
use crate::regions::{Law, Version};
use kernel::{
    AccountUse, Amounts, Bill, BillId, Capabilities, Category, Channel, Content, Disease, Facts,
    Fen, Moment, OrderKey, Place, Prescription, Refusal, Settlement, Trace, Venue, Wallet,
    adjudicate_traced,
};

/// What is asked.
pub(super) struct Probe<'a> {
    /// Where; `None`: at a designated hospital of the person's area.
    pub(super) site: Option<&'a Site>,
    /// In relation to the person's area.
    pub(super) place: Place,
    /// When.
    pub(super) at: Moment,
    /// What kind of care.
    pub(super) category: Category,
    /// 病种; empty if none.
    pub(super) disease: &'a str,
    /// So much in scope.
    pub(super) amount: Fen,
}

/// What the kernel said.
pub(super) struct Answer {
    /// Who the person is to the policy.
    pub(super) facts: Facts,
    /// The decision.
    pub(super) settlement: Settlement,
    /// Why.
    pub(super) trace: Trace,
}

impl Probe<'_> {
    /// The answer. A purchase is asked about as if prescribed by an institution of the pharmacy's level.
    pub(super) fn decide(&self, known: &Known, version: Version<'_>) -> Result<Answer, Refusal> {
        let Version { law, policy, .. } = version;
        let day = self.at.date();
        let year = policy.benefit_year.of(day);
        let cells = known.world.cells(known.key(), year);
        let institution = self.site.map_or("", |site| &site.code);
        let (service, category) = (self.at, self.category);
        let occasion = Occasion { service, institution, category, known: known.at };
        let facts = facts::as_of(&known.file, law, policy, &occasion);
        let venue = self.site.map_or(Venue::Hospital, |site| site.venue);
        let level = self.site.map_or(kernel::Level::Two, |site| site.level);
        let bill = Bill {
            id: BillId(0),
            order: OrderKey { at: known.at, serial: 0 },
            service: day,
            category,
            disease: disease(law, self.disease),
            institution: 0,
            visit: 0,
            designated: self.site.is_none_or(|site| site.designated),
            venue,
            capabilities: self
                .site
                .map_or(Capabilities::ALL, |site| Capabilities::of(&site.capabilities)),
            level,
            place: self.place,
            channel: Channel::Direct,
            prescription: (venue == Venue::Pharmacy)
                .then_some(Prescription { level, designated: true }),
            account_use: AccountUse::None,
            content: Content::Amounts(Amounts::in_scope(self.amount)),
        };
        let cells = cells::within_reach(cells, day, 0, 0);
        let year = cells::year(law, year, &cells);
        let (settlement, trace) =
            adjudicate_traced(policy, &facts, &year, &Wallet::default(), &bill)?;
        Ok(Answer { facts, settlement, trace })
    }
}

/// The disease of a code; one that the region does not name is none.
pub(super) fn disease(law: &Law, code: &str) -> Disease {
    let index = law.codes.diseases.iter().position(|known| **known == *code);
    let number = index.and_then(|index| u8::try_from(index + 1).ok());
    number.map_or(Disease::NONE, Disease)
}
