//! What people worked out by hand beside the articles comes out of the tables: every case of every document whose bills are
//! all there is to it, and one each of what cases say in other words.

use crate::exact::shipped;
use kernel::bill::Content;
use kernel::fold::PersonYear;
use kernel::{
    Bill, BillId, Capabilities, Date, Disease, DiseaseSet, Event, Facts, FeeLine, Fen, Flags, Item,
    Level, Outcome, Plan, Rounding, Status, Timeline, Wallet,
};
use policy::{Choice, Library, case};
use simulate::{Attribute, Claims, Fold, More, Profile, Tables};

/// One person's rows.
struct Person<'a> {
    timeline: &'a Timeline,
    profiles: Vec<Profile>,
    claims: Claims,
}

impl<'a> Person<'a> {
    fn new(timeline: &'a Timeline) -> Person<'a> {
        let claims = Claims { more: Some(More::default()), ..Claims::default() };
        Person { timeline, profiles: Vec::new(), claims }
    }

    fn row(&mut self, profile: Profile, amount: Fen, joined: bool, bill: &Bill) {
        let row = u32::try_from(self.profiles.len()).expect("a few rows");
        self.profiles.push(profile);
        self.claims.profile.push(row);
        self.claims.amount.push(u32::try_from(amount.get()).expect("a small amount"));
        self.claims.time.push(bill.order.at.0 * 1_000);
        let more = self.claims.more.as_mut().expect("made so");
        more.back.push(0);
        more.joined.push(joined);
        more.service.push(bill.service.days());
        more.institution.push(bill.institution);
        more.visit.push(bill.visit);
        more.outside.push(0);
        more.current.push(0);
        more.earlier.push(0);
    }

    /// One row for each part.
    fn bill(&mut self, bill: &Bill, facts: &Facts, wallet: &Wallet) {
        let head = self.profiles.len();
        let mut outside = Fen::ZERO;
        match &bill.content {
            Content::Amounts(amounts) => {
                outside = amounts.total - amounts.in_scope;
                let nothing = FeeLine::new(Fen::ZERO);
                self.row(self.profile(bill, facts, &nothing), amounts.in_scope, false, bill);
            }
            Content::Lines(lines) => {
                for line in lines {
                    let parts = line.decompose(Rounding::HalfUp).expect("a sound line");
                    outside += parts.total - parts.in_scope;
                    let joined = self.profiles.len() > head;
                    self.row(self.profile(bill, facts, line), parts.in_scope, joined, bill);
                }
            }
        }
        let more = self.claims.more.as_mut().expect("made so");
        more.outside[head] = outside.get();
        more.current[head] = wallet.current.get();
        more.earlier[head] = wallet.earlier.get();
    }

    fn profile(&self, bill: &Bill, facts: &Facts, line: &FeeLine) -> Profile {
        let vocabulary = &self.timeline.vocabulary;
        let disease = |of: Disease| match of {
            Disease::NONE => String::new(),
            Disease(number) => vocabulary.diseases[usize::from(number) - 1].code.to_string(),
        };
        let diseases = |set: DiseaseSet| {
            let all = (1..=u8::try_from(vocabulary.diseases.len()).expect("a few")).map(Disease);
            all.filter(|of| set.contains(*of)).map(disease).collect::<Vec<_>>().join(";")
        };
        let yes = |flag: bool| if flag { "yes" } else { "no" }.to_string();
        let bits = |set: u8, codes: &[&str]| {
            let named = (0..codes.len()).filter(|bit| set >> bit & 1 == 1).map(|bit| codes[bit]);
            named.collect::<Vec<_>>().join(";")
        };
        let plans = (0..vocabulary.plans.len()).filter(|plan| facts.plans_held >> plan & 1 == 1);
        let plan = |number: usize| {
            vocabulary.plans.get(number).map_or(String::new(), |plan| plan.code.to_string())
        };
        let cohort = vocabulary.cohorts.get(usize::from(facts.cohort.0));
        let item = match line.item {
            Item(0) => "Q".to_string(),
            Item(number) => vocabulary.items[usize::from(number) - 1].to_string(),
        };
        let may = bits(bill.capabilities.0, Capabilities::CODES);
        let mut profile = Profile::default();
        let mut say = |attribute, text: String| profile.set(attribute, &text);
        say(Attribute::Status, facts.status.code().into());
        say(Attribute::Plan, plan(facts.plan.0.into()));
        say(Attribute::PlansHeld, plans.map(plan).collect::<Vec<_>>().join(";"));
        say(Attribute::Cohort, cohort.map_or(String::new(), |cohort| cohort.code.to_string()));
        if let Some(born) = facts.born {
            say(Attribute::Age, bill.service.age_of(born).to_string());
        }
        if let Some(enrolled) = facts.enrolled_on {
            say(Attribute::Tenure, bill.service.months_since(enrolled).to_string());
        }
        say(Attribute::Level, bill.level.code().into());
        say(Attribute::Venue, bill.venue.code().into());
        say(Attribute::Place, bill.place.code().into());
        say(Attribute::Channel, bill.channel.code().into());
        say(Attribute::Category, bill.category.code().into());
        say(Attribute::Disease, disease(bill.disease));
        say(Attribute::Filings, diseases(facts.filings));
        say(Attribute::TwoDisease, diseases(facts.two_disease));
        say(Attribute::ChosenFor, diseases(facts.chosen_for));
        say(Attribute::Chosen, yes(facts.chosen));
        say(Attribute::Contract, yes(facts.contract));
        say(Attribute::Designated, yes(bill.designated));
        say(Attribute::Capabilities, if may.is_empty() { "none".into() } else { may });
        say(Attribute::Entitlement, facts.entitlement.code().into());
        say(Attribute::Admission, facts.admission.code().into());
        if let Some(prescription) = bill.prescription {
            say(Attribute::PrescriptionLevel, prescription.level.code().into());
            say(Attribute::PrescriptionDesignated, yes(prescription.designated));
        }
        say(Attribute::Item, item);
        say(Attribute::Flags, bits(line.flags.0, Flags::CODES));
        say(Attribute::LineDisease, disease(line.disease));
        profile
    }

    /// Takes back the claim that begins at a row.
    fn reverse(&mut self, original: usize) {
        let row = self.profiles.len();
        let time = self.claims.time[row - 1] + 1_000_000;
        let profile = self.profiles[original].clone();
        let service = self.claims.more.as_ref().expect("made so").service[original];
        let bill = Bill::new(BillId(0), Date::from_days(service), Level::Two, Fen::ZERO);
        self.row(profile, Fen::ZERO, false, &bill);
        self.claims.time[row] = time;
        let back = u32::try_from(row - original).expect("a few rows");
        self.claims.more.as_mut().expect("made so").back[row] = back;
    }

    /// Other systems used up a limit.
    fn used(&mut self, limit: &str, amount: Fen, like: &Bill) {
        let mut profile = Profile::default();
        profile.set(Attribute::UsedLimit, limit);
        self.row(profile, amount, false, like);
    }

    /// Deductible and funds of every claim and reversal, and how many people were settled bill by bill.
    fn settle(mut self) -> (Vec<[i64; 4]>, u64) {
        let rows = u32::try_from(self.profiles.len()).expect("a few rows");
        self.claims.people.push(simulate::PersonName::Number(1));
        self.claims.first = vec![0, rows];
        let tables = Tables::compile(self.timeline, &self.profiles).expect("tables");
        let (mut fold, mut outcome) = (Fold::new(&tables), simulate::Outcome::default());
        fold.people(&self.claims, 0..1, &mut outcome);
        let more = self.claims.more.as_ref().expect("made so");
        let used = |row: usize| !self.profiles[row].get(Attribute::UsedLimit).is_empty();
        let heads = (0..self.profiles.len()).filter(|row| !more.joined[*row] && !used(*row));
        let fund = |number: usize, row: usize| outcome.funds[number].get(row).copied().unwrap_or(0);
        let of = |row| [outcome.deductible[row], fund(0, row), fund(1, row), fund(2, row)];
        (heads.map(of).collect(), fold.general().values().sum())
    }
}

#[test]
fn worked_cases_of_every_document_come_out_of_the_tables() {
    let library = Library::shipped();
    let (mut all, mut told) = (0, 0);
    for region in ["500000", "450000", "990000", "990200", "459900", "990100"] {
        let timeline = shipped(region);
        for case in case::run_all(&library, region, &Choice::default()).expect("sound cases") {
            let wanted: Vec<[i64; 4]> = case
                .settled
                .iter()
                .map(|settled| {
                    let [pool, large, subsidy] = settled.settlement.funds.map(Fen::get);
                    [settled.settlement.deductible.get(), pool, large, subsidy]
                })
                .collect();
            if wanted.is_empty() {
                continue;
            }
            all += 1;
            // Reversals, accounts and limits used elsewhere are not in what a case settled.
            if bills_alone(&timeline, &case.settled).as_ref() != Some(&wanted) {
                continue;
            }
            told += 1;
            let mut person = Person::new(&timeline);
            for settled in &case.settled {
                person.bill(&settled.bill, &settled.facts, &Wallet::default());
            }
            let (came, general) = person.settle();
            assert_eq!(came, wanted, "{} {}", case.file, case.title);
            assert_eq!(general, 0, "{} {}: settled bill by bill", case.file, case.title);
        }
    }
    assert!(told > 150 && told * 10 > all * 8, "{told} of {all} cases");
}

/// What the bills of a case come to if nothing else happens.
fn bills_alone(timeline: &Timeline, settled: &[case::Settled]) -> Option<Vec<[i64; 4]>> {
    let wallet = Wallet::default();
    let mut years: std::collections::BTreeMap<i32, PersonYear<'_>> = Default::default();
    let mut came = Vec::new();
    for case::Settled { bill, facts, .. } in settled {
        let benefit_year = timeline.on(bill.service)?.benefit_year.of(bill.service);
        let year =
            years.entry(benefit_year).or_insert_with(|| PersonYear::new(timeline, benefit_year));
        let Outcome::Settled(settlement) =
            year.apply(timeline, &Event::Settle { bill, facts, wallet: &wallet })
        else {
            return None;
        };
        let [pool, large, subsidy] = settlement.funds.map(Fen::get);
        came.push([settlement.deductible.get(), pool, large, subsidy]);
    }
    Some(came)
}

fn yuan(amounts: [i64; 4]) -> [i64; 4] {
    amounts.map(|yuan| yuan * 100)
}

fn bill(number: u32, on: &str, in_scope: i64) -> Bill {
    let on = Date::parse(on).expect("a day");
    Bill::new(BillId(number.into()), on, Level::Two, Fen::yuan(in_scope))
}

fn item(timeline: &Timeline, code: &str, in_scope: i64) -> FeeLine {
    let found = timeline.vocabulary.items.iter().position(|item| **item == *code);
    let number = u16::try_from(found.expect("an item") + 1).expect("a small number");
    FeeLine { item: Item(number), ..FeeLine::new(Fen::yuan(in_scope)) }
}

fn employed() -> Facts {
    Facts::new(Status::Active, Plan(0))
}

/// 990000, refund: the first hundred is the deductible; taken back, it is charged again.
#[test]
fn a_reversal_gives_the_deductible_back() {
    let timeline = shipped("990000");
    let mut person = Person::new(&timeline);
    for (number, (on, amount)) in [("2024-05-10", 100), ("2024-05-11", 100)].iter().enumerate() {
        let number = u32::try_from(number).expect("a few");
        person.bill(&bill(number, on, *amount), &employed(), &Wallet::default());
    }
    person.reverse(0);
    person.bill(&bill(3, "2024-05-13", 150), &employed(), &Wallet::default());
    let wanted = [[100, 0, 0, 0], [0, 60, 0, 0], [-100, 0, 0, 0], [100, 30, 0, 0]].map(yuan);
    assert_eq!(person.settle(), (wanted.to_vec(), 0));
}

/// A limit of a month is given back to its month: May pays 50 and 30 of its 80, June 50; without the 50, May has room for
/// 50 again, and June is as it was.
#[test]
fn a_reversal_gives_a_limit_back_to_its_month() {
    let timeline = shipped("990000");
    let mut person = Person::new(&timeline);
    let claim = |number: u32, on: &str| Bill {
        content: Content::Lines(vec![item(&timeline, "L-MONTH", 100)]),
        ..bill(number, on, 0)
    };
    for (number, on) in [(1, "2024-05-10"), (2, "2024-05-20"), (3, "2024-06-01")] {
        person.bill(&claim(number, on), &employed(), &Wallet::default());
    }
    person.reverse(0);
    person.bill(&claim(5, "2024-05-30"), &employed(), &Wallet::default());
    person.bill(&claim(6, "2024-06-02"), &employed(), &Wallet::default());
    let paid = [50, 30, 50, -50, 50, 30].map(|pool| yuan([0, pool, 0, 0]));
    assert_eq!(person.settle(), (paid.to_vec(), 0));
}

/// Two claims of one day at one place share a deductible of 30; the first taken back, a third of that day is charged what is
/// left of it, although another day came between.
#[test]
fn a_reversal_gives_a_deductible_back_to_its_day_and_institution() {
    let timeline = shipped("990000");
    let mut person = Person::new(&timeline);
    let claim = |number: u32, on: &str, amount: i64| Bill {
        institution: 7,
        content: Content::Lines(vec![item(&timeline, "D-DAY", amount)]),
        ..bill(number, on, 0)
    };
    for (number, on, amount) in
        [(1, "2024-05-10", 20), (2, "2024-05-10", 40), (3, "2024-05-11", 40)]
    {
        person.bill(&claim(number, on, amount), &employed(), &Wallet::default());
    }
    person.reverse(0);
    person.bill(&claim(5, "2024-05-10", 60), &employed(), &Wallet::default());
    let wanted = [[20, 0, 0, 0], [10, 15, 0, 0], [30, 5, 0, 0], [-20, 0, 0, 0], [20, 20, 0, 0]];
    assert_eq!(person.settle(), (wanted.map(yuan).to_vec(), 0));
}

/// A bill of two parts is one visit of the pharmacy programme and one of the fixed fee: 15 at 10 a time, and
/// (200 − 100) × 60 %.
#[test]
fn parts_of_one_bill_go_to_their_programmes() {
    let timeline = shipped("990000");
    let mut person = Person::new(&timeline);
    let consultation = Flags::from_code("consultation").expect("a flag");
    let fee = FeeLine { flags: consultation, ..item(&timeline, "PLAIN", 15) };
    let lines = vec![FeeLine::new(Fen::yuan(120)), fee, FeeLine::new(Fen::yuan(80))];
    let whole = Bill { content: Content::Lines(lines), ..bill(1, "2024-05-10", 0) };
    person.bill(&whole, &employed(), &Wallet::default());
    assert_eq!(person.settle(), (vec![yuan([100, 70, 0, 0])], 0));
}

/// 500000, article 8: 46,900 of the pool's 47,000 are used; 1,000 × 60 % are 600, of which the pool pays 100 and 大额互助
/// 500.
#[test]
fn a_limit_used_elsewhere_leaves_the_rest_to_the_next_payer() {
    let timeline = shipped("500000");
    let mut person = Person::new(&timeline);
    let claim = bill(1, "2024-03-01", 1200);
    let employer = timeline.vocabulary.plans.iter().position(|plan| &*plan.code == "employer");
    let plan = Plan(u8::try_from(employer.expect("a plan")).expect("a few plans"));
    person.used("pool-year", Fen::yuan(46_900), &claim);
    person.bill(&claim, &Facts::new(Status::Active, plan), &Wallet::default());
    assert_eq!(person.settle(), (vec![yuan([200, 100, 500, 0])], 0));
}

/// 990000: 300 of this year's account pay first; (700 − 100) × 60 %.
#[test]
fn the_own_account_pays_before_the_deductible() {
    let timeline = shipped("990000");
    let mut person = Person::new(&timeline);
    let content = Content::Lines(vec![item(&timeline, "OWN-FIRST", 1000)]);
    let wallet = Wallet { current: Fen::yuan(300), ..Wallet::default() };
    person.bill(&Bill { content, ..bill(1, "2024-05-10", 0) }, &employed(), &wallet);
    assert_eq!(person.settle(), (vec![yuan([100, 360, 0, 0])], 0));
}

/// A benefit year that begins on 1 April: what is settled late for March counts in the year before.
#[test]
fn years_change_within_a_person_and_back() {
    let timeline = shipped("990000");
    let mut person = Person::new(&timeline);
    for (number, on) in [(1, "2024-03-30"), (2, "2024-04-02"), (3, "2024-03-31")] {
        person.bill(&bill(number, on, 150), &employed(), &Wallet::default());
    }
    let wanted = [[100, 30, 0, 0], [100, 30, 0, 0], [0, 90, 0, 0]].map(yuan);
    assert_eq!(person.settle(), (wanted.to_vec(), 0));
}
