//! The amount identities of a settlement, checked on every answer before it goes out.
//!
//! Numbers are those of the reference. I8 (the in-scope amount is repeated in every fund row) and I12 (an undo negates
//! everything) are about the same amounts: signs must agree.

use crate::fsi::answer::Cell;

/// Sums of what is being answered.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    node: Node,
    head: Head,
    has_head: bool,
    fund_rows: i64,
    all_rows: i64,
    has_rows: bool,
    row_payment: i64,
    row_is_fund: bool,
    rows_repeat: bool,
    line: [i64; 5],
    lines: i64,
    has_lines: bool,
    broken: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Node {
    #[default]
    Other,
    Head,
    FundRow,
    Line,
}

#[derive(Clone, Debug, Default)]
struct Head {
    total: i64,
    parts: i64,
    in_scope: i64,
    funds: i64,
    of_funds: i64,
    person: Option<i64>,
    hospital: i64,
    account: i64,
    family: i64,
    cash: i64,
}

impl Sums {
    /// A row of a node begins.
    pub(crate) fn row(&mut self, node: &str) {
        self.end();
        self.node = match node {
            "setlinfo" => Node::Head,
            "setldetail" => Node::FundRow,
            "detlcutinfo" | "result" => Node::Line,
            _ => Node::Other,
        };
        self.has_rows |= self.node == Node::FundRow;
    }

    /// A field of the row.
    pub(crate) fn take(&mut self, name: &str, cell: &Cell<'_>) {
        match (self.node, cell) {
            (Node::Head, Cell::Fen(fen)) => self.of_head(name, *fen),
            (Node::FundRow, Cell::Fen(fen)) => self.of_fund_row(name, *fen),
            (Node::FundRow, Cell::Text(text)) if name == "fund_pay_type" => {
                self.row_is_fund = !(text.starts_with("3102") || text.starts_with("9999"));
            }
            (Node::Line, Cell::Fen(fen)) => self.of_line(name, *fen),
            _ => {}
        }
    }

    fn of_head(&mut self, name: &str, fen: i64) {
        let head = &mut self.head;
        self.has_head = true;
        match name {
            "medfee_sumamt" => head.total = fen,
            "fulamt_ownpay_amt" | "overlmt_selfpay" | "preselfpay_amt" => head.parts += fen,
            "inscp_scp_amt" => (head.parts, head.in_scope) = (head.parts + fen, fen),
            "fund_pay_sumamt" => head.funds = fen,
            "hifp_pay" | "cvlserv_pay" | "hifes_pay" | "hifmi_pay" | "hifob_pay" | "hifdm_pay"
            | "maf_pay" | "oth_pay" => head.of_funds += fen,
            "psn_part_amt" => head.person = Some(fen),
            "hosp_part_amt" => head.hospital = fen,
            "acct_pay" => head.account = fen,
            "acct_mulaid_pay" => head.family = fen,
            "psn_cash_pay" => head.cash = fen,
            _ => {}
        }
    }

    fn of_fund_row(&mut self, name: &str, fen: i64) {
        match name {
            "fund_payamt" => self.row_payment = fen,
            "inscp_scp_amt" if self.has_head && fen != self.head.in_scope => {
                self.rows_repeat = true;
            }
            _ => {}
        }
    }

    fn of_line(&mut self, name: &str, fen: i64) {
        let place = match name {
            "det_item_fee_sumamt" => 0,
            "fulamt_ownpay_amt" => 1,
            "overlmt_amt" => 2,
            "preselfpay_amt" => 3,
            "inscp_scp_amt" => 4,
            _ => return,
        };
        self.line[place] = fen;
        self.has_lines = true;
    }

    /// A row ends.
    fn end(&mut self) {
        match self.node {
            Node::FundRow => {
                self.all_rows += self.row_payment;
                self.fund_rows += if self.row_is_fund { self.row_payment } else { 0 };
            }
            Node::Line => {
                let [amount, parts @ ..] = self.line;
                self.lines += amount;
                if amount != parts.iter().sum::<i64>() {
                    self.broken = self.broken.or(Some("I9"));
                }
            }
            Node::Head | Node::Other => {}
        }
        (self.row_payment, self.row_is_fund, self.line) = (0, false, [0; 5]);
        self.node = Node::Other;
    }

    /// Checks everything that was answered.
    ///
    /// # Errors
    /// The first identity that does not hold.
    pub(crate) fn check(mut self) -> Result<(), &'static str> {
        self.end();
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        if !self.has_head {
            return Ok(());
        }
        let head = &self.head;
        let person = head.person.unwrap_or(head.account + head.cash);
        let beyond = head.family.signum() * head.account.signum() < 0
            || head.family.abs() > head.account.abs();
        let mixed = [head.parts, head.funds, head.account, head.cash]
            .iter()
            .any(|amount| amount.signum() * head.total.signum() < 0);
        let checks = [
            ("I1", head.total == head.parts),
            ("I2", head.total == head.funds + person + head.hospital),
            ("I3", person == head.account + head.cash),
            ("I4", !beyond),
            ("I5", head.funds == head.of_funds),
            ("I6", !self.has_rows || self.fund_rows == head.funds),
            ("I7", !self.has_rows || self.all_rows == head.total - head.cash),
            ("I8", !self.rows_repeat),
            ("I10", !self.has_lines || self.lines == head.total),
            ("I12", !mixed),
        ];
        checks.iter().find(|(_, holds)| !holds).map_or(Ok(()), |(name, _)| Err(name))
    }
}
