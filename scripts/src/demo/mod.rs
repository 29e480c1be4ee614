//! Demo data: a sales team in Yunnan, the same on every machine. Made through the store, as the API makes it.

mod employees;
mod names;

use indicatif::ProgressBar;
use shared::Result;
use shared::model::{Employee, Menu, PasswordHash, Role};
use shared::store::{Author, Expect, Key, Kind, Store, Write};
use shared::time::{DayEdge, Time};

/// The phone number of the local admin. It exists only in local data.
pub const ADMIN_PHONE: &str = "18888888888";
/// The local admin's password.
pub const ADMIN_PASSWORD: &str = "local-admin";
/// The password of every other employee of the demo data.
const STAFF_PASSWORD: &str = "local-staff";

/// Everything here is drawn from one generator with this seed.
const SEED: u64 = 20_210_801;

/// Fills an empty table: with the local admin, and unless `empty` with a company.
///
/// # Errors
/// Whatever the store refuses.
pub async fn load(endpoint: &str, table: &str, empty: bool, progress: &ProgressBar) -> Result<()> {
    let loader = Loader { store: Store::new(crate::database::client(endpoint), table), progress };
    let admin = PasswordHash::new(ADMIN_PASSWORD)?;
    if empty {
        progress.set_length(1);
        return loader.employee(employees::admin(), &admin).await;
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    let staff = PasswordHash::new(STAFF_PASSWORD)?;
    let team = employees::team(&mut random);
    progress.set_length(team.len() as u64 + MENUS.len() as u64);
    for (name, content) in MENUS {
        let menu = Menu { name: name.to_owned(), content: content.to_owned(), ..Menu::default() };
        loader.menu(&menu).await?;
    }
    for employee in team {
        let password = if employee.role == Role::Admin { &admin } else { &staff };
        loader.employee(employee, password).await?;
    }
    Ok(())
}

/// The menus, in the seed's order. None claims an area: in the demo every employee may see everything.
const MENUS: [(&str, &str); 5] = [
    ("客户管理", "客户和客户单位"),
    ("拜访记录", "跟进和需求变更"),
    ("满意度", "客户反馈"),
    ("合同管理", "合同和打款"),
    ("数据统计", "签约、需求和跟进的统计"),
];

struct Loader<'a> {
    store: Store,
    progress: &'a ProgressBar,
}

impl Loader<'_> {
    async fn menu(&self, menu: &Menu) -> Result<()> {
        let id = self.store.next_id(Kind::Menu).await?;
        let mut write = self.write();
        write.create(id, menu)?;
        self.commit(write).await
    }

    async fn employee(&self, employee: Employee, password: &PasswordHash) -> Result<()> {
        let id = self.store.next_id(Kind::Employee).await?;
        let mut write = self.write();
        write.create(id, &employee)?;
        write.put(&Key::password(id), password, Expect::Absent)?;
        self.commit(write).await
    }

    fn write(&self) -> Write {
        Write::new(Author { employee: 0, at: Time(0) })
    }

    async fn commit(&self, write: Write) -> Result<()> {
        self.store.commit(write).await?;
        self.progress.inc(1);
        Ok(())
    }
}

/// A moment that is written in this module's sources.
fn time(text: &str) -> Option<Time> {
    Time::parse(text, DayEdge::Start)
}
