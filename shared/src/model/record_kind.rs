//! The kinds of record: all that is done for each of them goes through this table.

use super::{
    Area, Contract, Customer, Demand, Employee, Follow, Menu, Organization, Restorable, Satisfaction,
};
use crate::store::verify::EntityType;
use crate::store::{Entity, Kind};
use schemars::JsonSchema;
use serde::Serialize;

/// What is done for whichever kind it is.
pub trait ForKind {
    /// What comes of it.
    type Output;

    /// Does it for the kind whose records are `T`s.
    fn run<T: Restorable>(self) -> impl Future<Output = Self::Output> + Send;
}

macro_rules! kinds {
    ($(#[$called:meta] $kind:ident $name:literal $entity:ident $area:expr;)*) => {
        /// A kind of record, named as the last part of its path.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[serde(rename_all = "lowercase")]
        #[schemars(inline)]
        pub enum RecordKind {
            $(
                #[doc = concat!("The records of [`", stringify!($entity), "`].")]
                #[$called]
                $kind,
            )*
        }

        /// All kinds of entity, for [`Store::verify`](crate::store::Store::verify).
        pub const ENTITY_TYPES: &[EntityType] = &[$(EntityType::of::<$entity>()),*];

        impl RecordKind {
            /// All of them.
            pub const ALL: [Self; ENTITY_TYPES.len()] = [$(Self::$kind),*];
            /// All of them by name.
            pub const NAMED: [(&str, Self); ENTITY_TYPES.len()] = [$(($name, Self::$kind)),*];

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
    User "user" Employee None;
    #[schemars(description = "菜单")]
    Menu "menu" Menu None;
    #[schemars(description = "客户")]
    Customers "customers" Customer Some(Area::Customers);
    #[schemars(description = "单位")]
    Organization "organization" Organization Some(Area::Customers);
    #[schemars(description = "跟进记录")]
    Follow "follow" Follow Some(Area::Record);
    #[schemars(description = "需求变更记录")]
    Demand "demand" Demand Some(Area::Record);
    #[schemars(description = "满意度记录")]
    Satisfy "satisfy" Satisfaction Some(Area::Feedback);
    #[schemars(description = "合同")]
    Contract "contract" Contract Some(Area::Contract);
}

impl RecordKind {
    /// The kind with this tag in the table.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.kind().tag() == tag)
    }
}
