//! What reviews found, counted: by kind of fault and ground, by doctor and by medicine.

use super::grounds::{Category, Ground, ground};
use super::sheet::{Drawn, Found, Review};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Prescriptions reviewed, and irrational ones among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Reviewed.
    pub reviewed: i64,
    /// Irrational.
    pub irrational: i64,
}

impl Tally {
    fn take(&mut self, irrational: bool) {
        self.reviewed += 1;
        self.irrational += i64::from(irrational);
    }
}

/// Counts of a review, of what is settled so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Results {
    /// All.
    pub all: Tally,
    /// Prescriptions by the gravest kind of fault.
    pub categories: BTreeMap<Category, i64>,
    /// Prescriptions with each ground.
    pub grounds: BTreeMap<Arc<str>, i64>,
    /// By department: its name, or its code.
    pub departments: BTreeMap<Arc<str>, Tally>,
    /// By doctor: code and name.
    pub doctors: BTreeMap<(Arc<str>, Arc<str>), Tally>,
    /// By medicine: code and name.
    pub medicines: BTreeMap<(Arc<str>, Arc<str>), Tally>,
}

/// Counts a review.
#[must_use]
pub fn results(review: &Review) -> Results {
    let mut results = Results::default();
    for one in &review.drawn {
        if let Found::Settled(grounds) = one.found(review.reviewers) {
            results.take(one, grounds);
        }
    }
    results
}

impl Results {
    fn take(&mut self, one: &Drawn, grounds: &BTreeSet<Arc<str>>) {
        let irrational = !grounds.is_empty();
        self.all.take(irrational);
        let gravest = grounds.iter().filter_map(|code| ground(code)).map(Ground::category).max();
        if let Some(category) = gravest {
            *self.categories.entry(category).or_default() += 1;
        }
        for code in grounds {
            *self.grounds.entry(code.clone()).or_default() += 1;
        }
        let department =
            if one.department_name.is_empty() { &one.department } else { &one.department_name };
        self.departments.entry(department.clone()).or_default().take(irrational);
        let doctor = (one.doctor.clone(), one.doctor_name.clone());
        self.doctors.entry(doctor).or_default().take(irrational);
        let medicines: BTreeSet<_> =
            one.medicines.iter().map(|it| (it.item.clone(), it.name.clone())).collect();
        for medicine in medicines {
            self.medicines.entry(medicine).or_default().take(irrational);
        }
    }
}
