//! Why a request is refused: a closed list with stable numbers. Numbers are never reused.

use std::fmt;
use store::StoreError;

/// A refusal: the reason, the value that caused it, and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// What was at fault, as the sender named it: a visit, a line, a message. Empty if nothing can be named.
    pub value: String,
}

impl Refused {
    /// A refusal of a value.
    #[must_use]
    pub fn new(reason: Reason, value: impl Into<String>) -> Refused {
        Refused { reason, value: value.into() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]{}", self.reason.number(), self.reason.zh())?;
        if !self.value.is_empty() {
            write!(f, "：{}", self.value)?;
        }
        write!(f, "。{}", self.reason.remedy())
    }
}

/// What a person who asks is told when the store fails. What exactly failed is for the log.
impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Refused {
        let reason = if error.may_pass() { Reason::Unavailable } else { Reason::Conflict };
        Refused::new(reason, "")
    }
}

macro_rules! reasons {
    ($($(#[$meta:meta])* $variant:ident = $number:literal, $retry:literal, $zh:literal, $remedy:literal, $en:literal;)+) => {
        /// Why.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Reason { $($(#[$meta])* $variant),+ }

        impl Reason {
            /// All, in order of number.
            pub const ALL: &'static [Reason] = &[$(Reason::$variant),+];

            /// Stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Reason::$variant => $number),+ }
            }

            /// Would the same message be accepted later, unchanged?
            #[must_use]
            pub const fn may_pass(self) -> bool {
                match self { $(Reason::$variant => $retry),+ }
            }

            /// 中文: what is wrong.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Reason::$variant => $zh),+ }
            }

            /// 中文: what to do.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Reason::$variant => $remedy),+ }
            }

            /// English: what is wrong.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Reason::$variant => $en),+ }
            }
        }
    };
}

reasons! {
    /// The queue is full.
    Busy = 3001, true, "系统繁忙，请求未受理", "请稍后原样重发", "the server is busy; nothing was done";
    /// The store cannot be reached.
    Unavailable = 3002, true, "账务库暂不可用，处理结果未知", "请原样重发，或按报文号查询", "the books cannot be reached; the outcome is unknown";
    /// Shutting down.
    Closing = 3003, true, "系统正在停机，请求未受理", "请稍后原样重发", "the server is shutting down; nothing was done";
    /// Stored data contradict the request though they passed every check: a fault of the program.
    Conflict = 3004, false, "账务冲突，未作处理", "请联系经办机构并提供报文号", "the books contradict the request; nothing was done";
    /// A reversal of this message arrived before it.
    ReversedBefore = 3101, false, "该报文已被冲正，不再受理", "如确需办理，请以新报文号重新发起", "this message was reversed before it arrived";
    /// The area has no policy here.
    AreaUnknown = 4001, false, "统筹区未在本系统启用", "请核对参保地医保区划", "no such pooling area on this server";
    /// No such person.
    PersonUnknown = 4002, false, "未找到参保人", "请核对凭证或人员编号，以及参保地医保区划", "no such insured person";
    /// No such institution in the area.
    InstitutionUnknown = 4003, false, "未找到定点医药机构", "请核对定点医药机构编号", "no such institution";
    /// No such visit of this person at this institution.
    VisitUnknown = 4101, false, "未找到就诊记录", "请核对就诊ID与人员编号，或先办理挂号", "no such visit of this person here";
    /// The visit was cancelled.
    VisitCancelled = 4102, false, "就诊已撤销", "请重新挂号", "the visit was cancelled";
    /// A visit with settled fees cannot be cancelled.
    VisitSettled = 4103, false, "就诊已有结算，不能撤销挂号", "请先撤销结算", "the visit has settled fees";
    /// No diagnosis or category was uploaded before settling.
    VisitIncomplete = 4104, false, "就诊信息未上传", "请先以2203上传就诊信息", "visit and diagnoses not uploaded yet";
    /// No lines in the batch.
    NoLines = 4201, false, "该收费批次没有费用明细", "请先以2204上传明细", "no fee lines in this batch";
    /// A line's amount is not quantity × price.
    LineAmount = 4202, false, "明细金额不等于数量×单价", "请核对金额，允许相差0.01元", "a line's amount is not quantity × price";
    /// A line of a settled batch.
    LineSettled = 4203, false, "明细所在批次已结算", "请先撤销结算，或使用新的批次号", "the line's batch is settled";
    /// The same serial twice in one message, or in another batch.
    LineTwice = 4204, false, "明细流水号重复", "请使用不同的费用明细流水号", "a line serial is given twice";
    /// No such line.
    LineUnknown = 4205, false, "未找到费用明细", "请核对流水号与批次号", "no such fee line";
    /// Too many lines.
    TooManyLines = 4206, false, "明细行数超过上限", "请拆分批次上传", "too many lines";
    /// The stated total is not the sum of the lines.
    TotalDiffers = 4301, false, "医疗费总额与明细合计不符", "请核对后重发", "the total is not the sum of the lines";
    /// The stated parts are not the sums of the answer to the upload.
    PartsDiffer = 4302, false, "分项金额与明细上传返回合计不符", "请按2204返回值汇总", "the parts are not those of the uploaded lines";
    /// The batch is settled already.
    BatchSettled = 4303, false, "该批次已结算", "如为重发，请使用原报文号；否则请使用新批次号", "the batch is settled already";
    /// The kernel refuses the bill.
    BillRefused = 4304, false, "单据不能结算", "请按提示更正", "the bill cannot be settled";
    /// The category is not one of the outpatient categories.
    CategoryUnknown = 4305, false, "医疗类别不属于门诊", "请核对医疗类别", "not an outpatient category";
    /// No such settlement.
    SettlementUnknown = 4401, false, "未找到结算记录", "请核对结算ID、就诊ID与人员编号", "no such settlement";
    /// Undone before.
    AlreadyUndone = 4402, false, "该结算已撤销", "无需重复撤销", "the settlement is undone already";
    /// An undo cannot be undone.
    NotUndoable = 4403, false, "该记录不能撤销", "只能撤销结算", "only settlements can be undone";
    /// The message cannot be reversed.
    NotReversible = 4404, false, "该交易不支持冲正", "可冲正2102、2103、2207、2208", "this transaction cannot be reversed";
    /// An undo cannot be reversed any more: accumulators or accounts have moved on.
    Overtaken = 4405, false, "撤销之后已有新的结算或账户支出，不能冲正该撤销", "请以新报文号重新结算", "the books have moved on since the undo";
    /// No such filing.
    FilingUnknown = 4501, false, "未找到备案申请", "请核对申报明细流水号", "no such filing";
    /// The agency has reviewed it.
    FilingReviewed = 4502, false, "备案已经审核，不能撤销", "请联系经办机构", "the filing is reviewed already";
    /// The disease is not one of the region's.
    DiseaseUnknown = 4503, false, "病种不在本地区目录内", "请核对病种编码", "the disease is not in the region's list";
    /// A filing of the same kind is in force or waits for its review.
    FilingTwice = 4504, false, "已有同一备案", "请查询已有备案，变更请先撤销", "the same is filed already";
    /// The days of a filing make no sense, or what it names does not exist.
    FilingContent = 4505, false, "备案内容不符合要求", "请按提示修改", "the filing's content is not sound";
    /// No such prescription.
    PrescriptionUnknown = 4601, false, "未找到电子处方", "请核对处方编号", "no such prescription";
    /// The prescription is not in the state that this step needs.
    PrescriptionState = 4602, false, "处方状态不允许此操作", "请核对处方流转状态", "the prescription's state does not allow this";
    /// It expired.
    PrescriptionExpired = 4603, false, "处方已过有效期", "请由医师重新开具", "the prescription has expired";
    /// More than prescribed.
    PrescriptionQuantity = 4604, false, "购药数量超过处方数量", "请核对数量", "more than prescribed";
    /// Already dispensed.
    PrescriptionDispensed = 4605, false, "处方已购药，不能重复使用", "请核对处方使用状态", "already dispensed";
    /// It is another person's.
    PrescriptionPerson = 4606, false, "处方不属于该参保人", "请核对人员编号与处方编号", "the prescription is another person's";
    /// Something in the prescription is missing or impossible.
    PrescriptionContent = 4607, false, "处方内容不符合要求", "请按提示修改处方", "the prescription's content is not sound";
    /// What is bought is not what was prescribed.
    PrescriptionMedicine = 4608, false, "药品不在处方上", "处方外药品请另行结算", "the medicine is not on the prescription";
    /// No approved review, no verification or no authorisation for this pharmacy.
    PrescriptionUnchecked = 4609, false, "处方未经本药店授权、验签或审核", "请依次办理授权、验签、审方", "this pharmacy has not been authorised, or has not verified and reviewed";
    /// The policy does not allow this relation to pay.
    RelationNotAllowed = 4611, false, "该亲属关系不能共济", "请核对与本人关系", "this relation may not pay";
    /// A relative's account is bound already, or the person's own.
    FamilyBound = 4612, false, "已绑定共济账户", "请先解除原绑定", "a relative's account is bound already";
    /// No such binding.
    FamilyUnknown = 4613, false, "未找到共济绑定", "请核对共济人员编号", "no such binding";
    /// The accumulator is not one that other systems feed.
    AccumulatorUnknown = 4614, false, "不是可由外部累计的限额", "请核对累计项名称", "other systems do not feed this accumulator";
    /// The account was closed.
    AccountClosed = 4615, false, "个人账户已注销", "不能再计入、支付或注销", "the account is closed";
    /// The account pays nothing on this day.
    AccountFrozen = 4616, false, "个人账户已冻结", "请先解除冻结", "the account is frozen";
    /// The account does not hold enough.
    AccountShort = 4617, false, "个人账户余额不足", "请核对余额，或减少金额", "the account does not hold enough";
    /// The policy does not allow this purpose.
    PurposeNotAllowed = 4618, false, "政策不允许账户用于此项", "请核对用途", "the policy does not allow this purpose";
    /// The policy states nothing for the event or month.
    PolicySilent = 4619, false, "政策没有相应规定", "请核对日期、月份与事由", "the policy states nothing for this";
    /// The institution may not do this.
    NotAllowed = 4701, false, "该机构不能办理此业务", "请核对机构类型与协议", "the institution may not do this";
    /// Nothing of this number is filed.
    DocumentUnknown = 4801, false, "未找到相应记录", "请核对编号", "nothing of this number is filed";
    /// The record is not in the state that this step needs.
    DocumentState = 4802, false, "记录状态不允许此操作", "请核对记录状态", "the record's state does not allow this";
    /// The item is not in the area's catalogue.
    ItemUnknown = 4803, false, "项目不在本地区医保目录内", "请核对医疗目录编码", "the item is not in the area's catalogue";
    /// A file is too large, empty or not what it should be.
    FileUnreadable = 4804, false, "文件无法使用", "请按提示重新上传", "the file is too large or cannot be read";
    /// What is stated differs from the books.
    BooksDiffer = 4805, false, "申报数与账面不符", "请先对账", "what is stated differs from the books";
    /// Something stated is missing or impossible.
    Content = 4806, false, "内容不符合要求", "请按提示修改", "the content is not sound";
    /// A receipt is paid once.
    ReceiptUsed = 4821, false, "票据已经使用", "同一票据不重复报销；如有误请先撤回原申请或撤销原结算", "the receipt was handed in or settled already";
    /// A paper claim after the deadline of the policy.
    PaperLate = 4822, false, "零星报销申请超过期限", "不再受理", "the paper claim came after the deadline";
    /// Warnings of a paper claim that nobody has cleared.
    PaperOpen = 4823, false, "零星报销申请有未核实的提示", "请逐项核实并写明情况，或不予受理", "warnings of the paper claim are not cleared";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_grow_and_every_message_fits() {
        assert!(Reason::ALL.is_sorted_by(|a, b| a.number() < b.number()));
        for reason in Reason::ALL {
            let text = Refused::new(*reason, "H50000000001").to_string();
            assert!(text.chars().count() < 120, "{text}");
        }
    }
}
