//! The states of a prescription and the table of steps that each allows.

/// Where a prescription is in its life. Numbers are stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(i16)]
pub enum State {
    /// 预核验通过: it may be uploaded; no pharmacy sees it.
    Checked = 1,
    /// 已上传, 未使用.
    Issued = 2,
    /// 部分购药.
    Begun = 3,
    /// 已购药: nothing is left.
    Used = 4,
    /// 已撤销.
    Withdrawn = 5,
}

impl State {
    /// All, in order.
    pub const ALL: &'static [State] =
        &[State::Checked, State::Issued, State::Begun, State::Used, State::Withdrawn];

    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            State::Checked => "已预核验",
            State::Issued => "已上传",
            State::Begun => "部分购药",
            State::Used => "已购药",
            State::Withdrawn => "已撤销",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            State::Checked => "checked",
            State::Issued => "issued",
            State::Begun => "partly taken",
            State::Used => "used",
            State::Withdrawn => "withdrawn",
        }
    }
}

/// Something done with a prescription.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// 上传.
    Upload,
    /// 撤销.
    Withdraw,
    /// 授权药店.
    Authorise,
    /// 药店验签.
    Verify,
    /// 药师审方.
    Review,
    /// 医保结算.
    Purchase,
    /// 结算撤销.
    Release,
    /// 发药.
    Dispense,
    /// 发药撤销.
    TakeBack,
}

impl Step {
    /// All, in order.
    pub const ALL: &'static [Step] = &[
        Step::Upload,
        Step::Withdraw,
        Step::Authorise,
        Step::Verify,
        Step::Review,
        Step::Purchase,
        Step::Release,
        Step::Dispense,
        Step::TakeBack,
    ];

    /// The states in which it is allowed.
    #[must_use]
    pub const fn allowed_in(self) -> &'static [State] {
        match self {
            Step::Upload => &[State::Checked],
            Step::Withdraw => &[State::Checked, State::Issued],
            Step::Authorise | Step::Verify | Step::Review | Step::Purchase => {
                &[State::Issued, State::Begun]
            }
            // What a settlement has bought is still to be handed over.
            Step::Dispense => &[State::Issued, State::Begun, State::Used],
            Step::Release | Step::TakeBack => &[State::Begun, State::Used],
        }
    }

    /// It needs a prescription that has not expired.
    #[must_use]
    pub const fn needs_validity(self) -> bool {
        !matches!(self, Step::Withdraw | Step::Release | Step::Dispense | Step::TakeBack)
    }
}

/// 处方状态 as the national interface knows it: beside whether it was used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Validity {
    /// 有效.
    Valid,
    /// 已失效: its last moment has passed.
    Expired,
    /// 已撤销.
    Withdrawn,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row a step, one column a state: Checked, Issued, Begun, Used, Withdrawn.
    const TABLE: &[(Step, [bool; 5])] = &[
        (Step::Upload, [true, false, false, false, false]),
        (Step::Withdraw, [true, true, false, false, false]),
        (Step::Authorise, [false, true, true, false, false]),
        (Step::Verify, [false, true, true, false, false]),
        (Step::Review, [false, true, true, false, false]),
        (Step::Purchase, [false, true, true, false, false]),
        (Step::Release, [false, false, true, true, false]),
        (Step::Dispense, [false, true, true, true, false]),
        (Step::TakeBack, [false, false, true, true, false]),
    ];

    #[test]
    fn every_step_is_allowed_in_exactly_its_states() {
        assert_eq!(TABLE.iter().map(|(step, _)| *step).collect::<Vec<_>>(), Step::ALL);
        for (step, allowed) in TABLE {
            for (state, expected) in State::ALL.iter().zip(allowed) {
                assert_eq!(step.allowed_in().contains(state), *expected, "{step:?} in {state:?}");
            }
        }
    }
}
