//! `/api/customers/organization`: the organizations that customers belong to.

use shared::http::choices::STATUSES;
use shared::http::reference::{Operation, choice, flag, id, ids, int, name, text};
use shared::http::{Call, Column, Created, Edited, HttpResult, List, ListParams, Params, Reply, Saver};
use shared::model::{
    ByIdQuery, Organization, OrganizationRow, RecordKind, SavedOrganization, Status, check_not_in_use,
    save_organization,
};
use shared::store::{Store, Stored, Write};
use shared::time::Time;

const DELETED: &[Status] = &[Status::Disabled];
const LIVE: &[Status] = &[Status::Enabled];
const BOTH: &[Status] = &[Status::Enabled, Status::Disabled];
/// The statuses that a list shows.
const SHOWN: [(&str, &[Status]); 3] = [("0", DELETED), ("1", LIVE), ("2", BOTH)];

/// Organizations, the newest first: all, or those with certain ids, a status and a part of name or detail.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let query = OrganizationList::query(&call.store, &call.list_params()?).await?;
    let found = query.find(&call.store, page.slice()).await?;
    let mut organizations = call.store.entities::<Organization>(&found.ids).await?;
    // Some may have been edited since they were found.
    organizations.retain(|organization| query.matches(organization));
    Ok(Reply::list(OrganizationRow::of(&call.store, &organizations).await?, found.total, page))
}

/// The list of organizations.
pub struct OrganizationList;

impl List for OrganizationList {
    type Query = ByIdQuery<Organization>;

    const KIND: RecordKind = RecordKind::Organization;

    const COLUMNS: &'static [Column] = &[
        Column::number("单位id", "id"),
        Column::text("单位名称", "groupName"),
        Column::text("单位详情", "groupDetail"),
        Column::number("类型", "type"),
        Column::number("状态代码", "status"),
        Column::word("状态", "status", &["删除", "正常"]),
        Column::number("录入人id", "creator.user_id"),
        Column::person("录入人", "creator"),
        Column::text("创建时间", "createTime"),
        Column::text("修改时间", "updateTime"),
        Column::number("版本", "version"),
    ];

    fn operation() -> Operation {
        get_doc()
    }

    async fn query(_: &Store, params: &ListParams<'_>) -> HttpResult<ByIdQuery<Organization>> {
        let statuses = params.choice("status", &SHOWN)?.value().unwrap_or(BOTH);
        let name = params.name("name")?.value();
        let ids = params.chosen(Some("organization_id"), "organization_ids")?;
        Ok(ByIdQuery::new(ids, name.as_deref(), statuses))
    }
}

pub fn get_doc() -> Operation {
    Operation::rows::<OrganizationRow>("查询单位").about("按id从大到小排列。").params([
        id("organization_id", "单位id").additive(),
        ids("organization_ids", "单位id，最多100个").additive(),
        name("name", "名称或详情的一部分，不分大小写和全角半角"),
        choice("status", &SHOWN, "状态").means(&["删除的单位", "正常的单位", "两者都要"]).default("2"),
    ])
}

/// Creates without `organization_id`, edits with it. After a rename the customers get the new name.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("操作成功");
    let force = call.body.flag("force")?.value().unwrap_or(false);
    let (saver, mut write) = (call.saver()?, call.write());
    let Some(id) = call.edits("organization_id")? else {
        let new = created(&saver, &call.body)?;
        let saved = save_organization(&call.store, &mut write, None, &new, call.epoch).await?;
        return call.commit(write, done.with(Created { id: saved.id })).await;
    };
    let old = call.edited::<Organization>(id).await?;
    let saved = edit(&saver, &mut write, &call.body, &old, force).await?;
    let reply = call.commit(write, done.with(Edited::of(&old))).await?;
    saved.continue_rename(&call.store, call.epoch).await;
    Ok(reply)
}

/// The new organization in `body`.
pub fn created(saver: &Saver<'_>, body: &Params) -> HttpResult<Organization> {
    Ok(Organization { creator: Some(saver.by), ..fields(body, None, saver.now)? })
}

/// Lets `write` change an organization as `body` says. One that somebody belongs to is hidden only with `force`.
pub async fn edit(
    saver: &Saver<'_>,
    write: &mut Write,
    body: &Params,
    old: &Stored<Organization>,
    force: bool,
) -> HttpResult<SavedOrganization> {
    let new = fields(body, Some(old.record.value.clone()), saver.now)?;
    let is_hidden = old.status.is_enabled() && !new.status.is_enabled();
    if is_hidden && !force {
        check_not_in_use(saver.store, old.id).await?;
    }
    Ok(save_organization(saver.store, write, Some(old), &new, saver.epoch).await?)
}

pub fn post_doc() -> Operation {
    let edits = id("organization_id", "单位id；传了是修改，不传是新建").or(&["id"]);
    Operation::writes("新建、修改单位", "操作成功", edits)
        .row::<OrganizationRow>()
        .about("改名以后，客户的查询结果和记录里的单位名称跟着改变。")
        .params([
            int("type", "类型，由前端定义").default(Organization::DEFAULT_KIND),
            name("groupName", "单位名称，正常的单位不能重名，不分大小写和全角半角；新建时必填").kept(),
            text("groupDetail", "单位详情"),
            choice("status", &STATUSES, "状态").means(&["删除", "正常"]).default("1"),
            flag("force", "还有客户或合同属于这个单位时也删除").default(false).edit_only().additive(),
        ])
        .unique(Organization::NAME)
        .in_use()
}

fn fields(body: &Params, old: Option<Organization>, now: Time) -> HttpResult<Organization> {
    let name = old.as_ref().map(|old| old.group_name.clone());
    let name = body.required_or("groupName", Params::name, name)?;
    let old = old.unwrap_or_else(|| Organization::new(name.clone(), now));
    Ok(Organization {
        kind: body.int("type")?.clear_to(Organization::DEFAULT_KIND).apply(old.kind),
        group_name: name,
        group_detail: body.text("groupDetail")?.apply(old.group_detail),
        status: body.choice("status", &STATUSES)?.ignore_clear().apply(old.status),
        created: old.created,
        updated: now.max(old.updated),
        creator: old.creator,
    })
}
