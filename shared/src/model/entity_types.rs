//! Every kind of entity that the table has.

use super::{Contract, Customer, Demand, Employee, Follow, Menu, Organization, Satisfaction};
use crate::store::verify::EntityType;

/// All kinds of entity, for [`Store::verify`](crate::store::Store::verify).
pub const ENTITY_TYPES: &[EntityType] = &[
    EntityType::of::<Menu>(),
    EntityType::of::<Employee>(),
    EntityType::of::<Customer>(),
    EntityType::of::<Organization>(),
    EntityType::of::<Follow>(),
    EntityType::of::<Demand>(),
    EntityType::of::<Satisfaction>(),
    EntityType::of::<Contract>(),
];
