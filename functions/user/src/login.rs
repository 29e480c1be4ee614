//! `/api/user/login`: signing in.

use crate::password_check::check_password;
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::reference::{Operation, name, text};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Counted, Employee, Guess, PasswordHash, Profile, SignIn, Status, keys};
use shared::store::{Entity, Key};

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

    let (guards, counted) = (Employee::guards(&phone), Counted::sign_in(&phone, &call.source));
    let mut wanted = counted.keys();
    wanted.extend(guards.iter().cloned());
    let mut found = call.store.get_all(&wanted).await?;
    let guess = Guess::new(counted, &mut found, call.epoch)?;
    guess.check()?;

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
    let (eligible, refusal) = (employee.is_some(), Failure::login_failed());
    let guess = check_password(&call, guess, &password, checked, eligible, refusal).await?;
    let (Some(employee), Some(hash)) = (employee, hash) else { return Err(Failure::login_failed()) };

    let until = call.epoch + i64::from(call.session_days) * 24 * 60 * 60;
    let (token, employee) = SignIn { guess, employee, hash }.commit(&call.store, call.now, until).await?;

    // `lastLoginTime` is the sign-in before this one.
    let answer = SignedIn { profile: (&employee).into(), session: token.secret(), sid: token.secret() };
    Ok(Reply::done("登陆成功").with(answer).signed_in(token.secret(), until - call.epoch))
}

pub fn post_doc() -> Operation {
    Operation::done_with::<SignedIn<'_>>("登录", "登陆成功")
        .about("15分钟内从同一个地址登录同一个手机号失败10次，15分钟内不能再从这个地址登录这个手机号；同一个手机号（从任何地址）或同一个地址（任何手机号）失败100次也一样，但30天内从这个地址登录成功过的手机号不受影响。锁定不会结束会话；管理员给新的密码，或者在修改员工时传unlock，可以解除。返回的lastLoginTime是上一次登录的时间。不看Idempotency-Key：每次登录都是新的会话。")
        .params([name("phoneNumber", "手机号").required(), text("password", "密码").required()])
        .locks()
        .sets_cookie("名为session的cookie，浏览器在同源的页面里自动带上；网页脚本读不到")
}
