//! `/api/transfer/stop`: a job that nobody wants any more.

use crate::job::own;
use crate::transfers::Transfers;
use lambda_http::tracing;
use shared::http::reference::{Operation, id};
use shared::http::{Call, HttpResult, Params, Reply};
use shared::jobs::{Job, JobState, Work, stopped};
use shared::log::short;
use shared::store::{Entity, Stored};

/// Stops a job and removes the files that nobody needs any more. One that has ended stays as it is.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("操作成功");
    let id = call.body.required("job_id", Params::id)?;
    let job = own(&call, id).await?;
    let mut write = call.write();
    let is_open = !job.state.is_end();
    if is_open {
        stopped(&mut write, &job)?;
    }
    let reply = call.commit(write, done).await?;
    if is_open {
        remove_made(&call, &job).await;
    }
    Ok(reply)
}

/// What is left of it the bucket's rules remove.
async fn remove_made(call: &Call, job: &Stored<Job>) {
    let Ok(bucket) = call.bucket() else { return };
    if let Err(error) = Transfers::new(&call.store, bucket).clean(job, JobState::Stopped).await {
        tracing::warn!(job = job.id, cause = short(error), "not everything of a job was removed");
    }
}

pub fn post_doc() -> Operation {
    Operation::done("停止任务", "操作成功")
        .about("停止一个任务。导出的文件会删除；导入已经保存的行留着，可以用/api/transfer/undo收回。已经结束的任务不变。别人的任务得到404。")
        .params([id("job_id", "任务id").required()])
        .finds_one(Job::KIND)
        .additive()
}
