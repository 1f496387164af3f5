//! `gongji clear`: budgets and the monthly clearing with institutions, from the closing of a month to the payment and the
//! end of the year.

pub(crate) mod office;
pub(crate) mod budget;
mod months;
mod word;
mod payment;
mod paper;

use crate::books::Place;
use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// Which books, and of which area.
#[derive(clap::Args, Clone, Debug)]
pub struct Whose {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 统筹区；账务库只有一个统筹区时可省略 / pooling area; not needed if the books have only one
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
}

/// Whose statement, and of which period.
#[derive(clap::Args, Clone, Debug)]
pub struct Which {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 定点机构编号 / code of the institution
    #[arg(long, value_name = "CODE")]
    pub institution: String,
    /// 结算月份；年终清算为 YYYY / month, or the year of a year-end statement
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
}

/// Clearing with institutions.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum ClearCommand {
    /// 年度总额：设定、导入，或查看使用情况 / annual budgets: set one, import a file, or show their use
    Budget(budget::BudgetArgs),
    /// 审核扣款，记入尚未结算的月份 / file a deduction for a month that is not closed yet
    Deduct(months::DeductArgs),
    /// 结算一个月：每家机构一张月结算单，扣款和保证金入账 / close a month: a statement for every institution
    Close(months::CloseArgs),
    /// 查看结算单；可写成 XLSX 或可打印的网页 / show statements; write them as XLSX or as a page to print
    Statement(paper::StatementArgs),
    /// 机构确认结算单 / the institution confirms its statement
    Confirm(word::ConfirmArgs),
    /// 机构对结算单提出异议 / the institution disputes its statement
    Dispute(word::DisputeArgs),
    /// 答复异议，可更正扣款 / answer a dispute, perhaps correcting deductions
    Answer(word::AnswerArgs),
    /// 制拨付单：已确认、未拨付的结算单 / make a payment order of what is confirmed and not paid
    Pay(payment::PayArgs),
    /// 复核拨付单并拨付，或退回 / approve a payment order, which pays it, or refuse it
    Approve(payment::ApproveArgs),
    /// 年终清算：总额超支、结余分担，保证金按考核返还 / close a year against the budgets
    Year(months::YearArgs),
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: books or files that cannot be used; what is refused, with the reason.
pub fn run(command: &ClearCommand, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        ClearCommand::Budget(args) => budget::run(args, source, out),
        ClearCommand::Deduct(args) => months::deduct(args, source, out),
        ClearCommand::Close(args) => months::close(args, source, out),
        ClearCommand::Statement(args) => paper::run(args, source, out),
        ClearCommand::Confirm(args) => word::confirm(args, source, out),
        ClearCommand::Dispute(args) => word::dispute(args, source, out),
        ClearCommand::Answer(args) => word::answer(args, source, out),
        ClearCommand::Pay(args) => payment::pay(args, source, out),
        ClearCommand::Approve(args) => payment::approve(args, source, out),
        ClearCommand::Year(args) => months::year(args, source, out),
    }
}
