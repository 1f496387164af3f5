//! Where the fees of a bill go: each fee line is split, each in-scope part belongs to one programme; and the reasons for
//! which a benefit is withheld, in order of precedence.

use crate::adjudicate::Matter;
use crate::bill::{Amounts, Bill, Content, Flags};
use crate::facts::{
    Admission, Capabilities, Channel, Circumstances, Dim, Disease, Entitlement, Facts, Item, Place,
    Venue, Wallet,
};
use crate::money::Fen;
use crate::policy::{Cite, OffsiteRules, Policy, Programme};
use crate::refusal::Refusal;

/// What a policy makes of a fee before anything that accumulates is looked at. Nothing of it depends on the amount, so
/// whoever folds many claims asks once for all claims that are alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Index of the programme that takes the fee; `None`: none does.
    pub programme: Option<u16>,
    /// Why no fund pays, if none does.
    pub withheld: Option<Refusal>,
    /// The raw value of every dimension, as the programme's tables are asked.
    pub circumstances: Circumstances,
}

/// The standing of a fee of these flags, item and disease on a bill. The order key of the bill decides whether a paper
/// claim is late.
#[must_use]
pub fn standing(
    policy: &Policy,
    facts: &Facts,
    bill: &Bill,
    flags: Flags,
    item: Item,
    disease: Disease,
) -> Standing {
    let matter = Matter { policy, facts, wallet: &Wallet::default(), bill };
    let programme = matter.programme_of(flags, item, disease);
    let apart = programme.is_some_and(|index| matter.programme(index).by_disease);
    matter.standing_at(programme, if apart { disease } else { Disease::NONE }, item)
}

/// The standing of spending that exceeded a limit of another programme and enters this one. `disease` is that of the
/// spending, or where it has none that of the bill.
#[must_use]
pub fn standing_sent_on(
    policy: &Policy,
    facts: &Facts,
    bill: &Bill,
    programme: u16,
    disease: Disease,
) -> Standing {
    let matter = Matter { policy, facts, wallet: &Wallet::default(), bill };
    matter.standing_at(Some(programme), disease, Item::default())
}

/// In-scope spending on its way to one programme.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    /// Index of the programme; `None`: no programme takes it.
    pub(crate) programme: Option<u16>,
    /// The disease, if the programme keeps diseases apart.
    pub(crate) disease: Disease,
    /// The item, if the programme pays fixed amounts.
    pub(crate) item: Item,
    /// How much.
    pub(crate) in_scope: Fen,
    /// It exceeded a limit of another programme.
    pub(crate) redirected: bool,
}

/// A bill split and routed.
pub(crate) struct Routed {
    /// The decomposition.
    pub(crate) amounts: Amounts,
    /// By programme in routing order.
    pub(crate) shares: Vec<Share>,
    /// Fees that a personal account may not pay.
    pub(crate) denied: Fen,
}

impl Matter<'_> {
    fn standing_at(&self, programme: Option<u16>, disease: Disease, item: Item) -> Standing {
        let mut circumstances = self.circumstances();
        circumstances.set(Dim::Disease, disease.0);
        let share = Share { programme, disease, item, in_scope: Fen::ZERO, redirected: false };
        let withheld = self.withheld_from_bill();
        let withheld = withheld.or_else(|| self.withheld_from_programme(&share));
        Standing { programme, withheld: withheld.map(|(refusal, _)| refusal), circumstances }
    }

    /// Splits the bill and gathers in-scope spending by programme.
    pub(crate) fn route(&self) -> Result<Routed, Refusal> {
        let bill = self.bill;
        let mut routed = Routed {
            amounts: Amounts::default(),
            shares: Vec::with_capacity(1),
            denied: Fen::ZERO,
        };
        match &bill.content {
            Content::Amounts(header) => {
                header.check()?;
                routed.amounts = *header;
                self.add(
                    &mut routed,
                    Flags::default(),
                    Item::default(),
                    bill.disease,
                    header.in_scope,
                );
            }
            Content::Lines(lines) if lines.is_empty() => return Err(Refusal::NoLines),
            Content::Lines(lines) => {
                for line in lines {
                    let mut parts = line.decompose(self.policy.rounding)?;
                    if line.denied {
                        let total = parts.total;
                        routed.denied += total;
                        parts = Amounts { total, full_self_pay: total, ..Amounts::default() };
                    }
                    routed.amounts.add(parts);
                    if routed.amounts.total > Fen::MAX_AMOUNT {
                        return Err(Refusal::AmountTooLarge);
                    }
                    let named = line.disease != Disease::NONE;
                    let disease = if named { line.disease } else { bill.disease };
                    self.add(&mut routed, line.flags, line.item, disease, parts.in_scope);
                }
            }
        }
        Ok(routed)
    }

    /// Adds in-scope spending to the share of its programme.
    fn add(&self, routed: &mut Routed, flags: Flags, item: Item, disease: Disease, in_scope: Fen) {
        if in_scope == Fen::ZERO {
            return;
        }
        let programme = self.programme_of(flags, item, disease);
        let rules = programme.map(|index| self.programme(index));
        let apart = rules.is_some_and(|rules| rules.by_disease);
        let share = Share {
            programme,
            disease: if apart { disease } else { Disease::NONE },
            item: if rules.is_some_and(Programme::is_fixed_fee) { item } else { Item::default() },
            in_scope,
            redirected: false,
        };
        let key = |share: &Share| (share.programme.unwrap_or(u16::MAX), share.disease, share.item);
        match routed.shares.binary_search_by_key(&key(&share), key) {
            Ok(found) => routed.shares[found].in_scope += in_scope,
            Err(place) => routed.shares.insert(place, share),
        }
    }

    /// The first programme in routing order that takes the fee.
    fn programme_of(&self, flags: Flags, item: Item, disease: Disease) -> Option<u16> {
        let category = self.bill.category;
        let takes = |programme: &Programme| {
            programme.routes.iter().any(|route| route.takes(category, flags, item, disease))
                && programme.is_filed(self.facts, disease)
        };
        self.policy.programmes.iter().position(takes).and_then(|index| u16::try_from(index).ok())
    }

    /// The first reason for which no programme pays anything for this bill, with its rule.
    pub(crate) fn withheld_from_bill(&self) -> Option<(Refusal, Cite)> {
        let (policy, facts, bill) = (self.policy, self.facts, self.bill);
        let entitlement = policy.entitlement.cite;
        let offsite = &policy.offsite;
        let pharmacy = &policy.pharmacy;
        let covered = bill.place == Place::Local && bill.channel == Channel::Direct
            || offsite.covered & OffsiteRules::bit(bill.place, bill.channel) != 0;
        let at_pharmacy = bill.venue == Venue::Pharmacy;
        let without = at_pharmacy && pharmacy.prescription_required && bill.prescription.is_none();
        let foreign =
            at_pharmacy && bill.prescription.is_some_and(|prescription| !prescription.designated);
        let late = bill.channel == Channel::Paper
            && !offsite.late_is_paid
            && bill.order.at.date() > offsite.deadline.last_day(bill.service);
        // In order of precedence.
        [
            (facts.entitlement == Entitlement::NotInsured, Refusal::NotInsured, entitlement),
            (facts.entitlement == Entitlement::Arrears, Refusal::InArrears, entitlement),
            (facts.entitlement == Entitlement::Waiting, Refusal::InWaiting, entitlement),
            (!bill.designated, Refusal::NotDesignated, offsite.cite),
            (!covered, Refusal::OffsiteNotCovered, offsite.cite),
            (late, Refusal::PaperTooLate, offsite.deadline_cite),
            (at_pharmacy && !pharmacy.covered, Refusal::PharmacyNotCovered, pharmacy.cite),
            (without, Refusal::PrescriptionMissing, pharmacy.cite),
            (foreign, Refusal::PrescriberNotDesignated, pharmacy.cite),
        ]
        .into_iter()
        .find_map(|(holds, refusal, cite)| holds.then_some((refusal, cite)))
    }

    /// The first reason for which this programme pays nothing, with its rule.
    pub(crate) fn withheld_from_programme(&self, share: &Share) -> Option<(Refusal, Cite)> {
        let Some(index) = share.programme else { return Some((Refusal::NoProgramme, Cite::NONE)) };
        let (facts, rules) = (self.facts, self.programme(index));
        let inpatient = facts.admission == Admission::Inpatient;
        let chosen = facts.chosen || facts.chosen_for.contains(share.disease);
        let may = self.bill.capabilities;
        let at_pharmacy = self.bill.venue == Venue::Pharmacy;
        let no_pooling = at_pharmacy
            && !may.meets(Capabilities::POOLING)
            && rules.requires_dual_channel.is_none();
        let one_channel = at_pharmacy && !may.meets(Capabilities::DUAL_CHANNEL);
        let pooling = self.policy.pharmacy.pooling_required;
        let reasons = [
            (rules.blocked_during_admission.filter(|_| inpatient), Refusal::Inpatient),
            (rules.requires_chosen.filter(|_| !chosen), Refusal::NotChosen),
            (rules.requires_contract.filter(|_| !facts.contract), Refusal::NoContract),
            (pooling.filter(|_| no_pooling), Refusal::NotPoolingPharmacy),
            (rules.requires_dual_channel.filter(|_| one_channel), Refusal::NotDualChannel),
        ];
        reasons.into_iter().find_map(|(cite, refusal)| cite.map(|cite| (refusal, cite)))
    }
}
