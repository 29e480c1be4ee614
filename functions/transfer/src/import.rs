//! `/api/transfer/import`: a file is announced, and the browser gets a form with which it sends the file to the bucket.

use crate::imports::{CheckOptions, Cursor, FILE, ImportParameters, KINDS, LABELS, Objects, Rules};
use crate::reading::MOST_BYTES;
use crate::transfers::IMPORT;
use schemars::JsonSchema;
use serde::Serialize;
use shared::bucket::PostRules;
use shared::http::choices::kind_name;
use shared::http::reference::{Operation, choice, int, text};
use shared::http::{Call, Failure, HttpResult, Params, Reply, UploadForm};
use shared::jobs::{Job, JobState};
use shared::store::Entity;
use shared::time::{Time, as_text};

/// The type of all uploads: the bytes alone say what a file is.
const BYTES: &str = "application/octet-stream";
/// The most characters of a file's name.
const LONGEST_NAME: usize = 255;

/// An import that was announced.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "导入的任务，和上传文件用的表单")]
struct Announced {
    /// 任务id，用来检查、开始、查询进度、停止和收回
    #[schemars(range(min = 1))]
    job_id: u32,
    /// 上传文件用的表单
    upload: UploadForm,
    /// 表单失效的时间；在这之前可以重新上传
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "Time")]
    expires: Time,
}

/// Announces a file.
pub async fn post(call: Call) -> HttpResult {
    let kind = call.body.required("kind", |body, field| body.choice(field, &KINDS))?;
    call.enter(kind)?;
    let name = call.body.required("name", Params::text)?;
    plain(&name).map_err(|message| Failure::invalid("name", message))?;
    let size = size(&call.body)?;
    let by = call.me()?.employee.id;
    let (of, _) = kind.named();
    let parameters =
        ImportParameters { kind, name, options: CheckOptions::default(), rules: Rules::default() }
            .to_text()?;
    let title = format!("导入{}", kind_name(kind));
    let (state, cursor) = (JobState::Waiting, Cursor::default().to_text()?);
    let job = Job { title, parameters, state, cursor, ..Job::new(IMPORT, of, by, call.now) };
    let job_id = call.store.next_id(Job::KIND).await?;
    let form = call.bucket()?.presigned_post(&PostRules {
        key: &Objects::new(call.bucket()?, job_id).key(FILE),
        content_type: BYTES,
        size: size..=size,
        sha256: None,
        seconds: UploadForm::COUNTS_FOR,
    })?;
    let announced = Announced { job_id, upload: form.into(), expires: UploadForm::expires(call.now) };
    let mut write = call.write();
    write.create(job_id, &job)?;
    call.commit(write, Reply::done("操作成功").with(announced)).await
}

fn size(body: &Params) -> HttpResult<u64> {
    let size = u64::try_from(body.required("size", Params::int)?).ok().filter(|size| *size > 0);
    let size = size.ok_or_else(|| Failure::invalid("size", "文件是空的"))?;
    match size <= MOST_BYTES as u64 {
        true => Ok(size),
        false => Err(Failure::invalid("size", format!("文件不能大于{}MB", MOST_BYTES >> 20))),
    }
}

fn plain(name: &str) -> Result<(), String> {
    let is_plain = !name.trim().is_empty() && !name.chars().any(char::is_control);
    match is_plain && name.chars().count() <= LONGEST_NAME {
        true => Ok(()),
        false => Err(format!("文件名必须是1到{LONGEST_NAME}个字符")),
    }
}

pub fn post_doc() -> Operation {
    Operation::done_with::<Announced>("登记要导入的文件", "操作成功")
        .about("先用这个接口登记文件，再由客户端把文件直接发送到存储，然后检查（/api/transfer/check）、开始（/api/transfer/run）。csv（UTF-8、UTF-16、GB18030；逗号、分号、制表符）和xlsx，按内容判断；最多200000行、50MB。")
        .params([
            choice("kind", &KINDS, "导入什么").means(&LABELS).required(),
            text("name", "文件名").required().checked(plain),
            int("size", "文件大小，单位是字节").required(),
        ])
        .check(|body, _| size(body).map(drop))
        .additive()
}
