//! Chinese names, common ones more often than rare ones, as they are.

use fastrand::Rng;

/// Family names, commonest first.
const FAMILY: &str = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常普和木";
/// Characters of given names.
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彩春兰凤洁梅琳云雪荣香月媛佳琼珍莉辉力朋斌栋维启翔旭鹏泽晨浩建家志德林国胜学祥才发成康星光天达安中茂进有坚和博诚先震振会思群心邦承乐绍功松善厚庆民友裕河哲江亮政谦亨";

/// What people call themselves in WeChat, and what some put after it.
const NICK: [&str; 40] = [
    "阳光",
    "晴天",
    "小鱼",
    "大山",
    "云朵",
    "清茶",
    "远方",
    "微笑",
    "森林",
    "星空",
    "橙子",
    "糖果",
    "海浪",
    "彩虹",
    "平安",
    "如意",
    "大理白云",
    "瑞雪",
    "洱海月",
    "小草",
    "老树",
    "咖啡",
    "柠檬",
    "旅行者",
    "慢时光",
    "雨后",
    "向日葵",
    "小石头",
    "花开",
    "听风",
    "随缘",
    "Lily",
    "Jack",
    "Coco",
    "Mr.Li",
    "Sunny",
    "知足常乐",
    "一路顺风",
    "天道酬勤",
    "上善若水",
];
const AFTER: [&str; 10] = ["", "", "", "", "2020", "_", "～", "的春天", "~er", "88"];

/// One of the names that many have, so that it alone does not tell who somebody is.
pub fn nick_name(random: &mut Rng) -> String {
    [NICK.as_slice(), &AFTER].map(|words| random.choice(words).copied().unwrap_or_default()).concat()
}

/// A family name and one or two characters.
pub fn real_name(random: &mut Rng) -> String {
    let mut name = String::from(common(random, FAMILY));
    for _ in 0..if random.f64() < 0.2 { 1 } else { 2 } {
        name.push(common(random, GIVEN));
    }
    name
}

/// A character of `pool`, the first ones most often.
fn common(random: &mut Rng, pool: &str) -> char {
    let len = pool.chars().count();
    // The square of a uniform number leans towards the beginning.
    let index = (random.f64().powi(2) * len as f64) as usize;
    pool.chars().nth(index.min(len - 1)).unwrap_or('王')
}
