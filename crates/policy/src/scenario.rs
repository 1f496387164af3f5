//! Bills made to order: for a programme and given circumstances, a bill that is routed there. Used to generate cases
//! and to try laws.

use kernel::policy::{DiseaseRoute, Policy, Programme};
use kernel::{
    Amounts, Bill, BillId, Category, Channel, Circumstances, Cohort, Content, Date, Dim, Disease,
    Facts, FeeLine, Fen, Flags, Item, Level, Place, Plan, Prescription, Status, Venue,
};

/// How a fee gets into a programme.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// 医疗类别.
    pub category: Category,
    /// Flags of the line.
    pub flags: Flags,
    /// Item of the line.
    pub item: Item,
    /// Disease of the line; the person has a filing for it where one is needed.
    pub disease: Disease,
}

/// A way into a programme, if this policy lets any fee reach it.
#[must_use]
pub fn way_into(policy: &Policy, index: usize, at: &Circumstances) -> Option<Way> {
    let programme = &policy.programmes[index];
    let diseases = policy.vocabulary.diseases.len();
    let wanted = Disease(at.get(Dim::Disease));
    for route in &programme.routes {
        let allowed = |category: &Category| {
            route
                .categories
                .is_none_or(|set| set & kernel::policy::Route::category_bit(*category) != 0)
        };
        for category in Category::ALL.iter().copied().filter(allowed) {
            let disease = match route.diseases {
                _ if wanted != Disease::NONE => wanted,
                None if !programme.filing_required => Disease::NONE,
                None | Some(DiseaseRoute::Any) => Disease(u8::from(diseases > 0)),
                Some(DiseaseRoute::OneOf(set)) => {
                    let all = (1..=diseases).filter_map(|n| u8::try_from(n).ok()).map(Disease);
                    all.into_iter().find(|disease| set.contains(*disease))?
                }
            };
            let items = route.items.clone().unwrap_or_else(|| vec![Item::default()]);
            let lowest = route.flags.map_or(0, |flags| flags.0 & flags.0.wrapping_neg());
            for item in items {
                let way = Way { category, flags: Flags(lowest), item, disease };
                if routed(policy, &way) == Some(index) {
                    return Some(way);
                }
            }
        }
    }
    None
}

/// Where a fee goes, for a person who has every filing.
fn routed(policy: &Policy, way: &Way) -> Option<usize> {
    policy.programmes.iter().position(|programme: &Programme| {
        programme
            .routes
            .iter()
            .any(|route| route.takes(way.category, way.flags, way.item, way.disease))
            && (!programme.filing_required || way.disease != Disease::NONE)
    })
}

/// A person and a bill in these circumstances, wholly in scope.
#[must_use]
pub fn bill(
    programme: &Programme,
    way: &Way,
    at: &Circumstances,
    day: Date,
    in_scope: Fen,
    id: u128,
) -> (Bill, Facts) {
    let pick = |dim: Dim| usize::from(at.get(dim));
    let venue = Venue::ALL.get(pick(Dim::Venue)).copied().unwrap_or(Venue::Hospital);
    let level = Level::ALL.get(pick(Dim::Level)).copied().unwrap_or(Level::Two);
    let (year, month, _) = day.ymd();
    let mut facts = Facts::new(Status::ALL[pick(Dim::Status).min(1)], Plan(at.get(Dim::Plan)));
    facts.cohort = Cohort(at.get(Dim::Cohort));
    facts.born = Date::from_ymd(year - i32::from(at.get(Dim::Age)), month, 1);
    facts.enrolled_on = Some(day.month().plus(-i32::from(at.get(Dim::Tenure))).first_day());
    facts.chosen = at.get(Dim::Chosen) == 1 || programme.requires_chosen.is_some();
    facts.contract = at.get(Dim::Contract) == 1 || programme.requires_contract.is_some();
    facts.filings.insert(way.disease);
    let line = FeeLine {
        item: way.item,
        flags: way.flags,
        disease: way.disease,
        ..FeeLine::new(in_scope)
    };
    let plain = way.item == Item::default() && way.flags == Flags::default();
    let bill = Bill {
        category: way.category,
        disease: way.disease,
        institution: 1,
        venue,
        place: Place::ALL.get(pick(Dim::Place)).copied().unwrap_or(Place::Local),
        channel: Channel::ALL.get(pick(Dim::Channel)).copied().unwrap_or(Channel::Direct),
        prescription: (venue == Venue::Pharmacy)
            .then_some(Prescription { level, designated: true }),
        content: if plain {
            Content::Amounts(Amounts::in_scope(in_scope))
        } else {
            Content::Lines(vec![line])
        },
        ..Bill::new(BillId(id), day, level, in_scope)
    };
    (bill, facts)
}

/// A day in the policy's span, `offset` days into its last whole benefit year, or its first day.
#[must_use]
pub fn day_in(policy: &Policy, offset: i32) -> Date {
    let year = policy.benefit_year.of(policy.from);
    let start = policy.benefit_year.first_day(year).max(policy.from);
    Date::from_days((start.days() + offset).min(policy.to.days()))
}
