//! What a synthetic population needs to know of a region: its vocabulary, not its law.

/// A pooling area.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Region {
    /// Six digits.
    pub code: String,
    /// Codes of its plans 参保类型; at least one.
    pub plans: Vec<String>,
    /// Codes of diseases that people file for.
    pub diseases: Vec<String>,
}

impl Region {
    /// The plan of those who are insured through an employer, where a region has several.
    pub const EMPLOYED: &'static str = "employer";

    /// The index of a plan.
    pub(crate) fn plan(&self, code: &str) -> Option<u8> {
        let place = self.plans.iter().position(|plan| plan == code)?;
        u8::try_from(place).ok()
    }

    /// The other of the two tiers.
    pub(crate) fn other_tier(&self, plan: u8) -> Option<u8> {
        match self.plans.get(usize::from(plan))?.as_str() {
            "individual-1" => self.plan("individual-2"),
            "individual-2" => self.plan("individual-1"),
            _ => None,
        }
    }
}
