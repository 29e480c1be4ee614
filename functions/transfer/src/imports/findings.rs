//! What a check has found, as people see it.

use super::draft::{CellFault, Drafter};
use super::imported_file::{FileRow, ImportedFile};
use crate::reading::Encoding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared::http::{ImportColumn, RowForm};

/// So many rows are shown as they would be stored.
pub const SHOWN_ROWS: usize = 20;
/// So many problems are listed; the report has all of them.
pub const LISTED: usize = 100;

/// What a check has found.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "检查文件的结果")]
pub struct Findings {
    /// 文件的编码或格式
    pub encoding: Encoding,
    /// 工作表的名称；csv没有
    pub sheets: Vec<String>,
    /// 读取的工作表；csv是null
    pub sheet: Option<String>,
    /// 标题所在的行
    pub head_row: u32,
    /// 文件的各列
    pub columns: Vec<FoundColumn>,
    /// 可以导入的字段
    pub fields: Vec<FoundField>,
    /// 前20行，按将要保存的样子
    pub rows: Vec<ShownRow>,
    /// 可以导入的行数
    pub good: u32,
    /// 重复的行数
    pub duplicate: u32,
    /// 有问题、不能导入的行数
    pub bad: u32,
    /// 将要新建的单位数
    pub new_organizations: u32,
    /// 问题，最多100个；全部问题在/api/transfer/report里
    pub problems: Vec<Problem>,
}

/// A column of the file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "文件的一列")]
pub struct FoundColumn {
    /// 列的字母
    pub column: String,
    /// 标题
    pub heading: String,
    /// 对应的字段；null是不导入
    pub field: Option<String>,
}

/// A field that can be imported.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "可以导入的字段")]
pub struct FoundField {
    /// 字段
    pub field: String,
    /// 名称
    pub label: String,
    /// 说明
    pub note: String,
}

/// A row as it would be stored.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "将要保存的一行")]
pub struct ShownRow {
    /// 在文件里的行号
    pub row: u32,
    /// 各字段的值；单位是名称，员工是id
    pub values: Map<String, Value>,
}

/// What is wrong with a row, or the same as something else.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "一个问题")]
pub struct Problem {
    /// 工作表；csv是null
    pub sheet: Option<String>,
    /// 行号
    pub row: u32,
    /// 列的字母；null是整行
    pub column: Option<String>,
    /// 这一列的标题；整行的问题没有
    pub heading: String,
    /// 字段；整行的问题没有
    pub field: String,
    /// 原因
    pub msg: String,
    /// 是否只是重复
    pub is_duplicate: bool,
}

impl Findings {
    /// Nothing yet, of a file with these columns.
    pub fn new(
        source: &ImportedFile,
        columns: &[Option<&ImportColumn>],
        all: &[ImportColumn],
        form: &RowForm,
    ) -> Self {
        let column = |(at, heading): (usize, &String)| FoundColumn {
            column: super::draft::column_name(at),
            heading: heading.clone(),
            field: columns.get(at).copied().flatten().map(|column| column.field.to_owned()),
        };
        let field = |column: &ImportColumn| FoundField {
            field: column.field.to_owned(),
            label: label(column, form).to_owned(),
            note: column.note.to_owned(),
        };
        Self {
            encoding: source.encoding,
            sheets: source.sheets.clone(),
            sheet: source.sheet.clone(),
            head_row: source.head_row,
            columns: source.headings.iter().enumerate().map(column).collect(),
            fields: all.iter().map(field).collect(),
            rows: Vec::new(),
            good: 0,
            duplicate: 0,
            bad: 0,
            new_organizations: 0,
            problems: Vec::new(),
        }
    }

    /// Lists a problem, if there is still room.
    pub fn list(&mut self, drafter: &Drafter<'_>, row: &FileRow, fault: &CellFault, is_duplicate: bool) {
        if self.problems.len() >= LISTED {
            return;
        }
        let (column, heading) = drafter.place(&fault.field);
        self.problems.push(Problem {
            sheet: self.sheet.clone(),
            row: row.number,
            column,
            heading,
            field: fault.field.clone(),
            msg: fault.message.clone(),
            is_duplicate,
        });
    }
}

/// What people know a field as.
fn label(column: &ImportColumn, form: &RowForm) -> &'static str {
    form.param(column.field).map_or(column.field, |param| param.label())
}
