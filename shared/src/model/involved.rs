//! Who may change a record, as the record itself tells.

/// Who may change a record, beside admins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changers {
    /// Nobody.
    Admins,
    /// Everybody who may enter its area.
    Anybody,
    /// Those who are involved in it.
    Involved(Vec<Involved>),
}

/// Employees who are involved in a record, and as what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Involved {
    /// Whom it is for.
    Assignee(u32),
    /// Who wrote it down.
    Operator(u32),
    /// Who entered it.
    Creator(u32),
    /// Those who took part in it or look after it.
    Followers(Vec<u32>),
    /// Whose it is.
    Owner(u32),
    /// Whoever owns this customer, whom it is about.
    OwnerOf(u32),
}

impl Involved {
    /// Whether `employee` is one of them, as far as the record tells: who owns its customer, the customer tells.
    pub fn has(&self, employee: u32) -> bool {
        match self {
            Self::Assignee(id) | Self::Operator(id) | Self::Creator(id) | Self::Owner(id) => *id == employee,
            Self::Followers(ids) => ids.contains(&employee),
            Self::OwnerOf(_) => false,
        }
    }

    /// The customer whose owner is involved.
    pub fn customer(&self) -> Option<u32> {
        match self {
            Self::OwnerOf(customer) => Some(*customer),
            _ => None,
        }
    }
}

/// A record that people change.
pub trait Changeable {
    /// Who may, as it is stored.
    fn changers(&self) -> Changers;
}
