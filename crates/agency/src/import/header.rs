//! Which cell of a file's rows is which column of a table.

use super::{Column, Table};

/// Where each column of a table stands in the rows of a file.
#[derive(Clone, Debug)]
pub struct Header {
    table: Table,
    places: Vec<Option<usize>>,
}

/// Why a header cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HeaderFault {
    /// A column stands twice.
    Twice(&'static str),
    /// Columns that every row needs are missing; what there is.
    Missing(Vec<String>, Vec<String>),
}

impl HeaderFault {
    /// In words.
    #[must_use]
    pub fn text(&self, english: bool) -> String {
        match (self, english) {
            (HeaderFault::Twice(name), false) => format!("列 {name} 出现两次；请只留一列"),
            (HeaderFault::Twice(name), true) => format!("column {name} stands twice; keep one"),
            (HeaderFault::Missing(missing, found), false) => {
                format!("缺少列 {}；表头是：{}", missing.join("、"), found.join("、"))
            }
            (HeaderFault::Missing(missing, found), true) => {
                format!(
                    "missing column {}; the header is: {}",
                    missing.join(", "),
                    found.join(", ")
                )
            }
        }
    }
}

impl Header {
    /// Finds the columns by their code or 中文 name. Beside it, the names that are no column of the table. `given` says
    /// what every row has without a column of its own: the region, said on the command line.
    ///
    /// # Errors
    /// A column twice, or one missing that every row needs.
    pub fn new(
        table: Table,
        names: &[String],
        given: &[&str],
    ) -> Result<(Header, Vec<String>), HeaderFault> {
        let (places, strays) = places(table.columns(), names, given)?;
        Ok((Header { table, places }, strays))
    }

    /// The table.
    #[must_use]
    pub const fn table(&self) -> Table {
        self.table
    }

    /// The cells of a row in the order of the table's columns; a cell that is not there is empty.
    pub(super) fn cells<'a>(&self, row: &[&'a str], into: &mut Vec<&'a str>) {
        into.clear();
        let cell = |place: &Option<usize>| {
            place.and_then(|place| row.get(place)).copied().unwrap_or_default()
        };
        into.extend(self.places.iter().map(cell));
    }
}

/// Where each column stands in the rows of a file; beside it, the names that are no column.
pub(super) fn places(
    columns: &'static [Column],
    names: &[String],
    given: &[&str],
) -> Result<(Vec<Option<usize>>, Vec<String>), HeaderFault> {
    let mut places = vec![None; columns.len()];
    let mut strays = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let name = name.trim();
        let same = |column: &Column| column.name.eq_ignore_ascii_case(name) || column.zh == name;
        match columns.iter().position(same) {
            Some(column) if places[column].is_some() => {
                return Err(HeaderFault::Twice(columns[column].name));
            }
            Some(column) => places[column] = Some(place),
            None if name.is_empty() || name.starts_with("reject_") => {}
            None => strays.push(name.to_owned()),
        }
    }
    let missing = columns.iter().zip(&places).filter(|(column, place)| {
        let needed = column.need == super::Need::Always;
        needed && place.is_none() && !given.contains(&column.name)
    });
    let missing: Vec<String> =
        missing.map(|(column, _)| format!("{}（{}）", column.name, column.zh)).collect();
    if missing.is_empty() {
        Ok((places, strays))
    } else {
        Err(HeaderFault::Missing(missing, names.to_vec()))
    }
}
