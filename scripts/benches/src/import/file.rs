//! Files of customers, with names as the demo company's.

use anyhow::Result;
use fastrand::Rng;
use rust_xlsxwriter::Workbook;

/// The headings.
const HEADINGS: [&str; 8] = ["昵称", "姓名", "手机号", "单位", "职务", "性别", "负责人", "备注"];

/// Rows of customers of these organizations, whose phone numbers nobody else has.
pub fn rows(count: u32, organizations: &[String]) -> Vec<[String; 8]> {
    let mut random = Rng::with_seed(23);
    let row = |n: u32| {
        // Some organizations have many customers and many have few.
        let at = (random.f64().powi(2) * organizations.len() as f64) as usize;
        [
            demo::names::nick_name(&mut random),
            demo::names::real_name(&mut random),
            format!("19{n:09}"),
            organizations.get(at).cloned().unwrap_or_default(),
            ["", "主任", "经理", "采购"].get(n as usize % 4).map(|job| (*job).to_owned()).unwrap_or_default(),
            if n.is_multiple_of(2) { "男" } else { "女" }.to_owned(),
            "18888888888".to_owned(),
            format!("第{n}行"),
        ]
    };
    (0..count).map(row).collect()
}

/// They as CSV in UTF-8.
pub fn csv(rows: &[[String; 8]]) -> Vec<u8> {
    let lines = rows.iter().map(|row| row.join(","));
    [HEADINGS.join(",")].into_iter().chain(lines).collect::<Vec<_>>().join("\r\n").into_bytes()
}

/// They as a workbook.
pub fn xlsx(rows: &[[String; 8]]) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, heading) in (0..).zip(HEADINGS) {
        sheet.write_string(0, at, heading)?;
    }
    for (number, row) in (1..).zip(rows) {
        for (at, cell) in (0..).zip(row) {
            sheet.write_string(number, at, cell)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}
