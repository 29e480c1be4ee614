//! `/api/transfer/check`: an uploaded file is looked at, before anything of it is saved.

use crate::imports::{CheckOptions, Cursor, FIELD_SEPARATOR, FILE, ImportParameters, OnDuplicate};
use crate::job::{change, own_import};
use shared::http::reference::{Operation, choice, id, text};
use shared::http::{Call, Failure, HttpResult, Params};
use shared::jobs::{Job, JobState, Tally};
use shared::store::Entity;

/// What becomes of a row whose record is there already.
const ON_DUPLICATE: [(&str, OnDuplicate); 4] = [
    ("skip", OnDuplicate::Skip),
    ("update", OnDuplicate::Update),
    ("refuse", OnDuplicate::Refuse),
    ("create", OnDuplicate::Create),
];

/// Begins to look at the file; the job tells what was found.
pub async fn post(call: Call) -> HttpResult {
    let id = call.body.required("job_id", Params::id)?;
    let options = CheckOptions {
        sheet: call.body.text("sheet")?.value(),
        mapping: call.body.text("mapping")?.value().map(|mapping| fields(&mapping)),
        on_duplicate: call.body.choice("on_duplicate", &ON_DUPLICATE)?.value().unwrap_or_default(),
    };
    let (job, objects) = own_import(&call, id).await?;
    if !matches!(job.state, JobState::Waiting | JobState::Ready) {
        return Err(Failure::invalid("job_id", "这个任务已经开始或结束，不能再检查"));
    }
    if !objects.has(FILE).await? {
        return Err(Failure::invalid("job_id", "文件还没有上传，或者已经删除"));
    }
    let parameters = ImportParameters { options, ..ImportParameters::of(&job)? };
    let new = Job {
        state: JobState::Checking,
        parameters: parameters.to_text()?,
        cursor: Cursor::default().to_text()?,
        done_rows: 0,
        tally: Tally::default(),
        message: None,
        ..job.record.value.clone()
    };
    change(&call, &job, new).await
}

fn fields(mapping: &str) -> Vec<String> {
    mapping.split(FIELD_SEPARATOR).map(|field| field.trim().to_owned()).collect()
}

pub fn post_doc() -> Operation {
    Operation::done("检查要导入的文件", "操作成功")
        .about("读取上传的全部内容，什么也不保存；用/api/transfer/job查询，state是ready时check是检查的结果。state回到waiting时message是读不了的原因；没有认出任何一列时也有check，里面是各列的标题。可以换一个工作表、对应关系再检查。")
        .params([
            id("job_id", "任务id").required(),
            text("sheet", "工作表的名称；不传是第一个有内容的"),
            text("mapping", "各列对应的字段，按列的顺序用逗号分隔，不导入的列空着，例如realName,,phoneNumber；不传则按标题判断"),
            choice("on_duplicate", &ON_DUPLICATE, "与已有的记录重复时")
                .means(&["跳过", "修改已有的记录，空着的不改", "不导入，写进报告", "也新建，手机号相同的客户也是；单位不能重名"])
                .default("skip"),
        ])
        .finds_one(Job::KIND)
        .additive()
}
