//! `/api/history/restore`: the way back, from the trash or to what a record was.

use shared::Error;
use shared::http::choices::{KIND_NAMES, KINDS};
use shared::http::reference::{Act, Operation, Rule, choice, id, int};
use shared::http::{Call, Edited, Failure, HttpResult, Params, Reply};
use shared::model::{Contract, Editor, ForKind, Involvement, Menu, Restorable};
use shared::store::Entity;

/// Brings a deleted record back, or with `to_revision` edits one to what it was.
pub async fn post(call: Call) -> HttpResult {
    let kind = call.body.required("kind", |body, field| body.choice(field, &KINDS))?;
    call.enter(kind)?;
    let id = call.body.required("id", Params::id)?;
    call.body.int("version")?;
    match call.body.int("to_revision")?.value() {
        Some(revision) => kind.run(Revert { call, id, revision }).await,
        None => kind.run(Restore { call, id }).await,
    }
}

pub fn post_doc() -> Operation {
    Operation::edits("恢复一条记录", "恢复成功", id("id", "记录的id"))
        .about("不传to_revision时，把删除的记录从回收站恢复，id不变；没有删除的得到409（not_deleted）。恢复的菜单不属于任何员工，要重新分配。可以改动这条记录的人才能恢复它，看删除时的样子；改回以前的样子看它现在的样子。传to_revision时，把记录改回那一次修改以后的样子，与一次普通的修改一样检查；员工的菜单、密码和登录状态不改变。")
        .params([
            choice("kind", &KINDS, "记录的种类").means(&KIND_NAMES).required(),
            int("to_revision", "历史中的revision；不传是从回收站恢复"),
        ])
        .acts([
            Act::edits("Restore", Rule::Alone("id", vec!["to_revision", "version"])),
            Act::edits("Revert", Rule::Present(vec!["id", "to_revision"])),
        ])
        .for_involved([Involvement::Creator, Involvement::Follower])
        .restores(Contract::KIND)
        .unique(Menu::NAME)
        .in_use()
        .limited()
        .opens_areas()
        .additive()
}

/// Brings the record `id` back from the trash.
struct Restore {
    call: Call,
    id: u32,
}

impl ForKind for Restore {
    type Output = HttpResult;

    async fn run<T: Restorable>(self) -> HttpResult {
        let Self { call, id } = self;
        let deleted = call.store.deleted::<T>(id).await?;
        call.may_change(&deleted.value).await?;
        let mut write = call.write();
        T::restore(&call.store, &mut write, &deleted).await?;
        call.commit(write, done(Edited { id, version: T::version(&deleted.restored()) })).await
    }
}

/// Edits the record `id` to what it was after `revision`.
struct Revert {
    call: Call,
    id: u32,
    revision: i64,
}

impl ForKind for Revert {
    type Output = HttpResult;

    async fn run<T: Restorable>(self) -> HttpResult {
        let Self { call, id, revision } = self;
        let old = call.edited::<T>(id).await?;
        let history = call.store.history::<T>(id).await?.ok_or(Error::NotFound(T::KIND))?;
        let was = history.value_after(revision).cloned();
        let was = was.ok_or_else(|| Failure::invalid("to_revision", "没有这一次修改，或者没有保留"))?;
        let (now, epoch, owner_limit) = (call.now, call.epoch, call.owner_limit);
        let editor = Editor { employee: &call.me()?.employee, now, epoch, owner_limit };
        let mut write = call.write();
        let new = old.reverted(was, editor);
        let after_commit = T::edit(&call.store, &mut write, &old, new, editor).await?;
        let reply = call.commit(write, done(Edited::of(&old))).await?;
        after_commit.run(&call.store, call.epoch).await;
        Ok(reply)
    }
}

fn done(edited: Edited) -> Reply {
    Reply::done("恢复成功").with(edited)
}
