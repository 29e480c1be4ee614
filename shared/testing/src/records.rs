//! Records of which only some fields matter.

use shared::model::Contract;
use shared::time::Time;

/// A contract of which nothing is known but its organization and when it was entered, by the first employee.
pub fn contract(organization: u32, created: Time) -> Contract {
    Contract {
        organization,
        name: "合同".to_owned(),
        code: String::new(),
        amount: None,
        signed: None,
        followers: Vec::new(),
        status: 0,
        aging_start: None,
        aging_end: None,
        remit_amount: None,
        remitted: None,
        note: None,
        creator: 1,
        editor: 1,
        created,
        updated: created,
        edition: 1,
    }
}
