//! The words that parameters choose from, with what they stand for.

use crate::model::{Area, LoggedKind, RecordKind, Status};

/// The sexes of employees and customers: unknown, male, female.
pub const SEXES: [(&str, u8); 3] = [("0", 0), ("1", 1), ("2", 2)];
/// What they are called.
pub const SEX_NAMES: [&str; 3] = ["未知", "男", "女"];

/// The statuses of employees, customers and organizations.
pub const STATUSES: [(&str, Status); 2] = [("0", Status::Disabled), ("1", Status::Enabled)];

/// The areas that menus can claim. Each but the last two is also the first part of the paths in it: `/api/<area>/…`.
pub const AREAS: [(&str, Area); 7] = [
    ("customers", Area::Customers),
    ("record", Area::Record),
    ("feedback", Area::Feedback),
    ("contract", Area::Contract),
    ("stats", Area::Stats),
    ("export", Area::Export),
    ("import", Area::Import),
];
/// What they are called.
pub const AREA_NAMES: [&str; 7] = [
    "客户和单位",
    "跟进记录、需求变更记录和计划",
    "满意度",
    "合同",
    "统计",
    "导出；没有菜单限定时只有管理员能导出",
    "导入；没有菜单限定时只有管理员能导入",
];

/// The kinds of record.
pub const KINDS: [(&str, RecordKind); RecordKind::ALL.len()] = RecordKind::NAMED;
/// What they are called.
pub const KIND_NAMES: [&str; RecordKind::ALL.len()] =
    ["员工", "菜单", "客户", "单位", "跟进记录", "需求变更记录", "满意度记录", "合同", "计划"];

/// What a kind of record is called.
pub const fn kind_name(kind: RecordKind) -> &'static str {
    let (mut kinds, mut names): (&[(&str, RecordKind)], &[&'static str]) = (&KINDS, &KIND_NAMES);
    while let ([(_, other), kinds_after @ ..], [name, names_after @ ..]) = (kinds, names) {
        if *other as usize == kind as usize {
            return name;
        }
        (kinds, names) = (kinds_after, names_after);
    }
    ""
}

/// The kinds of what the log knows.
pub const LOGGED_KINDS: [(&str, LoggedKind); LoggedKind::NAMED.len()] = LoggedKind::NAMED;
/// What they are called.
pub const LOGGED_KIND_NAMES: [&str; LoggedKind::NAMED.len()] = {
    let mut names = ["任务"; LoggedKind::NAMED.len()];
    if let Some(of_records) = names.first_chunk_mut() {
        *of_records = KIND_NAMES;
    }
    names
};
