//! What the writes of follow-ups and of changes of demand have in common.

use shared::http::Call;
use shared::model::Occasion;
use shared::store::Write;
use shared::{Error, Result};

/// When, with whom and for which organization.
pub struct Sent {
    /// When and with whom.
    pub occasion: Occasion,
    /// For which organization.
    pub organization: Option<u32>,
}

impl Sent {
    /// What the body tells of a new record, on which `write` then depends. One that names no organization is of the
    /// customer's.
    pub async fn new(call: &Call, write: &mut Write) -> Result<Self> {
        let (sent, customers_own) = Self::read(call, write, None, None).await?;
        Ok(Self { organization: sent.organization.or(customers_own), ..sent })
    }

    /// What an edit makes of an occasion and an organization: what it does not name stays, also if it was deleted.
    pub async fn edit(
        call: &Call,
        write: &mut Write,
        occasion: &Occasion,
        organization: Option<u32>,
    ) -> Result<Self> {
        Ok(Self::read(call, write, Some(occasion), organization).await?.0)
    }

    /// Also answers the organization of the customer that is named.
    async fn read(
        call: &Call,
        write: &mut Write,
        old: Option<&Occasion>,
        organization: Option<u32>,
    ) -> Result<(Self, Option<u32>)> {
        let (occasion, mut references) = call.occasion(old)?;
        if occasion.followers.is_empty() {
            return Err(Error::invalid("follower_id", "follower_id不能为空"));
        }
        let named = call.body.id("organization_id")?;
        references.organization = named.clone().optional();
        let customers_own = references.look_up(&call.store, write).await?;
        Ok((Self { occasion, organization: named.or_keep_option(organization) }, customers_own))
    }
}
