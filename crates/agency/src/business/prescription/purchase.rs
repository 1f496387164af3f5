//! What a settlement on a prescription needs to know, and what it leaves behind.

use super::body::{Bought, Medicine, Prescription, Purchased, total};
use super::state::Step;
use crate::quantity;
use crate::reason::{Reason, Refused};
use kernel::Moment;
use std::sync::Arc;
use store::Id;

impl Prescription {
    /// May these lines of a pharmacy purchase be settled on this prescription? The level that decides the share is
    /// [`super::Prescriber::for_the_bill`].
    ///
    /// # Errors
    /// Why not: another person's, not in force, refused by the pharmacy's pharmacist, not prescribed, or too much.
    pub fn usable_for_purchase(
        &self,
        person: &str,
        pharmacy: &str,
        at: Moment,
        bought: &[Bought],
    ) -> Result<(), Refused> {
        if *self.person != *person {
            return Err(Refused::new(Reason::PrescriptionPerson, &*self.number));
        }
        self.allow(Step::Purchase, at)?;
        let review = self.reviews.iter().rev().find(|review| *review.pharmacy == *pharmacy);
        if let Some(review) = review.filter(|review| !review.approved) {
            let opinion = format!("药师审核未通过：{}", review.opinion);
            return Err(Refused::new(Reason::PrescriptionUnchecked, opinion));
        }
        self.fits(bought)
    }

    /// The prescription after a settlement bought on it.
    #[must_use]
    pub fn purchased_by(
        &self,
        entry: Id,
        pharmacy: Arc<str>,
        at: Moment,
        bought: Vec<Bought>,
    ) -> Prescription {
        let mut next = self.clone();
        next.purchases.push(Purchased { entry, pharmacy, at, bought, released: false });
        next
    }

    /// The prescription after that settlement was undone or reversed; unchanged if it never bought on it.
    #[must_use]
    pub fn released_by(&self, entry: Id) -> Prescription {
        let mut next = self.clone();
        for purchase in next.purchases.iter_mut().filter(|purchase| purchase.entry == entry) {
            purchase.released = true;
        }
        next
    }

    /// The prescription after the undo of that settlement was reversed; unchanged if it never bought on it.
    ///
    /// # Errors
    /// [`Reason::Overtaken`] if what it bought was bought again in the meantime, or the prescription was withdrawn.
    pub fn retaken_by(&self, entry: Id) -> Result<Prescription, Refused> {
        let mut next = self.clone();
        let released = |one: &&mut Purchased| one.entry == entry && one.released;
        let Some(purchase) = next.purchases.iter_mut().find(released) else { return Ok(next) };
        purchase.released = false;
        let overtaken = |medicine: &Medicine| next.taken(&medicine.item) > medicine.quantity;
        if self.withdrawal.is_some() || self.medicines.iter().any(overtaken) {
            return Err(Refused::new(Reason::Overtaken, format!("处方{}", self.number)));
        }
        Ok(next)
    }

    /// Are these on the prescription, and no more than what is left?
    pub(super) fn fits(&self, bought: &[Bought]) -> Result<(), Refused> {
        for line in bought {
            if !self.medicines.iter().any(|medicine| medicine.item == line.item) {
                return Err(Refused::new(Reason::PrescriptionMedicine, &*line.item));
            }
            let (wanted, left) = (total(bought.iter(), &line.item), self.left(&line.item));
            if wanted > left {
                let words = format!(
                    "{}，本次{}，剩余{}",
                    line.item,
                    quantity::text(wanted),
                    quantity::text(left)
                );
                return Err(Refused::new(Reason::PrescriptionQuantity, words));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::body::{Dispensing, Issue, Review, Withdrawal};
    use super::super::state::State;
    use super::*;
    use store::PersonKey;

    const UNIT: i64 = 10_000;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    /// Three boxes of one medicine and one of another, valid for March.
    fn issued() -> Prescription {
        let medicine = |item: &str, boxes: i64| Medicine {
            item: item.into(),
            quantity: boxes * UNIT,
            ..Medicine::default()
        };
        Prescription {
            number: "RX1".into(),
            person: "P1".into(),
            prescribed: at("2024-03-01 09:00:00"),
            valid_until: at("2024-03-31 23:59:59"),
            medicines: vec![medicine("XA01", 3), medicine("XB02", 1)],
            issue: Some(Issue::default()),
            ..Prescription::default()
        }
    }

    fn boxes(item: &str, count: i64) -> Bought {
        Bought { item: item.into(), quantity: count * UNIT }
    }

    fn refusal(prescription: &Prescription, day: &str, bought: &[Bought]) -> Option<Reason> {
        let answer = prescription.usable_for_purchase("P1", "P50000000001", at(day), bought);
        answer.err().map(|refused| refused.reason)
    }

    #[test]
    fn a_prescription_is_taken_in_parts_and_never_beyond_what_was_prescribed() {
        let day = "2024-03-02 10:00:00";
        let first = [boxes("XA01", 2)];
        assert_eq!(refusal(&issued(), day, &first), None);
        let begun = issued().purchased_by(Id(1), "P50000000001".into(), at(day), first.into());
        assert_eq!((begun.state(), begun.left("XA01")), (State::Begun, UNIT));
        let too_much = [boxes("XA01", 1), boxes("XA01", 1)];
        assert_eq!(refusal(&begun, day, &too_much), Some(Reason::PrescriptionQuantity));
        let rest = [boxes("XA01", 1), boxes("XB02", 1)];
        assert_eq!(refusal(&begun, day, &rest), None);
        let used = begun.purchased_by(Id(2), "P50000000002".into(), at(day), rest.into());
        assert_eq!(used.state(), State::Used);
        assert_eq!(refusal(&used, day, &[boxes("XA01", 1)]), Some(Reason::PrescriptionDispensed));
    }

    #[test]
    fn an_undone_settlement_gives_back_what_it_took_unless_the_medicines_stay_out() {
        let day = at("2024-03-02 10:00:00");
        let pharmacy: Arc<str> = "P50000000001".into();
        let all = vec![boxes("XA01", 3), boxes("XB02", 1)];
        let used = issued().purchased_by(Id(1), pharmacy.clone(), day, all.clone());
        assert_eq!(used.released_by(Id(1)).state(), State::Issued);
        assert_eq!(used.released_by(Id(7)), used, "another settlement changes nothing");
        let mut out = used;
        let entry = Some(Id(1));
        out.dispensings.push(Dispensing { pharmacy, bought: all, entry, ..Dispensing::default() });
        assert_eq!(out.state(), State::Used, "handed over under its settlement: counted once");
        let mut released = out.released_by(Id(1));
        assert_eq!(released.state(), State::Used, "the medicines are still out");
        assert_eq!(released.retaken_by(Id(1)).unwrap(), out, "the undo was reversed");
        released.dispensings[0].undone = true;
        assert_eq!(released.state(), State::Issued);
    }

    #[test]
    fn what_may_not_be_bought_is_refused_with_its_reason() {
        let day = "2024-03-02 10:00:00";
        let one = [boxes("XA01", 1)];
        assert_eq!(refusal(&issued(), "2024-03-31 23:59:59", &one), None);
        let late = refusal(&issued(), "2024-04-01 00:00:00", &one);
        assert_eq!(late, Some(Reason::PrescriptionExpired));
        let other = refusal(&issued(), day, &[boxes("XC03", 1)]);
        assert_eq!(other, Some(Reason::PrescriptionMedicine));
        let checked = Prescription { issue: None, ..issued() };
        assert_eq!(refusal(&checked, day, &one), Some(Reason::PrescriptionState));
        let withdrawn = Prescription { withdrawal: Some(Withdrawal::default()), ..issued() };
        assert_eq!(refusal(&withdrawn, day, &one), Some(Reason::PrescriptionState));
        let theirs = issued().usable_for_purchase("P2", "P50000000001", at(day), &one);
        assert_eq!(theirs.unwrap_err().reason, Reason::PrescriptionPerson);
        let mut refused = issued();
        let pharmacy: Arc<str> = "P50000000001".into();
        refused.reviews.push(Review { pharmacy, approved: false, ..Review::default() });
        assert_eq!(refusal(&refused, day, &one), Some(Reason::PrescriptionUnchecked));
    }

    #[test]
    fn what_the_person_reads_names_the_medicine_and_the_quantities() {
        let day = at("2024-03-02 10:00:00");
        let answer = issued().usable_for_purchase("P1", "P1", day, &[boxes("XA01", 4)]);
        assert_eq!(
            answer.unwrap_err().to_string(),
            "[4604]购药数量超过处方数量：XA01，本次4，剩余3。请核对数量"
        );
    }

    #[test]
    fn a_stored_prescription_reads_back() {
        let key = super::super::key(&PersonKey::new(store::Area(500_000), "P1"), "RX1");
        let stored = issued().filed(key, at("2024-03-01 09:00:00")).unwrap();
        assert_eq!(stored.state, State::Issued.number());
        assert_eq!(Prescription::of(&stored).unwrap(), issued());
    }

    /// One thing that may happen to a prescription at a pharmacy.
    #[derive(Clone, Copy, Debug)]
    enum Happens {
        Buys(i64),
        Releases(usize),
        HandsOver(i64, bool),
        TakesBack(usize),
    }

    fn happens() -> impl proptest::strategy::Strategy<Value = Happens> {
        use proptest::prelude::*;
        prop_oneof![
            (1..4_i64).prop_map(Happens::Buys),
            (0..4_usize).prop_map(Happens::Releases),
            (1..4_i64, any::<bool>()).prop_map(|(boxes, out)| Happens::HandsOver(boxes, out)),
            (0..4_usize).prop_map(Happens::TakesBack),
        ]
    }

    /// Does it if the rules allow it, as the businesses do.
    fn happen(prescription: &mut Prescription, what: Happens, serial: u128) {
        let day = at("2024-03-02 10:00:00");
        let pharmacy: Arc<str> = "P50000000001".into();
        match what {
            Happens::Buys(count) => {
                let bought = vec![boxes("XA01", count)];
                if prescription.usable_for_purchase("P1", &pharmacy, day, &bought).is_ok() {
                    *prescription = prescription.purchased_by(Id(serial), pharmacy, day, bought);
                }
            }
            Happens::Releases(place) => {
                if let Some(entry) = prescription.purchases.get(place).map(|it| it.entry) {
                    *prescription = prescription.released_by(entry);
                }
            }
            Happens::HandsOver(count, settled) => {
                let bought = vec![boxes("XA01", count)];
                let room = |one: &&Purchased| {
                    let under = prescription.dispensings.iter();
                    let under = under.filter(|it| !it.undone && it.entry == Some(one.entry));
                    let handed = total(under.flat_map(|it| &it.bought), "XA01");
                    !one.released && total(one.bought.iter(), "XA01") - handed >= count * UNIT
                };
                let entry = prescription.purchases.iter().find(room).map(|it| it.entry);
                if settled && entry.is_some() || !settled && prescription.fits(&bought).is_ok() {
                    let entry = entry.filter(|_| settled);
                    let handed = Dispensing { pharmacy, bought, entry, ..Dispensing::default() };
                    prescription.dispensings.push(handed);
                }
            }
            Happens::TakesBack(place) => {
                if let Some(one) = prescription.dispensings.get_mut(place) {
                    one.undone = true;
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_happens_never_more_is_out_than_was_prescribed(
            steps in proptest::collection::vec(happens(), 1..24),
        ) {
            let mut prescription = issued();
            for (serial, what) in (1..).zip(steps) {
                happen(&mut prescription, what, serial);
                let out = prescription.dispensings.iter().filter(|it| !it.undone);
                let handed = total(out.flat_map(|it| &it.bought), "XA01");
                let open = prescription.purchases.iter().filter(|it| !it.released);
                let settled = total(open.flat_map(|it| &it.bought), "XA01");
                let taken = prescription.taken("XA01");
                proptest::prop_assert!(taken <= 3 * UNIT && handed <= taken && settled <= taken);
                let state = prescription.state();
                proptest::prop_assert_eq!(taken == 0, state == State::Issued);
            }
        }
    }
}
