//! `/api/transfer/report`: the rows that did not go in, as a file that can be corrected and imported again; or what was not taken
//! back.

use crate::format::Format;
use crate::imports::{Cursor, Fate, ImportedFile, Objects, SOURCE};
use crate::job::own;
use crate::reading::Encoding;
use crate::table::Cells;
use crate::transfers::IMPORT;
use crate::xlsx::plain_sheet;
use schemars::JsonSchema;
use serde::Serialize;
use shared::Result;
use shared::bucket::Presented;
use shared::http::reference::{Operation, id};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::jobs::Job;
use shared::store::Entity;
use shared::time::{Time, as_text};

/// For how long a link to the file works, in seconds.
const LINK: u32 = 15 * 60;
/// The object that is the file.
const REPORT: &str = "report";
/// What stands above the reasons.
const REASON: &str = "未导入的原因";

/// Where the file is for a while.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "报告在存储里的地址")]
struct Location {
    /// 报告的地址，15分钟内有效，不需要登录
    url: String,
    /// 失效的时间
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "Time")]
    expires: Time,
}

/// Makes the report of how the import is now, and sends the caller there.
pub async fn get(call: Call) -> HttpResult {
    let id = call.query.required("job_id", Params::id)?;
    let job = own(&call, id).await?;
    let (bucket, cursor) = (call.bucket()?, Cursor::of(&job)?);
    let objects = Objects::new(bucket, id);
    let fates = if job.act == IMPORT { objects.all_fates(&cursor).await? } else { Vec::new() };
    if fates.is_empty() {
        return Err(Failure::no_such_file());
    }
    let (format, bytes) = match cursor.taken_back {
        Some(_) => (Format::Csv, csv(left(fates))?),
        None => {
            let source: ImportedFile = objects.get(SOURCE).await?;
            let table = failed(&source, fates);
            match source.encoding {
                Encoding::Xlsx => (Format::Xlsx, plain_sheet(&table)?),
                _ => (Format::Csv, csv(table)?),
            }
        }
    };
    objects.put_bytes(REPORT, format.content_type(), bytes.into()).await?;
    let name = format!("{}-{id}.{}", job.title, format.name());
    let presented = Presented { name: &name, content_type: format.content_type(), inline: false };
    let url = bucket.presigned_get(&objects.key(REPORT), LINK, presented)?;
    if call.wants_json {
        let expires = Time(call.now.0.saturating_add(LINK));
        return Ok(Reply::data(Location { url, expires }));
    }
    Ok(Reply::elsewhere(url)?)
}

/// The rows as they were, with the reasons in a column of their own; that of a report that is imported again gets lost.
fn failed(source: &ImportedFile, fates: Vec<Fate>) -> Vec<Cells> {
    let columns: Vec<_> = source
        .headings
        .iter()
        .enumerate()
        .filter(|(_, heading)| *heading != REASON)
        .map(|(at, _)| at)
        .collect();
    let table_row = |cells: &[String], last: String| -> Cells {
        let cells = columns.iter().map(|at| cells.get(*at).cloned());
        cells.chain([Some(last)]).collect()
    };
    let mut table = vec![table_row(&source.headings, REASON.to_owned())];
    for fate in fates {
        if let Fate::Failed { row, reason } = fate {
            table.push(table_row(&row.cells, format!("第{}行：{reason}", row.number)));
        }
    }
    table
}

/// The records that were not taken back.
fn left(fates: Vec<Fate>) -> Vec<Cells> {
    let mut table = vec![["id", "名称", "没有收回的原因"].map(|text| Some(text.to_owned())).to_vec()];
    for fate in fates {
        if let Fate::Left { id, title, reason } = fate {
            table.push(vec![Some(id.to_string()), Some(title), Some(reason)]);
        }
    }
    table
}

fn csv(table: Vec<Cells>) -> Result<Vec<u8>> {
    let mut bytes = Format::Csv.start();
    Format::Csv.lines(&table, &mut bytes)?;
    Ok(bytes)
}

pub fn get_doc() -> Operation {
    Operation::data::<Location>("下载导入的报告")
        .about("没有导入的行，最后一列是原因：改正以后可以直接再导入；收回以后是没有收回的记录。转到文件的地址；请求头Accept是application/json时不转，返回这个地址。没有这样的行时404。")
        .params([id("job_id", "任务id").required()])
        .sends_elsewhere("报告的地址，15分钟内有效")
        .finds_one(Job::KIND)
        .additive()
}
