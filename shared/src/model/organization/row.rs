//! An organization in an answer.

use super::Organization;
use crate::Result;
use crate::model::{Person, RelatedIds, RelatedNames, Status};
use crate::store::{Store, Stored};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::Serialize;

/// An organization in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "单位")]
#[serde(rename_all = "camelCase")]
pub struct OrganizationRow {
    /// 单位id
    id: u32,
    /// 类型，由前端定义
    r#type: i64,
    /// 单位名称
    group_name: String,
    /// 单位详情
    group_detail: String,
    /// 状态，0已删除、1正常
    status: Status,
    /// 创建时间
    #[serde(serialize_with = "as_text")]
    create_time: Time,
    /// 修改时间
    #[serde(serialize_with = "as_text")]
    update_time: Time,
    /// 录入的人；以前的版本没有记下来，是null
    #[schemars(extend("x-additive" = true))]
    creator: Option<Person>,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}

impl OrganizationRow {
    /// The rows of organizations, with the names of who entered them. At most one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn of(store: &Store, stored: &[Stored<Organization>]) -> Result<Vec<Self>> {
        let creators = stored.iter().filter_map(|organization| organization.creator);
        let names = RelatedIds::of_employees(creators).names(store).await?;
        Ok(stored.iter().map(|organization| Self::new(organization, &names)).collect())
    }

    /// The row of an organization.
    fn new(stored: &Stored<Organization>, names: &RelatedNames) -> Self {
        let organization = stored.record.value.clone();
        Self {
            id: stored.id,
            r#type: organization.kind,
            group_name: organization.group_name,
            group_detail: organization.group_detail,
            status: organization.status,
            create_time: organization.created,
            update_time: organization.updated,
            creator: names.known(organization.creator),
            version: stored.record.revision,
        }
    }
}
