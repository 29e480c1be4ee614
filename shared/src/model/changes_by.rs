//! The one rule that says who may change a record. No other file decides that.

use super::{Changeable, Changers, Customer, Employee, Involved, Role};
use crate::store::{Store, Stored};
use crate::{Error, Result};

/// By whom records are changed that are not everybody's: a parameter of the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangesBy {
    /// Admins, and those who are [involved](Involved).
    Involved,
    /// Everybody who may enter their area.
    Anyone,
}

impl ChangesBy {
    /// Lets `employee`, who may enter the area of `record`, go on if they may change it. `record` is as it is stored, and
    /// the write that follows depends on that, so nobody adds themselves.
    ///
    /// Whoever is involved by the record itself costs no read. Whoever may be as the owner of its customer costs that of the
    /// customer: one round trip.
    ///
    /// # Errors
    /// [`Error::NotInvolved`] if they may not, [`Error::Busy`] if the database does not answer.
    pub async fn check(
        self,
        store: &Store,
        employee: &Stored<Employee>,
        record: &impl Changeable,
    ) -> Result<()> {
        if employee.role == Role::Admin {
            return Ok(());
        }
        let involved = match record.changers() {
            Changers::Anybody => return Ok(()),
            Changers::Involved(_) if self == Self::Anyone => return Ok(()),
            Changers::Involved(involved) => involved,
            Changers::Admins => Involved::default(),
        };
        if involved.has(employee.id) {
            return Ok(());
        }
        // The customer is the one of the record as it is stored: an edit may move it to another. No condition of the write
        // protects this read. Who owns the customer at the time of the request decides, and a condition on a customer would
        // conflict with all other writes about them.
        if let Some(customer) = involved.customer() {
            let customer = store.entity::<Customer>(customer).await?;
            if customer.is_some_and(|customer| customer.owner == Some(employee.id)) {
                return Ok(());
            }
        }
        Err(Error::NotInvolved(involved.involvements()))
    }
}
