//! 零星报销申请: files of applications, one fee line a row. Rows with the same 受理号 are one application: what it says as a
//! whole stands in its first row, and further rows leave it empty or say the same; a row with an amount of a receipt begins
//! a further receipt.
//!
//! Unlike the tables of `gongji import` these rows are not written here: each application is handed to the desk that
//! receives it, since receipts, counters and directories decide what becomes of it.

use super::column::{Column, Values, columns, kernel_words};
use super::fault::{Fault, Reason};
use super::header::{HeaderFault, places};
use super::row::{Read, Row};
use crate::paper::{Issuer, PaperLine, Payee, Prescriber, Receipt, Stated};
use kernel::{Date, Fen, Place, Venue};
use std::collections::BTreeMap;
use std::sync::Arc;

columns! {
    Reference Always Values::Code(40), "reference", "受理号", "LX2026-0001",
        "同一号的各行是一份申请；同一份文件再交一次，不会重复受理", "Rows of the same number are one application; the same again is received once";
    Person Sometimes Values::Person, "person", "人员编号", "99500000001",
        "谁的票据；每份申请的第一行必填，后面的行可空", "Whose bill; needed in the first row of an application";
    Applicant Never Values::Text(50), "applicant", "申请人", "本人",
        "谁来办的：本人、亲属、单位经办；空着为本人", "Who hands it in; empty: the person";
    Submitted Sometimes Values::Date, "submitted", "受理日", "2026-03-20",
        "收到材料的日子，按它算是否逾期；可用 --submitted 代替", "The day it was handed in, which decides whether it is late; --submitted says it for all rows";
    Service Sometimes Values::Date, "service", "就诊日", "2026-03-05",
        "按这天的政策和这个年度的累计结算；第一行必填", "The day of service decides policy and benefit year; needed in the first row";
    Category Never Values::Code(10), "category", "医疗类别", "11",
        "11 普通门诊、13 急诊、14 慢特病等；空着为 11", "National code; empty: 11, ordinary";
    Disease Never Values::Code(30), "disease", "病种编码", "", "慢特病、两病的病种", "Disease of the visit";
    Institution Sometimes Values::Code(30), "institution", "机构编号", "H99000000009",
        "开票机构的编号；名录里有的，等级、定点、地区以名录为准。编号、名称至少一项", "Code of the issuer; what a directory says goes before the following columns";
    Name Sometimes Values::Text(100), "institution_name", "机构名称", "测试外地医院", "票据上的名称", "Its name as on the receipt";
    Area Never Values::Code(6), "area", "就医地", "510100",
        "机构所在统筹区；空着为外地", "Pooling area it lies in; empty: elsewhere";
    Level Never Values::Word(kernel_words!(kernel::Level)), "level", "机构等级", "3", "名录里没有时用", "Where no directory lists it";
    Venue Never Values::Word(kernel_words!(Venue)), "venue", "机构类型", "", "医院、互联网医院、药店；空着为医院", "Empty: a hospital";
    Designated Never Values::Flag, "designated", "定点", "是", "在当地是否定点；名录里没有时用", "Whether it has an agreement at its place";
    Place Never Values::Word(kernel_words!(Place)), "place", "异地类别", "",
        "申报的异地类别；空着按备案登记。与登记不同的，由审核人核实", "Kind of off-site care as stated; empty: as filed";
    PrescriberLevel Never Values::Word(kernel_words!(kernel::Level)), "prescriber_level", "处方机构等级", "", "药店购药时的处方", "Of a purchase: the prescriber";
    PrescriberDesignated Never Values::Flag, "prescriber_designated", "处方机构定点", "", "药店购药时的处方", "Of a purchase: the prescriber";
    ReceiptCode Never Values::Code(40), "receipt_code", "票据代码", "99TEST", "没有代码的票据空着", "Empty of receipts without one";
    ReceiptNumber Never Values::Code(40), "receipt", "票据号码", "00000001", "没有号码的票据空着，按日期、金额、机构查重", "Empty of receipts without one";
    ReceiptDay Never Values::Date, "receipt_day", "开票日期", "2026-03-05", "空着为就诊日", "Empty: the day of service";
    ReceiptAmount Sometimes Values::Money, "receipt_amount", "票据金额", "700.00",
        "填了金额的行开始一张票据；各票据合计等于各行金额合计", "A row with it begins a receipt; receipts and lines have the same sum";
    Documents Never Values::Text(200), "documents", "材料", "票据；费用清单；病历或处方", "分号隔开，按政策的说法；缺的由审核人核实", "Documents handed in, separated by semicolons, in the words of the policy";
    Account Never Values::Flag, "account", "使用个人账户", "", "本人要求用个账支付其余部分的填“是”", "Yes: the person asks that the account pays the rest";
    Payee Never Values::Text(50), "payee", "收款人", "测试甲", "第一行必填", "Needed in the first row";
    Bank Never Values::Text(100), "bank", "开户行", "测试银行", "第一行必填", "Needed in the first row";
    BankAccount Never Values::Code(40), "bank_account", "收款账号", "990000000000001", "第一行必填", "Needed in the first row";
    Item Never Values::Code(50), "item", "项目编码", "XZ99TEST001", "医保目录编码；目录外的项目由个人负担", "Item of the catalogue; what is in none is paid by the person";
    ItemName Never Values::Text(100), "item_name", "项目名称", "测试降压片", "", "";
    Quantity Never Values::Price, "quantity", "数量", "1", "最多四位小数；空着为 1", "At most four decimals; empty: 1";
    Price Never Values::Price, "price", "单价", "", "空着为金额÷数量", "Empty: amount by quantity";
    Amount Always Values::Money, "amount", "金额", "700.00", "这一行的金额", "Amount of the line";
    Approval Never Values::Flag, "approval", "限制使用符合", "", "限制使用的项目经核对符合的填“是”", "Yes: a restricted item was found to be used as it may";
    LineDisease Never Values::Code(30), "line_disease", "明细病种", "", "", "";
}

/// Applications in a file.
pub struct Applications {
    places: Vec<Option<usize>>,
    submitted: Option<Date>,
    /// Places in `gathered` by 受理号.
    known: BTreeMap<Arc<str>, usize>,
    gathered: Vec<Gathered>,
}

/// An application, put together of its rows.
#[derive(Debug)]
pub struct Gathered {
    /// 受理号.
    pub reference: Arc<str>,
    /// The numbers of its rows.
    pub rows: Vec<u64>,
    /// 人员编号.
    pub person: Arc<str>,
    /// What is handed in.
    pub stated: Stated,
    /// What its first row says as a whole, cell by cell.
    whole: Vec<String>,
    /// What is wrong with a row of it, and which row.
    pub fault: Option<(u64, Fault)>,
}

/// The columns.
#[must_use]
pub const fn columns() -> &'static [Column] {
    COLUMNS
}

/// The columns that say something of an application as a whole.
const WHOLE: std::ops::RangeInclusive<usize> =
    At::Person as usize..=At::PrescriberDesignated as usize;
/// Further ones.
const WHOLE_TOO: std::ops::RangeInclusive<usize> =
    At::Documents as usize..=At::BankAccount as usize;

impl Applications {
    /// Finds the columns. `submitted`: the day on which all were handed in, unless a row says it. Beside it, the names that
    /// are no column.
    ///
    /// # Errors
    /// A column twice, or one missing that every row needs.
    pub fn new(
        names: &[String],
        submitted: Option<Date>,
    ) -> Result<(Applications, Vec<String>), HeaderFault> {
        let (places, strays) = places(COLUMNS, names, &[])?;
        let (known, gathered) = Default::default();
        Ok((Applications { places, submitted, known, gathered }, strays))
    }

    /// Takes a row: its number as a person counts, and its cells in the order of the file.
    ///
    /// # Errors
    /// It names no application.
    pub fn row(&mut self, number: u64, cells: &[&str]) -> Result<(), Box<Fault>> {
        let cell = |place: &Option<usize>| {
            place.and_then(|place| cells.get(place)).copied().unwrap_or_default()
        };
        let own: Vec<&str> = self.places.iter().map(cell).collect();
        let row = Row { columns: COLUMNS, cells: &own };
        let reference = row.needed(At::Reference)?;
        let place = *self.known.entry(reference.clone()).or_insert(self.gathered.len());
        if place == self.gathered.len() {
            self.gathered.push(Gathered {
                reference,
                rows: Vec::new(),
                person: Arc::default(),
                stated: Stated::default(),
                whole: own.iter().map(|cell| cell.trim().to_owned()).collect(),
                fault: None,
            });
        }
        if let Some(gathered) = self.gathered.get_mut(place) {
            let read = gathered.read(&row, self.submitted);
            gathered.rows.push(number);
            if let Err(fault) = read {
                gathered.fault.get_or_insert((number, *fault));
            }
        }
        Ok(())
    }

    /// The applications, in the order of their first rows.
    #[must_use]
    pub fn gathered(self) -> Vec<Gathered> {
        self.gathered
    }
}

impl Gathered {
    fn read(&mut self, row: &Row<'_>, submitted: Option<Date>) -> Read<()> {
        match self.rows.first() {
            None => self.whole(row, submitted)?,
            Some(first) => self.same(row, *first)?,
        }
        if let Some(amount) = row.money(At::ReceiptAmount)? {
            let day = row.date(At::ReceiptDay)?.unwrap_or(self.stated.service);
            let (code, number) = (row.code(At::ReceiptCode)?, row.code(At::ReceiptNumber)?);
            self.stated.receipts.push(Receipt { code, number, day, amount: amount.get() });
        } else if self.rows.is_empty() {
            return row.fault(At::ReceiptAmount, Reason::Missing);
        }
        self.stated.lines.push(line(row)?);
        Ok(())
    }

    /// What the first row says of the application.
    fn whole(&mut self, row: &Row<'_>, submitted: Option<Date>) -> Read<()> {
        let or = |text: Arc<str>, default: &str| {
            if text.is_empty() { Arc::from(default) } else { text }
        };
        let day = |at: At, given: Option<Date>| match (row.date(at)?, given) {
            (Some(day), _) | (None, Some(day)) => Ok(day),
            (None, None) => row.fault(at, Reason::Missing),
        };
        let prescriber = Prescriber {
            level: Arc::from(row.word(At::PrescriberLevel)?),
            designated: row.flag(At::PrescriberDesignated)?,
        };
        let documents = row.text(At::Documents).split([';', '；']).map(str::trim);
        let documents = documents.filter(|it| !it.is_empty()).map(Arc::from).collect();
        self.person = row.needed(At::Person)?;
        self.stated = Stated {
            reference: self.reference.clone(),
            applicant: or(row.code(At::Applicant)?, "本人"),
            submitted: day(At::Submitted, submitted)?,
            service: day(At::Service, None)?,
            category: or(row.code(At::Category)?, "11"),
            disease: row.code(At::Disease)?,
            issuer: Issuer {
                code: row.code(At::Institution)?,
                name: row.code(At::Name)?,
                area: row.code(At::Area)?,
                level: Arc::from(row.word(At::Level)?),
                venue: Arc::from(row.word(At::Venue)?),
                designated: row.flag(At::Designated)?,
                place: Arc::from(row.word(At::Place)?),
            },
            prescriber: Some(prescriber).filter(|it| *it != Prescriber::default()),
            receipts: Vec::new(),
            documents,
            lines: Vec::new(),
            account: row.flag(At::Account)?,
            payee: Payee {
                name: row.needed(At::Payee)?,
                bank: row.needed(At::Bank)?,
                account: row.needed(At::BankAccount)?,
            },
        };
        Ok(())
    }

    /// A further row says nothing else of the application.
    fn same(&self, row: &Row<'_>, first: u64) -> Read<()> {
        for at in WHOLE.chain(WHOLE_TOO) {
            let said = row.text(at);
            if !said.is_empty() && self.whole.get(at).is_none_or(|whole| whole != said) {
                return row.fault(at, Reason::Twice { first });
            }
        }
        Ok(())
    }
}

/// The fee line of a row.
fn line(row: &Row<'_>) -> Read<PaperLine> {
    let amount = row.money(At::Amount)?.unwrap_or(Fen::ZERO).get();
    // Columns of prices have millionths; quantities are kept in ten-thousandths.
    let millionths = row.price(At::Quantity)?.unwrap_or(1_000_000);
    if millionths % 100 != 0 || millionths == 0 {
        return row.fault(At::Quantity, Reason::Form);
    }
    let quantity = millionths / 100;
    let by_quantity = || {
        let price = i128::from(amount) * 100_000_000 / i128::from(quantity);
        i64::try_from(price).ok()
    };
    let Some(price) = row.price(At::Price)?.or_else(by_quantity) else {
        return row.fault(At::Amount, Reason::Form);
    };
    Ok(PaperLine {
        item: row.code(At::Item)?,
        name: row.code(At::ItemName)?,
        quantity,
        price,
        amount,
        approval: Arc::from(if row.flag(At::Approval)? { "1" } else { "" }),
        disease: row.code(At::LineDisease)?,
    })
}
