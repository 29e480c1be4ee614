//! `/api/transfer/run`: what was checked is saved.

use crate::imports::{Cursor, ImportParameters, Made, Rules};
use crate::job::{change, own_import};
use shared::Error;
use shared::http::reference::{Operation, id};
use shared::http::{Call, Failure, HttpResult, Params};
use shared::jobs::{Job, JobState, Tally};
use shared::model::Organization;
use shared::store::Entity;

/// Begins to save the rows. Their ids are reserved first: by them whoever does a step again knows what was done.
pub async fn post(call: Call) -> HttpResult {
    let id = call.body.required("job_id", Params::id)?;
    let (job, objects) = own_import(&call, id).await?;
    if job.state != JobState::Ready {
        return Err(Failure::invalid("job_id", "先检查文件，检查完了才能开始"));
    }
    let findings = objects.findings().await?;
    let findings = findings.ok_or_else(|| Failure::invalid("job_id", "文件已经删除，请重新上传"))?;
    let parameters = ImportParameters::of(&job)?;
    let rows = u32::try_from(job.rows).map_err(Error::internal)?;
    let organizations = findings.new_organizations;
    let made = Made {
        first: call.store.next_ids(parameters.kind.kind(), rows).await?,
        rows,
        first_organization: match organizations {
            0 => 0,
            _ => call.store.next_ids(Organization::KIND, organizations).await?,
        },
        organizations,
    };
    let rules = Rules::new(call.changes_by, call.owner_limit);
    let cursor = Cursor { checked: Some(0), made: Some(made), ..Cursor::default() };
    let new = Job {
        state: JobState::Running,
        parameters: ImportParameters { rules, ..parameters }.to_text()?,
        cursor: cursor.to_text()?,
        done_rows: 0,
        tally: Tally::default(),
        ..job.record.value.clone()
    };
    change(&call, &job, new).await
}

pub fn post_doc() -> Operation {
    Operation::done("开始导入", "操作成功")
        .about("保存检查过的文件；每一行与新增、修改的请求规则相同。用/api/transfer/job查询进度，没有人查询时也会在后台继续。")
        .params([id("job_id", "任务id").required()])
        .finds_one(Job::KIND)
        .additive()
}
