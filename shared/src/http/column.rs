//! The columns of a list in a table, such as a file of an export.

/// A column: what stands above it, and where in a row of the API its cells are.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What stands above it.
    pub heading: &'static str,
    /// The key of the row; of a key in an object both, with a dot between them.
    pub key: &'static str,
    /// What is made of the value.
    pub cell: CellKind,
}

/// What a column makes of a value. Of null it makes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// A text, or a time: as it is.
    Text,
    /// A number, also one in a string, such as an amount.
    Number,
    /// A number as the word for it: those for 0, 1, 2 and so on.
    Word(&'static [&'static str]),
    /// The name of an employee.
    Person,
    /// The names of employees.
    People,
    /// Ids.
    Ids,
}

impl Column {
    const fn new(heading: &'static str, key: &'static str, cell: CellKind) -> Self {
        Self { heading, key, cell }
    }

    /// A text, or a time.
    pub const fn text(heading: &'static str, key: &'static str) -> Self {
        Self::new(heading, key, CellKind::Text)
    }

    /// A number, or an amount.
    pub const fn number(heading: &'static str, key: &'static str) -> Self {
        Self::new(heading, key, CellKind::Number)
    }

    /// A number as the word for it: `words` are those for 0, 1, 2 and so on.
    pub const fn word(heading: &'static str, key: &'static str, words: &'static [&'static str]) -> Self {
        Self::new(heading, key, CellKind::Word(words))
    }

    /// The name of an employee.
    pub const fn person(heading: &'static str, key: &'static str) -> Self {
        Self::new(heading, key, CellKind::Person)
    }

    /// The names of employees.
    pub const fn people(heading: &'static str, key: &'static str) -> Self {
        Self::new(heading, key, CellKind::People)
    }

    /// Ids.
    pub const fn ids(heading: &'static str, key: &'static str) -> Self {
        Self::new(heading, key, CellKind::Ids)
    }
}
