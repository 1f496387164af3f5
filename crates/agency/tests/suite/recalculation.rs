//! Person-years folded again after late facts: amounts worked out by hand from the articles, approval by another, posting of
//! differences only, and the same books in whatever order.

use crate::village::{
    CHONGQING, DISTRICT, Hands, NANNING, NANNING_HOSPITAL, attend, day, law, line, message, moment,
    person, register, reverse, settle, undo, upload, village,
};
use agency::accounts::RunError;
use agency::business::account::{Learn, NewFact};
use agency::business::agreement::LearnAgreement;
use agency::core::{Core, Job, Reply, Settings};
use agency::documents::RUN;
use agency::import::{Header, Importer, Options, Table};
use agency::ledger::Head;
use agency::recalculation::{
    Desk, Filed, Item, Proposal, Report, Run, RunAsked, Step, Tally, Watch, file_agreement_changes,
    notice, pending, pending_of, proposals_of, proposed,
};
use agency::regions::Regions;
use agency::{Agency, Business, Outcome, Reason, Refused, books, facts};
use kernel::{Date, Fen};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::sqlite::Sqlite;
use store::{Cells, Changes, Document, DocumentKey, Id, MessageKey, PersonKey, Store as _, Wants};

/// The village's agency over a file, at work.
pub(crate) struct Office {
    pub(crate) agency: Arc<Agency>,
    pub(crate) core: Core,
    pub(crate) clock: Arc<Hands>,
    _folder: tempfile::TempDir,
}

impl Office {
    pub(crate) fn open() -> Office {
        Office::under(law())
    }

    /// The same under another law.
    pub(crate) fn under(law: Arc<Regions>) -> Office {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path()).unwrap();
        // Accounts that nothing was put into: balances of the village have no entries.
        let mut village = village();
        for account in &mut village.accounts {
            (account.current, account.earlier) = (Fen::ZERO, Fen::ZERO);
        }
        store.commit(&Wants::default(), &mut |_| village.clone()).unwrap();
        let clock = Hands::at("2024-01-02 08:00:00");
        let agency = Agency::with(Arc::new(store), law, clock.clone(), 7).unwrap();
        let agency = Arc::new(agency);
        let core = Core::start(agency.clone(), Settings::default()).unwrap();
        Office { agency, core, clock, _folder: folder }
    }

    pub(crate) fn at(&self, text: &str) -> &Office {
        self.clock.set(moment(text));
        self
    }

    pub(crate) fn ask(
        &self,
        business: impl Business + 'static,
        message: Option<MessageKey>,
    ) -> Reply {
        self.clock.forward(1_000);
        let (answer, waiting) = std::sync::mpsc::channel();
        let business = Box::new(business);
        let reply = Box::new(move |reply| answer.send(reply).unwrap());
        self.core.submit(Job { business, message, sent: None, reply });
        waiting.recv().unwrap()
    }

    /// A visit of one line of in-scope spending, settled; its entry.
    pub(crate) fn visit(&self, who: &PersonKey, institution: &str, at: &str, fen: i64) -> Id {
        self.at(at);
        let of = |who: &PersonKey| who.clone();
        let mut registered = register(&who.person, institution, at, at);
        registered.person = of(who);
        let Outcome::Registered { visit } = self.ask(registered, None).unwrap().outcome else {
            panic!()
        };
        let mut attended = attend(&who.person, institution, visit);
        attended.person = of(who);
        self.ask(attended, None).unwrap();
        let mut lines = upload(&who.person, institution, visit, vec![line("1", "A", fen, at)]);
        lines.person = of(who);
        self.ask(lines, None).unwrap();
        let mut settlement = settle(&who.person, institution, visit, fen);
        settlement.person = of(who);
        match self.ask(settlement, None).unwrap().outcome {
            Outcome::Settled(settled) => settled.entry,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn learn(
        &self,
        who: &PersonKey,
        kind: &str,
        other: &str,
        from: &str,
        to: Option<&str>,
    ) {
        self.learn_instead(who, kind, other, (from, to), Vec::new());
    }

    pub(crate) fn learn_instead(
        &self,
        who: &PersonKey,
        kind: &str,
        other: &str,
        (from, to): (&str, Option<&str>),
        wrong: Vec<Id>,
    ) {
        let fact = NewFact {
            kind: kind.into(),
            other: other.into(),
            from: day(from),
            to: to.map_or(Date::MAX, day),
            detail: "".into(),
        };
        self.ask(Learn { person: who.clone(), facts: vec![fact], wrong }, None).unwrap();
    }

    /// The level of a hospital turns out to be another.
    pub(crate) fn correct_level(&self, institution: &str, level: &str, from: &str) {
        let fact = NewFact {
            kind: facts::LEVEL.into(),
            other: level.into(),
            from: day(from),
            to: Date::MAX,
            detail: "".into(),
        };
        let (area, institution) = (CHONGQING, institution.into());
        let learn = LearnAgreement { area, institution, facts: vec![fact], wrong: Vec::new() };
        self.ask(learn, None).unwrap();
        self.agreements_change();
    }

    /// What agreements touch is looked for.
    fn agreements_change(&self) -> Filed {
        file_agreement_changes(self.agency.store(), CHONGQING, self.agency.now()).unwrap()
    }

    fn desk(&self, by: &str) -> Desk<'_> {
        Desk { agency: &self.agency, core: &self.core, by: by.into() }
    }

    /// What waits for a person: one year.
    fn item(&self, who: &PersonKey) -> Item {
        let mut items = pending_of(self.agency.store(), who).unwrap();
        assert_eq!(items.len(), 1, "{items:?}");
        items.remove(0)
    }

    /// Proposed, approved by another, posted.
    pub(crate) fn work_off(&self, who: &PersonKey) -> Proposal {
        let item = self.item(who);
        let proposal = self.desk("张").propose(&item).unwrap();
        if proposal.changed.is_empty() {
            return proposal;
        }
        self.desk("李").approve(&item, Some(&proposal.digest), true).unwrap()
    }

    /// One of several years that wait for a person, proposed, approved by another and posted.
    pub(crate) fn work_off_year(&self, who: &PersonKey, year: i32) -> Proposal {
        let items = pending_of(self.agency.store(), who).unwrap();
        let item = items.into_iter().find(|item| item.year == year).unwrap();
        let proposal = self.desk("张").propose(&item).unwrap();
        self.desk("李").approve(&item, Some(&proposal.digest), true).unwrap()
    }

    /// All that wait, a document a page.
    fn run(&self, step: Step, by: &str) -> Result<Report, RunError> {
        self.run_until(step, by, &AtomicBool::new(false), &|_| {})
    }

    /// The same; `moved` may stop it.
    fn run_until(
        &self,
        step: Step,
        by: &str,
        stop: &AtomicBool,
        moved: &(dyn Fn(u64) + Sync),
    ) -> Result<Report, RunError> {
        let asked = RunAsked { area: CHONGQING, step, by: by.into(), page: 1, lanes: Some(1) };
        let run = Run::begin(&self.agency, asked)?;
        let refused = |item: &Item, why: &Refused| eprintln!("{item:?}: {why}");
        let report = run.finish(&Watch { moved, refused: &refused, stop })?;
        run.close()?;
        Ok(report)
    }

    /// Sums of the ledger by head.
    pub(crate) fn ledger(&self, who: &PersonKey) -> BTreeMap<&'static str, i64> {
        let mut sums = BTreeMap::new();
        for entry in self.agency.store().history(who, Id::MIN, Id::MAX).unwrap() {
            for posting in entry.postings {
                let head = Head::from_number(posting.account).unwrap();
                *sums.entry(head.zh()).or_default() += posting.amount.get();
            }
        }
        sums.retain(|_, amount| *amount != 0);
        sums
    }

    pub(crate) fn cells(&self, who: &PersonKey, year: i32) -> Cells {
        let wants =
            Wants { people: [who.clone()].into(), years: Some((year, year)), ..Wants::default() };
        self.agency.look(wants).unwrap().cells(who, year).clone()
    }

    pub(crate) fn check(&self) {
        let options = books::Options { replay: 1, ..books::Options::default() };
        let report =
            books::check(self.agency.store(), self.agency.regions(), options, &mut |_| {}).unwrap();
        let faults: Vec<String> = report.faults.iter().map(|fault| fault.text(false)).collect();
        assert!(report.is_clean(), "{}", faults.join("\n"));
    }
}

fn changes(proposal: &Proposal) -> Vec<([i64; 3], i64)> {
    let by = |it: &agency::recalculation::Difference| {
        (it.funds(), it.after.deductible - it.before.deductible)
    };
    proposal.changed.iter().map(by).collect()
}

fn refused<T: std::fmt::Debug>(reply: Result<T, Refused>) -> Refused {
    reply.unwrap_err()
}

/// 甲 at a hospital of level 2 in April, May and June 2024.
fn spring(office: &Office) -> [Id; 3] {
    let jia = person("甲");
    [
        office.visit(&jia, DISTRICT, "2024-04-20 09:00:00", 6_000),
        office.visit(&jia, DISTRICT, "2024-05-10 09:00:00", 30_000),
        office.visit(&jia, DISTRICT, "2024-06-10 09:00:00", 50_000),
    ]
}

#[test]
fn a_late_retirement_counts_from_the_month_after() {
    let office = Office::open();
    let jia = person("甲");
    spring(&office);
    let before = office.ledger(&jia);
    office.at("2024-08-01 09:00:00");
    office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    let item = office.item(&jia);
    let shown = office.desk("张").look(&item).unwrap();
    // April, still in work: 60 of the deductible of 200. May, as retired: 100 − 60 = 40, (300 − 40) × 70% = 182 instead of
    // (300 − 140) × 60% = 96. June: 500 × 70% = 350 instead of 300.
    assert_eq!(changes(&shown), [([8_600, 0, 0], -10_000), ([5_000, 0, 0], 0)]);
    assert_eq!(shown.claims, 3);
    assert!(shown.changed[0].articles.iter().any(|it| it.contains("第五条")), "{shown:?}");
    assert!(shown.changed[0].because[0].text(false).starts_with("人员身份：在职→退休"));
    assert_eq!(office.ledger(&jia), before, "nothing is filed by looking");

    let posted = office.work_off(&jia);
    assert_eq!((posted.entries.len(), posted.round), (2, 1));
    let after = office.ledger(&jia);
    assert_eq!(after["统筹基金"] - before["统筹基金"], 13_600);
    assert_eq!(after["应付个人"], -13_600);
    assert_eq!(after["应付定点医药机构"], before["应付定点医药机构"]);
    assert_eq!(office.cells(&jia, 2024)["ordinary.deductible"], 10_000);
    office.check();
    let words = notice("测试甲", "甲", &posted);
    assert!(words.contains("应多支付136.00元，将退还给您"), "{words}");

    // It is worked off, and folded again it gives nothing.
    assert!(pending_of(office.agency.store(), &jia).unwrap().is_empty());
    assert!(office.desk("张").look(&item).unwrap().changed.is_empty());
    let again = office.desk("张").propose(&item).unwrap();
    assert!(again.changed.is_empty() && again.round == 2);
    assert_eq!(refused(office.desk("李").approve(&item, None, true)).reason, Reason::DocumentState);
    assert_eq!(office.ledger(&jia), after);

    // What is settled afterwards goes on from there: 100 × 70%.
    office.visit(&jia, DISTRICT, "2024-08-10 09:00:00", 10_000);
    assert_eq!(office.ledger(&jia)["统筹基金"] - after["统筹基金"], 7_000);
    assert!(office.desk("张").look(&item).unwrap().changed.is_empty());
    office.check();
}

#[test]
fn repaired_arrears_pay_what_was_withheld() {
    let office = Office::open();
    let ding = person("丁");
    office.visit(&ding, DISTRICT, "2024-03-05 09:00:00", 30_000);
    office.visit(&ding, DISTRICT, "2024-03-06 09:00:00", 10_000);
    assert_eq!(office.ledger(&ding).get("统筹基金"), None, "in arrears");
    let wants = Wants { people: [ding.clone()].into(), ..Wants::default() };
    let file = office.agency.look(wants).unwrap().file(&ding).unwrap().clone();
    let arrears = facts::of_kind(&file, facts::ENTITLEMENT)[0].id;
    office.at("2024-04-01 09:00:00");
    let always = ("2020-01-01", None);
    office.learn_instead(&ding, facts::ENTITLEMENT, "entitled", always, vec![arrears]);
    let items = pending_of(office.agency.store(), &ding).unwrap();
    let now = items.iter().find(|item| item.year == 2024).unwrap();
    // 200 of deductible, (300 − 200) × 60% = 60; then 100 × 60% = 60.
    let proposal = office.desk("张").propose(now).unwrap();
    assert_eq!(changes(&proposal), [([6_000, 0, 0], 20_000), ([6_000, 0, 0], 0)]);
    office.desk("李").approve(now, None, true).unwrap();
    assert_eq!(office.ledger(&ding)["应付个人"], -12_000);
    // Earlier years of which nothing was settled find nothing.
    for item in items.iter().filter(|item| item.year != 2024) {
        assert!(office.desk("张").propose(item).unwrap().changed.is_empty());
    }
    assert!(pending_of(office.agency.store(), &ding).unwrap().is_empty());
    office.check();
}

#[test]
fn a_late_admission_in_guangxi_is_taken_back() {
    let office = Office::open();
    let wu = PersonKey::new(NANNING, "戊");
    office.visit(&wu, NANNING_HOSPITAL, "2024-03-05 09:00:00", 100_000);
    office.visit(&wu, NANNING_HOSPITAL, "2024-04-05 09:00:00", 50_000);
    // (1000 − 600) × 55% = 220; 500 × 55% = 275.
    assert_eq!(office.ledger(&wu)["统筹基金"], 49_500);
    office.at("2024-05-01 09:00:00");
    let days = ("2024-03-01", Some("2024-03-10"));
    office.learn(&wu, facts::ADMISSION, NANNING_HOSPITAL, days.0, days.1);
    let proposal = office.work_off(&wu);
    // An inpatient has no ordinary benefit; so April bears the deductible: 500 of 600.
    assert_eq!(changes(&proposal), [([-22_000, 0, 0], -60_000), ([-27_500, 0, 0], 50_000)]);
    let ledger = office.ledger(&wu);
    assert_eq!(ledger.get("统筹基金"), None);
    assert_eq!(ledger["应收追回款"], 49_500);
    let words = notice("测试戊", "戊", &proposal);
    assert!(words.contains("多支付了495.00元，需由您退回"), "{words}");
    office.check();
}

#[test]
fn a_corrected_level_is_found_by_institution() {
    let office = Office::open();
    spring(&office);
    office.at("2024-08-01 09:00:00").correct_level(DISTRICT, "3", "2024-05-01");
    let proposal = office.work_off(&person("甲"));
    // (300 − 140) × 50% = 80 instead of 96; 500 × 50% = 250 instead of 300.
    assert_eq!(changes(&proposal), [([-1_600, 0, 0], 0), ([-5_000, 0, 0], 0)]);
    assert_eq!(office.ledger(&person("甲"))["应收追回款"], 6_600);
    office.check();
}

#[test]
fn an_imported_agreement_files_what_it_touches_by_itself() {
    let office = Office::open();
    spring(&office);
    office.at("2024-08-01 09:00:00");
    let import = |rows: &[[&str; 6]]| {
        let names = ["region", "institution", "kind", "value", "from", "to"].map(str::to_owned);
        let (header, _) = Header::new(Table::Agreements, &names, &[]).unwrap();
        let now = office.agency.now();
        let options = Options { at: now, seed: 3, dry_run: false, batch: 10, region: None };
        let store = office.agency.store();
        let mut importer = Importer::new(store, law(), header, options);
        let mut done = Vec::new();
        for (number, row) in (2..).zip(rows) {
            done.extend(importer.row(number, row).unwrap());
        }
        done.extend(importer.flush().unwrap());
        done.iter().filter_map(|done| done.effect.clone().err()).count()
    };
    // The spell of level 2 ends in April; level 3 begins in May. And the institution is suspended for June.
    let rows = [
        ["500000", DISTRICT, "level", "2", "2020-01-01", "2024-04-30"],
        ["500000", DISTRICT, "level", "3", "2024-05-01", ""],
        ["500000", DISTRICT, "suspension", "", "2024-06-01", "2024-06-30"],
    ];
    assert_eq!(import(&rows), 0);
    assert_eq!(office.agreements_change(), Filed { changes: 1, person_years: 1 });
    assert_eq!(office.agreements_change(), Filed::default(), "found once");
    let proposal = office.work_off(&person("甲"));
    // May: (300 − 140) × 50% = 80 instead of 96. June: nothing instead of 300, and the agreement is suspended.
    assert_eq!(changes(&proposal), [([-1_600, 0, 0], 0), ([-30_000, 0, 0], 0)]);
    assert!(proposal.changed[1].because.iter().any(|it| it.text(false) == "定点协议：有→无"));
    office.check();
    // The same file again: nothing changes, nothing is looked for.
    assert_eq!(import(&rows), 0);
    assert_eq!(office.agreements_change(), Filed::default());
    // What begins tomorrow touches nothing that was settled.
    assert_eq!(import(&[["500000", DISTRICT, "capability", "internet", "2024-08-02", ""]]), 0);
    assert_eq!(office.agreements_change(), Filed::default());
}

#[test]
fn late_facts_in_either_order_or_together_give_the_same_books() {
    let jia = person("甲");
    let retire = |office: &Office| office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    let level = |office: &Office| office.correct_level(DISTRICT, "3", "2024-05-01");
    let mut books = Vec::new();
    for order in ["retirement first", "level first", "together"] {
        let office = Office::open();
        spring(&office);
        office.at("2024-08-01 09:00:00");
        match order {
            "retirement first" => {
                retire(&office);
                office.work_off(&jia);
                level(&office);
            }
            "level first" => {
                level(&office);
                office.work_off(&jia);
                retire(&office);
            }
            _ => {
                retire(&office);
                level(&office);
            }
        }
        office.work_off(&jia);
        assert!(pending_of(office.agency.store(), &jia).unwrap().is_empty());
        office.check();
        // Retired at level 3: (300 − 40) × 60% = 156 instead of 96; 500 × 60% = 300 as before.
        assert_eq!(office.ledger(&jia)["应付个人"], -6_000, "{order}");
        books.push((office.ledger(&jia), office.cells(&jia, 2024)));
    }
    assert!(books.windows(2).all(|two| two[0] == two[1]), "{books:?}");
}

#[test]
fn who_proposes_does_not_approve_and_what_moved_since_is_proposed_again() {
    let office = Office::open();
    let jia = person("甲");
    spring(&office);
    office.at("2024-08-01 09:00:00");
    office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    let item = office.item(&jia);
    let first = office.desk("张").propose(&item).unwrap();
    let own = refused(office.desk("张").approve(&item, None, true));
    assert_eq!(own.reason, Reason::DocumentState);
    assert!(own.value.contains("另一人审批"), "{own}");
    office.visit(&jia, DISTRICT, "2024-08-02 09:00:00", 10_000);
    let moved = refused(office.desk("李").approve(&item, None, true));
    assert!(moved.value.contains("请重新提出"), "{moved}");
    assert_eq!(office.ledger(&jia).get("应付个人"), None);
    let second = office.desk("王").propose(&item).unwrap();
    let stale = refused(office.desk("李").approve(&item, Some(&first.digest), true));
    assert!(stale.value.contains("请再查看"), "{stale}");
    // Approved first and posted later, by whom does not matter.
    office.desk("李").approve(&item, Some(&second.digest), false).unwrap();
    assert_eq!(office.ledger(&jia).get("应付个人"), None);
    let posted = office.desk("王").approve(&item, None, true).unwrap();
    assert_eq!(&*posted.approved.unwrap().by, "李");
    assert_eq!(office.ledger(&jia)["应付个人"], -13_600);
    assert!(refused(office.desk("").propose(&item)).value.contains("经办人"));
    office.check();
}

#[test]
fn an_undo_takes_the_correction_back_and_its_reversal_puts_it_back() {
    let office = Office::open();
    let jia = person("甲");
    let [_, _, june] = spring(&office);
    office.at("2024-08-01 09:00:00");
    office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    let item = office.item(&jia);
    office.work_off(&jia);
    let corrected = office.ledger(&jia);
    let cells = office.cells(&jia, 2024);
    let key = message(DISTRICT, "U1", "2208", 1);
    office.ask(undo("甲", DISTRICT, june), Some(key.clone())).unwrap();
    // June paid 300 and was corrected by 50.
    assert_eq!(office.ledger(&jia)["应付个人"], -8_600);
    assert_eq!(corrected["统筹基金"] - office.ledger(&jia)["统筹基金"], 35_000);
    office.check();
    assert!(office.desk("张").look(&item).unwrap().changed.is_empty());
    office.ask(reverse(&key, "甲", "2024-08-01 10:00:00"), None).unwrap();
    assert_eq!(office.ledger(&jia), corrected);
    assert_eq!(office.cells(&jia, 2024), cells);
    office.check();
    assert!(office.desk("张").look(&item).unwrap().changed.is_empty());
}

#[test]
fn many_are_worked_off_in_pages() {
    let office = Office::open();
    let (jia, yi) = (person("甲"), person("乙"));
    spring(&office);
    office.visit(&yi, DISTRICT, "2024-05-11 09:00:00", 30_000);
    office.at("2024-08-01 09:00:00");
    office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    office.correct_level(DISTRICT, "3", "2024-05-01");
    let store = office.agency.store();
    let mut after = ("".into(), "".into());
    let mut items = Vec::new();
    while let (page, Some(next)) = pending(store, CHONGQING, &after, 1).unwrap() {
        items.extend(page);
        after = next;
    }
    assert_eq!(items.len(), 2, "a person's documents stay together: {items:?}");
    assert_eq!(office.run(Step::Propose, "张").unwrap().tally.done, 2);
    let (waiting, _) = proposed(store, CHONGQING, &("".into(), "".into()), 10).unwrap();
    assert_eq!(waiting.len(), 2);
    assert_eq!(office.run(Step::Approve, "李").unwrap().tally.done, 2);
    // 乙, retired: (300 − 100) × 60% = 120 instead of 140.
    assert_eq!(office.ledger(&yi)["应收追回款"], 2_000);
    let (waiting, _) = proposed(store, CHONGQING, &("".into(), "".into()), 10).unwrap();
    assert!(waiting.is_empty());
    office.check();
}

/// 甲 and 乙 with differences, asked for at once: 甲 by two facts, of which one touches a year without settlements.
fn two_waiting() -> Office {
    let office = Office::open();
    spring(&office);
    office.visit(&person("乙"), DISTRICT, "2024-05-11 09:00:00", 30_000);
    office.at("2024-08-01 09:00:00");
    office.learn(&person("甲"), facts::RETIREMENT, "", "2023-12-15", None);
    office.correct_level(DISTRICT, "3", "2024-05-01");
    office
}

fn rows(office: &Office, number: &str) -> Vec<(Arc<str>, usize)> {
    let mut rows = Vec::new();
    let mut each = |person: &PersonKey, proposal: &Proposal| -> Result<(), RunError> {
        rows.push((person.person.clone(), proposal.changed.len()));
        Ok(())
    };
    proposals_of(office.agency.store(), CHONGQING, number, &mut each).unwrap();
    rows
}

#[test]
fn a_run_stopped_after_any_page_goes_on_and_counts_everything_once() {
    let whole = two_waiting();
    let proposed = whole.run(Step::Propose, "张").unwrap();
    let posted = whole.run(Step::Approve, "李").unwrap();
    let expected = (whole.ledger(&person("甲")), whole.ledger(&person("乙")));
    assert!(proposed.tally.differing == 2 && posted.tally.done == 2, "{proposed:?} {posted:?}");
    for pages in 1..=2 {
        let office = two_waiting();
        for (step, by, full) in [(Step::Propose, "张", &proposed), (Step::Approve, "李", &posted)]
        {
            let (stop, count) = (AtomicBool::new(false), AtomicBool::new(pages == 1));
            let cut = office.run_until(step, by, &stop, &|_| {
                // After the first page, or after the second.
                stop.store(count.swap(true, Ordering::Relaxed), Ordering::Relaxed);
            });
            assert!(matches!(cut, Err(RunError::Stopped)), "{cut:?}");
            let report = office.run(step, by).unwrap();
            assert_eq!((&report.tally, report.refused), (&full.tally, 0), "{step:?} after {pages}");
            let mut count: Vec<_> = rows(&office, &report.number);
            assert_eq!(count.len() as u64, full.tally.done, "{count:?}");
            count.dedup_by_key(|row| row.0.clone());
        }
        assert_eq!((office.ledger(&person("甲")), office.ledger(&person("乙"))), expected);
        office.check();
    }
}

#[test]
fn a_run_whose_position_was_not_noted_does_nothing_twice() {
    let office = two_waiting();
    // Killed: pages are done, and how far it was stands at the beginning.
    let forget = |number: &str| {
        let key = DocumentKey {
            area: CHONGQING,
            kind: RUN.into(),
            owner: "recalculation".into(),
            number: number.into(),
        };
        let document = office.agency.store().document(&key).unwrap().unwrap();
        let mut far: serde_json::Value = serde_json::from_str(&document.body).unwrap();
        far["after"] = serde_json::json!(["", ""]);
        let documents = vec![Document { body: far.to_string().into(), ..document }];
        let changes = Changes { documents, ..Changes::default() };
        office.agency.store().commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    };
    for (step, by, number) in [(Step::Propose, "张", "propose"), (Step::Approve, "李", "approve")]
    {
        let stop = AtomicBool::new(false);
        let all = AtomicBool::new(false);
        office
            .run_until(step, by, &stop, &|_| {
                stop.store(all.swap(true, Ordering::Relaxed), Ordering::Relaxed);
            })
            .unwrap_err();
        forget(number);
        let report = office.run(step, by).unwrap();
        let Tally { differing, settlements, .. } = report.tally;
        assert_eq!((differing, settlements, report.refused), (2, 2, 0), "{step:?} {report:?}");
    }
    office.check();
}

#[test]
fn a_run_taken_up_by_another_process_is_left_to_it() {
    let office = two_waiting();
    let asked =
        RunAsked {
            area: CHONGQING, step: Step::Propose, by: "张".into(), page: 1, lanes: Some(1)
        };
    let first = Run::begin(&office.agency, asked.clone()).unwrap();
    let second = Run::begin(&office.agency, asked).unwrap();
    let stop = AtomicBool::new(false);
    let watch = Watch { moved: &|_| {}, refused: &|_, _| {}, stop: &stop };
    let refused = first.finish(&watch).unwrap_err();
    assert!(refused.to_string().contains("另一个进程"), "{refused}");
    assert_eq!(second.finish(&watch).unwrap().tally.differing, 2);
    second.close().unwrap();
    assert!(first.close().is_err());
}
