//! `/api/customers/owner`: giving customers to another owner, or back to the pool.

use shared::http::reference::{Operation, ids, owner};
use shared::http::{Call, HttpResult, Params, Reply};
use shared::model::{Gift, GiftRow, ReferenceRole, References};

/// Gives customers to somebody, each on its own.
pub async fn post(call: Call) -> HttpResult {
    let ids = call.body.required("customers_ids", Params::ids)?;
    let giver = &call.me()?.employee;
    let to = call.body.required("owner_id", Params::owner)?.id(giver.id);
    let from = call.owner(&call.body, "from_id")?.value();
    let other = to.filter(|id| *id != giver.id).into_iter().collect();
    let employees = vec![(ReferenceRole::Owner, other)];
    References { employees, ..References::default() }.look_up(&call.store, &[]).await?;
    let gift = Gift { giver, to, from, changes_by: call.changes_by, limit: call.owner_limit };
    let rows = gift.give(&call.store, &ids).await?;
    call.commit(call.write(), Reply::done("操作成功").with(rows)).await
}

pub fn post_doc() -> Operation {
    Operation::done_with::<Vec<GiftRow>>("领取、退回、转交、分配客户", "操作成功")
        .about("owner_id是自己时是领取：没有from_id时只领取公海里的客户，已经属于别人的是taken。owner_id是none时退回公海，是别人时转交或分配。每个客户单独处理，data与customers_ids的顺序相同，逐个说明结果；已经属于要给的人的是done。客户的修改时间和版本不变，历史中能看到谁给了谁。")
        .params([
            ids("customers_ids", "客户id，最多100个").filled().required(),
            owner("owner_id", "给谁").required(),
            owner("from_id", "只处理仍然属于这个人的客户（none：仍然在公海里的）"),
        ])
        .additive()
}
