//! `/api/user/password`: changing one's own password.

use crate::password_check::{check_password, differs, new_password, wrong_old_password};
use shared::http::reference::{Operation, text};
use shared::http::{Call, Failure, HttpResult, Params, Reply};
use shared::model::{Counted, Guess, PasswordHash, keys};
use shared::store::Expect;

/// Replaces the caller's password and ends their other sessions.
pub async fn post(call: Call) -> HttpResult {
    let old = call.body.required("old_password", Params::text)?;
    let me = call.me()?;
    let new = new_password(&call.body, "new_password", &me.employee.phone_number)?;
    let new = new.ok_or_else(|| Failure::invalid("new_password", "新密码不能为空"))?;
    differs("new_password", &new, &old)?;
    let (secret, counted) = (keys::password(me.employee.id), Counted::password_change(me.employee.id));
    let mut wanted = counted.keys();
    wanted.push(secret.clone());
    let mut found = call.store.get_all(&wanted).await?;
    let guess = Guess::new(counted, &mut found, call.epoch)?;
    guess.check()?;
    let hash = found.take::<PasswordHash>(&secret)?;
    let checked = hash.as_ref().map(|hash| &hash.value);
    let guess = check_password(&call, guess, &old, checked, true, wrong_old_password()).await?;

    let mut changed = me.employee.record.value.clone();
    changed.end_sessions();
    changed.signed_in_until = me.session.until;
    let mut write = call.write();
    guess.forgive(&mut write);
    write.put(&secret, &PasswordHash::new(&new)?, Expect::unchanged(hash.as_ref()))?;
    write.refresh(&me.employee, &changed)?;
    call.keep_session(&mut write, changed.generation)?;
    call.commit(write, Reply::done("修改成功")).await
}

pub fn post_doc() -> Operation {
    Operation::done("修改自己的密码", "修改成功")
        .about("自己的其他会话随之结束。15分钟内原密码错误10次，15分钟内不能修改密码；登录失败造成的锁定不影响修改密码。")
        .params([
            text("old_password", "原密码").required(),
            text("new_password", "新密码，8到128个字符；不能是常见的密码、自己的手机号或原密码")
                .required()
                .new_password(),
        ])
        .locks()
        .additive()
}
