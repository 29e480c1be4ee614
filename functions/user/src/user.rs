//! `/api/user/user`: the employees.

use crate::password_check::{check_password, differs, new_password, wrong_old_password};
use shared::http::choices::{SEX_NAMES, SEXES, STATUSES};
use shared::http::reference::{Operation, choice, date, flag, id, ids, int, name, text, url};
use shared::http::{Call, Created, Edited, Failure, HttpResult, Params, Reply};
use shared::model::{
    ByIdQuery, Counted, Employee, EmployeeRow, Guess, PasswordHash, Role, Status, check_rights, keys,
    lift_locks,
};
use shared::store::{Entity, Expect, Write};

const EVERYONE: &[Status] = &[Status::Enabled, Status::Disabled];
/// The statuses that a list shows.
const SHOWN: [(&str, &[Status]); 3] =
    [("all", EVERYONE), ("1", &[Status::Enabled]), ("0", &[Status::Disabled])];
const ROLE: [(&str, Role); 2] = [("admin", Role::Admin), ("staff", Role::Staff)];

/// Employees by id: all, or those with certain ids, a status and a part of a name or phone number.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let statuses = call.query.choice("status", &SHOWN)?.value().unwrap_or(EVERYONE);
    let name = call.query.name("name")?.value();
    let query = ByIdQuery::new(call.query.chosen(None, "user_ids")?, name.as_deref(), statuses);
    let found = query.find(&call.store, page.slice()).await?;
    let mut employees = call.store.entities::<Employee>(&found.ids).await?;
    // Some may have been edited since they were found.
    employees.retain(|employee| query.matches(employee));
    let rows: Vec<_> = employees.iter().map(|employee| EmployeeRow::new(employee, call.epoch)).collect();
    Ok(Reply::list(rows, found.total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<EmployeeRow>("查询员工").about("按id从小到大排列；各个条件同时满足。").params([
        choice("status", &SHOWN, "状态").means(&["所有", "启用", "禁止"]).default("all"),
        name("name", "昵称、姓名或手机号的一部分，不分大小写和全角半角").additive(),
        ids("user_ids", "员工id，最多100个").additive(),
    ])
}

/// Creates without `user_id`, edits with it. A new password, and being disabled, end the employee's sessions. A new password,
/// and `unlock`, lift their locks.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("操作成功");
    let unlock = call.body.flag("unlock")?.value().unwrap_or(false);
    call.body.text("old_password")?;
    let mut write = call.write();
    let Some(id) = call.edits("user_id")? else {
        let employee = fields(&call.body, None)?;
        let password = new_password(&call.body, "password", &employee.phone_number)?;
        let id = call.store.next_id(Employee::KIND).await?;
        let password = password.map(|password| PasswordHash::new(&password)).transpose()?;
        employee.create(&mut write, id, password.as_ref())?;
        return call.commit(write, done.with(Created { id })).await;
    };
    let old = call.edited::<Employee>(id).await?;
    let mut new = fields(&call.body, Some(old.record.value.clone()))?;
    let password = new_password(&call.body, "password", &new.phone_number)?;
    let me = call.me()?;
    let myself = id == me.employee.id;
    check_rights(&mut write, &me.employee, &old, &new)?;
    if password.is_some() || unlock {
        let_in(&call, &mut write, id, &new.phone_number, password.as_deref()).await?;
    }
    if password.is_some() || new.is_disabled_after(&old) {
        new.end_sessions();
        if myself {
            new.signed_in_until = me.session.until;
            call.keep_session(&mut write, new.generation)?;
        }
    }
    write.replace(&old, &new)?;
    call.commit(write, done.with(Edited::of(&old))).await
}

/// Lets `write` lift the locks of the employee `id`, and gives them a new password if there is one. An admin's own wants the
/// old one: whoever finds a screen unlocked is not to keep it for good.
async fn let_in(
    call: &Call,
    write: &mut Write,
    id: u32,
    phone: &str,
    password: Option<&str>,
) -> HttpResult<()> {
    let (secret, counted) = (keys::password(id), Counted::password_change(id));
    let mut wanted = counted.keys();
    wanted.extend([secret.clone(), keys::phone_attempts(phone)]);
    let mut found = call.store.get_all(&wanted).await?;
    lift_locks(write, &mut found, phone, call.epoch)?;
    let before = found.take::<PasswordHash>(&secret)?;
    let mut guess = Guess::new(counted, &mut found, call.epoch)?;
    let myself = id == call.me()?.employee.id;
    if let (true, Some(new)) = (myself, password) {
        let old = call.body.text("old_password")?.value();
        let old = old.ok_or_else(|| Failure::invalid("old_password", "修改自己的密码时要填写原密码"))?;
        differs("password", new, &old)?;
        guess.check()?;
        let hash = before.as_ref().map(|before| &before.value);
        guess = check_password(call, guess, &old, hash, true, wrong_old_password()).await?;
    }
    // Nobody lifts the lock of their own old password, at which they may be guessing.
    if !myself || password.is_some() {
        guess.forgive(write);
    }
    if let Some(password) = password {
        write.put(&secret, &PasswordHash::new(password)?, Expect::unchanged(before.as_ref()))?;
    }
    Ok(())
}

pub fn post_doc() -> Operation {
    let edits = id("user_id", "员工id；传了是修改，不传是新建").or(&["id"]);
    Operation::writes("新建、修改员工", "操作成功", edits)
        .row::<EmployeeRow>()
        .about("禁止一个员工，或者给他新的密码，都会结束他的会话；新的密码，或者unlock，也解除密码错误造成的锁定。修改自己的密码要有old_password。不能停用自己，也不能取消自己的管理员权限。")
        .params([
            name("phoneNumber", "手机号，登录用，数字不能与其他员工的相同；没有数字的（例如“无”）不能登录；新建时必填").kept(),
            name("realName", "姓名"),
            name("nickName", "昵称"),
            name("number", "工号"),
            url("headImageUrl", "头像地址"),
            choice("sex", &SEXES, "性别").means(&SEX_NAMES).default("0"),
            date("birthday", "生日"),
            int("title", "职位，由前端定义"),
            text("address", "地址"),
            text("school", "学校"),
            text("education", "学历"),
            int("rankId", "职级id，由前端定义"),
            int("rankType", "职级类型，由前端定义"),
            date("entryTime", "入职时间"),
            date("officialTime", "转正时间"),
            date("resignTime", "离职时间"),
            choice("status", &STATUSES, "状态").means(&["禁止", "启用"]).default("1"),
            choice("role", &ROLE, "角色").means(&["管理员", "员工"]).default("staff"),
            text("password", "密码，8到128个字符；不能是常见的密码，也不能是他的手机号").new_password(),
            text("old_password", "自己的原密码；只在修改自己的密码时需要").edit_only(),
            flag("unlock", "true表示解除密码错误造成的锁定，不修改密码也可以").default(false).edit_only(),
        ])
        .locks()
        .unique(Employee::PHONE)
        .additive()
}

fn fields(body: &Params, old: Option<Employee>) -> HttpResult<Employee> {
    let phone = old.as_ref().map(|old| old.phone_number.clone());
    let old = old.unwrap_or_default();
    Ok(Employee {
        phone_number: body.required_or("phoneNumber", Params::name, phone)?,
        real_name: body.name("realName")?.apply(old.real_name),
        nick_name: body.name("nickName")?.apply(old.nick_name),
        number: body.name("number")?.apply(old.number),
        head_image_url: body.url("headImageUrl")?.apply(old.head_image_url),
        sex: body.choice("sex", &SEXES)?.apply(old.sex),
        birthday: body.date("birthday")?.apply(old.birthday),
        title: body.int("title")?.apply(old.title),
        address: body.text("address")?.apply(old.address),
        school: body.text("school")?.apply(old.school),
        education: body.text("education")?.apply(old.education),
        rank_id: body.int("rankId")?.apply(old.rank_id),
        rank_type: body.int("rankType")?.apply(old.rank_type),
        entry_time: body.date("entryTime")?.apply(old.entry_time),
        official_time: body.date("officialTime")?.apply(old.official_time),
        resign_time: body.date("resignTime")?.apply(old.resign_time),
        status: body.choice("status", &STATUSES)?.ignore_clear().apply(old.status),
        role: body.choice("role", &ROLE)?.ignore_clear().apply(old.role),
        edition: old.edition + 1,
        ..old
    })
}
