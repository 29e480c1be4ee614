//! `/api/user/logout`: signing out everywhere.

use shared::http::reference::{Operation, name};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Employee, Role};
use shared::search::phone;
use shared::store::Stored;

/// Ends all sessions of a phone number: one's own, or anybody's for an admin.
pub async fn post(call: Call) -> HttpResult {
    let phone = call.body.required("phoneNumber", Params::name)?;
    let employee = whose(&call, &phone).await?.ok_or_else(|| Failure::forbidden("登出失败"))?;
    let mut signed_out = employee.record.value.clone();
    signed_out.end_sessions();
    let mut write = call.write();
    write.refresh(&employee, &signed_out)?;
    let reply = call.commit(write, Reply::done("登出成功")).await?;
    // An admin who logs out somebody else stays signed in.
    Ok(if employee.id == call.me()?.employee.id { reply.signed_out() } else { reply })
}

pub fn post_doc() -> Operation {
    Operation::done("登出", "登出成功")
        .about("结束这个手机号的所有会话。只能登出自己，管理员可以登出任何人。不看Idempotency-Key。")
        .params([name("phoneNumber", "手机号").required()])
        .forbids("登出失败")
        .sets_cookie("登出自己时清除名为session的cookie")
}

/// The employee with this phone, if the caller may sign them out.
async fn whose(call: &Call, phone: &str) -> HttpResult<Option<Stored<Employee>>> {
    let me = &call.me()?.employee;
    if phone::is_same(&me.phone_number, phone) {
        return Ok(Some(me.clone()));
    }
    if me.role != Role::Admin {
        return Ok(None);
    }
    let guards = Employee::guards(phone);
    let ids = call.store.get_all(&guards).await?.take_holders(&guards)?;
    Ok(Employee::with_phone(call.store.entities(&ids).await?, phone))
}
