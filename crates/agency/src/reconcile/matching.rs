//! The comparison of an institution's rows with entries, while the entries come in.

use super::details::{Details, MAX_ROWS, STATED_COLUMNS, Verdict};
use super::period::Period;
use super::txt::{self, TextFile};
use crate::reason::{Reason, Refused};
use crate::standing::only_takes_back;
use kernel::Fen;
use serde::Deserialize;
use std::collections::{HashMap, hash_map};
use std::sync::Arc;
use store::{Entry, EntryKind, Id};

/// The name that the file of results unpacks to.
const RESULT: &str = "result.txt";

/// A row of the institution.
struct Stated {
    visit: Arc<str>,
    person: Arc<str>,
    amounts: [Fen; 3],
    refund: bool,
}

/// The comparison while entries come in.
pub(super) struct Matching {
    stated: HashMap<Id, Stated>,
    period: Period,
    file: TextFile,
    counts: [usize; 4],
}

impl Matching {
    /// Reads the rows of the institution.
    pub(super) fn of(file: &[u8], period: Period) -> Result<Matching, Refused> {
        let result = TextFile::new(RESULT).map_err(|_| unpackable())?;
        let mut matching =
            Matching { stated: HashMap::new(), period, file: result, counts: [0; 4] };
        let mut odd: Vec<(Stated, String, &str)> = Vec::new();
        let mut take = |line: usize, values: &[Option<&str>]| {
            if matching.stated.len() + odd.len() >= MAX_ROWS {
                let words = format!("超过{MAX_ROWS}行，请缩短对账期间");
                return Err(Refused::new(Reason::FileUnreadable, words));
            }
            let (name, row) = stated(line, values)?;
            let Some(id) = Id::parse(&name) else {
                odd.push((row, name, "结算ID不是本中心所发"));
                return Ok(());
            };
            match matching.stated.entry(id) {
                hash_map::Entry::Vacant(free) => drop(free.insert(row)),
                hash_map::Entry::Occupied(_) => odd.push((row, name, "同一结算ID在文件中重复")),
            }
            Ok(())
        };
        txt::read(file, STATED_COLUMNS, &mut take)?;
        for (row, name, why) in odd {
            matching.write(&row, &name, "", Verdict::InstitutionOnly, why)?;
        }
        Ok(matching)
    }

    /// Compares an entry of the books.
    pub(super) fn entry(&mut self, entry: &Entry, reversed: bool) -> Result<(), Refused> {
        let stated = self.stated.remove(&entry.id);
        let never_happened = reversed || only_takes_back(entry.kind);
        let books = Stated {
            visit: if entry.visit == Id::MIN { "".into() } else { entry.visit.to_string().into() },
            person: entry.key.person.clone(),
            amounts: [entry.total, entry.funds, entry.accounts],
            refund: entry.kind == EntryKind::Undo,
        };
        let name = entry.id.to_string();
        match stated {
            None if never_happened => Ok(()),
            None => {
                // The institution does not know these ids; the message number is what it can find its own row by.
                let row = Stated { visit: "".into(), ..books };
                self.write(&row, "", &message(entry), Verdict::BooksOnly, "机构无此记录")
            }
            Some(row) if never_happened => {
                let verdict = Verdict::InstitutionOnly;
                self.write(&row, &name, &message(entry), verdict, "该结算已冲正")
            }
            Some(row) => {
                let remark = difference(&row, &books);
                let verdict = if remark.is_empty() { Verdict::Equal } else { Verdict::Differs };
                self.write(&books, &name, &message(entry), verdict, &remark)
            }
        }
    }

    /// What is left of the institution's rows, and the file.
    pub(super) fn finish(mut self) -> Result<Details, Refused> {
        let mut rest: Vec<(Id, Stated)> = self.stated.drain().collect();
        rest.sort_unstable_by_key(|(id, _)| *id);
        for (id, row) in rest {
            let remark = if self.period.holds(id) {
                "中心无此记录".to_string()
            } else {
                format!("结算时间{}不在对账期间内", id.moment())
            };
            self.write(&row, &id.to_string(), "", Verdict::InstitutionOnly, &remark)?;
        }
        let [equal, books_only, institution_only, differ] = self.counts;
        let file = self.file.finish().map_err(|_| unpackable())?;
        Ok(Details { file, equal, books_only, institution_only, differ })
    }

    fn write(
        &mut self,
        row: &Stated,
        entry: &str,
        message: &str,
        verdict: Verdict,
        remark: &str,
    ) -> Result<(), Refused> {
        self.counts[verdict as usize] += 1;
        let [total, funds, accounts] = row.amounts.map(|amount| amount.to_string());
        let refund = if row.refund { "1" } else { "0" };
        let code = verdict.code();
        let values = [
            &*row.person,
            &row.visit,
            entry,
            message,
            code,
            refund,
            remark,
            &total,
            &funds,
            &accounts,
        ];
        self.file.row(&values).map_err(|_| unpackable())
    }
}

/// The packer failed, which in memory it does not.
fn unpackable() -> Refused {
    Refused::new(Reason::Conflict, "结果文件打包失败")
}

/// A row as the institution states it, under the settlement it names. A refund may be stated with positive amounts.
fn stated(line: usize, values: &[Option<&str>]) -> Result<(String, Stated), Refused> {
    let at = |place: usize| values.get(place).copied().flatten();
    let refused = |words: String| Refused::new(Reason::FileUnreadable, words);
    let Some(entry) = at(0) else {
        return Err(refused(format!("第{line}行缺少结算ID")));
    };
    let refund = matches!(at(6), Some("1"));
    let amount = |place: usize, name: &str| -> Result<Fen, Refused> {
        let text = at(place).unwrap_or("0");
        let read = Fen::parse_yuan(text)
            .map_err(|why| refused(format!("第{line}行{name}“{text}”{why}")))?;
        Ok(if refund && !read.is_negative() { -read } else { read })
    };
    let amounts = [amount(3, "医疗费总额")?, amount(4, "基金支付")?, amount(5, "个人账户支付")?];
    let text = |place: usize| Arc::from(at(place).unwrap_or_default());
    let row = Stated { visit: text(1), person: text(2), amounts, refund };
    Ok((entry.to_string(), row))
}

/// What differs between a row and the books, in words; empty if nothing does.
fn difference(stated: &Stated, books: &Stated) -> String {
    let mut words = Vec::new();
    let names = ["总额", "基金", "个人账户"];
    for ((name, theirs), ours) in names.iter().zip(stated.amounts).zip(books.amounts) {
        if theirs != ours {
            words.push(format!("{name}：机构{theirs}，中心{ours}"));
        }
    }
    let texts =
        [("人员编号", &stated.person, &books.person), ("就诊ID", &stated.visit, &books.visit)];
    for (name, theirs, ours) in texts {
        if !theirs.is_empty() && theirs != ours {
            words.push(format!("{name}：机构{theirs}，中心{ours}"));
        }
    }
    if stated.refund != books.refund {
        words.push("退费标志不同".into());
    }
    words.join("；")
}

/// The sender's number of the message that made an entry; empty if none is kept.
fn message(entry: &Entry) -> Arc<str> {
    #[derive(Deserialize)]
    struct Kept {
        case: Sender,
    }
    #[derive(Deserialize)]
    struct Sender {
        #[serde(default)]
        message: Arc<str>,
    }
    serde_json::from_str(&entry.record).map_or_else(|_| "".into(), |kept: Kept| kept.case.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Date, Moment};
    use store::{Area, PersonKey};

    fn march() -> Period {
        let day = |text: &str| Date::parse(text).unwrap();
        Period::new(day("2024-03-01"), day("2024-03-31")).unwrap()
    }

    fn id(serial: u128) -> Id {
        Id::at(Moment::parse("2024-03-05 10:00:00").unwrap(), serial)
    }

    fn entry(serial: u128, kind: EntryKind, total: i64) -> Entry {
        Entry {
            id: id(serial),
            key: PersonKey::new(Area(500_000), "P1"),
            kind,
            institution: "H50000000001".into(),
            visit: Id(9),
            undoes: Id::MIN,
            year: 2024,
            clearing: "11".into(),
            total: Fen::new(total),
            funds: Fen::new(total / 2),
            accounts: Fen::ZERO,
            cash: Fen::new(total - total / 2),
            payers: Vec::new(),
            postings: Vec::new(),
            record: format!(r#"{{"case":{{"message":"M{serial}"}}}}"#).into(),
        }
    }

    fn line(serial: u128, total: &str, funds: &str, refund: &str) -> String {
        format!("{}\t{}\tP1\t{total}\t{funds}\t0\t{refund}\n", id(serial), Id(9))
    }

    /// Verdict, message and remark of every row of a comparison, in order of the file.
    fn results(file: &str, entries: &[(Entry, bool)]) -> Vec<[String; 3]> {
        let mut matching = Matching::of(file.as_bytes(), march()).ok().unwrap();
        for (entry, reversed) in entries {
            matching.entry(entry, *reversed).ok().unwrap();
        }
        let found = matching.finish().ok().unwrap();
        let mut rows = Vec::new();
        let mut take = |_: usize, row: &[Option<&str>]| {
            rows.push([4, 3, 6].map(|place| row[place].unwrap_or_default().to_string()));
            Ok(())
        };
        txt::read(&found.file, 10, &mut take).unwrap();
        let counted = found.equal + found.books_only + found.institution_only + found.differ;
        assert_eq!(counted, rows.len());
        rows
    }

    #[test]
    fn every_row_gets_its_verdict() {
        let file = [
            line(1, "100.00", "50.00", "0"),
            line(2, "100.00", "50.01", "0"),
            line(4, "7.00", "0", "0"),
            "X1\tnull\tP1\t1.00\t0\t0\t0\n".into(),
        ]
        .concat();
        let books = [1, 2, 3].map(|serial| (entry(serial, EntryKind::Settlement, 10_000), false));
        let expected = [
            ["000102", "", "结算ID不是本中心所发"],
            ["000000", "M1", ""],
            ["000103", "M2", "基金：机构50.01，中心50.00"],
            ["000101", "M3", "机构无此记录"],
            ["000102", "", "中心无此记录"],
        ];
        assert_eq!(results(&file, &books), expected.map(|row| row.map(String::from)));
    }

    #[test]
    fn a_refund_may_be_stated_with_either_sign() {
        let books = [(entry(1, EntryKind::Undo, -10_000), false)];
        for amount in ["100.00", "-100.00"] {
            let funds = amount.replace("100", "50");
            let found = results(&line(1, amount, &funds, "1"), &books);
            assert_eq!(found, [["000000", "M1", ""].map(String::from)]);
        }
    }

    #[test]
    fn a_reversed_settlement_is_not_asked_for_and_not_accepted() {
        let pair = [
            (entry(1, EntryKind::Settlement, 10_000), true),
            (entry(2, EntryKind::Reversal, -10_000), false),
        ];
        assert!(results("", &pair).is_empty());
        let found = results(&line(1, "100.00", "50.00", "0"), &pair);
        assert_eq!(found, [["000102", "M1", "该结算已冲正"].map(String::from)]);
    }

    #[test]
    fn a_row_of_another_month_is_told_so_and_a_doubled_row_too() {
        let april = Id::at(Moment::parse("2024-04-01 00:00:00").unwrap(), 1);
        let other = format!("{april}\tnull\tP1\t1.00\t0\t0\t0\n");
        let file = [other, line(1, "100.00", "50.00", "0"), line(1, "100.00", "50.00", "0")];
        let books = [(entry(1, EntryKind::Settlement, 10_000), false)];
        let expected = [
            ["000102", "", "同一结算ID在文件中重复"],
            ["000000", "M1", ""],
            ["000102", "", "结算时间2024-04-01 00:00:00不在对账期间内"],
        ];
        assert_eq!(results(&file.concat(), &books), expected.map(|row| row.map(String::from)));
    }

    #[test]
    fn a_bad_row_is_named_by_line_column_and_value() {
        let file = [line(1, "100.00", "50.00", "0"), line(2, "12.345", "0", "0")].concat();
        let Err(refused) = Matching::of(file.as_bytes(), march()) else {
            panic!("it was read");
        };
        let words = "[4804]文件无法使用：第2行医疗费总额“12.345”小数位过多 (too many decimals)。请按提示重新上传";
        assert_eq!(refused.to_string(), words);
        let Err(refused) = Matching::of(b"null\tv\tp\t1\t1\t1\t0", march()) else {
            panic!("it was read");
        };
        assert_eq!(refused.value, "第1行缺少结算ID");
    }
}
