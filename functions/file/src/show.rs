//! `GET /api/file/{token}/{name}`: the way to a file. Its address lasts, what it leads to does for a minute.

use crate::kinds::{START, shown_as};
use schemars::JsonSchema;
use serde::Serialize;
use shared::bucket::Presented;
use shared::http::reference::Operation;
use shared::http::{Call, Failure, HttpResult, Reply};
use shared::model::{File, FileToken, keys};
use shared::time::{Time, as_text};

/// For how long the way to a file is open, in seconds.
const OPEN_FOR: u32 = 60;
/// What browsers save and do nothing else with.
const BYTES: &str = "application/octet-stream";

/// Where a file is for a moment.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "文件在存储里的地址")]
struct Location {
    /// 文件在存储里的地址，一分钟内有效，不需要登录
    url: String,
    /// 失效的时间
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "Time")]
    expires: Time,
}

/// Sends the caller to a file. The name in the path counts for nothing, that of the file does.
pub async fn get(call: Call) -> HttpResult {
    let token = FileToken::parse(call.in_path("token")).ok_or_else(Failure::no_such_file)?;
    let file = call.store.get::<File>(&keys::file(&token)).await?;
    let file = file.filter(|file| !file.value.is_leaving).ok_or_else(Failure::no_such_file)?.value;
    let (bucket, object) = (call.bucket()?, File::object(&token));
    let start = bucket.get_start(&object, START).await?.ok_or_else(Failure::no_such_file)?;
    let shown = shown_as(&start);
    let presented =
        Presented { name: &file.name, content_type: shown.unwrap_or(BYTES), inline: shown.is_some() };
    let url = bucket.presigned_get(&object, OPEN_FOR, presented)?;
    if call.wants_json {
        let expires = Time(call.now.0.saturating_add(OPEN_FOR));
        return Ok(Reply::data(Location { url, expires }));
    }
    Ok(Reply::elsewhere(url)?)
}

pub fn get_doc() -> Operation {
    Operation::data::<Location>("查看文件")
        .about("转到文件在存储里的地址，可以直接用在<img>里（浏览器带着登录时的cookie）。请求头Accept是application/json时不转，返回这个地址。图片（png、jpeg、gif、webp）和PDF按内容判断，在页面里显示，其他文件只能下载。")
        .in_path(&[("token", "文件的标识"), ("name", "文件名，只供阅读")])
        .sends_elsewhere("文件在存储里的地址，一分钟内有效")
        .finds_file()
        .additive()
}
