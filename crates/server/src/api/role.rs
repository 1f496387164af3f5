//! Roles: what an operator may do.

macro_rules! roles {
    ($($(#[$meta:meta])* $role:ident = $code:literal, $zh:literal;)+) => {
        /// What an operator may do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Role { $($(#[$meta])* $role),+ }

        impl Role {
            /// All.
            pub const ALL: &'static [Role] = &[$(Role::$role),+];

            /// Stable word.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Role::$role => $code),+ }
            }

            /// 中文.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Role::$role => $zh),+ }
            }
        }
    };
}

roles! {
    /// 经办: registers, files, proposes.
    Clerk = "clerk", "经办";
    /// 复核: reviews what clerks and institutions file.
    Reviewer = "reviewer", "复核";
    /// 财务: approves what moves money, closes days.
    Finance = "finance", "财务";
    /// 监管: looks at institutions and what they did.
    Supervisor = "supervisor", "监管";
    /// 审计: sees everything, changes nothing.
    Auditor = "auditor", "审计";
    /// 系统管理: agreements, checks, policies; sees no personal data.
    Administrator = "administrator", "系统管理";
}

impl Role {
    /// The role with this word.
    #[must_use]
    pub fn of(code: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|role| role.code() == code)
    }
}

/// Everybody.
pub const EVERYBODY: &[Role] = Role::ALL;
/// Who sees people.
pub const STAFF: &[Role] =
    &[Role::Clerk, Role::Reviewer, Role::Finance, Role::Supervisor, Role::Auditor];
/// Who registers and files.
pub const CLERKS: &[Role] = &[Role::Clerk];
/// Who reviews.
pub const REVIEWERS: &[Role] = &[Role::Reviewer];
/// Who proposes what moves money.
pub const PROPOSERS: &[Role] = &[Role::Clerk, Role::Finance];
/// Who approves what moves money.
pub const FINANCE: &[Role] = &[Role::Finance];
/// Who keeps agreements.
pub const AGREEMENTS: &[Role] = &[Role::Clerk, Role::Administrator];
/// Who checks the books.
pub const CHECKERS: &[Role] = &[Role::Finance, Role::Auditor, Role::Administrator];
/// Who sees the ledger as a whole.
pub const LEDGER: &[Role] = &[Role::Finance, Role::Supervisor, Role::Auditor];
/// Who sees who did what.
pub const AUDITORS: &[Role] = &[Role::Supervisor, Role::Auditor];
