//! Customers: the interface list's own with the ids they have there, and as many more as are wanted.

use super::{choose, entered_by, names};
use fastrand::Rng;
use shared::model::{Customer, Organization, Status};
use shared::time::Time;

/// Who is in the interface list: id, nick name, real name, phone number, organization.
const KNOWN: [(u32, &str, &str, &str, Option<u32>); 5] = [
    (1, "昵称", "", "13987020001", None),
    (227, "Miss'Z", "赵丽萍", "13987020227", Some(1)),
    (236, ".", "普翠", "13987020236", None),
    (248, "大理白云", "", "18088175340", None),
    (249, "瑞雪", "", "13987022559", None),
];
/// One of so many customers belongs to nobody. All others belong to whoever entered them, even where they have left since.
const POOL: u32 = 8;
/// The wide gap between the phone numbers of neighbours; it has no factor in common with a hundred million.
const STRIDE: u64 = 61_803_399;

/// The customer `id`, entered before `after` others with so many seconds between them up to `now`; most customers are of
/// one of `organizations`.
pub fn customer(
    random: &mut Rng,
    id: u32,
    after: u32,
    seconds_between: u32,
    organizations: &[(u32, Organization)],
    now: Time,
) -> Customer {
    let known = KNOWN.iter().find(|(known, ..)| *known == id);
    let organization = match known {
        Some((.., known)) => organizations.iter().find(|(id, _)| Some(*id) == *known),
        None if random.f64() < 0.1 => None,
        // Some have many customers and many have few.
        None => {
            let index = (random.f64().powi(2) * organizations.len() as f64) as usize;
            organizations.get(index).filter(|(_, organization)| organization.status == Status::Enabled)
        }
    };
    let created = now.0 - after * seconds_between - random.u32(1..=seconds_between.max(1));
    let edited = random.f64() < 0.3;
    let text = |known: Option<&str>, drawn: String| known.map_or(drawn, str::to_owned);
    let nick_name = text(known.map(|known| known.1), names::nick_name(random));
    let real_name = if random.f64() < 0.8 { names::real_name(random) } else { String::new() };
    Customer {
        nick_name,
        real_name: text(known.map(|known| known.2), real_name),
        avatar: format!("https://thirdwx.qlogo.cn/mmopen/vi_32/{:016x}{id:08x}/132", random.u64(..)),
        phone_number: text(known.map(|known| known.3), phone(id)),
        job: choose(random, &["", "", "", "主任", "经理", "科长", "会计", "采购"]),
        sex: random.u8(0..=2),
        organization: organization.map(|(id, _)| *id),
        organization_name: organization.map(|(_, of)| of.group_name.clone()).unwrap_or_default(),
        updated: Time(if edited { random.u32(created..=now.0 - 1) } else { created }),
        creator: entered_by(id),
        owner: entered_by(id).filter(|_| !id.is_multiple_of(POOL)),
        ..Customer::new(Time(created))
    }
}

/// A mobile number that nobody else has.
fn phone(id: u32) -> String {
    let digits = u64::from(id) * STRIDE % 100_000_000;
    let prefix = ["138", "139", "159", "187", "135", "182", "133", "177"];
    let prefix = prefix.get(id as usize % prefix.len()).copied().unwrap_or("138");
    format!("{prefix}{digits:08}")
}
