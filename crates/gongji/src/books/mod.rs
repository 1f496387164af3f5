//! Commands about the books: what is put into them (`import`), whether they are right (`check-books`, `replay`), what they
//! come to (`close-day`), and copies of them (`backup`, `restore`).

pub mod place;
pub mod import;

pub use place::Place;
