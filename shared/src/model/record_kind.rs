//! The kinds of record, as the history and transfers name them.

use super::{
    Area, Contract, Customer, Demand, Employee, Follow, Menu, Organization, Restorable, Satisfaction,
};
use crate::store::{Entity, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A kind of record, named as the last part of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum RecordKind {
    /// Employees.
    #[schemars(description = "员工")]
    User,
    /// Menus.
    #[schemars(description = "菜单")]
    Menu,
    /// Customers.
    #[schemars(description = "客户")]
    Customers,
    /// Organizations.
    #[schemars(description = "单位")]
    Organization,
    /// Follow-ups.
    #[schemars(description = "跟进记录")]
    Follow,
    /// Demands.
    #[schemars(description = "需求变更记录")]
    Demand,
    /// Satisfaction.
    #[schemars(description = "满意度记录")]
    Satisfy,
    /// Contracts.
    #[schemars(description = "合同")]
    Contract,
}

/// What is done for whichever kind it is.
pub trait ForKind {
    /// What comes of it.
    type Output;

    /// Does it for the kind whose records are `T`s.
    fn run<T: Restorable>(self) -> impl Future<Output = Self::Output> + Send;
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::User,
        Self::Menu,
        Self::Customers,
        Self::Organization,
        Self::Follow,
        Self::Demand,
        Self::Satisfy,
        Self::Contract,
    ];

    /// The kind with this tag in the table.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.kind().tag() == tag)
    }

    /// As the table knows it.
    pub fn kind(self) -> Kind {
        match self {
            Self::User => Employee::KIND,
            Self::Menu => Menu::KIND,
            Self::Customers => Customer::KIND,
            Self::Organization => Organization::KIND,
            Self::Follow => Follow::KIND,
            Self::Demand => Demand::KIND,
            Self::Satisfy => Satisfaction::KIND,
            Self::Contract => Contract::KIND,
        }
    }

    /// Whose area it is; `None` is for admins.
    pub fn area(self) -> Option<Area> {
        match self {
            Self::User | Self::Menu => None,
            Self::Customers | Self::Organization => Some(Area::Customers),
            Self::Follow | Self::Demand => Some(Area::Record),
            Self::Satisfy => Some(Area::Feedback),
            Self::Contract => Some(Area::Contract),
        }
    }

    /// Does `it` for this kind.
    pub async fn run<F: ForKind>(self, it: F) -> F::Output {
        match self {
            Self::User => it.run::<Employee>().await,
            Self::Menu => it.run::<Menu>().await,
            Self::Customers => it.run::<Customer>().await,
            Self::Organization => it.run::<Organization>().await,
            Self::Follow => it.run::<Follow>().await,
            Self::Demand => it.run::<Demand>().await,
            Self::Satisfy => it.run::<Satisfaction>().await,
            Self::Contract => it.run::<Contract>().await,
        }
    }
}
