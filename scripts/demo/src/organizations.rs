//! Organizations: the interface list's own with the ids they have there, and others of the region.

use super::{DAY, DAYS, choose, entered_by};
use fastrand::Rng;
use shared::model::{Organization, Status};
use shared::time::Time;
use std::collections::HashSet;

/// Who is in the interface list: id, name, detail.
const KNOWN: [(u32, &str, &str); 4] = [
    (1, "云南耳尖", "云南耳尖科技有限公司"),
    (84, "耳尖团队", "耳尖团队"),
    (85, "大理市宣传", "大理市宣传部"),
    (86, "GPS", "GPS"),
];
const REGIONS: [&str; 15] = [
    "云南",
    "昆明",
    "大理",
    "丽江",
    "曲靖",
    "玉溪",
    "红河",
    "楚雄",
    "保山",
    "昭通",
    "普洱",
    "文山",
    "临沧",
    "德宏",
    "西双版纳",
];
const WORDS: &str = "云帆智汇天成鼎新博雅华信恒通远大金桥锦绣宏图盛世龙腾瑞丰嘉禾万象星河";
const ENDINGS: [&str; 14] = [
    "公司",
    "公司",
    "科技公司",
    "有限公司",
    "旅游公司",
    "文化公司",
    "旅游局",
    "宣传部",
    "人民医院",
    "中学",
    "银行",
    "烟草公司",
    "教育集团",
    "合作社",
];

/// So many organizations with their ids, entered within the two years before `now`.
pub fn organizations(random: &mut Rng, count: u32, now: Time) -> Vec<(u32, Organization)> {
    let mut names: HashSet<String> = KNOWN.iter().map(|(_, name, _)| (*name).to_owned()).collect();
    let step = DAYS * DAY / count.max(1);
    let organization = |id: u32| {
        let known = KNOWN.iter().find(|(known, ..)| *known == id);
        let name = known.map_or_else(|| name(random, &mut names), |(_, name, _)| (*name).to_owned());
        let detail = known.map_or_else(|| name.clone(), |(_, _, detail)| (*detail).to_owned());
        let created = Time(now.0 - (count - id) * step - random.u32(1..=step.max(1)));
        // One in thirty was deleted.
        let deleted = known.is_none() && random.f64() < 0.03;
        let status = if deleted { Status::Disabled } else { Status::Enabled };
        let organization = Organization {
            group_detail: detail,
            status,
            creator: entered_by(id),
            ..Organization::new(name, created)
        };
        (id, organization)
    };
    (1..=count).map(organization).collect()
}

/// A name that no other has.
fn name(random: &mut Rng, taken: &mut HashSet<String>) -> String {
    let words: Vec<char> = WORDS.chars().collect();
    let mut name = String::new();
    // Where words run out, they get longer.
    for longer in 0.. {
        let length = 2 + longer / 20;
        let middle: String = (0..length).filter_map(|_| random.choice(words.iter())).collect();
        name = format!("{}{middle}{}", choose(random, &REGIONS), choose(random, &ENDINGS));
        if taken.insert(name.clone()) {
            break;
        }
    }
    name
}
