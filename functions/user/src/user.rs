//! `/api/user/user`: the employees.

use shared::Patch;
use shared::http::choices::{SEXES, STATUSES};
use shared::http::reference::{Operation, choice, date, id, int, name, text, url};
use shared::http::{Call, Created, Failure, HttpResult, Params, Reply};
use shared::model::{Attempts, Employee, EmployeeRow, MIN_PASSWORD_CHARS, PasswordHash, Role, Status, keys};
use shared::store::{Entity, Expect, Key, Listing, Order};

const EVERYONE: &[Listing] = &[Employee::ENABLED, Employee::DISABLED];
/// Which of them a list shows.
const SHOWN: [(&str, &[Listing]); 3] =
    [("all", EVERYONE), ("1", &[Employee::ENABLED]), ("0", &[Employee::DISABLED])];
const ROLE: [(&str, Role); 2] = [("admin", Role::Admin), ("staff", Role::Staff)];

/// Employees by id: all, or those of one `status`.
pub async fn get(call: Call) -> HttpResult {
    let page = call.query.page()?;
    let listings = call.query.choice("status", &SHOWN)?.value().unwrap_or(EVERYONE);
    let found = call.list(listings, Order::Ascending, page).await?;
    let employees = call.store.entities::<Employee>(&found.ids()).await?;
    let rows: Vec<_> = employees.iter().map(|employee| EmployeeRow::new(employee, call.epoch)).collect();
    Ok(Reply::list(rows, found.total, page))
}

pub fn get_doc() -> Operation {
    Operation::rows::<EmployeeRow>("查询员工").about("按id从小到大排列。").params([choice(
        "status",
        &SHOWN,
        "all所有、0禁止、1启用",
    )
    .default("all")])
}

/// Creates without `user_id`, edits with it. A new password, and being disabled, end the employee's sessions.
pub async fn post(call: Call) -> HttpResult {
    let done = Reply::done("操作成功");
    let password = new_password(&call.body, "password")?.value();
    let mut write = call.write();
    let Some(id) = call.edits("user_id")? else {
        let employee = fields(&call.body, None)?;
        let id = call.store.next_id(Employee::KIND).await?;
        let password = password.map(|password| PasswordHash::new(&password)).transpose()?;
        employee.create(&mut write, id, password.as_ref())?;
        return call.commit(write, done.with(Created { id })).await;
    };
    let old = call.edited::<Employee>(id, |employee| employee.edition).await?;
    let mut new = fields(&call.body, Some(old.record.value.clone()))?;
    let me = call.me()?;
    let myself = id == me.employee.id;
    let becomes_no_admin = new.role != Role::Admin || new.status == Status::Disabled;
    if myself && becomes_no_admin {
        let field = if new.role == Role::Admin { "status" } else { "role" };
        return Err(Failure::invalid(field, "不能停用自己或取消自己的管理员权限"));
    }
    if let Some(password) = &password {
        let (secret, attempts) = (keys::password(id), keys::attempts(&new.phone_number));
        let mut found = call.store.get_all(&[secret.clone(), attempts.clone()]).await?;
        let before = found.take::<PasswordHash>(&secret)?;
        write.put(&secret, &PasswordHash::new(password)?, Expect::unchanged(before.as_ref()))?;
        // Nobody can have guessed at the new password: the lock is lifted.
        if let Some(failed) = found.take::<Attempts>(&attempts)? {
            write.delete(&attempts, Expect::Revision(failed.revision));
        }
    }
    if !myself && becomes_no_admin && (new.role, new.status) != (old.role, old.status) {
        // Two admins may lower each other at the same time: the caller must still be an admin when this is written.
        write.check(
            &Key::entity(Employee::KIND, me.employee.id),
            Expect::Revision(me.employee.record.revision),
        );
    }
    if password.is_some() || (new.status == Status::Disabled && old.status == Status::Enabled) {
        new.end_sessions();
        if myself {
            new.signed_in_until = me.session.until;
            call.keep_session(&mut write, new.generation)?;
        }
    }
    write.replace(&old, &new)?;
    call.commit(write, done).await
}

pub fn post_doc() -> Operation {
    Operation::writes("新建、修改员工", "操作成功", id("user_id", "员工id；传了是修改，不传是新建"))
        .about("禁止一个员工，或者给他新的密码，都会结束他的会话；新的密码也解除登录失败造成的锁定。不能停用自己，也不能取消自己的管理员权限。")
        .params([
            name("phoneNumber", "手机号，登录用，数字不能与其他员工的相同；没有数字的（例如“无”）不能登录；新建时必填").kept(),
            name("realName", "姓名"),
            name("nickName", "昵称"),
            name("number", "工号"),
            url("headImageUrl", "头像地址"),
            choice("sex", &SEXES, "性别：0未知、1男、2女").default("0"),
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
            choice("status", &STATUSES, "状态：0禁止、1启用").default("1"),
            choice("role", &ROLE, "角色：admin管理员、staff员工").default("staff"),
            text("password", "密码，至少8个字符").at_least(MIN_PASSWORD_CHARS),
        ])
        .unique()
        .additive()
}

/// A password that somebody is to have from now on.
pub fn new_password(body: &Params, field: &'static str) -> HttpResult<Patch<String>> {
    let password = body.text(field)?;
    match &password {
        Patch::Set(password) if password.chars().count() < MIN_PASSWORD_CHARS => {
            Err(Failure::invalid(field, format!("密码至少{MIN_PASSWORD_CHARS}个字符")))
        }
        _ => Ok(password),
    }
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
