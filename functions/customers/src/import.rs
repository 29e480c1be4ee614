//! Customers and organizations from files.

use crate::{customers, organization};
use serde_json::{Map, Value, json};
use shared::http::reference::Operation;
use shared::http::{HttpResult, Import, ImportColumn, Likeness, Named, Params, Place, RowForm, Saver};
use shared::model::{Customer, CustomerQuery, Organization, RecordKind, SaveOptions, Status};
use shared::search::fold;
use shared::store::{Entity, Slice, Store, Stored};
use shared::time::Time;

/// So many customers of a name are looked at together, where one of them may be the same person.
const SIMILAR: u32 = 100;

/// Customers from a file.
pub struct CustomerImport;

impl Import for CustomerImport {
    type Record = Customer;

    const KIND: RecordKind = RecordKind::Customers;

    const COLUMNS: &'static [ImportColumn] = &[
        ImportColumn::new("nickName", &["昵称", "称呼", "客户昵称"]),
        ImportColumn::new(
            "realName",
            &["姓名", "名字", "客户姓名", "客户名称", "联系人", "联系人姓名", "客户"],
        ),
        ImportColumn::new(
            "phoneNumber",
            &[
                "手机号",
                "手机",
                "手机号码",
                "电话",
                "电话号码",
                "联系电话",
                "联系方式",
                "联系人电话",
                "移动电话",
            ],
        )
        .noted("与已有客户的手机号相同就是重复；请把这一列的格式设为文本"),
        ImportColumn::new("job", &["职务", "职位", "岗位", "头衔"]),
        ImportColumn::new("sex", &["性别", "性别代码"]),
        ImportColumn::new(
            "organization_id",
            &["单位", "单位名称", "公司", "公司名称", "所属单位", "所属公司", "客户单位", "企业名称"],
        )
        .naming(Named::NewOrganization)
        .noted("写单位名称；没有这个单位时自动新建"),
        ImportColumn::new("type", &["类型", "客户类型"]),
        ImportColumn::new("status", &["状态", "状态代码"]),
        ImportColumn::new("owner_id", &["负责人", "所有人", "归属人", "业务员", "销售", "客户经理"])
            .naming(Named::Owner)
            .noted("写员工的手机号、工号或姓名；空着是公海客户；没有这一列时是导入的人"),
        ImportColumn::new("avatar", &["头像", "头像地址"]),
    ];

    fn operation() -> Operation {
        customers::post_doc()
    }

    /// By the phone number; whoever has none, by the names and the organization.
    fn likeness(body: &Params) -> HttpResult<Likeness> {
        let new = Customer { status: Status::Enabled, ..customers::fields(body, Customer::new(Time(0)))? };
        Ok(match new.guards() {
            guards if guards.is_empty() => Likeness::Text(json!([names(&new), new.organization]).to_string()),
            guards => Likeness::Guards(guards),
        })
    }

    async fn same(store: &Store, body: &Params) -> HttpResult<Option<u32>> {
        let new = customers::fields(body, Customer::new(Time(0)))?;
        let name = [&new.real_name, &new.nick_name].into_iter().find(|name| !name.is_empty());
        let Some(name) = name else { return Ok(None) };
        let query = CustomerQuery::new(None, Some(name), new.organization, None);
        for skip in (0..).step_by(SIMILAR as usize) {
            let slice = Slice { skip, take: SIMILAR };
            let customers = query.find(store, slice).await?.customers;
            let is_like = |it: &Customer| {
                names(it) == names(&new) && it.organization == new.organization && it.guards().is_empty()
            };
            if let Some((same, _)) = customers.iter().find(|(_, it)| is_like(it)) {
                return Ok(Some(*same));
            }
            if customers.len() < SIMILAR as usize {
                break;
            }
        }
        Ok(None)
    }

    async fn save(saver: &Saver<'_>, body: &Params, place: Place<'_, Customer>) -> HttpResult<()> {
        let mut write = saver.write();
        let saved = match place {
            Place::New(id) => {
                let options = SaveOptions { id: Some(id), ..saver.options };
                customers::create(&Saver { options, ..*saver }, &mut write, body).await?
            }
            Place::Old(old) => customers::edit(saver, &mut write, body, old).await?,
        };
        saver.commit(write).await?;
        saved.follow_rename(saver.store).await;
        Ok(())
    }

    fn is_hidden(record: &Customer) -> bool {
        !record.status.is_enabled()
    }

    async fn take_back(saver: &Saver<'_>, old: &Stored<Customer>) -> HttpResult<()> {
        let hidden = RowForm::of::<Self>(saver.store.offset()).filled(status(Status::Disabled));
        Self::save(saver, &hidden, Place::Old(old)).await
    }
}

/// Both names, as they are compared.
fn names(customer: &Customer) -> [String; 2] {
    [&customer.nick_name, &customer.real_name].map(|name| fold(name))
}

/// The form that sets a status and nothing else.
fn status(status: Status) -> Map<String, Value> {
    Map::from_iter([("status".to_owned(), u8::from(status).into())])
}

/// Organizations from a file.
pub struct OrganizationImport;

impl Import for OrganizationImport {
    type Record = Organization;

    const KIND: RecordKind = RecordKind::Organization;

    const COLUMNS: &'static [ImportColumn] = &[
        ImportColumn::new("groupName", &["单位名称", "单位", "名称", "公司", "公司名称", "企业名称"])
            .noted("与已有单位同名就是重复"),
        ImportColumn::new("groupDetail", &["单位详情", "详情", "备注", "说明", "简介"]),
        ImportColumn::new("type", &["类型", "单位类型"]),
        ImportColumn::new("status", &["状态", "状态代码"]),
    ];

    fn operation() -> Operation {
        organization::post_doc()
    }

    /// By the name.
    fn likeness(body: &Params) -> HttpResult<Likeness> {
        let name = body.name("groupName")?.apply(String::new());
        Ok(Likeness::Guards(Organization::new(name, Time(0)).guards()))
    }

    async fn same(_: &Store, _: &Params) -> HttpResult<Option<u32>> {
        Ok(None)
    }

    async fn save(saver: &Saver<'_>, body: &Params, place: Place<'_, Organization>) -> HttpResult<()> {
        let mut write = saver.write();
        match place {
            Place::New(id) => {
                organization::created(saver, body)?.create(&mut write, id)?;
                saver.commit(write).await
            }
            Place::Old(old) => {
                let saved = organization::edit(saver, &mut write, body, old, false).await?;
                saver.commit(write).await?;
                saved.continue_rename(saver.store, saver.epoch).await;
                Ok(())
            }
        }
    }

    fn is_hidden(record: &Organization) -> bool {
        !record.status.is_enabled()
    }

    /// One that somebody belongs to stays.
    async fn take_back(saver: &Saver<'_>, old: &Stored<Organization>) -> HttpResult<()> {
        let hidden = RowForm::of::<Self>(saver.store.offset()).filled(status(Status::Disabled));
        Self::save(saver, &hidden, Place::Old(old)).await
    }
}
