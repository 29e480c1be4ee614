//! Jobs as answers show them.

use super::{Person, RelatedIds, RelatedNames};
use crate::Result;
use crate::jobs::{Job, JobState};
use crate::store::{Store, Stored};
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::Serialize;

/// A job in an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "任务")]
pub struct JobRow {
    /// 任务id
    id: u32,
    /// 做什么：export导出、import导入
    act: String,
    /// 记录的种类
    kind: String,
    /// 名称：导出什么，有哪些条件；或者导入什么
    title: String,
    /// 状态：waiting等待上传和检查、checking检查中、ready检查完了可以开始、running进行中、done完成、stopped已停止、failed失败、undoing收回中、undone已收回
    state: JobState,
    /// 导出开始时符合条件的行数，或者导入文件的行数
    rows: u64,
    /// 这一步已完成的行数
    done_rows: u64,
    /// 导入时新建的行数
    created: u64,
    /// 导入时修改了已有记录的行数
    updated: u64,
    /// 导入时因为重复而跳过的行数
    skipped: u64,
    /// 没有导入的行数，原因在/api/transfer/report里
    failed_rows: u64,
    /// 完成后下载文件的地址，15分钟内有效；文件7天后删除，之后是null
    pub url: Option<String>,
    /// 失败的原因，或者其他要说明的
    pub message: Option<String>,
    /// 谁要求的
    by: Person,
    /// 什么时候
    #[serde(serialize_with = "as_text")]
    time: Time,
}

impl JobRow {
    /// The rows of jobs, with the names of who wants them done. At most one round trip.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn of(store: &Store, stored: &[Stored<Job>]) -> Result<Vec<Self>> {
        let names = RelatedIds::of_employees(stored.iter().map(|job| job.by)).names(store).await?;
        Ok(stored.iter().map(|job| Self::new(job, &names)).collect())
    }

    fn new(stored: &Stored<Job>, names: &RelatedNames) -> Self {
        let job = &stored.record.value;
        Self {
            id: stored.id,
            act: job.act.clone(),
            kind: job.of.clone(),
            title: job.title.clone(),
            state: job.state,
            rows: job.rows,
            done_rows: job.done_rows,
            created: job.tally.created,
            updated: job.tally.updated,
            skipped: job.tally.skipped,
            failed_rows: job.tally.failed,
            url: None,
            message: job.message.clone(),
            by: names.employee(job.by),
            time: job.created,
        }
    }
}
