//! `/api/user/login`: signing in.

use crate::password_check::PasswordCheck;
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, name, text};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Attempts, Employee, PasswordHash, Profile, Session, Status, Token, keys};
use shared::store::{Author, Entity, Expect, Key, Write};

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SignedIn", description = "登录的员工和新的会话")]
struct SignedIn<'a> {
    #[serde(flatten)]
    profile: Profile,
    /// 会话，以后的请求都要带上
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    session: &'a str,
    /// 同session
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    sid: &'a str,
}

/// Answers a session token for the right phone number and password.
///
/// An unknown phone, a wrong password and a disabled employee take the same round trips, the same hashing and
/// the same answer. The answer has a token in it and is therefore never remembered for an `Idempotency-Key`: a
/// repeated sign-in is another session.
pub async fn post(call: Call) -> HttpResult {
    let phone = call.body.required("phoneNumber", Params::name)?;
    let password = call.body.required("password", Params::text)?;

    let (guards, attempts) = (Employee::guards(&phone), keys::attempts(&phone));
    let read: Vec<_> = guards.iter().chain([&attempts]).cloned().collect();
    let mut found = call.store.get_all(&read).await?;
    let check = PasswordCheck::new(attempts.clone(), found.take::<Attempts>(&attempts)?, call.epoch)?;

    // For an unknown phone number the first employee's items are read and checked all the same, and the result is not used.
    let mut ids = found.take_holders(&guards)?;
    if ids.is_empty() {
        ids.push(1);
    }
    let of = |id: &u32| [Key::entity(Employee::KIND, *id), keys::password(*id)];
    let mut found = call.store.get_all(&ids.iter().flat_map(of).collect::<Vec<_>>()).await?;
    let mut employees = Vec::new();
    for id in &ids {
        employees.extend(found.take_entity::<Employee>(*id)?);
    }
    let employee = Employee::with_phone(employees, &phone).filter(|found| found.status == Status::Enabled);
    let id = employee.as_ref().map(|employee| employee.id).or(ids.first().copied()).unwrap_or(1);
    let secret = keys::password(id);
    let hash = found.take::<PasswordHash>(&secret)?;
    let checked = hash.as_ref().map(|hash| &hash.value);
    check.run(&call, &password, checked, employee.is_some(), Failure::login_failed()).await?;
    let (Some(employee), Some(hash)) = (employee, hash) else { return Err(Failure::login_failed()) };

    let token = Token::generate(id)?;
    let until = call.epoch + i64::from(call.session_days) * 24 * 60 * 60;
    let session = Session { generation: employee.generation, until };
    let signed_in = Employee {
        last_login: Some(call.now),
        signed_in_until: until.max(employee.signed_in_until),
        ..employee.record.value.clone()
    };
    let mut write = Write::new(Author { by: id, at: call.now });
    check.forgive(&mut write);
    // The password that was right must still be the password, and its employee still enabled.
    write.check(&secret, Expect::Revision(hash.revision));
    write.refresh(&employee, &signed_in)?;
    write.put_until(&keys::session(id, &token.sha256()), &session, Expect::Absent, Some(until))?;
    call.store.commit(write).await?;

    // `lastLoginTime` is the sign-in before this one.
    let answer = SignedIn { profile: (&employee).into(), session: token.secret(), sid: token.secret() };
    Ok(Reply::done("登陆成功").with(answer))
}

pub fn post_doc() -> Operation {
    Operation::done_with::<SignedIn<'_>>("登录", "登陆成功")
        .about("15分钟内失败10次，这个手机号15分钟内不能登录。返回的lastLoginTime是上一次登录的时间。不看Idempotency-Key：每次登录都是新的会话。")
        .params([name("phoneNumber", "手机号").required(), text("password", "密码").required()])
        .locks()
}
