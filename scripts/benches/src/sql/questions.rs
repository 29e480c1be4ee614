//! The questions that are asked.

use super::question::{Find, Parameter, Question, Shape, Tuned, second};
use super::statistics::{by_organization, trend};
use shared::search::fold;
use shared::time::{DayEdge, Time};

/// Of all time, as it stands in statements.
const ALWAYS: [&str; 2] = ["0::bigint", "4294967295::bigint"];
/// From the parameter 2 to the parameter 3.
const WINDOW: [&str; 2] = ["$2::bigint", "$3::bigint"];

/// By a name that no trigram is short enough for: everybody is looked through, in an index that has all of it.
const SHORT_NAME: &str = "SELECT id, updated AS at FROM customer WHERE status = 1 AND (
    names LIKE '%' || $2 || '%'
    OR organization_id IN (SELECT id FROM organization WHERE folded LIKE '%' || $2 || '%'))";
/// By a longer one: from the trigrams of customers, and those of organizations, whose customers stand in an index.
const LONG_NAME: &str = "SELECT id, updated AS at FROM customer
    WHERE status = 1 AND names LIKE '%' || $2 || '%'
    UNION SELECT id, updated FROM customer WHERE status = 1 AND organization_id = ANY (
        ARRAY(SELECT id FROM organization WHERE folded LIKE '%' || $2 || '%'))";
/// By a part of a phone number.
const DIGITS: &str =
    "SELECT id, updated AS at FROM customer WHERE status = 1 AND phone LIKE '%' || $2 || '%'";

/// All of them, at this time; somebody has this phone number.
pub fn questions(now: Time, phone: &str) -> Vec<Question> {
    let text = |text: &str| vec![Parameter::Text(text.to_owned())];
    let id = |id| vec![Parameter::Id(id)];
    let digits = phone.get(phone.len().saturating_sub(4)..).unwrap_or_default();
    let all = "SELECT id, updated AS at FROM customer WHERE status = 1";
    let mut questions = vec![customers("all customers", "", all, Tuned::ByDay(1, "0"), Vec::new())];
    for name in ["王", "丽萍", "公司"] {
        questions.push(customers(
            name,
            &format!("name={name}"),
            SHORT_NAME,
            Tuned::ByGram,
            text(&fold(name)),
        ));
    }
    for name in ["人民医院", "王丽萍"] {
        questions.push(customers(
            name,
            &format!("name={name}"),
            LONG_NAME,
            Tuned::AsPlain,
            text(&fold(name)),
        ));
    }
    questions.extend([
        customers(
            "a phone number",
            &format!("phoneNumber={phone}"),
            "SELECT id, updated AS at FROM customer WHERE status = 1 AND phone = $2",
            Tuned::AsPlain,
            text(phone),
        ),
        customers(
            "its last four digits",
            &format!("phoneNumber={digits}"),
            DIGITS,
            Tuned::AsPlain,
            text(digits),
        ),
        customers(
            "customers of an organization",
            "organization_id=2",
            "SELECT id, updated AS at FROM customer WHERE status = 1 AND organization_id = $2",
            Tuned::AsPlain,
            id(2),
        ),
        customers(
            "customers of an owner",
            "owner_id=7",
            "SELECT id, updated AS at FROM customer WHERE status = 1 AND owner_id = $2",
            Tuned::ByDay(2, "$2"),
            id(7),
        ),
    ]);
    questions.extend(of_follows(now));
    questions.push(by_organization("2021-07-01", "2021-07-31"));
    questions.push(trend("2020-08-01", "2021-07-31"));
    questions
}

fn of_follows(now: Time) -> [Question; 6] {
    let all = ("SELECT id, at FROM follow", Tuned::ByDay(3, "0"));
    let year = second("2020-08-01", DayEdge::Start);
    let always = [Time(0), Time(u32::MAX)];
    let id = Parameter::Id;
    [
        follows("follow-ups of a week", "", all, [now.a_week_before(), now], []),
        follows("follow-ups of a year", "start_time=2020-08-01", all, [year, now], []),
        follows("follow-ups of all time", "all=true", all, always, []),
        follows(
            "follow-ups of a customer",
            "customers_id=7&all=true",
            ("SELECT id, at FROM follow WHERE customer_id = $4", Tuned::AsPlain),
            always,
            [id(7)],
        ),
        follows(
            "follow-ups of an employee",
            "user_id=7&all=true",
            ("SELECT follow_id AS id, at FROM follow_employee WHERE employee_id = $4", Tuned::ByDay(4, "$4")),
            always,
            [id(7)],
        ),
        follows(
            "follow-ups of an organization and an event",
            "organization_id=2&event=2&all=true",
            ("SELECT id, at FROM follow WHERE organization_id = $4 AND event = $5::int", Tuned::AsPlain),
            always,
            [id(2), id(2)],
        ),
    ]
}

/// A question for customers.
fn customers(
    what: &'static str,
    query: &str,
    found: &'static str,
    tuned: Tuned,
    parameters: Vec<Parameter>,
) -> Question {
    let shape = Shape::Customers;
    // What no index has in order is looked for once, and not for the page and again for the total.
    let once = matches!(found, LONG_NAME | DIGITS);
    let [plain, tuned] = Find { found, once, window: ALWAYS, tuned }.statements(shape);
    let (path, query) = ("/api/customers/customers", query.to_owned());
    Question { what, path, query, shape, plain, tuned, parameters }
}

/// A question for follow-ups.
fn follows<const N: usize>(
    what: &'static str,
    query: &str,
    (found, tuned): (&'static str, Tuned),
    window: [Time; 2],
    keys: [Parameter; N],
) -> Question {
    let shape = Shape::Follows;
    let [plain, tuned] = Find { found, once: false, window: WINDOW, tuned }.statements(shape);
    let window = window.map(|time| Parameter::Time(time.0.into()));
    let (path, query) = ("/api/record/follow", query.to_owned());
    Question { what, path, query, shape, plain, tuned, parameters: window.into_iter().chain(keys).collect() }
}
