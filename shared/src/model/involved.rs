//! Who may change a record, as the record itself tells.

/// Who may change a record, beside admins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changers {
    /// Nobody.
    Admins,
    /// Everybody who may enter its area.
    Anybody,
    /// Those who are involved in it.
    Involved(Involved),
}

/// As what an employee is involved in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Involvement {
    /// Who is to do it.
    Assignee,
    /// Who wrote it down.
    Operator,
    /// Who entered it.
    Creator,
    /// Who took part in it or looks after it.
    Follower,
    /// Whose it is.
    Owner,
    /// Who owns the customer whom it is about.
    CustomerOwner,
}

/// The employees who are involved in a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Involved {
    employees: Vec<(Involvement, Vec<u32>)>,
    customer: Option<u32>,
}

impl Involved {
    /// These employees, whom the record names.
    pub fn new(employees: impl Into<Vec<(Involvement, Vec<u32>)>>) -> Self {
        Self { employees: employees.into(), customer: None }
    }

    /// They, and whoever owns this customer.
    pub fn or_owner_of(self, customer: u32) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// Whether the record names `employee`.
    pub fn has(&self, employee: u32) -> bool {
        self.employees.iter().any(|(_, ids)| ids.contains(&employee))
    }

    /// The customer whose owner is involved; who that is, the customer tells.
    pub fn customer(&self) -> Option<u32> {
        self.customer
    }

    /// As what they are involved.
    pub fn involvements(&self) -> Vec<Involvement> {
        let named = self.employees.iter().map(|(involvement, _)| *involvement);
        named.chain(self.customer.map(|_| Involvement::CustomerOwner)).collect()
    }
}

/// A record that people change.
pub trait Changeable {
    /// Who may, as it is stored.
    fn changers(&self) -> Changers;
}
