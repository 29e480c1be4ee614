//! `/api/transfer/undo`: what an import has made is taken back.

use crate::imports::{Cursor, TakenBack};
use crate::job::{change, own_import};
use shared::http::reference::{Operation, id};
use shared::http::{Call, Failure, HttpResult, Params};
use shared::jobs::{Job, JobState};
use shared::store::Entity;

/// Begins to take an import back, or goes on where it was stopped.
pub async fn post(call: Call) -> HttpResult {
    let id = call.body.required("job_id", Params::id)?;
    let (job, _) = own_import(&call, id).await?;
    let mut cursor = Cursor::of(&job)?;
    let has_ended = matches!(job.state, JobState::Done | JobState::Stopped | JobState::Failed);
    if !has_ended || cursor.made.is_none() {
        return Err(Failure::invalid("job_id", "只有开始过、并且已经完成或停止的导入才能收回"));
    }
    let by = call.me()?.employee.id;
    cursor.taken_back = Some(TakenBack { by, ..cursor.taken_back.unwrap_or_default() });
    let new = Job {
        state: JobState::Undoing,
        cursor: cursor.to_text()?,
        done_rows: 0,
        message: None,
        ..job.record.value.clone()
    };
    change(&call, &job, new).await
}

pub fn post_doc() -> Operation {
    Operation::done("收回导入", "操作成功")
        .about("删除导入的合同，隐藏导入的客户，和导入时新建而没有别处使用的单位；导入以后有人修改过的留着，写进/api/transfer/report。用/api/transfer/job查询进度，state是undone时完成。")
        .params([id("job_id", "任务id").required()])
        .finds_one(Job::KIND)
        .additive()
}
