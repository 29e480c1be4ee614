//! Areas of the API that menus can claim.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A part of the API whose routes may be kept to those who were granted a menu for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Area {
    /// Customers and organizations.
    #[schemars(description = "客户和单位")]
    Customers,
    /// Follow-ups and demands.
    #[schemars(description = "跟进记录和需求变更记录")]
    Record,
    /// What customers say of the team.
    #[schemars(description = "满意度")]
    Feedback,
    /// Contracts.
    #[schemars(description = "合同")]
    Contract,
    /// Statistics.
    #[schemars(description = "统计")]
    Stats,
    /// Taking whole lists out as files, for those who may enter the area of the list.
    #[schemars(description = "导出")]
    Export,
    /// Making records of the rows of files, for those who may enter the area of the records.
    #[schemars(description = "导入")]
    Import,
}

impl Area {
    /// Whether everybody may enter it while no menu claims it; if not, admins may.
    pub fn is_open_unclaimed(self) -> bool {
        !matches!(self, Self::Export | Self::Import)
    }
}

/// Which menus claim which areas: one item, read with every session, written with the menus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Areas(BTreeMap<Area, BTreeSet<u32>>);

impl Areas {
    /// Moves `menu` to the area it claims now, if any.
    pub fn claim(&mut self, menu: u32, area: Option<Area>) {
        for claims in self.0.values_mut() {
            claims.remove(&menu);
        }
        if let Some(area) = area {
            self.0.entry(area).or_default().insert(menu);
        }
        self.0.retain(|_, claims| !claims.is_empty());
    }

    /// Whether some menu claims `area`.
    pub fn is_claimed(&self, area: Area) -> bool {
        self.0.contains_key(&area)
    }

    /// Whether someone with these menus may enter `area`: most areas that no menu claims are open to everyone.
    pub fn admits(&self, area: Area, menus: &[u32]) -> bool {
        match self.0.get(&area) {
            Some(claims) => menus.iter().any(|menu| claims.contains(menu)),
            None => area.is_open_unclaimed(),
        }
    }
}
