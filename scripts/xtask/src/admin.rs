//! `scripts/create-admin`: the first employee of a company, who makes all others.

use anyhow::{Context, Result, bail, ensure};
use shared::{
    Error,
    model::{Employee, PasswordHash, Role},
    search::phone,
    store::{Author, Entity, Order, Store, Window, Write},
};

use crate::{ask, table};

/// Where, and who.
#[derive(clap::Args, Debug)]
pub struct AdminOptions {
    #[command(flatten)]
    table: table::Choice,
    /// The admin's phone number, with which they sign in [default: it is asked for]
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// The admin's name
    #[arg(long, default_value = NAME)]
    name: String,
}

/// What an admin is called who was given no name.
pub const NAME: &str = "admin";

/// Somebody who can sign in.
pub struct Admin {
    /// Their phone number.
    pub phone: String,
    /// Their password.
    pub password: String,
}

/// Makes one. The password is asked for, or is one line of the standard input; it is no argument, for arguments are seen
/// by everybody on the machine.
pub async fn run(options: AdminOptions) -> Result<()> {
    let (store, table) = options.table.or_environment().open().await?;
    let in_table = || format!("the table {table}");
    create(&store, options.phone, &options.name).await.with_context(in_table)?;
    Ok(())
}

/// Makes an admin, asking for what is not given.
pub async fn create(store: &Store, phone: Option<String>, name: &str) -> Result<Admin> {
    let phone = match phone {
        Some(phone) => phone,
        None if ask::somebody() => ask::line("Phone number of the new admin").await?,
        None => bail!("whose phone number? Give --phone"),
    };
    let phone = phone.trim().to_owned();
    ensure!(!phone.is_empty(), "the phone number is empty");
    ensure!(phone::canonical(&phone).is_some(), "nobody can sign in with a phone number without a digit");
    let password = ask::new_password("Password of the new admin", &phone).await?;
    let id = write(store, &phone, name, &password).await?;
    eprintln!("the admin {phone} is there, with the id {id}");
    Ok(Admin { phone, password })
}

/// Writes an admin to the table.
pub async fn write(store: &Store, phone: &str, name: &str, password: &str) -> Result<u32> {
    let admin = Employee {
        phone_number: phone.to_owned(),
        real_name: name.to_owned(),
        nick_name: name.to_owned(),
        role: Role::Admin,
        edition: 1,
        ..Employee::default()
    };
    match employee(store, &admin, &PasswordHash::new(password)?).await {
        Err(Error::Taken { id, .. }) => bail!("the phone number {phone} is taken by the employee {id}"),
        result => Ok(result?),
    }
}

/// Writes an employee who can sign in, and answers their id.
pub async fn employee(store: &Store, employee: &Employee, password: &PasswordHash) -> shared::Result<u32> {
    let id = store.next_id(Employee::KIND).await?;
    let mut write = Write::new(Author { by: 0, at: store.now() });
    employee.create(&mut write, id, Some(password))?;
    store.commit(write).await?;
    Ok(id)
}

/// Whether the company has any employee.
pub async fn is_anybody_there(store: &Store) -> Result<bool> {
    let employees = [Employee::ENABLED, Employee::DISABLED];
    Ok(store.first(&employees, Window::ALL, Order::Ascending).await?.is_some())
}
