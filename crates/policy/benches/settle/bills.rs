//! Single bills, each with the person's facts, accounts and year so far.

use crate::claims::{Claims, YEAR};
use kernel::fold::Claim;
use kernel::{
    AccountUse, Bill, BillId, CatalogueClass, Content, Dim, Disease, Event, Facts, FeeLine, Fen,
    Level, Moment, OrderKey, Plan, Policy, Rate, Status, Timeline, Wallet, Year, fold,
};

/// What it takes to settle one bill.
pub(crate) struct Presented {
    pub(crate) facts: Facts,
    pub(crate) year: Year,
    pub(crate) wallet: Wallet,
    pub(crate) bill: Bill,
}

/// The last claim of each of `count` people as a bill, on what their earlier claims left behind.
pub(crate) fn presented(timeline: &Timeline, claims: &Claims, count: usize) -> Vec<Presented> {
    let people = claims.by_person().filter(|claims| claims.len() > 2).take(count);
    people
        .map(|claims| {
            let history: Vec<Told> = claims.iter().zip(1..).map(told).collect();
            let [earlier @ .., last] = &history[..] else { unreachable!("more than two claims") };
            let events: Vec<Event<'_>> = earlier.iter().map(Told::event).collect();
            let (year, _) = fold(timeline, YEAR, &events);
            let Told { facts, wallet, bill } = last.clone();
            Presented { facts, year, wallet, bill }
        })
        .collect()
}

/// A claim as the bill it came from.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) facts: Facts,
    pub(crate) wallet: Wallet,
    pub(crate) bill: Bill,
}

impl Told {
    pub(crate) fn event(&self) -> Event<'_> {
        let Told { facts, wallet, bill } = self;
        Event::Settle { bill, facts, wallet }
    }
}

/// The bill of a claim of header form, numbered within the person-year, and what is known about the person.
pub(crate) fn told((claim, number): (&Claim, u64)) -> Told {
    let at = &claim.circumstances;
    let level = Level::ALL[usize::from(at.get(Dim::Level))];
    let status = Status::ALL[usize::from(at.get(Dim::Status))];
    Told {
        facts: Facts::new(status, Plan(at.get(Dim::Plan))),
        wallet: Wallet { current: Fen::yuan(30), earlier: Fen::yuan(200), family: Vec::new() },
        bill: Bill {
            order: OrderKey { at: Moment::start_of(claim.day), serial: number },
            account_use: AccountUse::Own,
            ..Bill::new(BillId(number.into()), claim.day, level, claim.in_scope)
        },
    }
}

/// The same bill with its amount spread over five fee lines: 甲类, 乙类 with a first-pay ratio, above its ceiling, a
/// drug for the `disease` of the region without a filing, and 丙类 on top.
pub(crate) fn in_five_lines(bill: &Bill, disease: Disease) -> Bill {
    let in_scope = match &bill.content {
        Content::Amounts(amounts) => amounts.in_scope.get(),
        Content::Lines(_) => 0,
    };
    let part = |share: i64| FeeLine::new(Fen::new(in_scope * share / 10));
    let lines = vec![
        part(4),
        FeeLine { class: CatalogueClass::B, first_pay: Rate::new(1_000), ..part(3) },
        FeeLine { ceiling: Some(Fen::new(in_scope / 10)), ..part(2) },
        FeeLine { disease, ..part(1) },
        FeeLine { class: CatalogueClass::C, first_pay: Rate::ONE, ..part(1) },
    ];
    Bill { content: Content::Lines(lines), ..bill.clone() }
}

/// The first disease of the policy's vocabulary.
pub(crate) fn some_disease(policy: &Policy) -> Disease {
    Disease(u8::from(!policy.vocabulary.diseases.is_empty()))
}
