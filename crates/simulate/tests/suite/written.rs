//! Bills written as a file of claims, as a settlement system would export them.

use kernel::bill::Content;
use kernel::{
    Admission, Amounts, Bill, Date, Disease, Facts, FeeLine, Fen, Flags, Rounding, Timeline, Wallet,
};
use simulate::store::{Data, Table, texts};
use std::path::Path;

/// A row of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) person: String,
    pub(crate) bill: String,
    pub(crate) reverses: String,
    pub(crate) settled_at: i64,
    pub(crate) serial: i64,
    pub(crate) service: i32,
    pub(crate) in_scope: i64,
    outside: [i64; 3],
    account: [i64; 2],
    dates: [i32; 3],
    institution: i64,
    texts: Vec<(&'static str, String)>,
}

/// Never: the day on which nobody retires any more.
const NEVER: i32 = 2_932_896;

const TEXTS: [&str; 17] = [
    "plan",
    "plans_held",
    "level",
    "venue",
    "place",
    "channel",
    "category",
    "disease",
    "filings",
    "chosen",
    "contract",
    "admission",
    "prescription_level",
    "item",
    "flags",
    "line_disease",
    "used_limit",
];

/// One person's bill with what is known about it.
pub(crate) struct Known<'a> {
    pub(crate) timeline: &'a Timeline,
    pub(crate) person: String,
    pub(crate) retired_on: Option<Date>,
    pub(crate) bill: &'a Bill,
    pub(crate) facts: &'a Facts,
    pub(crate) wallet: &'a Wallet,
    pub(crate) reverses: Option<u128>,
}

impl Known<'_> {
    /// One row for each part of the bill.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let plain = |amounts: Amounts| (amounts, Flags::default(), 0_u16, Disease::NONE);
        let parts: Vec<_> = match &self.bill.content {
            _ if self.reverses.is_some() => vec![plain(Amounts::default())],
            Content::Amounts(amounts) => vec![plain(*amounts)],
            Content::Lines(lines) => lines
                .iter()
                .map(|line| {
                    let parts = line.decompose(Rounding::HalfUp).expect("a sound line");
                    (parts, line.flags, line.item.0, line.disease)
                })
                .collect(),
        };
        parts
            .into_iter()
            .map(|(amounts, flags, item, disease)| self.row(amounts, flags, item, disease))
            .collect()
    }

    fn row(&self, amounts: Amounts, flags: Flags, item: u16, line_disease: Disease) -> Row {
        let (bill, facts) = (self.bill, self.facts);
        let vocabulary = &self.timeline.vocabulary;
        let yes = |flag: bool| if flag { "yes" } else { "no" }.to_string();
        let code = |disease: Disease| match disease {
            Disease::NONE => String::new(),
            Disease(number) => vocabulary.diseases[usize::from(number) - 1].code.to_string(),
        };
        let plans = (0..vocabulary.plans.len()).filter(|plan| facts.plans_held >> plan & 1 == 1);
        let filed = (1..=vocabulary.diseases.len())
            .filter_map(|number| u8::try_from(number).ok())
            .filter(|number| facts.filings.contains(Disease(*number)));
        let flags = (0..Flags::CODES.len()).filter(|bit| flags.0 >> bit & 1 == 1);
        let texts = vec![
            ("plan", vocabulary.plans[usize::from(facts.plan.0)].code.to_string()),
            (
                "plans_held",
                plans
                    .map(|plan| vocabulary.plans[plan].code.to_string())
                    .collect::<Vec<_>>()
                    .join(";"),
            ),
            ("level", bill.level.code().into()),
            ("venue", bill.venue.code().into()),
            ("place", bill.place.code().into()),
            ("channel", bill.channel.code().into()),
            ("category", bill.category.code().into()),
            ("disease", code(bill.disease)),
            ("filings", filed.map(|number| code(Disease(number))).collect::<Vec<_>>().join(";")),
            ("chosen", yes(facts.chosen)),
            ("contract", yes(facts.contract)),
            (
                "admission",
                if facts.admission == Admission::Inpatient { "yes" } else { "no" }.into(),
            ),
            (
                "prescription_level",
                bill.prescription.map_or(String::new(), |of| of.level.code().into()),
            ),
            (
                "item",
                if item == 0 {
                    "Q".into()
                } else {
                    vocabulary.items[usize::from(item) - 1].to_string()
                },
            ),
            ("flags", flags.map(|bit| Flags::CODES[bit]).collect::<Vec<_>>().join(";")),
            ("line_disease", code(line_disease)),
        ];
        Row {
            person: self.person.clone(),
            bill: bill.id.0.to_string(),
            reverses: self.reverses.map_or(String::new(), |original| original.to_string()),
            settled_at: bill.order.at.0 * 1_000,
            serial: i64::try_from(bill.order.serial).expect("a small serial"),
            service: bill.service.days(),
            in_scope: amounts.in_scope.get(),
            outside: [amounts.full_self_pay, amounts.over_ceiling, amounts.first_pay].map(Fen::get),
            account: [self.wallet.current, self.wallet.earlier].map(Fen::get),
            dates: [
                self.retired_on.map_or(NEVER, Date::days),
                facts.born.expect("a birthday").days(),
                facts.enrolled_on.expect("a day of enrolment").days(),
            ],
            institution: i64::try_from(bill.institution).expect("a small number"),
            texts,
        }
    }
}

impl Row {
    /// A limit used elsewhere on a day.
    pub(crate) fn used(like: &Row, limit: &str, on: Date, used: i64) -> Row {
        let texts =
            like.texts.iter().filter(|(name, _)| *name == "plan" || *name == "level").cloned();
        let service = on.days();
        Row {
            person: like.person.clone(),
            settled_at: i64::from(service) * 86_400_000_000,
            service,
            in_scope: used,
            dates: like.dates,
            texts: texts.chain([("used_limit", limit.to_string())]).collect(),
            ..Row::default()
        }
    }

    fn text(&self, name: &str) -> Box<str> {
        let found = self.texts.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, text)| text).into()
    }
}

/// Each fee line as a bill of its own.
pub(crate) fn apart(bill: &Bill) -> Vec<Bill> {
    let Content::Lines(lines) = &bill.content else { return vec![bill.clone()] };
    let wanted =
        lines.iter().filter(|line| line.amount > Fen::ZERO && line.first_pay == kernel::Rate::ZERO);
    let whole = |line: &&FeeLine| line.class == kernel::CatalogueClass::A && line.ceiling.is_none();
    wanted
        .filter(whole)
        .zip(1_u64..)
        .map(|(line, number)| {
            let mut part = bill.clone();
            part.id.0 = bill.id.0 * 100 + u128::from(number);
            part.order.serial = bill.order.serial * 100 + number;
            part.content = Content::Lines(vec![line.clone()]);
            part
        })
        .collect()
}

/// Writes rows.
pub(crate) fn write(path: &Path, rows: &[Row]) {
    let column = |of: &dyn Fn(&Row) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
    let days = |of: &dyn Fn(&Row) -> i32| rows.iter().map(of).collect::<Vec<i32>>();
    let words = |of: &dyn Fn(&Row) -> Box<str>| texts(&rows.iter().map(of).collect::<Vec<_>>());
    let (person, bill) =
        (words(&|row| row.person.as_str().into()), words(&|row| row.bill.as_str().into()));
    let reverses = words(&|row| row.reverses.as_str().into());
    let (settled, serial) = (column(&|row| row.settled_at), column(&|row| row.serial));
    let (in_scope, institution) = (column(&|row| row.in_scope), column(&|row| row.institution));
    let outside = [0, 1, 2].map(|part| column(&|row| row.outside[part]));
    let account = [0, 1].map(|part| column(&|row| row.account[part]));
    let dates = [0, 1, 2].map(|date| days(&|row| row.dates[date]));
    let service = days(&|row| row.service);
    let attributes = TEXTS.map(|name| words(&|row| row.text(name)));
    let mut columns = vec![
        ("person", Data::Text(&person)),
        ("bill", Data::Text(&bill)),
        ("reverses", Data::Text(&reverses)),
        ("settled_at", Data::Moment(&settled)),
        ("serial", Data::Number(&serial)),
        ("service_date", Data::Day(&service)),
        ("in_scope", Data::Fen(&in_scope)),
        ("full_self_pay", Data::Fen(&outside[0])),
        ("over_ceiling", Data::Fen(&outside[1])),
        ("first_pay", Data::Fen(&outside[2])),
        ("account_current", Data::Fen(&account[0])),
        ("account_earlier", Data::Fen(&account[1])),
        ("retired_on", Data::Day(&dates[0])),
        ("born", Data::Day(&dates[1])),
        ("enrolled_on", Data::Day(&dates[2])),
        ("institution", Data::Number(&institution)),
    ];
    columns.extend(TEXTS.iter().zip(&attributes).map(|(name, texts)| (*name, Data::Text(texts))));
    let mut table = Table::new(path);
    table.group(&columns).expect("a row group");
    table.finish().expect("a file");
}
