//! Files as spreadsheets open them.

use crate::office::{Office, expected, list};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use serde_json::json;
use shared::http::CellKind;
use shared::jobs::resume;
use std::io::Cursor;
use std::time::Duration;
use transfer::Exports;

#[tokio::test]
async fn every_text_of_a_workbook_is_a_text_and_every_number_a_number() {
    let office = Office::with("contract", 40, 5).await;
    let list = list("contract");
    let rows = office.rows(list, &[]).await;
    let id = office.begin(json!({ "kind": "contract", "format": "xlsx" })).await;
    let exports = Exports::new(office.store(), &office.bucket).in_pieces(7, 2000);
    resume(office.store(), &exports, Duration::from_secs(60)).await.unwrap();
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(office.bytes(id).await)).unwrap();
    let sheet = workbook.worksheet_range_at(0).unwrap().unwrap();
    let mut lines = sheet.rows();
    let headings: Vec<_> = lines.next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(headings, list.columns.iter().map(|column| column.heading).collect::<Vec<_>>());
    let mut count = 0;
    for (line, row) in lines.zip(&rows) {
        count += 1;
        for ((cell, text), column) in line.iter().zip(expected(list.columns, row)).zip(list.columns) {
            match (cell, column.cell) {
                (Data::Empty, _) => assert_eq!(text, ""),
                (Data::Float(number), CellKind::Number) => assert_eq!(*number, text.parse::<f64>().unwrap()),
                (Data::String(cell), kind) => {
                    assert!(kind != CellKind::Number);
                    assert_eq!(cell.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(count, rows.len());
    assert!(workbook.worksheet_formula(&workbook.sheet_names()[0].clone()).unwrap().is_empty());
}
