//! What a population came to, held against what it aimed at.

use crate::calibration::{Calibration, Figure};
use crate::claim::{Kind, PersonYear};
use crate::line::{Line, Sort};
use crate::person::Person;
use crate::place::Tier;
use crate::region::Region;

/// Sums over a group of people; 0: in work at the beginning, 1: retired.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Group {
    people: f64,
    /// Person-years insured.
    years: f64,
    visits: f64,
    /// Of those insured all the year.
    whole: f64,
    visits_whole: f64,
    squares_whole: f64,
    purchases: f64,
    stays: f64,
    filed: f64,
    two_disease: f64,
    died: f64,
}

/// Sums over a tier's bills.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Bills {
    count: f64,
    yuan: f64,
    logs: f64,
    log_squares: f64,
}

/// Sums of a population. They add up: parts can be tallied anywhere.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tally {
    /// Claims, without reversals.
    pub claims: u64,
    /// Reversals.
    pub reversals: u64,
    /// Fee lines.
    pub lines: u64,
    /// Stays.
    pub stays: u64,
    /// 总费用 of claims, less reversals, fen.
    pub total: i64,
    /// 政策范围内 of claims, less reversals, fen.
    pub in_scope: i64,
    groups: [Group; 2],
    plans: [f64; 3],
    bills: [Bills; 4],
    chronic: Bills,
    stay: Bills,
    stay_days: f64,
    emergencies: f64,
    chronic_years: f64,
    prescribed: f64,
    outside: f64,
    first_pay: f64,
    all: f64,
    drugs: f64,
    negotiated: f64,
    bases: f64,
    base_count: f64,
    joined: f64,
    left: f64,
    arrears: f64,
    changed: f64,
    own: f64,
    contracts: f64,
    offsite: f64,
    at_hospital: f64,
}

impl Bills {
    fn add(&mut self, fen: i64) {
        let yuan = float(fen) / 100.0;
        let log = yuan.max(0.01).ln();
        self.count += 1.0;
        self.yuan += yuan;
        self.logs += log;
        self.log_squares += log * log;
    }

    fn mean(&self) -> Option<f64> {
        ratio(self.yuan, self.count)
    }

    fn sigma(&self) -> Option<f64> {
        let mean = ratio(self.logs, self.count)?;
        Some((self.log_squares / self.count - mean * mean).max(0.0).sqrt())
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums of a report, to a few digits")]
fn float(number: i64) -> f64 {
    number as f64
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

impl Tally {
    /// Counts a person and their year.
    pub(crate) fn add(&mut self, region: &Region, person: &Person, year: &PersonYear) {
        let retired = person.is_retired(person.from);
        let group = &mut self.groups[usize::from(retired)];
        let share = person.share_of_year();
        let whole = share > 0.99;
        group.people += 1.0;
        group.years += share;
        group.filed += f64::from(u8::from(person.chronic.is_some()));
        group.two_disease += f64::from(u8::from(person.two_disease.is_some()));
        group.died += f64::from(u8::from(person.died_on.is_some()));
        let mut visits = 0.0;
        for claim in &year.claims {
            if claim.reverses > 0 {
                self.reversals += 1;
                self.total += claim.amounts.total;
                self.in_scope += claim.amounts.in_scope();
                continue;
            }
            self.claims += 1;
            self.total += claim.amounts.total;
            self.in_scope += claim.amounts.in_scope();
            self.all += float(claim.amounts.total);
            self.outside += float(claim.amounts.outside);
            self.first_pay += float(claim.amounts.first_pay);
            match claim.kind {
                Kind::Ordinary | Kind::Emergency => visits += 1.0,
                Kind::Purchase => group.purchases += 1.0,
                Kind::Chronic | Kind::TwoDisease => {}
            }
            if claim.kind == Kind::Emergency {
                self.emergencies += 1.0;
            }
            if claim.prescribed.is_some() {
                self.prescribed += 1.0;
            }
            if claim.place.tier != Tier::Pharmacy {
                self.at_hospital += 1.0;
                self.offsite += f64::from(u8::from(claim.offsite));
            }
            match claim.kind {
                Kind::Chronic => self.chronic.add(claim.amounts.total),
                _ => self.bills[claim.place.tier as usize].add(claim.amounts.total),
            }
        }
        group.visits += visits;
        if whole {
            group.whole += 1.0;
            group.visits_whole += visits;
            group.squares_whole += visits * visits;
        }
        if person.chronic.is_some() {
            self.chronic_years += share;
        }
        group.stays += float(i64::try_from(year.stays.len()).unwrap_or(0));
        self.lines(year.lines.iter().map(|(_, line)| line));
        for stay in &year.stays {
            self.stays += 1;
            self.stay.add(stay.total);
            self.stay_days += f64::from(stay.to.days() - stay.from.days());
        }
        self.person(region, person, retired);
    }

    fn lines<'a>(&mut self, lines: impl Iterator<Item = &'a Line>) {
        for line in lines {
            self.lines += 1;
            if line.sort == Sort::Drug {
                self.drugs += 1.0;
                self.negotiated += f64::from(u8::from(line.negotiated));
            }
        }
    }

    fn person(&mut self, region: &Region, person: &Person, retired: bool) {
        let plan = region.plans.get(usize::from(person.plan)).map_or("", String::as_str);
        let tiers = ["individual-1", "individual-2", "lump-sum"];
        if let Some(place) = tiers.iter().position(|tier| *tier == plan) {
            self.plans[place] += 1.0;
        }
        self.contracts += f64::from(u8::from(person.contract));
        if retired {
            return;
        }
        self.bases += float(person.base) / 100.0;
        self.base_count += 1.0;
        self.joined += f64::from(u8::from(person.enrolled_on == person.from));
        let (_, month, day) = person.to.ymd();
        let left = person.died_on.is_none() && (month, day) != (12, 31);
        self.left += f64::from(u8::from(left));
        self.arrears += f64::from(u8::from(person.arrears.is_some()));
        if person.employer == 0 {
            self.own += 1.0;
            self.changed += f64::from(u8::from(person.changes.is_some()));
        }
    }

    /// Counts what another tally counted.
    pub fn merge(&mut self, other: &Tally) {
        self.claims += other.claims;
        self.reversals += other.reversals;
        self.lines += other.lines;
        self.stays += other.stays;
        self.total += other.total;
        self.in_scope += other.in_scope;
        for (group, more) in self.groups.iter_mut().zip(&other.groups) {
            for (sum, part) in group.fields().into_iter().zip(more.values()) {
                *sum += part;
            }
        }
        for (plan, more) in self.plans.iter_mut().zip(other.plans) {
            *plan += more;
        }
        let bills = self.bills.iter_mut().chain([&mut self.chronic, &mut self.stay]);
        for (bill, more) in bills.zip(other.bills.iter().chain([&other.chronic, &other.stay])) {
            bill.count += more.count;
            bill.yuan += more.yuan;
            bill.logs += more.logs;
            bill.log_squares += more.log_squares;
        }
        for (sum, part) in self.rest().into_iter().zip(other.clone().rest()) {
            *sum += *part;
        }
    }

    fn rest(&mut self) -> [&mut f64; 19] {
        [
            &mut self.stay_days,
            &mut self.emergencies,
            &mut self.chronic_years,
            &mut self.prescribed,
            &mut self.outside,
            &mut self.first_pay,
            &mut self.all,
            &mut self.drugs,
            &mut self.negotiated,
            &mut self.bases,
            &mut self.base_count,
            &mut self.joined,
            &mut self.left,
            &mut self.arrears,
            &mut self.changed,
            &mut self.own,
            &mut self.contracts,
            &mut self.offsite,
            &mut self.at_hospital,
        ]
    }

    /// What a figure came to; `None` where this population cannot tell, as a region without tiers of their share.
    #[must_use]
    pub fn measured(&self, figure: Figure) -> Option<f64> {
        let [work, retired] = &self.groups;
        let people = work.people + retired.people;
        let visits = work.visits + retired.visits;
        let hospital: f64 = self.bills.iter().take(3).map(|bills| bills.count).sum();
        let tier = |tier: Tier| &self.bills[tier as usize];
        match figure {
            Figure::RetiredShare => ratio(retired.people, people),
            Figure::FirstTier => self.tier_share(0, people),
            Figure::SecondTier => self.tier_share(1, people),
            Figure::LumpSum => self.tier_share(2, people),
            Figure::VisitsActive => ratio(work.visits, work.years),
            Figure::VisitsRetired => ratio(retired.visits, retired.years),
            Figure::VisitsShape => work.shape(),
            Figure::Emergency => ratio(self.emergencies, visits),
            Figure::PurchasesActive => ratio(work.purchases, work.years),
            Figure::PurchasesRetired => ratio(retired.purchases, retired.years),
            Figure::Prescribed => ratio(self.prescribed, tier(Tier::Pharmacy).count),
            Figure::ChronicActive => ratio(work.filed, work.people),
            Figure::ChronicRetired => ratio(retired.filed, retired.people),
            Figure::ChronicVisits => ratio(self.chronic.count, self.chronic_years),
            Figure::TwoDiseaseActive => ratio(work.two_disease, work.people),
            Figure::TwoDiseaseRetired => ratio(retired.two_disease, retired.people),
            Figure::StaysActive => ratio(work.stays, work.years),
            Figure::StaysRetired => ratio(retired.stays, retired.years),
            Figure::StayCost => self.stay.mean(),
            Figure::StayDays => ratio(self.stay_days, self.stay.count),
            Figure::Primary => ratio(tier(Tier::Primary).count, hospital),
            Figure::Secondary => ratio(tier(Tier::Secondary).count, hospital),
            Figure::PrimaryCost => tier(Tier::Primary).mean(),
            Figure::SecondaryCost => tier(Tier::Secondary).mean(),
            Figure::TertiaryCost => tier(Tier::Tertiary).mean(),
            Figure::ChronicCost => self.chronic.mean(),
            Figure::PurchaseMedian => {
                let bills = tier(Tier::Pharmacy);
                ratio(bills.logs, bills.count).map(f64::exp)
            }
            Figure::CostSigma => tier(Tier::Tertiary).sigma(),
            Figure::ClassC => ratio(self.outside, self.all),
            Figure::FirstPay => ratio(self.first_pay, self.all),
            Figure::Negotiated => ratio(self.negotiated, self.drugs),
            Figure::BaseMean => ratio(self.bases, self.base_count),
            // Of what was drawn, before floor and ceiling, nothing is kept.
            Figure::BaseSigma | Figure::BaseFloor | Figure::BaseCeiling => None,
            Figure::Joins => ratio(self.joined, work.people),
            Figure::Leaves => ratio(self.left, work.people),
            Figure::Arrears => ratio(self.arrears, work.people),
            Figure::PlanChange => ratio(self.changed, self.own),
            Figure::DeathsActive => ratio(work.died, work.people),
            Figure::DeathsRetired => ratio(retired.died, retired.people),
            Figure::Contract => ratio(self.contracts, people),
            Figure::Offsite => ratio(self.offsite, self.at_hospital),
            Figure::Reversals => ratio(
                float(i64::try_from(self.reversals).unwrap_or(0)),
                float(i64::try_from(self.claims).unwrap_or(0)),
            ),
        }
    }

    fn tier_share(&self, place: usize, people: f64) -> Option<f64> {
        let any = self.plans.iter().sum::<f64>() > 0.0;
        ratio(self.plans[place], people).filter(|_| any)
    }

    /// Every figure: what was aimed at, and what it came to.
    pub fn report<'a>(
        &'a self,
        aims: &'a Calibration,
    ) -> impl Iterator<Item = (Figure, f64, Option<f64>)> + 'a {
        Figure::ALL.iter().map(|figure| (*figure, aims.get(*figure), self.measured(*figure)))
    }
}

impl Group {
    fn fields(&mut self) -> [&mut f64; 11] {
        [
            &mut self.people,
            &mut self.years,
            &mut self.visits,
            &mut self.whole,
            &mut self.visits_whole,
            &mut self.squares_whole,
            &mut self.purchases,
            &mut self.stays,
            &mut self.filed,
            &mut self.two_disease,
            &mut self.died,
        ]
    }

    fn values(mut self) -> [f64; 11] {
        self.fields().map(|value| *value)
    }

    /// The shape of the negative binomial by its first two moments.
    fn shape(&self) -> Option<f64> {
        let mean = ratio(self.visits_whole, self.whole)?;
        let spread = self.squares_whole / self.whole - mean * mean;
        (spread > mean).then(|| mean * mean / (spread - mean))
    }
}
