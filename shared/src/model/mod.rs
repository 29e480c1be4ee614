//! The entities: their fields, their places in listings, how answers show them, and what happens to them.

mod activity;
mod area;
mod attempts;
mod by_id_query;
mod by_id_walk;
mod changes_by;
mod contract;
mod customer;
mod demand;
mod employee;
mod employee_edit;
mod erasure;
mod file;
mod follow;
mod guess;
mod involved;
mod job;
pub mod keys;
mod log_query;
mod logged;
mod logged_kind;
mod menu;
mod organization;
mod overview;
mod password;
mod personal;
mod plan;
mod positional;
mod projected;
mod record_change;
mod record_kind;
mod record_list;
mod record_query;
mod reference_role;
mod references;
mod related;
mod restorable;
mod satisfaction;
mod session;
mod shown;
mod sign_in;
mod status;
mod transfers;
mod walk;

pub use activity::Activity;
pub use area::{Area, Areas};
use attempts::Attempts;
pub use by_id_query::{ByIdQuery, ListedById};
pub use changes_by::ChangesBy;
pub use contract::{Contract, ContractRow, ContractTime};
pub use customer::{
    Customer, CustomerPage, CustomerQuery, CustomerRow, Gift, GiftResult, GiftRow, HandedOver, Handover,
    OwnerLimit, PhoneQuery, SaveOptions, SavedCustomer, hand_over, resume_handovers, save_customer,
};
pub use demand::{Demand, DemandRow};
pub use employee::{Employee, EmployeeName, EmployeeRow, Profile, Role};
pub use employee_edit::check_rights;
pub use erasure::{Erased, erase_customer};
pub use file::{File, FileLink, FileReport, FileToken, check_files, remove_file, sweep_files, use_file};
pub use follow::{Follow, FollowRow};
pub use guess::{Counted, Guess, lift_locks};
pub use involved::{Changeable, Changers, Involved, Involvement};
pub use job::JobRow;
pub use log_query::LogQuery;
pub use logged::Logged;
pub use logged_kind::LoggedKind;
pub use menu::{Menu, MenuRow, claim_area, drop_grants};
pub use organization::{
    Organization, OrganizationCard, OrganizationRow, Rename, SavedOrganization, check_not_in_use,
    continue_rename, follow_rename, resume_renames, save_organization,
};
pub use overview::{CustomerOverview, Newest};
pub use password::{
    MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, PasswordFault, PasswordHash, judge_password, same_password,
};
pub use plan::{Due, HandedOverPlans, NextPlan, OpenPlan, Plan, PlanRow, hand_over_plans};
use projected::RecordProjection;
pub use projected::{Projected, RecordsWithNames, projected};
pub use record_change::{FieldChange, RecordChange};
pub use record_kind::{ENTITY_TYPES, ForKind, RecordKind};
pub use record_list::RecordList;
pub use record_query::{Filter, RecordQuery, TimeOrder};
pub use reference_role::{MissingReference, ReferenceRole};
pub use references::{LookedUp, References};
pub use related::{CustomerName, Person, RecordOrganization, RelatedIds, RelatedNames};
pub use restorable::{AfterCommit, Editor, Restorable};
pub use satisfaction::{Satisfaction, SatisfactionRow};
pub use session::{Session, Token};
pub use shown::Shown;
pub use sign_in::SignIn;
pub use status::Status;
pub use transfers::{export_folder, forget_transfers, import_folder};
pub use walk::{Walk, Walked};
