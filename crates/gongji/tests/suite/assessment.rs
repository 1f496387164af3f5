//! `gongji indicators`, `review`, `assess`: a month of a hospital from its prescriptions to its grade.

use crate::command::gongji;
use agency::business::lines::{StatedLine, UploadLines};
use agency::business::settle::Settle;
use agency::business::visit::{Attend, Diagnosis, Purpose, Register, Staff};
use agency::core::{Clock, Core, Job, Settings};
use agency::town::{self, CHONGQING, Town, wares};
use agency::{Agency, Business, Outcome};
use kernel::{Date, Moment, Month};
use server::clock::WallClock;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use store::sqlite::Sqlite;

const HOSPITAL: &str = "H99500000002";

struct Tenth(Moment);

impl Clock for Tenth {
    fn now(&self) -> Moment {
        self.0
    }
}

/// Books of the town with four visits on the tenth of last month; the month.
fn hospital(folder: &Path) -> Month {
    let month = WallClock.now().date().month().plus(-1);
    let tenth = Date::from_days(month.first_day().days() + 9);
    let now = Moment(Moment::start_of(tenth).0 + 36_000_000);
    let store = Sqlite::open(folder).unwrap();
    town::build(&store, &Town::new(40), now, &mut |_| {}).unwrap();
    let (library, choice) = (policy::Library::shipped(), policy::Choice::default());
    let clock = Arc::new(Tenth(now));
    let agency = Agency::open(Arc::new(store), &library, &choice, clock, 7).unwrap();
    let core = Core::start(Arc::new(agency), Settings::default()).unwrap();
    let ask = |business: Box<dyn Business>| {
        let (answer, waiting) = std::sync::mpsc::channel();
        let reply = Box::new(move |reply| answer.send(reply).unwrap());
        core.submit(Job { business, message: None, sent: None, reply });
        waiting.recv().unwrap().unwrap().outcome
    };
    let ware = &wares(tenth)[2];
    for number in 1..=4_u32 {
        let (person, institution) = (Town::person(CHONGQING, number), Arc::from(HOSPITAL));
        let staff =
            Staff { department: "03".into(), department_name: "内科".into(), ..Staff::default() };
        let began = now;
        let outcome = ask(Box::new(Register {
            person: person.clone(),
            institution: Arc::clone(&institution),
            number: number.to_string().into(),
            began,
            scheme: "310".into(),
            credential: "02".into(),
            staff,
        }));
        let Outcome::Registered { visit } = outcome else { panic!("{outcome:?}") };
        let (code, name) = ("J00.x00".into(), "感冒".into());
        let diagnoses = vec![Diagnosis { code, name, valid: true, ..Diagnosis::default() }];
        let purpose = Purpose { category: "11".into(), diagnoses, ..Purpose::default() };
        ask(Box::new(Attend {
            person: person.clone(),
            visit,
            institution: Arc::clone(&institution),
            purpose,
        }));
        let line = StatedLine {
            serial: "1".into(),
            batch: "1".into(),
            item: ware.code.clone(),
            amount: 2 * ware.price.get(),
            quantity: 20_000,
            price: ware.price.get() * 10_000,
            at: now,
            ..StatedLine::default()
        };
        let total = line.amount;
        let lines = vec![line];
        ask(Box::new(UploadLines {
            person: person.clone(),
            visit,
            institution: Arc::clone(&institution),
            lines,
        }));
        ask(Box::new(Settle {
            person,
            visit,
            institution,
            batch: "1".into(),
            scheme: "310".into(),
            category: "".into(),
            credential: "02".into(),
            total,
            parts: None,
            account_use: kernel::AccountUse::Own,
            invoice: "".into(),
        }));
    }
    month
}

fn run(data: &Path, arguments: &[&str]) -> Result<(bool, String), String> {
    let place = ["--data", data.to_str().unwrap(), "--region", "500000"];
    gongji(&[arguments, &place].concat()).printed()
}

fn said(data: &Path, arguments: &[&str]) -> String {
    let (content, out) = run(data, arguments).unwrap();
    assert!(content, "{out}");
    out
}

#[test]
fn a_month_from_its_prescriptions_to_its_grade() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let month = hospital(&data).to_string();
    let month = month.as_str();
    let this = WallClock.now().date().month().to_string();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let which = ["--institution", HOSPITAL, "--month", month];
    let with = |command: &[&'static str], more: &[&str]| -> Vec<String> {
        [command, &which, more].concat().into_iter().map(str::to_owned).collect()
    };
    let ask = |command: &[&'static str], more: &[&str]| {
        let all = with(command, more);
        run(&data, &all.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let done = |command: &[&'static str], more: &[&str]| {
        let (content, out) = ask(command, more).unwrap();
        assert!(content, "{out}");
        out
    };

    let sample = ["review", "sample", "--by", "抽样甲", "--seed", "7"];
    let (early, out) =
        run(&data, &[&sample[..], &["--month", &this, "--institution", HOSPITAL]].concat())
            .unwrap();
    assert!(!early && out.contains("尚未结束"), "{out}");
    let out = said(&data, &[&sample[..], &["--month", month]].concat());
    assert!(out.contains("4 张处方，按种子 7 抽 4 张"), "{out}");
    let (content, out) = ask(&["review", "sample"], &["--by", "抽样甲", "--seed", "8"]).unwrap();
    assert!(!content && out.contains("每月只抽一次"), "{out}");

    let (form, page) = (file("form.csv"), file("form.html"));
    let out = done(&["review", "form"], &["--out", &form, "--html", &page]);
    assert!(out.contains("4 张处方"), "{out}");
    assert!(ask(&["review", "form"], &["--out", &form]).unwrap_err().contains("文件已存在"));
    assert!(
        ask(&["review", "form"], &["--out", &file("form.json")]).unwrap_err().contains(".xlsx")
    );
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("处方点评表") && html.contains("2-7 重复给药"), "{html}");
    let text = fs::read_to_string(&form).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with("药品,结论,问题代码,说明"), "{}", lines[0]);
    let filled = |row: usize, with: &str| {
        let empty = lines[row].strip_suffix(",,,").unwrap_or_else(|| panic!("{}", lines[row]));
        format!("{empty},{with}")
    };
    let wrong = [
        lines[0].to_owned(),
        filled(1, "合理,,"),
        filled(2, "不合理,,忘了代码"),
        filled(3, "不合理,1-10、9-9,"),
        lines[4].to_owned(),
    ];
    let back = file("back.csv");
    fs::write(&back, wrong.join("\n") + "\n").unwrap();
    let import = ["--file", &back, "--by", "药师甲"];
    let (content, out) = ask(&["review", "import"], &import).unwrap();
    assert!(!content, "{out}");
    for words in
        ["序号2：结论为不合理，缺少问题代码", "问题代码9-9", "导入 1 张，未填 1 张，有问题 2 行"]
    {
        assert!(out.contains(words), "{words}: {out}");
    }
    let finish = ["--by", "科长"];
    assert!(ask(&["review", "finish"], &finish).unwrap_err().contains("3张待点评"));
    let right = [
        lines[0].to_owned(),
        filled(2, "不合理,2-5 1-10,剂量过大"),
        filled(3, "合理,,"),
        filled(4, "合理,,"),
    ];
    fs::write(&back, right.join("\n") + "\n").unwrap();
    assert!(done(&["review", "import"], &import).contains("导入 3 张"));
    let out = done(&["review", "opine"], &["--serial", "4", "--ground", "3-1", "--by", "药师甲"]);
    assert!(out.contains("不合理 2 张"), "{out}");
    assert!(
        ask(&["review", "rule"], &["--serial", "4", "--by", "丙"])
            .unwrap_err()
            .contains("没有分歧")
    );
    assert!(done(&["review", "finish"], &finish).contains("已办结"));
    let out = done(&["review", "show"], &[]);
    assert!(out.contains("4 张中 2 张，50.00%") && out.contains("用法、用量不适宜"), "{out}");

    let csv = file("indicators.csv");
    let by = ["indicators", "--month", month, "--by", "institution", "--csv", &csv];
    said(&data, &by);
    let text = fs::read_to_string(&csv).unwrap();
    let row = text.lines().find(|line| line.contains(HOSPITAL)).unwrap();
    assert!(row.contains(",4,4,") && row.contains("100.00%") && row.contains("50.00%"), "{row}");
    assert!(run(&data, &by).unwrap_err().contains("文件已存在"));
    let out = said(&data, &["indicators", "--month", month, "--group", HOSPITAL]);
    assert!(out.contains("药占比") && out.contains("100.00%"), "{out}");
    let missing = run(&data, &["indicators", "--month", month, "--group", "H0"]).unwrap_err();
    assert!(missing.contains("本月没有这一组"), "{missing}");
    said(&data, &["indicators", "--month", month, "--by", "level"]);

    let early = run(&data, &["assess", "run", "--month", &this, "--by", "考核甲"]).unwrap_err();
    assert!(early.contains("尚未结束"), "{early}");
    let out = said(&data, &["assess", "run", "--month", month, "--by", "考核甲"]);
    assert!(out.contains("新评 1 家"), "{out}");
    let own = ask(&["assess", "confirm"], &["--by", "考核甲"]).unwrap_err();
    assert!(own.contains("确认人应为另一人"), "{own}");
    done(&["assess", "hear"], &["--words", "剂量合理", "--by", "院方"]);
    let points = ["--words", "采纳", "--by", "考核乙", "--points", "rational=30"];
    let out = done(&["assess", "answer"], &points);
    assert!(out.contains("已答复，待确认"), "{out}");
    done(&["assess", "confirm"], &["--by", "考核乙"]);
    let (page, book) = (file("a.html"), file("a.xlsx"));
    done(&["assess", "show"], &["--html", &page, "--xlsx", &book]);
    let html = fs::read_to_string(&page).unwrap();
    for words in ["定点医药机构协议考核表", "申辩", "30.00", "unverified"] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(fs::metadata(&book).unwrap().len() > 1_000);
    let out = said(&data, &["assess", "show", "--month", month]);
    assert!(out.contains("已确认"), "{out}");
}
