//! Demo data: a sales team in Yunnan, its customers and its records, with those of the examples in the original interface list,
//! from which this API was made, the same on every machine but for the day that it ends with.
//! Made through the store, as the API makes it.

mod customers;
mod employees;
pub mod names;
mod organizations;
mod past;
mod people;
mod plans;
mod records;

use fastrand::Rng;
use indicatif::ProgressBar;
use people::People;
pub use records::RecordCounts;
use shared::Result;
use shared::model::{Customer, Employee, Menu, Organization, PasswordHash, Role};
use shared::store::{Author, Entity, Store, Write};
use shared::time::Time;

/// The phone number of the local admin. It exists only in local data.
pub const ADMIN_PHONE: &str = "18888888888";
/// The local admin's password.
pub const ADMIN_PASSWORD: &str = "local-admin";
/// The password of every other employee of the demo data.
const STAFF_PASSWORD: &str = "local-staff";
/// Some who may sign in: name, phone number, password. The first is there without demo data too.
pub const ACCOUNTS: [(&str, &str, &str); 3] = [
    ("管理员", ADMIN_PHONE, ADMIN_PASSWORD),
    ("小耳尖", "15331761337", STAFF_PASSWORD),
    ("李俊辉", "18288268391", STAFF_PASSWORD),
];

/// Everything here is drawn from one generator with this seed.
const SEED: u64 = 20_210_801;
/// Seconds.
const DAY: u32 = 86_400;

/// The days that a company's records are spread over: two years.
pub const DAYS: u32 = 730;
/// The days that its customers were entered in: a third of them were there before the first record.
const CUSTOMER_DAYS: u32 = 1095;

/// How large the company is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Customers.
    pub customers: u32,
    /// Within how many days up to now they were entered, one after the other.
    pub days: u32,
    /// The organizations that they are of.
    pub organizations: u32,
    /// Records of each kind, in two years.
    pub records: RecordCounts,
}

impl Default for Size {
    /// As in the interface list.
    fn default() -> Self {
        Self { customers: 250, days: CUSTOMER_DAYS, organizations: 86, records: RecordCounts::default() }
    }
}

impl Size {
    /// How many seconds there are between the entries of two customers.
    fn seconds_between(self) -> u32 {
        self.days * DAY / self.customers.max(1)
    }
}

/// Fills an empty table with the local admin, who comes at `now`.
///
/// # Errors
/// Whatever the store refuses.
pub async fn load_admin(store: Store, now: Time) -> Result<()> {
    let begun = Author { by: 0, at: now };
    let loader = Loader { store, progress: &ProgressBar::hidden(), begun };
    loader.employee(employees::admin(), &PasswordHash::new(ADMIN_PASSWORD)?).await
}

/// Fills an empty table with a company, as it is at `now`.
///
/// # Errors
/// Whatever the store refuses.
pub async fn load(store: Store, size: Size, now: Time, progress: &ProgressBar) -> Result<()> {
    // The admin enters menus and colleagues, before there is anything else.
    let begun = Author { by: 1, at: Time(now.0.saturating_sub((CUSTOMER_DAYS + 30) * DAY)) };
    let loader = Loader { store, progress, begun };
    let admin = PasswordHash::new(ADMIN_PASSWORD)?;
    let mut random = Rng::with_seed(SEED);
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
    let customers = loader.customers(&mut random, size, now).await?;
    let people = People {
        customers: &customers,
        seconds_between: size.seconds_between(),
        organizations: size.organizations,
        employees: employees::TEAM,
        now,
    };
    loader.records(&mut random, &people, size.records).await?;
    loader.past(now, size.records).await
}

/// About how many items an organization or a customer with its index is.
const ITEMS: u32 = 48;

/// The menus, in the interface list's order. None claims an area: in the demo every employee may see everything.
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
    /// Who entered menus and employees, and when.
    begun: Author,
}

impl Loader<'_> {
    async fn menu(&self, menu: &Menu) -> Result<()> {
        let id = self.store.next_id(Menu::KIND).await?;
        let mut write = Write::new(self.begun);
        write.create(id, menu)?;
        self.commit(write).await
    }

    async fn employee(&self, employee: Employee, password: &PasswordHash) -> Result<()> {
        let id = self.store.next_id(Employee::KIND).await?;
        let mut write = Write::new(self.begun);
        employee.create(&mut write, id, Some(password))?;
        self.commit(write).await
    }

    /// Organizations and customers, in bulk. Answers the organization of every customer, by id.
    async fn customers(&self, random: &mut Rng, size: Size, now: Time) -> Result<Vec<Option<u32>>> {
        let Size { customers, organizations, .. } = size;
        let seconds_between = size.seconds_between();
        let of = organizations::organizations(random, organizations, now);
        self.store.next_ids(Organization::KIND, organizations).await?;
        self.store.next_ids(Customer::KIND, customers).await?;
        let organization = |(id, organization): &(u32, Organization)| {
            let mut write = entered(organization);
            organization.create(&mut write, *id)?;
            Ok(write)
        };
        let mut organization_of = Vec::new();
        let customer = |id| {
            let customer = customers::customer(random, id, customers - id, seconds_between, &of, now);
            organization_of.push(customer.organization);
            let mut write = entered(&customer);
            write.create(id, &customer)?;
            for value in customer.unique_values() {
                write.share(&value, None, id, true)?;
            }
            Ok(write)
        };
        self.bulk(of.iter().map(organization), organizations * ITEMS).await?;
        self.bulk((1..=customers).map(customer), customers * ITEMS).await?;
        Ok(organization_of)
    }

    async fn bulk(&self, writes: impl Iterator<Item = Result<Write>>, items: u32) -> Result<()> {
        self.progress.inc_length(items.into());
        self.store.load(writes, |items| self.progress.inc(items)).await
    }

    async fn commit(&self, write: Write) -> Result<()> {
        self.store.commit(write).await?;
        self.progress.inc(1);
        Ok(())
    }
}

/// A write by whoever entered an entity, at that time.
fn entered<T: Entity>(entity: &T) -> Write {
    Write::new(entity.creation().unwrap_or(Author::SYSTEM))
}

/// Who entered the customer, or the organization, of this id: not the admin.
fn entered_by(id: u32) -> Option<u32> {
    Some(2 + id % (employees::TEAM - 1))
}

fn choose(random: &mut Rng, from: &[&str]) -> String {
    random.choice(from).copied().unwrap_or_default().to_owned()
}
