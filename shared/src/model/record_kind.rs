//! The kinds of record: all that is done for each of them goes through this table.

use super::personal::ForPersonal;
use super::{
    Area, Contract, Customer, Demand, Employee, Follow, Menu, Organization, Plan, Restorable, Satisfaction,
};
use crate::jobs::Job;
use crate::store::verify::EntityType;
use crate::store::{Entity, Kind};
use crate::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is done for whichever kind it is.
pub trait ForKind {
    /// What comes of it.
    type Output;

    /// Does it for the kind whose records are `T`s.
    fn run<T: Restorable>(self) -> impl Future<Output = Self::Output> + Send;
}

macro_rules! kinds {
    ($(#[$called:meta] $kind:ident $entity:ident $area:expr;)*) => {
        /// A kind of record, named as the last part of its path.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "lowercase")]
        #[schemars(inline)]
        pub enum RecordKind {
            $(
                #[doc = concat!("The records of [`", stringify!($entity), "`].")]
                #[$called]
                $kind,
            )*
        }

        /// All kinds of entity, for [`Store::verify`](crate::store::Store::verify): those of records, and jobs.
        pub const ENTITY_TYPES: &[EntityType] = &[$(EntityType::of::<$entity>(),)* EntityType::of::<Job>()];

        impl RecordKind {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($kind)),*].len()] = [$(Self::$kind),*];

            /// As the table knows it.
            pub fn kind(self) -> Kind {
                match self { $(Self::$kind => $entity::KIND),* }
            }

            /// Whose area it is; `None` is for admins.
            pub fn area(self) -> Option<Area> {
                match self { $(Self::$kind => $area),* }
            }

            /// Does `it` for this kind.
            pub async fn run<F: ForKind>(self, it: F) -> F::Output {
                match self { $(Self::$kind => it.run::<$entity>().await),* }
            }
        }
    };
}

kinds! {
    #[schemars(description = "员工")]
    User Employee None;
    #[schemars(description = "菜单")]
    Menu Menu None;
    #[schemars(description = "客户")]
    Customers Customer Some(Area::Customers);
    #[schemars(description = "单位")]
    Organization Organization Some(Area::Customers);
    #[schemars(description = "跟进记录")]
    Follow Follow Some(Area::Record);
    #[schemars(description = "需求变更记录")]
    Demand Demand Some(Area::Record);
    #[schemars(description = "满意度记录")]
    Satisfy Satisfaction Some(Area::Feedback);
    #[schemars(description = "合同")]
    Contract Contract Some(Area::Contract);
    #[schemars(description = "计划")]
    Plan Plan Some(Area::Record);
}

impl RecordKind {
    /// All of them by name.
    pub const NAMED: [(&str, Self); Self::ALL.len()] = [
        ("user", Self::User),
        ("menu", Self::Menu),
        ("customers", Self::Customers),
        ("organization", Self::Organization),
        ("follow", Self::Follow),
        ("demand", Self::Demand),
        ("satisfy", Self::Satisfy),
        ("contract", Self::Contract),
        ("plan", Self::Plan),
    ];

    /// It, and what it is called.
    pub const fn named(self) -> (&'static str, Self) {
        let mut rest: &[(&'static str, Self)] = &Self::NAMED;
        while let [first, others @ ..] = rest {
            if first.1 as usize == self as usize {
                return *first;
            }
            rest = others;
        }
        ("", self)
    }

    /// The kinds of record about a customer, in their order.
    pub(super) const PERSONAL: [Self; 4] = [Self::Follow, Self::Demand, Self::Satisfy, Self::Plan];

    /// Does `it` for this kind, which is one about a customer.
    pub(super) async fn run_personal<F: ForPersonal>(self, it: F) -> Result<F::Output> {
        Ok(match self {
            Self::Follow => it.run::<Follow>().await,
            Self::Demand => it.run::<Demand>().await,
            Self::Satisfy => it.run::<Satisfaction>().await,
            Self::Plan => it.run::<Plan>().await,
            _ => return Err(Error::internal("a kind of record that is no customer's")),
        })
    }

    /// The kind with this tag in the table.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.kind().tag() == tag)
    }
}
