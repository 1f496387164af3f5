//! Kinds of documents: what is filed besides visits and entries.

/// 签到会话; owner: institution, number: session.
pub const SESSION: &str = "session";
/// 上传或下载的文件; owner: institution, number: file.
pub const FILE: &str = "file";
/// 目录对照; owner: institution, number: the institution's own item code.
pub const MAPPING: &str = "mapping";
/// 清算申请; owner: institution, number: application.
pub const CLEARING: &str = "clearing";
/// 监管提示及其反馈; owner: institution, number: finding.
pub const FINDING: &str = "finding";
/// 备案申请 (慢特病, 定点): owner: person, number: application.
pub const FILING: &str = "filing";
/// 电子处方; owner: person, number: prescription.
pub const PRESCRIPTION: &str = "prescription";
/// 处方编号的归属: whose prescription a number is; owner and number: prescription.
pub const PRESCRIPTION_OWNER: &str = "prescription-owner";
/// 处方原件; owner: person, number: prescription.
pub const PRESCRIPTION_FILE: &str = "prescription-file";
/// 签名登记; owner: institution, number: digest of the signed file.
pub const SEAL: &str = "seal";
/// 处方授权; owner and number: authorisation.
pub const AUTHORISATION: &str = "authorisation";
/// 待重算: a person-year to be folded again, because a fact came late; owner: person, number: year and reason.
pub const RECALCULATION: &str = "recalculation";
/// 重算提案: what folding a person-year again would change, and what became of it; owner: person, number: the year.
pub const PROPOSAL: &str = "recalculation-proposal";
/// 更正登记: what a settlement was corrected by, all corrections together; owner: person, number: settlement.
pub const CORRECTION: &str = "correction";
/// 期初建账; owner: person, no number.
pub const OPENING: &str = "opening";
/// 外部累计 as last stated; owner: person, number: year, accumulator and source.
pub const ELSEWHERE: &str = "elsewhere";
/// 测试城镇 that the books hold, whole; no owner, no number.
pub const TOWN: &str = "town";
/// 协议变动: an agreement that was told or corrected for past days; owner: institution, number: the change.
pub const AGREEMENT_CHANGE: &str = "agreement-change";
/// 缴费月: a person's month of contributions, and what was credited for it; owner: person, number: `YYYY-MM`.
pub const MONTH: &str = "month";
/// 用人单位; owner and number: its code.
pub const EMPLOYER: &str = "employer";
/// 缴费申报: a monthly file of an employer, as it was received; owner: employer, or `-`; number: month and attempt.
pub const DECLARATION: &str = "declaration";
/// 月结算单: what an institution is owed for a month and what becomes of it; owner: institution, number: `YYYY-MM`.
pub const STATEMENT: &str = "statement";
/// 审核扣款; owner: institution, number: month and serial.
pub const DEDUCTION: &str = "deduction";
/// 年度总额; owner: institution, number: `YYYY`.
pub const BUDGET: &str = "budget";
/// 拨付单: confirmed statements that are paid together; owner and number: its batch.
pub const PAYMENT_ORDER: &str = "payment-order";
/// 待复核的业务: something that moves money, proposed by one operator and done by the approval of another; owner and
/// number: its number.
pub const TWO_STEP: &str = "two-step";
/// 批处理: a long job, with how far it is; owner: the kind of job, number: the job.
pub const RUN: &str = "run";
/// 账户缴费: a premium paid from an account, so that it is paid once; owner: the payer, number: purpose, period and for whom.
pub const PREMIUM: &str = "premium";
/// 账户转入: money that came from another area, so that it comes once; owner: person, number: the reference there.
pub const TRANSFER_IN: &str = "transfer-in";
/// 零星报销申请: a bill that a person paid and hands in; owner: person, number: application.
pub const REIMBURSEMENT: &str = "reimbursement";
/// 票据登记: that a receipt was handed in, so that it is paid once; owner and number: the receipt's code and number.
pub const RECEIPT: &str = "receipt";
/// 个人拨付单: decided applications that are paid together; owner and number: its batch.
pub const PEOPLE_ORDER: &str = "people-order";
/// 监管案件: findings that somebody looks into; owner and number: the case.
pub const CASE: &str = "case";
/// 处方点评: a sample of prescriptions and what reviewers found; owner: institution, number: `YYYY-MM`.
pub const REVIEW: &str = "review";
/// 协议考核: an institution's assessment; owner: institution, number: `YYYY-MM`, or `YYYY` of a year.
pub const ASSESSMENT: &str = "assessment";
/// 疑点: what supervision after the fact found; owner: person or institution, number: rule and digest.
pub const SUSPICION: &str = "suspicion";
/// 基金月结: sums of a month's postings, once it is over; owner: `fund`, number: `YYYY-MM`.
pub const FUND_MONTH: &str = "fund-month";
/// 基金收支凭证: money of a fund moved once; owner: what kind of movement, number: the reference of whoever moved it.
pub const FUND_MOVE: &str = "fund-move";
/// 个人账户计息: interest of a person's account for a year; owner: person, number: `YYYY`.
pub const ACCOUNT_INTEREST: &str = "account-interest";
/// 追回登记: what cases of supervision took back of a settlement; owner: person, number: settlement.
pub const TAKEN: &str = "taken";
