//! `POST /api/file/file`: a file is announced, and the browser gets a form with which it sends the file to the bucket.

use crate::{kinds, name};
use schemars::JsonSchema;
use serde::Serialize;
use shared::bucket::PostRules;
use shared::http::reference::{Operation, int, text};
use shared::http::{Call, Failure, HttpResult, Params, Reply, UploadForm};
use shared::model::{File, FileLink, FileToken};
use shared::time::{Time, as_text};

/// Bytes of a megabyte.
const MB: u64 = 1 << 20;

/// A file that was announced.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "要上传的文件")]
struct Announced {
    /// 文件的地址，长期有效；填写到记录的附件、头像等字段里
    url: String,
    /// 上传文件用的表单
    upload: UploadForm,
    /// 表单失效的时间；在这之前可以重新上传
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "Time")]
    expires: Time,
}

/// Announces a file.
pub async fn post(call: Call) -> HttpResult {
    let name = parsed(&call.body, "name", name::plain)?;
    let size = size(&call)?;
    let content_type = parsed(&call.body, "content_type", kinds::allowed)?.to_owned();
    let sha256 =
        call.body.text("sha256")?.value().map(|_| parsed(&call.body, "sha256", sha256)).transpose()?;

    let token = FileToken::generate()?;
    let by = call.me()?.employee.id;
    let file = File { name, content_type, size, by, created: call.epoch, ..File::default() };
    let form = call.bucket()?.presigned_post(&PostRules {
        key: &File::object(&token),
        content_type: &file.content_type,
        size: size..=size,
        sha256,
        seconds: UploadForm::COUNTS_FOR,
    })?;
    let announced = Announced {
        url: FileLink::address(&call.origin, &token, &file.name),
        upload: form.into(),
        expires: UploadForm::expires(call.now),
    };
    let mut write = call.write();
    file.announce(&mut write, &token)?;
    call.commit(write, Reply::data(announced)).await
}

/// A text that must be there, as `parse` reads it.
fn parsed<T>(
    body: &Params,
    field: &'static str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> HttpResult<T> {
    let text = body.required(field, Params::text)?;
    parse(&text).map_err(|message| Failure::invalid(field, message))
}

/// A size of any file.
fn positive(body: &Params) -> HttpResult<u64> {
    let size = u64::try_from(body.required("size", Params::int)?).ok().filter(|size| *size > 0);
    size.ok_or_else(|| Failure::invalid("size", "文件大小必须大于0"))
}

/// The size, up to what the stack allows.
fn size(call: &Call) -> HttpResult<u64> {
    let size = positive(&call.body)?;
    let most = u64::from(call.max_file_mb) * MB;
    if size > most {
        return Err(Failure::invalid("size", format!("文件不能大于{}MB", call.max_file_mb)));
    }
    Ok(size)
}

fn sha256(text: &str) -> Result<[u8; 32], String> {
    let bytes = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| "必须是64位的十六进制数".to_owned())
}

pub fn post_doc() -> Operation {
    Operation::data::<Announced>("上传文件")
        .about("先用这个接口登记文件，再由客户端把文件直接发送到存储，不经过本接口。存储会拒绝大小、类型、位置不符或过期的上传；传了sha256时也拒绝内容不符的。一天内没有记录使用的文件会被删除。")
        .params([
            text("name", "文件名，1到255个字符").required().checked(|text| name::plain(text).map(drop)),
            int("size", "文件大小，单位是字节；上限是部署参数MaxFileMB，默认20MB").required(),
            text("content_type", "文件类型（MIME），比如image/png").required().checked(|text| kinds::allowed(text).map(drop)),
            text("sha256", "文件内容的SHA-256，64位的十六进制数").checked(|text| sha256(text).map(drop)),
        ])
        .check(|body, _| positive(body).map(drop))
        .additive()
}
