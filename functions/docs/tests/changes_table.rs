//! Every change that the API can make, and who may make it.

use serde_json::{Value, json};

/// Somebody who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Admin,
    /// Who wrote a record down, or entered it.
    Author,
    /// A follower of the record.
    Follower,
    /// Whose the customer is whom the record is about.
    Owner,
    /// Who has to do with none of it.
    Stranger,
}

pub const CALLERS: [Caller; 5] =
    [Caller::Admin, Caller::Author, Caller::Follower, Caller::Owner, Caller::Stranger];

impl Caller {
    /// Their id. The company has the first four employees.
    pub fn id(self) -> u32 {
        self as u32 + 1
    }
}

/// Who may make a change.
#[derive(Clone, Copy)]
pub enum Who {
    Admins,
    /// Everybody who may enter the area.
    Everybody,
    /// Admins and these; others are told so.
    Involved(&'static [Caller], &'static str),
    /// Everybody, of what is their own.
    Oneself,
}

/// The customer whom records are about, and one of the stranger.
pub const CUSTOMER: u32 = 2;
pub const STRANGERS: u32 = 3;

/// A customer who is made for the case.
pub const NEW: &str = "new";

/// A kind of record. Changes are named as the reference has them: method, path, and what the operation does.
pub struct Kind {
    /// As its history knows it.
    pub name: &'static str,
    pub id: &'static str,
    pub create: &'static str,
    pub edit: &'static str,
    pub deletes: &'static [&'static str],
    /// The `n`th new one, and the `n`th edit.
    pub new: fn(u32) -> Value,
    pub edited: fn(u32) -> Value,
    pub who: Who,
    /// Whose a customer is.
    pub owner: Option<Caller>,
}

const OF_ACTIVITY: Who = Who::Involved(
    &[Caller::Author, Caller::Follower, Caller::Owner],
    "只有记录人、跟进人、客户的负责人和管理员可以改动",
);

pub static KINDS: [Kind; 10] = [
    Kind {
        name: "follow",
        id: "follow_id",
        create: "POST /api/record/upload Follow",
        edit: "POST /api/record/follow Edit",
        deletes: &["POST /api/record/delfollow Delete", "DELETE /api/record/delfollow Delete"],
        new: |_| json!({ "customers_id": CUSTOMER, "follower_id": [Caller::Follower.id()], "record_time": "2021-07-31", "event": 2 }),
        edited: |n| json!({ "gain": format!("{n}") }),
        who: OF_ACTIVITY,
        owner: None,
    },
    Kind {
        name: "demand",
        id: "demand_id",
        create: "POST /api/record/upload Demand",
        edit: "POST /api/record/demand Edit",
        deletes: &["POST /api/record/deldemand Delete", "DELETE /api/record/deldemand Delete"],
        new: |_| json!({ "customers_id": CUSTOMER, "follower_id": [Caller::Follower.id()], "record_time": "2021-07-31", "content": "x" }),
        edited: |n| json!({ "content": format!("{n}") }),
        who: OF_ACTIVITY,
        owner: None,
    },
    Kind {
        name: "satisfy",
        id: "satisfy_id",
        create: "POST /api/feedback/satisfy Create",
        edit: "POST /api/feedback/satisfy Edit",
        deletes: &["POST /api/feedback/delsatisfy Delete", "DELETE /api/feedback/delsatisfy Delete"],
        new: |_| json!({ "customers_id": CUSTOMER, "follower_id": [Caller::Follower.id()], "record_time": "2021-07-31", "value": -4 }),
        edited: |n| json!({ "note": format!("{n}") }),
        who: Who::Involved(&[Caller::Author], "只有记录人和管理员可以改动"),
        owner: None,
    },
    Kind {
        name: "contract",
        id: "contract_id",
        create: "POST /api/contract/contract Create",
        edit: "POST /api/contract/contract Edit",
        deletes: &["POST /api/contract/delcontract Delete", "DELETE /api/contract/delcontract Delete"],
        new: |_| json!({ "organization_id": 1, "name": "合同", "follower_id": [Caller::Follower.id()] }),
        edited: |n| json!({ "note": format!("{n}") }),
        who: Who::Involved(&[Caller::Author, Caller::Follower], "只有创建人、跟进人和管理员可以改动"),
        owner: None,
    },
    Kind {
        owner: Some(Caller::Owner),
        who: Who::Involved(&[Caller::Owner], "只有负责人和管理员可以改动"),
        ..POOL
    },
    POOL,
    Kind {
        name: "organization",
        id: "organization_id",
        create: "POST /api/customers/organization Create",
        edit: "POST /api/customers/organization Edit",
        deletes: &[],
        new: |n| json!({ "groupName": format!("单位{n}") }),
        edited: |n| json!({ "groupDetail": format!("{n}") }),
        who: Who::Everybody,
        owner: None,
    },
    Kind {
        name: "menu",
        id: "menu_id",
        create: "POST /api/user/menu Create",
        edit: "POST /api/user/menu Edit",
        deletes: &["POST /api/user/menu Delete"],
        new: |n| json!({ "name": format!("菜单{n}") }),
        edited: |n| json!({ "name": format!("改名{n}") }),
        who: Who::Admins,
        owner: None,
    },
    Kind {
        name: "user",
        id: "user_id",
        create: "POST /api/user/user Create",
        edit: "POST /api/user/user Edit",
        deletes: &[],
        new: |n| json!({ "phoneNumber": format!("1390000{n:04}") }),
        edited: |n| json!({ "address": format!("{n}") }),
        who: Who::Admins,
        owner: None,
    },
    Kind {
        name: "plan",
        id: "plan_id",
        create: "POST /api/record/plan Create",
        edit: "POST /api/record/plan Edit",
        deletes: &["POST /api/record/delplan Delete", "DELETE /api/record/delplan Delete"],
        // Whom it is for has no other open plan for the customer.
        new: |_| json!({ "customers_id": NEW, "user_id": Caller::Follower.id(), "time": "2021-08-02" }),
        edited: |n| json!({ "note": format!("{n}") }),
        who: Who::Involved(&[Caller::Author, Caller::Follower], "只有要去联系的员工、记录人和管理员可以改动"),
        owner: None,
    },
];

/// Customers of nobody.
const POOL: Kind = Kind {
    name: "customers",
    id: "customers_id",
    create: "POST /api/customers/customers Create",
    edit: "POST /api/customers/customers Edit",
    deletes: &[],
    new: |n| json!({ "nickName": format!("客户{n}") }),
    edited: |n| json!({ "job": format!("{n}") }),
    who: Who::Everybody,
    owner: None,
};

/// What a change is made of.
#[derive(Clone, Copy)]
pub enum Target {
    /// One of a kind.
    Living(&'static Kind),
    /// One of a kind, which is in the trash if it can be.
    Deleted(&'static Kind),
    /// Nothing that has to be made before.
    Nothing,
    /// A job of whoever makes the change.
    OwnJob,
    /// An import of the admin, for whom these acts were done.
    Import(&'static [&'static str]),
}

/// A change.
pub struct Change {
    /// Method, path, and what the operation does.
    pub act: &'static str,
    pub who: Who,
    pub target: Target,
    /// What is sent for the target with this id, in the case of this number.
    pub body: Box<dyn Fn(u64, u32) -> Value>,
    /// What those are told who may make it, if it is refused for another reason.
    pub refused: Option<&'static str>,
}

impl Change {
    fn new(act: &'static str, who: Who, target: Target, body: impl Fn(u64, u32) -> Value + 'static) -> Self {
        Self { act, who, target, body: Box::new(body), refused: None }
    }
}

const RESTORE: &str = "POST /api/history/restore Restore";
const REVERT: &str = "POST /api/history/restore Revert";

/// All of them.
pub fn changes() -> Vec<Change> {
    let of_kinds = KINDS.iter().flat_map(of_kind);
    let rest = [
        Change::new(
            "POST /api/user/usermenu Edit",
            Who::Admins,
            Target::Nothing,
            |_, _| json!({ "user_id": Caller::Author.id(), "menu": [] }),
        ),
        // The plan that it finishes is one's own, whosever the customer is.
        Change::new(
            "POST /api/record/upload Follow",
            Who::Everybody,
            Target::Nothing,
            |_, _| json!({ "customers_id": CUSTOMER, "follower_id": [Caller::Follower.id()], "record_time": "2021-07-31", "event": 2, "next_time": "2021-08-03" }),
        ),
        // Of whose customers it may be is told for each.
        Change::new(
            "POST /api/customers/owner Request",
            Who::Everybody,
            Target::Living(&POOL),
            |id, _| json!({ "customers_ids": id, "owner_id": "me" }),
        ),
        Change::new(
            "POST /api/customers/handover Request",
            Who::Admins,
            Target::Nothing,
            |_, _| json!({ "from_id": Caller::Follower.id(), "to_id": "none" }),
        ),
        Change::new(
            "POST /api/file/file Request",
            Who::Everybody,
            Target::Nothing,
            |_, n| json!({ "name": format!("{n}.png"), "content_type": "image/png", "size": 1 }),
        ),
        Change::new(
            "POST /api/history/erase Request",
            Who::Admins,
            Target::Nothing,
            |_, _| json!({ "customers_id": 1 }),
        ),
        Change::new(
            "POST /api/transfer/export Request",
            Who::Admins,
            Target::Nothing,
            |_, _| json!({ "kind": "follow" }),
        ),
        Change::new(
            "POST /api/transfer/import Request",
            Who::Admins,
            Target::Nothing,
            |_, _| json!({ "kind": "customers", "name": "客户.csv", "size": 9 }),
        ),
        Change::new(
            "POST /api/transfer/check Request",
            Who::Admins,
            Target::Import(&[]),
            |id, _| json!({ "job_id": id }),
        ),
        Change::new(
            "POST /api/transfer/run Request",
            Who::Admins,
            Target::Import(&["check"]),
            |id, _| json!({ "job_id": id }),
        ),
        Change::new(
            "POST /api/transfer/undo Request",
            Who::Admins,
            Target::Import(&["check", "run"]),
            |id, _| json!({ "job_id": id }),
        ),
        // Those of others nobody knows of.
        Change::new(
            "POST /api/transfer/stop Request",
            Who::Oneself,
            Target::OwnJob,
            |id, _| json!({ "job_id": id }),
        ),
        Change::new(
            "POST /api/user/password Request",
            Who::Oneself,
            Target::Nothing,
            |_, _| json!({ "old_password": testing::PASSWORD, "new_password": "another horse" }),
        ),
        Change::new(
            "POST /api/user/login Request",
            Who::Oneself,
            Target::Nothing,
            |_, n| json!({ "phoneNumber": phone(n), "password": testing::PASSWORD }),
        ),
        Change::new(
            "POST /api/user/logout Everywhere",
            Who::Oneself,
            Target::Nothing,
            |_, n| json!({ "phoneNumber": phone(n) }),
        ),
        Change::new(
            "POST /api/user/logout Here",
            Who::Oneself,
            Target::Nothing,
            |_, _| json!({ "only_this": true }),
        ),
    ];
    of_kinds.chain(rest).collect()
}

/// The phone number of whoever changes what is their own.
pub fn phone(n: u32) -> String {
    format!("1380000{n:04}")
}

fn of_kind(kind: &'static Kind) -> Vec<Change> {
    let create = if matches!(kind.who, Who::Admins) { Who::Admins } else { Who::Everybody };
    let with_id = move |id: u64, fields: Value| {
        let mut body = fields;
        body[kind.id] = json!(id);
        body
    };
    let mut all = vec![
        Change::new(kind.create, create, Target::Nothing, move |_, n| (kind.new)(n)),
        Change::new(kind.edit, kind.who, Target::Living(kind), move |id, n| with_id(id, (kind.edited)(n))),
        Change::new(
            REVERT,
            kind.who,
            Target::Living(kind),
            |id, _| json!({ "kind": kind.name, "id": id, "to_revision": 1 }),
        ),
    ];
    all.extend(
        kind.deletes
            .iter()
            .map(|act| Change::new(act, kind.who, Target::Living(kind), move |id, _| with_id(id, json!({})))),
    );
    let restore = move |id: u64, _: u32| json!({ "kind": kind.name, "id": id });
    all.push(match kind.deletes {
        // What is not deleted is told to everybody who may know of it.
        [] => Change {
            refused: Some("not_deleted"),
            ..Change::new(RESTORE, create, Target::Living(kind), restore)
        },
        _ => Change::new(RESTORE, kind.who, Target::Deleted(kind), restore),
    });
    all
}
