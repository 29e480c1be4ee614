//! Who may call which operation. No other file decides that.

use super::choices::AREAS;
use super::{Failure, HttpResult};
use crate::model::{Area, Areas, Employee, RecordKind, Role};
use axum::http::Method;

/// Who may make a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, without a session.
    Open,
    /// Every signed-in employee.
    SignedIn,
    /// Admins.
    Admin,
    /// Admins, and those to whom the area is open.
    Area(Area),
    /// Those who may enter the area of the kind of record that the request names: its handler calls [`Call::enter`](super::Call::enter).
    AreaOfKind,
    /// Those of [`Access::AreaOfKind`] to whom this area is open, too.
    KindIn(Area),
}

impl Access {
    /// The rule for an operation.
    ///
    /// A path that no line names is for admins: a route that somebody adds and forgets here is closed, not open.
    pub fn of(method: &Method, path: &str) -> Self {
        let read = [Method::GET, Method::HEAD].contains(method);
        match path.strip_prefix("/api/").unwrap_or(path) {
            "health" | "openapi.json" | "user/login" => Self::Open,
            "docs" | "docs/script.js" | "docs/style.css" => Self::Open,
            "user/me" | "user/logout" | "user/password" => Self::SignedIn,
            "file/file" | "file/{token}/{name}" => Self::SignedIn,
            "history/record" | "history/trash" | "history/restore" => Self::AreaOfKind,
            "customers/handover" => Self::Admin,
            "transfer/export" => Self::KindIn(Area::Export),
            "transfer/import" | "transfer/check" | "transfer/run" => Self::KindIn(Area::Import),
            "transfer/undo" | "transfer/template" => Self::KindIn(Area::Import),
            "transfer/job" | "transfer/stop" | "transfer/report" => Self::SignedIn,
            "user/menu" | "user/usermenu" | "user/user" if read => Self::SignedIn,
            rest => match AREAS.iter().find(|(name, _)| rest.split('/').next() == Some(name)) {
                Some((_, area)) => Self::Area(*area),
                None => Self::Admin,
            },
        }
    }

    /// Whether a request may begin to be read while its session is looked for: a reading one, which is not the query that
    /// lets a job go on.
    pub(super) fn may_begin_early(method: &Method, path: &str) -> bool {
        method == Method::GET && path != "/api/transfer/job"
    }

    /// Whether it depends on which menus claim which areas.
    pub(super) fn needs_areas(self) -> bool {
        matches!(self, Self::Area(_) | Self::AreaOfKind | Self::KindIn(_))
    }

    /// Whether `employee` may go on.
    ///
    /// # Errors
    /// [`Failure::forbidden`] if not.
    pub fn check(self, employee: &Employee, areas: &Areas) -> HttpResult<()> {
        let allowed = match self {
            Self::Open | Self::SignedIn | Self::AreaOfKind => true,
            Self::Admin => employee.role == Role::Admin,
            Self::Area(area) | Self::KindIn(area) => employee.may_enter(area, areas),
        };
        allow(allowed)
    }
}

/// Lets those go on who may enter the area of `kind`, and admins.
///
/// # Errors
/// [`Failure::forbidden`] for others.
pub(super) fn check_kind(kind: RecordKind, employee: &Employee, areas: &Areas) -> HttpResult<()> {
    allow(match kind.area() {
        Some(area) => employee.may_enter(area, areas),
        None => employee.role == Role::Admin,
    })
}

fn allow(allowed: bool) -> HttpResult<()> {
    if allowed { Ok(()) } else { Err(Failure::forbidden("没有权限")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_menus_grants_and_employees_is_for_admins_and_reading_them_for_everyone() {
        for path in ["/api/user/menu", "/api/user/usermenu", "/api/user/user"] {
            assert_eq!(Access::of(&Method::GET, path), Access::SignedIn);
            assert_eq!(Access::of(&Method::POST, path), Access::Admin);
        }
    }

    #[test]
    fn a_path_that_no_rule_names_is_for_admins() {
        assert_eq!(Access::of(&Method::GET, "/api/user/secret"), Access::Admin);
        assert_eq!(Access::of(&Method::GET, "/api/customersx/a"), Access::Admin);
    }

    #[test]
    fn an_area_is_open_until_a_menu_claims_it_and_then_to_those_who_have_the_menu() {
        let rule = Access::of(&Method::POST, "/api/customers/customers");
        let staff = Employee { menus: vec![2], ..Employee::default() };
        let admin = Employee { role: Role::Admin, ..Employee::default() };
        let mut areas = Areas::default();
        assert!(rule.check(&staff, &areas).is_ok());
        areas.claim(1, Some(Area::Customers));
        assert!(rule.check(&staff, &areas).is_err());
        assert!(rule.check(&admin, &areas).is_ok());
        areas.claim(2, Some(Area::Customers));
        assert!(rule.check(&staff, &areas).is_ok());
        areas.claim(2, Some(Area::Record));
        assert!(rule.check(&staff, &areas).is_err());
        areas.claim(1, None);
        assert!(rule.check(&staff, &areas).is_ok());
    }
}
