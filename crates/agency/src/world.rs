//! To come.
/// To come.
pub struct World;
