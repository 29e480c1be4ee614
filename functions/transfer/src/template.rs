//! `/api/transfer/template`: an empty workbook with the columns of an import, and a sheet that explains them.

use crate::format::Format;
use crate::imports::{ForImport, KINDS, LABELS, with_import};
use crate::xlsx;
use shared::Error;
use shared::http::choices::kind_name;
use shared::http::reference::{Need, Operation, ParamKind, choice};
use shared::http::{Call, Headers, HttpResult, Import, ImportColumn, Reply, RowForm};
use shared::time::Offset;

/// The type of a workbook.
const XLSX: &str = Format::Xlsx.content_type();
/// How a browser saves it.
const SAVED: Headers = &[
    ("content-disposition", "attachment; filename=\"import-template.xlsx\""),
    ("cache-control", "private, max-age=3600"),
];

/// Answers the workbook.
pub async fn get(call: Call) -> HttpResult {
    let kind = call.query.required("kind", |query, field| query.choice(field, &KINDS))?;
    call.enter(kind)?;
    let made = with_import(kind, Template).await;
    let bytes = made.ok_or_else(|| Error::internal("a kind of record that cannot be imported"))??;
    Ok(Reply::document(XLSX, bytes).headers(SAVED))
}

/// Makes it.
struct Template;

impl ForImport for Template {
    type Output = shared::Result<Vec<u8>>;

    async fn run<I: Import>(self) -> shared::Result<Vec<u8>> {
        let form = RowForm::of::<I>(Offset::UTC);
        let headings: Vec<_> = I::COLUMNS.iter().filter_map(|it| it.headings.first().copied()).collect();
        let mut explained = vec![["列", "必填", "怎么填"].map(str::to_owned)];
        explained.extend(I::COLUMNS.iter().map(|column| explanation(column, &form)));
        xlsx::template(kind_name(I::KIND), &headings, &explained)
    }
}

fn explanation(column: &ImportColumn, form: &RowForm) -> [String; 3] {
    let heading = column.headings.first().copied().unwrap_or_default();
    let Some(param) = form.param(column.field) else {
        return [heading.to_owned(), String::new(), column.note.to_owned()];
    };
    let need = if param.need == Need::Optional { "" } else { "是" };
    let of_kind = match param.kind {
        ParamKind::Choice => param.meanings.join("、"),
        ParamKind::Time => "例如2021-01-31，或者2021-01-31 12:00:00".to_owned(),
        ParamKind::Money => "例如1200000.00".to_owned(),
        ParamKind::Int => "整数".to_owned(),
        ParamKind::Url => "http或https地址".to_owned(),
        _ => String::new(),
    };
    let notes: Vec<_> = [of_kind.as_str(), column.note].into_iter().filter(|note| !note.is_empty()).collect();
    [heading.to_owned(), need.to_owned(), notes.join("；")]
}

pub fn get_doc() -> Operation {
    Operation::document("下载导入的模板", XLSX, "xlsx工作簿")
        .about("xlsx工作簿：第一个工作表是空的表格，有全部标题；第二个说明每一列怎么填。")
        .params([choice("kind", &KINDS, "导入什么").means(&LABELS).required()])
        .additive()
}
