//! Contracts from files.

use crate::contract;
use serde_json::json;
use shared::http::reference::Operation;
use shared::http::{HttpResult, Import, ImportColumn, Likeness, Named, Params, Place, Saver};
use shared::model::{Contract, ContractTime, RecordKind, RecordQuery};
use shared::search::fold;
use shared::store::{Slice, Store, Stored, Window};

/// So many contracts of a name are looked at together, where one of them may be the same.
const SIMILAR: u32 = 100;

/// Contracts from a file.
pub struct ContractImport;

impl Import for ContractImport {
    type Record = Contract;

    const KIND: RecordKind = RecordKind::Contract;

    const COLUMNS: &'static [ImportColumn] = &[
        ImportColumn::new("name", &["合同名字", "合同名称", "合同", "名称"])
            .noted("单位、名字、编号和签约时间都相同就是重复"),
        ImportColumn::new("code", &["合同编号", "编号", "合同号"]),
        ImportColumn::new(
            "organization_id",
            &["单位", "单位名称", "公司", "公司名称", "客户单位", "签约单位"],
        )
        .naming(Named::Organization)
        .noted("写已有单位的名称"),
        ImportColumn::new("amount", &["合同金额", "金额", "签约金额", "总金额"]),
        ImportColumn::new("sign_time", &["签约时间", "签约日期", "签订日期", "签订时间"]),
        ImportColumn::new("remit_amount", &["打款金额", "回款金额", "到账金额"]),
        ImportColumn::new("remit_time", &["打款时间", "回款时间", "打款日期", "回款日期"]),
        ImportColumn::new("aging_start_time", &["合同开始时间", "开始时间", "开始日期", "生效日期"]),
        ImportColumn::new("aging_end_time", &["合同结束时间", "结束时间", "结束日期", "到期日期"]),
        ImportColumn::new("status", &["状态", "状态代码", "合同状态"]),
        ImportColumn::new("note", &["备注", "说明"]),
        ImportColumn::new("follower_id", &["跟进人", "跟进人员"])
            .naming(Named::People)
            .noted("写员工的手机号、工号或姓名，几个人用顿号隔开"),
        ImportColumn::new("creator_id", &["创建人", "录入人"])
            .naming(Named::Person)
            .noted("写员工的手机号、工号或姓名；空着是导入的人"),
        ImportColumn::new("editor_id", &["编辑人"]).naming(Named::Person),
    ];

    fn operation() -> Operation {
        contract::post_doc()
    }

    /// By the organization, the name, the code and the time of signing: neither name nor code need be unique.
    fn likeness(body: &Params) -> HttpResult<Likeness> {
        let organization = body.required("organization_id", Params::id)?;
        let name = fold(&body.required("name", Params::name)?);
        let code = body.text("code")?.apply(String::new());
        let signed = body.time("sign_time")?.value().map(|time| time.0);
        Ok(Likeness::Text(json!([organization, name, code, signed]).to_string()))
    }

    async fn same(store: &Store, body: &Params) -> HttpResult<Option<u32>> {
        let organization = body.required("organization_id", Params::id)?;
        let name = body.required("name", Params::name)?;
        let code = body.text("code")?.apply(String::new());
        let signed = body.time("sign_time")?.value();
        let time = ContractTime::Created;
        let text = if code.is_empty() { &name } else { &code };
        let filters = vec![time.by_organizations(vec![organization]), time.by_name(text)];
        let query = RecordQuery { time_order: time.time_order(), window: Window::ALL, filters };
        for skip in (0..).step_by(SIMILAR as usize) {
            let found = query.find(store, Slice { skip, take: SIMILAR }).await?;
            let contracts = store.entities::<Contract>(&found.ids()).await?;
            let is_like = |it: &Contract| {
                it.organization == organization
                    && fold(&it.name) == fold(&name)
                    && it.code == code
                    && it.signed == signed
            };
            if let Some(same) = contracts.iter().find(|it| is_like(it)) {
                return Ok(Some(same.id));
            }
            if found.entries.len() < SIMILAR as usize {
                break;
            }
        }
        Ok(None)
    }

    async fn save(saver: &Saver<'_>, body: &Params, place: Place<'_, Contract>) -> HttpResult<()> {
        let mut write = saver.write();
        let old = match &place {
            Place::New(_) => None,
            Place::Old(old) => Some(&old.record.value),
        };
        let (new, references) = contract::fields(saver, body, old)?;
        references.look_up(saver.store, &[]).await?;
        match place {
            Place::New(id) => write.create(id, &new)?,
            Place::Old(old) => write.replace(old, &new)?,
        }
        saver.commit(write).await
    }

    /// Contracts are deleted, not hidden.
    fn is_hidden(_: &Contract) -> bool {
        false
    }

    async fn take_back(saver: &Saver<'_>, old: &Stored<Contract>) -> HttpResult<()> {
        let mut write = saver.write();
        write.remove(old)?;
        saver.commit(write).await
    }
}
