//! The national interface 《医疗保障信息平台定点医药机构接口规范》: the only place that knows its field names.
//!
//! Shape: bytes → [`envelope`] → [`tree`] → [`message`] with rows ([`reading`]) → [`transactions`] → [`answer`].
//! Reading is lenient, answering strict; what the interface looks like is data ([`fields`], [`codes`], [`edition`]).

pub mod fields;
pub mod codes;
pub mod edition;
pub mod fault;
pub mod number;
pub mod tree;
pub mod envelope;
pub mod reading;
pub mod message;
pub mod identities;
pub mod answer;
pub mod frame;
pub mod transactions;
pub mod examples;
