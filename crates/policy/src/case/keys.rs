//! What a case may say: the keys of its tables.

use crate::table::{Key, Kind, key};
use kernel::account::ClosureEvent;
use kernel::bill::CatalogueClass;
use kernel::{AccountUse, Capabilities, Category, Channel, Flags, Place, Status, Venue};

pub(super) const CASE: &[Key] = &[
    key("title", Kind::Text, "what the case shows"),
    key(
        "basis",
        Kind::Word(&["text", "published", "reading", "regression"]),
        "who vouches for the figures",
    ),
    key("source", Kind::Text, "of a published case"),
    key("person", Kind::Special("a table"), "the insured"),
    key(
        "used",
        Kind::Special("a table of amounts"),
        "accumulators used elsewhere before the first visit",
    ),
    key("visits", Kind::List(VISIT), "bills in settlement order"),
    key("credits", Kind::List(CREDIT), "monthly account credits"),
    key("contributions", Kind::List(CONTRIBUTION), "contribution months and when they were paid"),
    key("entitled", Kind::List(ENTITLED), "days and whether the person is entitled"),
    key("closures", Kind::List(CLOSURE), "events that close the account"),
    key(
        "settlements",
        Kind::List(PAYMENT),
        "what an institution is paid for a month, or (with budget) a year",
    ),
    key("set", Kind::Texts, "switches: path=value"),
];
pub(super) const PERSON: &[Key] = &[
    key("status", Kind::Word(Status::CODES), "default active"),
    key("retired_on", Kind::Day, "when retirement was registered"),
    key("plan", Kind::Text, "code of the plan; default the region's first"),
    key("plans_held", Kind::Texts, "all plans of the year"),
    key("cohort", Kind::Text, "code of the cohort"),
    key("born", Kind::Day, "birth date"),
    key("enrolled_on", Kind::Day, "first enrolment"),
    key("contract", Kind::Flag, "family-doctor contract"),
    key("filings", Kind::Texts, "diseases with a filing"),
    key("two_disease", Kind::Texts, "diseases filed as 两病 only"),
    key("suspended", Kind::Word(&["arrears", "waiting", "not-insured"]), "not entitled"),
    key("account", Kind::Money, "own account, money of the current year"),
    key("account_earlier", Kind::Money, "own account, earlier money"),
    key("family", Kind::Amounts, "family accounts"),
];
pub(super) const VISIT: &[Key] = &[
    key("on", Kind::Day, "service date"),
    key("time", Kind::Text, "hh:mm"),
    key("level", Kind::Whole, "0 to 3; default 2"),
    key("venue", Kind::Word(Venue::CODES), "default hospital"),
    key("place", Kind::Word(Place::CODES), "default local"),
    key("channel", Kind::Word(Channel::CODES), "default direct"),
    key("category", Kind::Word(Category::CODES), "default ordinary"),
    key("disease", Kind::Text, "code"),
    key("chosen", Kind::Flag, "the chosen institution"),
    key("chosen_for", Kind::Texts, "diseases for which the institution was chosen"),
    key("capabilities", Kind::Words(Capabilities::CODES), "of a pharmacy; default all"),
    key("contract", Kind::Flag, "from this visit on"),
    key("inpatient", Kind::Special("true | \"same-day\""), "while an inpatient"),
    key("institution", Kind::Special("a number or a name"), "the institution"),
    key("visit", Kind::Whole, "number of the visit, to join bills"),
    key("in_scope", Kind::Money, "wholly in scope, or with the other parts"),
    key("total", Kind::Money, "total"),
    key("full_self_pay", Kind::Money, "全自费"),
    key("over_ceiling", Kind::Money, "超限价"),
    key("first_pay", Kind::Money, "先行自付"),
    key("lines", Kind::List(LINE), "fee lines"),
    key("prescription", Kind::Special("{ level = 2, designated = true }"), "外配处方"),
    key("designated", Kind::Flag, "default true"),
    key("submitted", Kind::Day, "when a paper claim was submitted"),
    key("status", Kind::Word(Status::CODES), "from this visit on"),
    key("plan", Kind::Text, "from this visit on"),
    key("account", Kind::Word(AccountUse::CODES), "which accounts may pay; default family"),
    key("reverses", Kind::Whole, "reverses the n-th visit"),
    key("expect", Kind::Special("a table"), "what must come out"),
];
pub(super) const LINE: &[Key] = &[
    key("class", Kind::Word(CatalogueClass::CODES), "default A"),
    key("amount", Kind::Money, "amount"),
    key("first_pay", Kind::Rate, "ratio of a class B line"),
    key("ceiling", Kind::Money, "most of the line that may be in scope"),
    key("item", Kind::Text, "item code"),
    key("flag", Kind::Words(Flags::CODES), "flags"),
    key("disease", Kind::Text, "disease code"),
    key("denied", Kind::Flag, "an account may not pay it"),
];
pub(super) const EXPECT: &[Key] = &[
    key("total", Kind::Text, ""),
    key("full_self_pay", Kind::Text, ""),
    key("over_ceiling", Kind::Text, ""),
    key("first_pay", Kind::Text, ""),
    key("in_scope", Kind::Text, ""),
    key("deductible", Kind::Text, ""),
    key("pool", Kind::Text, ""),
    key("large_amount", Kind::Text, ""),
    key("subsidy", Kind::Text, ""),
    key("patient", Kind::Text, ""),
    key("account", Kind::Text, ""),
    key("account_earlier", Kind::Text, ""),
    key("family", Kind::Text, ""),
    key("cash", Kind::Text, ""),
    key("programme", Kind::Text, ""),
    key("refusal", Kind::Text, ""),
];
pub(super) const CREDIT: &[Key] = &[
    key("month", Kind::Text, "2024-03"),
    key("base", Kind::Money, "contribution base"),
    key("paid", Kind::Flag, "the contribution is paid; default true"),
    key("expect", Kind::Money, "the credit"),
];
pub(super) const CONTRIBUTION: &[Key] =
    &[key("month", Kind::Text, "2024-03"), key("paid", Kind::Day, "when it was paid")];
pub(super) const ENTITLED: &[Key] =
    &[key("on", Kind::Day, "the day"), key("expect", Kind::Flag, "entitled or not")];
pub(super) const CLOSURE: &[Key] = &[
    key("event", Kind::Word(ClosureEvent::CODES), "what happened"),
    key("on", Kind::Day, "when"),
    key("balance", Kind::Money, "the balance"),
    key("expect", Kind::Special("a table"), "pay, frozen_from"),
];
pub(super) const PAYMENT: &[Key] = &[
    key("actual", Kind::Money, "what is owed for the month or year"),
    key("budget", Kind::Money, "of the year"),
    key("expect", Kind::Special("a table"), "payable, deposit"),
];
