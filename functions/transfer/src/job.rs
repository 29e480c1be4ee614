//! `/api/transfer/job`: how far jobs are.

use crate::file::{FILE, key};
use crate::format::{FORMATS, Format};
use crate::imports::{Findings, ImportParameters, Objects};
use crate::transfers::{IMPORT, Transfers};
use schemars::JsonSchema;
use serde::Serialize;
use shared::bucket::{Bucket, Presented};
use shared::http::reference::{Operation, id};
use shared::http::{Call, HttpResult, Page, Reply};
use shared::jobs::{Job, JobState, STEP, advance, changed};
use shared::model::{JobRow, Role};
use shared::store::{Entity, Order, Store, Stored};
use shared::{Error, Result};
use std::time::Instant;

/// For how long a link to a file works, in seconds.
const LINK: u32 = 15 * 60;

/// A job, with what the check of an import has found.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "任务")]
struct TransferRow {
    #[serde(flatten)]
    job: JobRow,
    /// 检查导入文件的结果；查询一个检查过的导入任务时才有
    check: Option<Findings>,
}

/// The caller's jobs, the newest first, or everybody's for admins; or one, which goes on meanwhile.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let Some(id) = call.query.id("job_id")?.value() else { return list(&call, page).await };
    let mut job = own(&call, id).await?;
    let begun = Instant::now();
    let time_limit = STEP.min(call.store.time_left() / 2);
    let bucket = call.bucket()?;
    let transfers = Transfers::new(&call.store, bucket);
    loop {
        let before = job.record.revision;
        job = advance(&call.store, &transfers, job, time_limit.saturating_sub(begun.elapsed())).await?;
        let is_at_rest = job.record.revision == before || !job.is_open();
        if is_at_rest || begun.elapsed() >= time_limit {
            break;
        }
    }
    // A file is deleted after some days, and when somebody whom it names is forgotten.
    let is_there =
        job.file.is_some() && job.state == JobState::Done && bucket.size(&key(id, FILE)).await?.is_some();
    let check = if job.act == IMPORT { Objects::new(bucket, id).findings().await? } else { None };
    let mut rows = rows(JobRow::of(&call.store, std::slice::from_ref(&job)).await?);
    for row in &mut rows {
        row.job.url = if is_there { url(bucket, &job)? } else { None };
        row.check = check.clone();
    }
    Ok(Reply::list(page.slice().of(rows), 1, page))
}

async fn list(call: &Call, page: Page) -> HttpResult {
    let me = &call.me()?.employee;
    let listing = if me.role == Role::Admin { Job::ALL } else { Job::wanted_by(me.id) };
    let found = call.list(&[listing], Order::Descending, page).await?;
    let jobs = call.store.entities::<Job>(&found.ids()).await?;
    Ok(Reply::list(rows(JobRow::of(&call.store, &jobs).await?), found.total, page))
}

fn rows(jobs: Vec<JobRow>) -> Vec<TransferRow> {
    jobs.into_iter().map(|job| TransferRow { job, check: None }).collect()
}

pub fn get_doc() -> Operation {
    Operation::rows::<TransferRow>("查询任务")
        .about("自己的任务，从新到旧排列；管理员看到所有人的。传job_id时只查这一个，同时任务会继续几秒钟：每隔一两秒查询一次，直到状态不再是checking、running或undoing；下载地址只在这时返回。别人的任务得到404。")
        .params([id("job_id", "任务id；传了就只查这一个，并让它继续")])
        .finds_one(Job::KIND)
        .additive()
}

/// A job of the caller's, or for admins anybody's.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub async fn own(call: &Call, id: u32) -> HttpResult<Stored<Job>> {
    let me = &call.me()?.employee;
    let job = find(&call.store, id).await?.filter(|job| job.by == me.id || me.role == Role::Admin);
    Ok(job.ok_or(Error::NotFound(Job::KIND))?)
}

/// An import of the caller's, or for admins anybody's, whose kind they may import; and its objects.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub async fn own_import(call: &Call, id: u32) -> HttpResult<(Stored<Job>, Objects<'_>)> {
    let job = own(call, id).await?;
    if job.act != IMPORT {
        return Err(Error::NotFound(Job::KIND).into());
    }
    call.enter(ImportParameters::of(&job)?.kind)?;
    Ok((job, Objects::new(call.bucket()?, id)))
}

/// Changes a job as somebody wants it, whoever is at it.
///
/// # Errors
/// As [`Call::commit`].
pub async fn change(call: &Call, job: &Stored<Job>, new: Job) -> HttpResult {
    let mut write = call.write();
    changed(&mut write, job, new)?;
    call.commit(write, Reply::done("操作成功")).await
}

async fn find(store: &Store, id: u32) -> Result<Option<Stored<Job>>> {
    store.entity(id).await
}

/// The link under which its file is saved.
fn url(bucket: &Bucket, job: &Stored<Job>) -> Result<Option<String>> {
    let Some(name) = &job.file else { return Ok(None) };
    let format = FORMATS.iter().find(|(ending, _)| name.ends_with(ending)).map_or(Format::Csv, |(_, it)| *it);
    let presented = Presented { name, content_type: format.content_type(), inline: false };
    bucket.presigned_get(&key(job.id, FILE), LINK, presented).map(Some)
}
