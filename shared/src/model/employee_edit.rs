//! The rules for edits of employees, whoever edits one: a request, or the way back to what they were.

use super::{Employee, Role, Status};
use crate::store::{Entity, Expect, Key, Stored, Write};
use crate::{Error, Result};

impl Employee {
    /// Whether an edit of `old` to this forbids them to sign in.
    pub fn is_disabled_after(&self, old: &Self) -> bool {
        old.status == Status::Enabled && self.status == Status::Disabled
    }
}

/// Refuses an edit of `old` to `new` by the admin `me` who would be one no more. Two admins may lower each other at the same
/// time: the one who edits must still be an admin when `write` is done.
///
/// # Errors
/// [`Error::OwnRights`] if `me` would lose their own rights.
pub fn check_rights(
    write: &mut Write,
    me: &Stored<Employee>,
    old: &Stored<Employee>,
    new: &Employee,
) -> Result<()> {
    let becomes_no_admin = new.role != Role::Admin || new.status == Status::Disabled;
    if !becomes_no_admin {
        return Ok(());
    }
    if old.id == me.id {
        return Err(Error::OwnRights { is_disabled: new.role == Role::Admin });
    }
    if (new.role, new.status) != (old.role, old.status) {
        write.check(&Key::entity(Employee::KIND, me.id), Expect::Revision(me.record.revision));
    }
    Ok(())
}
