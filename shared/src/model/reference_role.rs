//! What a record refers to.

/// A record that another one refers to, by the part that it plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceRole {
    /// The customer.
    Customer,
    /// The organization.
    Organization,
    /// An employee who took part.
    Follower,
    /// The employee whom the record is for.
    Assignee,
    /// The employee who created the record.
    Creator,
    /// The employee who edited the record.
    Editor,
    /// The employee who looks after the customer.
    Owner,
    /// The employee whose customers are handed over.
    FormerOwner,
    /// The employee to whom they are.
    NewOwner,
}

/// Records that a write refers to and that do not exist or were deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingReference {
    /// What the write calls them.
    pub role: ReferenceRole,
    /// Their ids.
    pub ids: Vec<u32>,
}
