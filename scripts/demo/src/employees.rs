//! The team: the interface list's own people with the ids they have there, and colleagues around them.

use super::{ADMIN_PHONE, choose, names};
use fastrand::Rng;
use shared::model::{Employee, Role, Status};
use shared::time::Date;

/// How many there are.
pub const TEAM: u32 = 40;
/// Who is in the interface list: id, phone number, name.
const KNOWN: [(u32, &str, &str); 4] = [
    (2, "15331761337", "小耳尖"),
    (6, "18288268391", "李俊辉"),
    (8, "13577133928", "黄浩原"),
    (22, "15925130924", "张建林"),
];
const SCHOOLS: [&str; 6] =
    ["云南大学", "昆明理工大学", "云南师范大学", "云南财经大学", "大理大学", "云南民族大学"];
const PLACES: [&str; 8] =
    ["云南昆明", "云南嵩明", "云南大理", "云南曲靖", "云南玉溪", "云南丽江", "云南红河", "云南楚雄"];

/// The local admin, who has the id 1.
pub fn admin() -> Employee {
    Employee {
        phone_number: ADMIN_PHONE.to_owned(),
        real_name: "admin".to_owned(),
        nick_name: "admin".to_owned(),
        number: "1".to_owned(),
        role: Role::Admin,
        edition: 1,
        ..Employee::default()
    }
}

/// Everybody, in the order of their ids.
pub fn team(random: &mut Rng) -> Vec<Employee> {
    let mut team = vec![admin()];
    team.extend((2..=TEAM).map(|id| colleague(random, id)));
    team
}

fn colleague(random: &mut Rng, id: u32) -> Employee {
    let known = KNOWN.iter().find(|(known, ..)| *known == id);
    let name = known.map_or_else(|| names::real_name(random), |(_, _, name)| (*name).to_owned());
    let phone = known.map_or_else(|| phone(random, id), |(_, phone, _)| (*phone).to_owned());
    let entry = day(random, "2019-07-01", 730);
    // One in ten has left; one in ten of those may still sign in.
    let resigned = known.is_none() && random.f64() < 0.1;
    Employee {
        phone_number: phone,
        real_name: name.clone(),
        nick_name: name,
        number: format!("{}", 9998 + id),
        head_image_url: format!(
            "http://data.eartip.cn/static/upload/avatar/avatar_{}.png",
            1_577_689_147_000 + u64::from(id)
        ),
        sex: random.u8(1..=2),
        birthday: day(random, "1980-01-01", 7300),
        title: Some(random.i64(1..=4)),
        address: choose(random, &PLACES),
        school: choose(random, &SCHOOLS),
        education: choose(random, &["本科", "本科", "本科", "专科", "硕士"]),
        rank_id: Some(random.i64(1..=5)),
        rank_type: Some(random.i64(1..=2)),
        entry_time: entry,
        official_time: entry.map(|Date(seconds)| Date(seconds + 92 * 86_400)),
        resign_time: resigned.then(|| day(random, "2021-07-01", 30)).flatten(),
        status: if resigned && random.f64() < 0.9 { Status::Disabled } else { Status::Enabled },
        menus: (1..=5).filter(|_| random.f64() < 0.7).collect(),
        edition: 1,
        ..Employee::default()
    }
}

/// A mobile number that nobody else in the team has.
fn phone(random: &mut Rng, id: u32) -> String {
    let prefix = choose(random, &["138", "139", "159", "187", "135", "182", "133", "177"]);
    format!("{prefix}{:04}{id:04}", random.u32(0..10_000))
}

/// A day within `days` from `first`.
fn day(random: &mut Rng, first: &str, days: u32) -> Option<Date> {
    Date::parse(first).map(|Date(seconds)| Date(seconds + i64::from(random.u32(0..days)) * 86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The customers of somebody who has left are what a handover is for: everybody owns some.
    #[test]
    fn somebody_has_left() {
        let team = team(&mut Rng::with_seed(crate::SEED));
        assert!(team.iter().any(|employee| employee.status == Status::Disabled));
    }
}
