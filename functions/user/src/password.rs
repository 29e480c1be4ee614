//! `/api/user/password`: changing one's own password.

use crate::password_check::PasswordCheck;
use crate::user::new_password;
use shared::http::reference::{Operation, text};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Attempts, MIN_PASSWORD_CHARS, PasswordHash, keys};
use shared::store::Expect;

/// Replaces the caller's password and ends their other sessions.
pub async fn post(call: Call) -> HttpResult {
    let old = call.body.required("old_password", Params::text)?;
    let new = call.body.required("new_password", new_password)?;
    let me = call.me()?;
    let (secret, attempts) = (keys::password(me.employee.id), keys::attempts(&me.employee.phone_number));
    let mut found = call.store.get_all(&[secret.clone(), attempts.clone()]).await?;
    let check = PasswordCheck::new(attempts.clone(), found.take::<Attempts>(&attempts)?, call.epoch)?;
    let hash = found.take::<PasswordHash>(&secret)?;
    let wrong = Failure::invalid("old_password", "原密码错误");
    check.run(&call, &old, hash.as_ref().map(|hash| &hash.value), true, wrong).await?;

    let mut changed = me.employee.record.value.clone();
    changed.end_sessions();
    changed.signed_in_until = me.session.until;
    let mut write = call.write();
    check.forgive(&mut write);
    write.put(&secret, &PasswordHash::new(&new)?, Expect::unchanged(hash.as_ref()))?;
    write.refresh(&me.employee, &changed)?;
    call.keep_session(&mut write, changed.generation)?;
    call.commit(write, Reply::done("修改成功")).await
}

pub fn post_doc() -> Operation {
    Operation::done("修改自己的密码", "修改成功")
        .about("自己的其他会话随之结束。原密码错误的次数与登录失败的次数一起计算。")
        .params([
            text("old_password", "原密码").required(),
            text("new_password", "新密码，至少8个字符").required().at_least(MIN_PASSWORD_CHARS),
        ])
        .locks()
        .additive()
}
