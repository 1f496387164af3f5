//! Bills from files: the columns a file may have, what their values mean, and the rows put together to
//! bills. Nothing here knows a format; nothing here settles anything.

pub mod columns;
pub mod words;
pub mod values;
pub mod fault;
pub mod header;
pub mod compose;
pub mod read;
pub mod manual;

pub use columns::Column;
pub use compose::EntryContent;
pub use fault::{Fault, Reason};
pub use read::{BillSink, Entry, Options, Reader};
