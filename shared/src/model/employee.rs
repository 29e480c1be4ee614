//! Employees.

use super::{Area, Areas, Changeable, Changers, ListedById, PasswordHash, Status, keys};
use crate::Result;
use crate::search::{SearchProjection, Searchable, gram_listing, grams, phone};
use crate::store::{
    Entity, Expect, Key, Kind, Levels, Listing, Order, Point, Stored, Title, Unique, UniqueValue, Write,
};
use crate::time::{Date, Time, as_text, date_as_text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an employee may do beyond what their menus open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline, description = "角色：admin是管理员，staff是员工")]
pub enum Role {
    /// May do everything, and alone may write menus, grants and employees.
    #[schemars(description = "管理员")]
    Admin,
    /// May enter every area that no menu claims, and those that a granted menu claims.
    #[schemars(description = "员工")]
    #[default]
    Staff,
}

/// An employee.
///
/// `edition` and not the item's revision is the `version` that callers see, because signing in writes the item
/// too and must not make somebody's edit look out of date.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Employee {
    /// With which they sign in; unique, unless it has no digit.
    pub phone_number: String,
    /// Family name and given name.
    pub real_name: String,
    /// As colleagues see it.
    pub nick_name: String,
    /// The personnel number.
    pub number: String,
    /// A picture.
    pub head_image_url: String,
    /// 0 unknown, 1 male, 2 female.
    pub sex: u8,
    /// Date of birth.
    pub birthday: Option<Date>,
    /// The frontends' number of a job title.
    pub title: Option<i64>,
    /// Where they live or work.
    pub address: String,
    /// Where they studied.
    pub school: String,
    /// Their degree.
    pub education: String,
    /// The frontends' number of a rank.
    pub rank_id: Option<i64>,
    /// The frontends' number of a kind of rank.
    pub rank_type: Option<i64>,
    /// When they joined.
    pub entry_time: Option<Date>,
    /// When their probation ended.
    pub official_time: Option<Date>,
    /// When they leave or left; does not end their access.
    pub resign_time: Option<Date>,
    /// Whether they may sign in.
    pub status: Status,
    /// Their role.
    pub role: Role,
    /// The ids of the menus granted to them. A deleted menu's id may linger: ids are never used again, so it
    /// grants nothing.
    pub menus: Vec<u32>,
    /// 1 at first, one more with every edit.
    pub edition: u32,
    /// When they last signed in.
    pub last_login: Option<Time>,
    /// A session counts only while its generation is this one; one more ends them all.
    pub generation: u32,
    /// When the longest of their sessions ends, in seconds since 1970 UTC; 0 once all were ended.
    pub signed_in_until: i64,
}

/// The names of an employee, as the rows of records show them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmployeeName {
    /// 昵称
    pub nick_name: String,
    /// 姓名
    pub real_name: String,
    /// 手机号
    pub phone_number: String,
}

impl Employee {
    /// The phone number, with which they sign in, belongs to one employee.
    pub const PHONE: Unique = Unique::new("phone");
    /// The [names](EmployeeName) of all, by id: the rows of a page show many employees, and reading them one by one costs a
    /// capacity unit each.
    pub const NAMES: Listing = Listing::new("employees/cards", Levels::Uncounted).brief();
    /// Those who may sign in, by id.
    pub const ENABLED: Listing = Listing::new("employees/1", Levels::Ids);
    /// Those who may not, by id.
    pub const DISABLED: Listing = Listing::new("employees/0", Levels::Ids);

    /// Creates the employee `id`, who can sign in if they have a password.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::Error::Internal) if one of the two cannot be an item.
    pub fn create(&self, write: &mut Write, id: u32, password: Option<&PasswordHash>) -> Result<()> {
        write.create(id, self)?;
        match password {
            Some(password) => write.put(&keys::password(id), password, Expect::Absent),
            None => Ok(()),
        }
    }

    /// The guards that name whoever has this phone number: that of its digits, and that of version 0.1, which compared numbers
    /// as they were typed.
    pub fn guards(number: &str) -> Vec<Key> {
        let employee = Self { phone_number: number.to_owned(), ..Self::default() };
        let values = employee.unique_values().into_iter().chain(employee.former_values());
        values.map(|value| value.key()).collect()
    }

    /// Of these employees the one who has this phone number. Version 0.1 let several have it in different spellings: then it
    /// is the one whose spelling it is, or else the first.
    pub fn with_phone(mut found: Vec<Stored<Self>>, number: &str) -> Option<Stored<Self>> {
        found.retain(|employee| phone::is_same(&employee.phone_number, number));
        let at = found.iter().position(|employee| employee.phone_number == number).unwrap_or(0);
        (at < found.len()).then(|| found.swap_remove(at))
    }

    /// Ends every session that they have.
    pub fn end_sessions(&mut self) {
        self.generation = self.generation.saturating_add(1);
        self.signed_in_until = 0;
    }

    /// Whether they may enter `area`, as menus claim it.
    pub fn may_enter(&self, area: Area, areas: &Areas) -> bool {
        self.role == Role::Admin || areas.admits(area, &self.menus)
    }

    /// Whether a session of theirs is alive at `epoch`.
    pub fn is_signed_in(&self, epoch: i64) -> bool {
        self.status == Status::Enabled && epoch < self.signed_in_until
    }
}

impl ListedById for Employee {
    const ORDER: Order = Order::Ascending;

    fn with_status(status: Status) -> Listing {
        match status {
            Status::Enabled => Self::ENABLED,
            Status::Disabled => Self::DISABLED,
        }
    }

    fn with_gram(status: Status, gram: &str) -> Listing {
        gram_listing(if status.is_enabled() { "eg" } else { "eg0" }, gram, Levels::Ids)
    }

    fn status(&self) -> Status {
        self.status
    }
}

impl Searchable for Employee {
    fn search_projection(&self) -> SearchProjection {
        SearchProjection::new(0, &[&self.nick_name, &self.real_name, &self.phone_number])
    }
}

impl Entity for Employee {
    const KIND: Kind = keys::EMPLOYEE;

    /// 1: any part of names and phone numbers.
    const INDEX_VERSION: u32 = 1;

    fn points(&self, id: u32, index_version: u32) -> Vec<(Listing, Point)> {
        let point = Point::new(id, id);
        let mut points = vec![(Self::with_status(self.status), point), (Self::NAMES, point)];
        if index_version >= 1 {
            let projection = self.search_projection();
            let grams = grams(&projection.texts);
            points.extend(grams.into_iter().map(|gram| (Self::with_gram(self.status, gram), point)));
        }
        points
    }

    fn unique_values(&self) -> Vec<UniqueValue> {
        let number = phone::canonical(&self.phone_number);
        number.map(|value| UniqueValue { unique: Self::PHONE, value }).into_iter().collect()
    }

    fn former_values(&self) -> Vec<UniqueValue> {
        vec![UniqueValue { unique: Self::PHONE, value: self.phone_number.clone() }]
    }

    fn links(&self) -> Vec<&str> {
        vec![&self.head_image_url]
    }

    fn title(&self) -> Title {
        Title::first_of([&self.real_name, &self.nick_name, &self.phone_number])
    }

    fn projection(&self) -> Option<String> {
        self.search_projection().to_text()
    }

    fn brief_projection(&self) -> Option<String> {
        let name = EmployeeName {
            nick_name: self.nick_name.clone(),
            real_name: self.real_name.clone(),
            phone_number: self.phone_number.clone(),
        };
        serde_json::to_string(&name).ok()
    }
}

/// An employee as the sign-in and the grants show them, with `user_id`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "员工")]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// 手机号，登录用
    phone_number: String,
    /// 员工id
    #[serde(rename = "user_id")]
    user_id: u32,
    /// 姓名
    real_name: String,
    /// 工号
    number: String,
    /// 昵称
    nick_name: String,
    /// 头像
    head_image_url: String,
    /// 性别，0未知、1男、2女
    #[schemars(extend("enum" = [0, 1, 2]))]
    sex: u8,
    /// 生日
    #[serde(serialize_with = "date_as_text")]
    birthday: Option<Date>,
    /// 职位，由前端定义
    title: Option<i64>,
    /// 地址
    address: String,
    /// 学校
    school: String,
    /// 学历
    education: String,
    /// 入职时间
    #[serde(serialize_with = "date_as_text")]
    entry_time: Option<Date>,
    /// 转正时间
    #[serde(serialize_with = "date_as_text")]
    official_time: Option<Date>,
    /// 离职时间
    #[serde(serialize_with = "date_as_text")]
    resign_time: Option<Date>,
    /// 上次登录的时间
    #[serde(serialize_with = "as_text")]
    last_login_time: Option<Time>,
    /// 状态，0禁止、1启用
    status: Status,
    /// 角色
    #[schemars(extend("x-additive" = true))]
    role: Role,
    /// 版本，每次修改加1；修改时传回可以避免覆盖别人的修改
    #[schemars(extend("x-additive" = true))]
    version: u32,
}

impl Changeable for Employee {
    fn changers(&self) -> Changers {
        Changers::Admins
    }
}

impl From<&Stored<Employee>> for Profile {
    fn from(stored: &Stored<Employee>) -> Self {
        let employee = stored.record.value.clone();
        Self {
            phone_number: employee.phone_number,
            user_id: stored.id,
            real_name: employee.real_name,
            number: employee.number,
            nick_name: employee.nick_name,
            head_image_url: employee.head_image_url,
            sex: employee.sex,
            birthday: employee.birthday,
            title: employee.title,
            address: employee.address,
            school: employee.school,
            education: employee.education,
            entry_time: employee.entry_time,
            official_time: employee.official_time,
            resign_time: employee.resign_time,
            last_login_time: employee.last_login,
            status: employee.status,
            role: employee.role,
            version: employee.edition,
        }
    }
}

/// An employee in the list of employees, with `id`: the profile and three fields more.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(description = "员工列表中的员工")]
#[serde(rename_all = "camelCase")]
pub struct EmployeeRow {
    /// 员工id
    id: u32,
    #[serde(flatten)]
    profile: Profile,
    /// 职级id，由前端定义
    rank_id: Option<i64>,
    /// 职级类型，由前端定义
    rank_type: Option<i64>,
    /// 是否有登录中的会话，1是、0否
    #[schemars(extend("enum" = [0, 1]))]
    is_login: u8,
}

impl EmployeeRow {
    /// The row at `epoch`, which decides `isLogin`.
    pub fn new(employee: &Stored<Employee>, epoch: i64) -> Self {
        Self {
            id: employee.id,
            profile: employee.into(),
            rank_id: employee.rank_id,
            rank_type: employee.rank_type,
            is_login: employee.is_signed_in(epoch).into(),
        }
    }
}
