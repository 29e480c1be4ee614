//! The paths of the story, and what is asked of them.

/// Parameters of the GETs that need any. They name what need not exist.
pub const QUERIES: [(&str, &str); 8] = [
    (OVERVIEW, "customers_id=1"),
    ("/api/feedback/satisfy", "customers_id=1"),
    ("/api/history/record", "kind=user&id=1"),
    ("/api/history/trash", "kind=menu"),
    ("/api/stats/demand", "organization_ids=0"),
    ("/api/stats/follow", "organization_id=1"),
    ("/api/stats/trend", "by=day"),
    (REPORT, "job_id=1"),
];

/// What is about one record, and only there if that is.
pub const OF_ONE: [&str; 2] = [OVERVIEW, REPORT];

/// A workbook, in no envelope.
pub const TEMPLATE: &str = "/api/transfer/template?kind=customers";

pub const OVERVIEW: &str = "/api/customers/overview";
pub const REPORT: &str = "/api/transfer/report";

pub const MENU: &str = "/api/user/menu";
pub const GRANTS: &str = "/api/user/usermenu";
pub const EMPLOYEE: &str = "/api/user/user";
pub const CUSTOMER: &str = "/api/customers/customers";
pub const ORGANIZATION: &str = "/api/customers/organization";
pub const OWNER: &str = "/api/customers/owner";
pub const FOLLOW: &str = "/api/record/follow";
pub const DEMAND: &str = "/api/record/demand";
pub const PLAN: &str = "/api/record/plan";
pub const SATISFACTION: &str = "/api/feedback/satisfy";
pub const CONTRACT: &str = "/api/contract/contract";
pub const JOB: &str = "/api/transfer/job";

/// The day of everything here.
pub const NOON: &str = "2021-08-01 12:00:00";
pub const DAY: &str = "start_time=2021-08-01&end_time=2021-08-01";
