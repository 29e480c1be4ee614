//! The fields that follow-ups and changes of demand have in common.

use shared::http::{Call, Failure, HttpResult};
use shared::model::{Activity, Involvement, References};

/// Those who may change one of the two, as the reference shows them.
pub const INVOLVED: [Involvement; 3] =
    [Involvement::Operator, Involvement::Follower, Involvement::CustomerOwner];

/// When and with whom, and for which organization.
pub struct RecordFields {
    /// When and with whom.
    pub activity: Activity,
    /// For which organization.
    pub organization: Option<u32>,
}

impl RecordFields {
    /// The fields in the body, where `old` are those of an edited record, and the records that the body refers to and
    /// `old` does not.
    pub fn read(call: &Call, old: Option<(&Activity, Option<u32>)>) -> HttpResult<(Self, References)> {
        let (activity, mut references) = call.activity(old.map(|(activity, _)| activity))?;
        // `[]` is refused as declared; a parameter that is cleared is not.
        if activity.followers.is_empty() {
            return Err(Failure::invalid("follower_id", "跟进人不能为空"));
        }
        let organization = call.body.id("organization_id")?;
        let old_organization = old.and_then(|(_, organization)| organization);
        references.organization = References::new_id(organization, old_organization);
        let organization = organization.apply(old_organization);
        Ok((Self { activity, organization }, references))
    }

    /// The fields of an edited record. What the body leaves out or repeats stays, also if it was hidden since.
    pub async fn edit(call: &Call, activity: &Activity, organization: Option<u32>) -> HttpResult<Self> {
        let (fields, references) = Self::read(call, Some((activity, organization)))?;
        references.look_up(&call.store, &[]).await?;
        Ok(fields)
    }
}
