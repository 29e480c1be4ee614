//! `/api/user/logout`: signing out, everywhere or here.

use shared::http::reference::{Act, Operation, Rule, flag, name};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Employee, Role, Session, keys};
use shared::search::phone;
use shared::store::{Expect, Key, Record, Stored};

/// Ends all sessions of a phone number: one's own, or anybody's for an admin. With `only_this` the one that asks.
pub async fn post(call: Call) -> HttpResult {
    if call.body.flag("only_this")?.value().unwrap_or(false) {
        return end_this(call).await;
    }
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

/// Ends the session that asks. The phone number need not be sent, and is one's own where it is.
async fn end_this(call: Call) -> HttpResult {
    let me = call.me()?;
    let phone = call.body.name("phoneNumber")?.value();
    if phone.is_some_and(|phone| !phone::is_same(&me.employee.phone_number, &phone)) {
        return Err(Failure::forbidden("登出失败"));
    }
    let sessions = call.store.beginning::<Session>(keys::sessions(me.employee.id)).await?;
    let is_other = |(key, session): &&(Key, Record<Session>)| {
        *key != me.session_key && session.value.generation == me.employee.generation
    };
    // The employee list says whether a session is alive.
    let signed_in_until = sessions.iter().filter(is_other).map(|(_, other)| other.value.until).max();
    let left = Employee { signed_in_until: signed_in_until.unwrap_or(0), ..me.employee.record.value.clone() };
    let mut write = call.write();
    write.delete(&me.session_key, Expect::Revision(me.session_revision));
    write.refresh(&me.employee, &left)?;
    Ok(call.commit(write, Reply::done("登出成功")).await?.signed_out())
}

pub fn post_doc() -> Operation {
    Operation::done("登出", "登出成功")
        .about("结束这个手机号的所有会话；only_this为true时只结束这个请求所用的会话。只能登出自己，管理员可以登出任何人的所有会话。不看Idempotency-Key。")
        .params([
            name("phoneNumber", "手机号；only_this为true时可以不传，传了必须是自己的"),
            flag("only_this", "true表示只结束这个请求所用的会话").default(false).edit_only().additive(),
        ])
        .acts([
            Act::creates("Everywhere", Rule::Present(vec!["phoneNumber"])),
            Act::edits("Here", Rule::True("only_this")),
        ])
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
