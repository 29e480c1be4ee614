//! Plans: those of the last years are done; each employee has some that are open, overdue, for today and for later.

use super::DAY;
use super::people::{NOTES, People, text};
use fastrand::Rng;
use shared::model::Plan;
use shared::time::Time;

/// The plan `id` of `count`, a third of which are open: the last ones.
pub fn plan(random: &mut Rng, people: &People, id: u32, count: u32) -> Plan {
    let (today, now) = (people.now.start_of_day(), people.now.0);
    let customers = people.customers_before(Time(now - 30 * DAY));
    // An employee has one open plan for a customer.
    let open = (count / 3).min(people.employees.saturating_mul(customers) / 2);
    let Some(nth) = (id + open).checked_sub(count + 1) else {
        return done(random, people, id, count);
    };
    let employee = nth % people.employees;
    let round = nth / people.employees;
    let days = match round {
        0 => 0,
        1 => -random.i32(1..20),
        _ => random.i32(1..40),
    };
    Plan {
        customer: 1 + (round + employee * 31) % customers,
        employee: 1 + employee,
        at: working_hour(random, Time(today.0.saturating_add_signed(days * DAY as i32))),
        note: text(random, &NOTES),
        done: None,
        operator: 1 + employee,
        created: Time(now - random.u32(20 * DAY..30 * DAY)),
        edition: 1,
    }
}

/// One that is done, some hours after its time.
fn done(random: &mut Rng, people: &People, id: u32, count: u32) -> Plan {
    let created = people.created(random, id, count);
    let days = random.u32(1..14);
    let at = working_hour(random, Time(created.start_of_day().0 + days * DAY));
    let done = Time(at.0.saturating_add(random.u32(0..6 * 60 * 60)).min(people.now.0));
    let employee = random.u32(1..=people.employees);
    Plan {
        customer: random.u32(1..=people.customers_before(created)),
        employee,
        at,
        note: text(random, &NOTES),
        done: Some(done),
        operator: employee,
        created,
        edition: 2,
    }
}

/// A quarter of an hour between nine and six of the day that begins with `day`.
fn working_hour(random: &mut Rng, day: Time) -> Time {
    Time(day.0 + 9 * 60 * 60 + random.u32(0..36) * 15 * 60)
}
