//! `gongji paper`, from a file of applications to the bank, by amounts worked out by hand.

use crate::command::gongji;
use std::fs;
use std::path::Path;

struct Books {
    folder: tempfile::TempDir,
}

impl Books {
    /// The people, institutions and items of the examples.
    fn open() -> Books {
        let books = Books { folder: tempfile::tempdir().unwrap() };
        for table in ["institutions", "agreements", "items", "people", "facts"] {
            let file = example(table);
            let arguments = ["import", table, &file, "--region", "500000", "--data", &books.data()];
            assert_eq!(gongji(&arguments).code, Ok(true));
        }
        books
    }

    fn data(&self) -> String {
        self.folder.path().join("books").display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// What a command printed, whether it was content, or the error it ended with.
    fn paper(&self, arguments: &[&str]) -> Result<(bool, String), String> {
        let data = self.data();
        let place = ["--data", &data, "--region", "500000"];
        gongji(&[&["paper"], arguments, &place].concat()).printed()
    }

    fn said(&self, arguments: &[&str]) -> String {
        let (content, out) = self.paper(arguments).unwrap();
        assert!(content, "{out}");
        out
    }

    /// The error a command ended with.
    fn refusal(&self, arguments: &[&str]) -> String {
        self.paper(arguments).unwrap_err()
    }

    fn receive(&self, file: &str) -> (bool, String) {
        let rejects = self.path("");
        self.paper(&["receive", file, "--by", "受理甲", "--rejects", &rejects]).unwrap()
    }
}

fn example(table: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join(format!("../../examples/import/{table}.csv")).display().to_string()
}

#[test]
fn a_file_of_applications_is_received_decided_paid_and_printed() {
    let books = Books::open();
    let file = example("paper-claims");
    let (content, out) = books.receive(&file);
    assert!(!content && out.contains("受理 2 份，不变 0 份，未受理 1 份"), "{out}");
    let rejects = fs::read_to_string(books.path("paper-claims.rejects.csv")).unwrap();
    assert!(rejects.contains("票据99TEST 00000002已由99500000002在申请"), "{rejects}");
    assert_eq!(rejects.lines().count(), 2);
    let (_, again) = books.receive(&file);
    assert!(again.contains("受理 0 份，不变 2 份，未受理 1 份"), "{again}");

    let look = books.said(&["review", "--number", "LX-1"]);
    // 60 + 600 × 90 % + 0 = 600 in scope; (600 − 200) × 50 % = 200.
    assert!(look.contains("政策范围内 600.00，起付 200.00，应付个人 200.00"), "{look}");
    let decide = ["decide", "--number", "LX-1", "--by"];
    let own = books.refusal(&[&decide[..], &["受理甲", "--clear", "机构待核实=核实"]].concat());
    assert!(own.contains("审核人应为另一人"), "{own}");
    let open = books.refusal(&[&decide[..], &["审核乙"]].concat());
    assert!(open.contains("机构待核实"), "{open}");
    let wrong = books.refusal(&[&decide[..], &["审核乙", "--clear", "没有=核实"]].concat());
    assert!(wrong.contains("issuer-unverified"), "{wrong}");
    let clear = ["审核乙", "--clear", "issuer-unverified=已电话核实", "--opinion", "同意"];
    let out = books.said(&[&decide[..], &clear].concat());
    assert!(out.contains("已核定，应付个人 200.00"), "{out}");
    let review = ["review", "--number", "LX-2", "--by", "审核乙", "--clear", "材料不全=已查病历"];
    assert!(!books.said(&review).contains("待核实"));
    // Retired: (300 − 100) × 70 % = 140.
    let out = books.said(&["decide", "--number", "LX-2", "--by", "审核乙"]);
    assert!(out.contains("应付个人 140.00"), "{out}");

    let bank = books.path("bank.csv");
    let pay = ["pay", "--batch", "LX1", "--maker", "财务甲", "--out", &bank];
    assert!(books.said(&pay).contains("2 笔，合计 340.00，待复核"));
    let lines = fs::read_to_string(&bank).unwrap();
    assert!(
        lines.contains("测试甲,测试银行,990000000000001,200.00,99500000001,零星报销"),
        "{lines}"
    );
    assert!(lines.ends_with("合计,2 笔,,340.00,,LX1\n"), "{lines}");
    let approve = ["approve", "--batch", "LX1", "--checker"];
    assert!(books.refusal(&[&approve[..], &["财务甲"]].concat()).contains("复核人应为另一人"));
    assert!(books.said(&[&approve[..], &["财务乙"]].concat()).contains("支付 2 笔，合计 340.00"));

    let (page, book) = (books.path("a.html"), books.path("a.xlsx"));
    books.said(&["show", "--number", "LX-1", "--html", &page, "--xlsx", &book]);
    let html = fs::read_to_string(page).unwrap();
    for words in ["零星报销核定告知书", "测试外地医院", "第五条", "已电话核实", "测试滋补品"]
    {
        assert!(html.contains(words), "{words}: {html}");
    }
    let back = ["returned", "--number", "LX-1", "--by", "财务甲", "--reason", "账号不符"];
    assert!(books.said(&back).contains("已退汇"));
    let payee = ["--name", "测试甲", "--bank", "测试银行", "--account", "990000000000009"];
    books.said(&[&["payee", "--number", "LX-1"][..], &payee].concat());
    let list = books.said(&["list", "--state", "returned"]);
    assert!(list.contains("LX-1") && !list.contains("LX-2"), "{list}");
    let withdraw = ["withdraw", "--number", "LX-1", "--by", "审核乙", "--reason", "票据有误"];
    assert!(books.said(&withdraw).contains("已撤回"));
    let check = gongji(&["check-books", "--data", &books.data()]);
    assert_eq!(check.code, Ok(true), "{}", check.out);
}

#[test]
fn what_is_wrong_with_a_row_is_said_of_its_application() {
    let books = Books::open();
    let head = "受理号,人员编号,受理日,就诊日,机构编号,票据号码,票据金额,收款人,开户行,收款账号,项目编码,数量,金额";
    let one = |rows: &str| {
        let file = books.path("some.csv");
        fs::write(&file, format!("{head}\n{rows}\n")).unwrap();
        let ran = gongji(&[
            "paper",
            "receive",
            &file,
            "--by",
            "受理甲",
            "--rejects",
            &books.path(""),
            "--data",
            &books.data(),
            "--region",
            "500000",
            "--dry-run",
        ]);
        let content = ran.code.clone();
        (content.unwrap_or(false), format!("{}{}{:?}", ran.out, ran.err, ran.code.err()))
    };
    let person = "99500000001,2026-03-20,2026-03-05,H99000000002";
    let payee = "测试甲,测试银行,99,XZ99TEST001";
    let sound = format!("A,{person},1,300.00,{payee},10,300.00");
    let (content, out) = one(&sound);
    assert!(content && out.contains("核对（未写入）"), "{out}");
    assert!(one(&sound).1.contains("受理 1 份"), "nothing was written");
    for (rows, words) in [
        (format!("A,{person},1,300.00,{payee},10,299.00"), "票据合计300.00，明细合计299.00"),
        (format!("A,{person},1,,{payee},10,300.00"), "receipt_amount（票据金额）：不能为空"),
        (format!("A,{person},1,300.00,{payee},0.00001,300.00"), "quantity（数量）“0.00001”"),
        (format!("{sound}\nA,99500000002,,,,,,,,,XZ99TEST001,1,1.00"), "person（人员编号）"),
        (format!("A,{person},1,3x,{payee},10,300.00"), "receipt_amount（票据金额）“3x”"),
        (format!(",{person},1,300.00,{payee},10,300.00"), "reference（受理号）"),
        (
            "A,99500000001,2026-03-20,,H99000000002,1,3.00,测试甲,测试银行,99,XZ99TEST001,1,3.00"
                .to_owned(),
            "service（就诊日）",
        ),
        (
            "A,99500000009,2026-03-20,2026-03-05,H99000000002,1,3.00,测试甲,测试银行,99,X,1,3.00"
                .to_owned(),
            "99500000009",
        ),
    ] {
        let (content, out) = one(&rows);
        assert!(!content && out.contains(words), "{words}: {out}");
    }
    let unknown = books.refusal(&["show", "--number", "A"]);
    assert!(unknown.contains("没有这样的申请"), "{unknown}");
    let none = books.refusal(&["pay", "--batch", "B", "--maker", "甲"]);
    assert!(none.contains("没有已核定、待支付"), "{none}");
}
