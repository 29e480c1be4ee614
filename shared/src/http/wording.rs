//! The domain's errors in the words of the API: the parameter at fault, and a message in Chinese.

use crate::jobs::Job;
use crate::model::{
    Customer, Employee, Involvement, MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Menu, MissingReference,
    Organization, PasswordFault, Plan, ReferenceRole,
};
use crate::store::{Entity, Holders, Kind, Unique};

/// What callers are told of a record that does not exist or was deleted.
pub fn not_found(kind: Kind) -> &'static str {
    match kind {
        Menu::KIND => "菜单不存在",
        Employee::KIND => "员工不存在",
        Customer::KIND => "客户不存在",
        Organization::KIND => "单位不存在",
        Plan::KIND => "计划不存在",
        Job::KIND => "任务不存在",
        _ => "记录不存在",
    }
}

/// Who may change a record, told to somebody who may not.
pub fn not_involved(involved: &[Involvement]) -> String {
    let word = |involvement: &Involvement| match involvement {
        Involvement::Assignee => "要去联系的员工",
        Involvement::Operator => "记录人",
        Involvement::Creator => "创建人",
        Involvement::Follower => "跟进人",
        Involvement::Owner => "负责人",
        Involvement::CustomerOwner => "客户的负责人",
    };
    let words: Vec<_> = involved.iter().map(word).collect();
    match words.as_slice() {
        [] => "只有管理员可以改动".to_owned(),
        words => format!("只有{}和管理员可以改动", words.join("、")),
    }
}

/// The parameter that refers to records, and what is wrong if they do not exist.
pub fn missing(reference: &MissingReference) -> (&'static str, String) {
    let ids: Vec<_> = reference.ids.iter().map(u32::to_string).collect();
    let employees = || format!("员工{}不存在", ids.join("、"));
    match reference.role {
        ReferenceRole::Customer => ("customers_id", not_found(Customer::KIND).to_owned()),
        ReferenceRole::Organization => ("organization_id", not_found(Organization::KIND).to_owned()),
        ReferenceRole::Follower => ("follower_id", employees()),
        ReferenceRole::Assignee => ("user_id", employees()),
        ReferenceRole::Creator => ("creator_id", employees()),
        ReferenceRole::Editor => ("editor_id", employees()),
        ReferenceRole::Owner => ("owner_id", employees()),
        ReferenceRole::FormerOwner => ("from_id", employees()),
        ReferenceRole::NewOwner => ("to_id", employees()),
    }
}

/// The parameter that carries a unique value, and what is wrong if another record has it.
pub fn taken(unique: Unique) -> (&'static str, &'static str) {
    match unique {
        Menu::NAME => ("name", "菜单名称已存在"),
        Employee::PHONE => ("phoneNumber", "手机号已被其他员工使用"),
        Organization::NAME => ("groupName", "单位名称已存在"),
        Plan::OPEN => ("customers_id", "这位员工已经有一个联系这个客户的计划，还没有完成"),
        _ => ("phoneNumber", "手机号已被其他客户使用"),
    }
}

/// The parameter that carries a value which several may share, and what is wrong if as many as may have it do.
pub fn shared_by_too_many(unique: Unique) -> (&'static str, String) {
    let (field, _) = taken(unique);
    (field, format!("已有{}个客户使用这个手机号，不能再增加", Holders::MOST))
}

/// The parameter by which an admin would lose their own rights, and why that is refused.
pub fn own_rights(is_disabled: bool) -> (&'static str, &'static str) {
    (if is_disabled { "status" } else { "role" }, "不能停用自己或取消自己的管理员权限")
}

/// Why a new password is not good enough.
pub fn weak_password(fault: PasswordFault) -> String {
    match fault {
        PasswordFault::TooShort => format!("密码至少{MIN_PASSWORD_CHARS}个字符"),
        PasswordFault::TooLong => format!("密码最多{MAX_PASSWORD_CHARS}个字符"),
        PasswordFault::Common => "密码太常见，容易被猜到，请换一个".to_owned(),
        PasswordFault::OwnPhone => "密码不能与手机号相同".to_owned(),
        PasswordFault::Unchanged => "新密码不能与原密码相同".to_owned(),
    }
}
