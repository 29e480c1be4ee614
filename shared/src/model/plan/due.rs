//! Which plans a list shows.
//!
//! A plan stands in the listings of the open ones or in those of the done ones, at its time in either: overdue and today are
//! windows of the open ones, and all plans are the union.

use super::Plan;
use crate::model::{Filter, RecordQuery, TimeOrder};
use crate::store::{Listing, Order, Window};
use crate::time::Time;

/// Which plans a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The open ones.
    Open,
    /// The open ones whose time has come.
    Overdue,
    /// The open ones of the day.
    Today,
    /// Those that are done.
    Done,
    /// All of them.
    All,
}

impl Due {
    /// Those in `window` that are an employee's, or everybody's, and for a customer, or for all; it is `now`. Open ones come
    /// the earliest first, others the newest first.
    ///
    /// Both filters together look through the shorter of the two lists. Of a customer's plans, which stand in one listing,
    /// all but [`Due::All`] are looked for among all.
    pub fn query(
        self,
        employee: Option<u32>,
        customer: Option<u32>,
        window: Window,
        now: Time,
    ) -> RecordQuery<Plan> {
        let states = self.states();
        let listings = states.iter().map(|is_done| match employee {
            Some(employee) => Plan::of_employee(employee, *is_done),
            None => Plan::of_all(*is_done),
        });
        let is_met = move |plan: &Plan| {
            states.contains(&plan.is_done()) && employee.is_none_or(|employee| plan.employee == employee)
        };
        let by_customer = customer.map(|customer| {
            let is_for = move |plan: &Plan| plan.customer == customer;
            Filter::new(vec![Plan::of_customer(customer)], is_for)
        });
        let by_state = match (employee, customer) {
            (None, Some(_)) if self == Self::All => None,
            (None, Some(_)) => Some(Filter::among(Vec::new(), move |plan, _| Some(is_met(plan)))),
            _ => Some(Filter::new(listings.collect::<Vec<Listing>>(), is_met)),
        };
        RecordQuery {
            time_order: TimeOrder::of(Plan::of_all(false)).in_order(self.order()),
            window: self.window(now).intersection(window),
            filters: by_state.into_iter().chain(by_customer).collect(),
        }
    }

    /// Whether those are done that it has: no, yes, or either.
    fn states(self) -> &'static [bool] {
        match self {
            Self::Open | Self::Overdue | Self::Today => &[false],
            Self::Done => &[true],
            Self::All => &[false, true],
        }
    }

    fn order(self) -> Order {
        match self {
            Self::Open | Self::Overdue | Self::Today => Order::Ascending,
            Self::Done | Self::All => Order::Descending,
        }
    }

    fn window(self, now: Time) -> Window {
        match self {
            Self::Overdue => Window { from: 0, to: now.0.saturating_sub(1) },
            Self::Today => Window { from: now.start_of_day().0, to: now.end_of_day().0 },
            Self::Open | Self::Done | Self::All => Window::ALL,
        }
    }
}
