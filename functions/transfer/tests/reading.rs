//! The reader of files, on what programs have written (`fixtures/make.py` makes it), on damaged copies, and on tables of any texts.

use encoding_rs::GB18030;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use transfer::reading::{
    HEAD_ROWS, MOST_BYTES, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, RawRow, Source, Unreadable, read,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Damaged copies of all files together, and tables; 20,000 in the soak.
fn rounds() -> u32 {
    std::env::var("READING_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(300)
}

/// So many rows of a file are in `expected.json` at most.
const SHOWN: usize = 10;
/// Files are damaged that are no larger than this when they are unpacked: the others are slow without optimisation.
const MOST_DAMAGED: usize = 100_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

fn expected() -> BTreeMap<String, Value> {
    serde_json::from_slice(&fixture("expected.json")).unwrap()
}

/// Reads a file, and sees that what it gives is what the reader promises.
fn rows(bytes: &[u8], sheet: Option<&str>) -> Result<(Source, Vec<RawRow>), String> {
    let mut rows: Vec<RawRow> = Vec::new();
    let source = read(bytes, sheet, &mut |row| {
        assert!(row.number > rows.last().map_or(0, |row| row.number));
        assert!(row.cells.iter().any(|cell| !cell.trim().is_empty()));
        assert!(row.cells.last().is_some_and(|cell| !cell.is_empty()));
        assert!(row.cells.len() <= MOST_COLUMNS as usize);
        assert!(row.cells.iter().all(|cell| cell.chars().count() <= MOST_CHARACTERS));
        rows.push(row);
        Ok(())
    });
    assert!(rows.len() <= (MOST_ROWS + HEAD_ROWS) as usize);
    match source {
        Ok(source) => {
            assert!(!rows.is_empty());
            Ok((source, rows))
        }
        Err(Unreadable(why)) => {
            assert!(why == "文件是空的" || why.contains('请'), "{why}");
            Err(why)
        }
    }
}

/// What `expected.json` says of a file, if this is what it has.
fn answer(bytes: &[u8], sheet: Option<&str>) -> Value {
    match rows(bytes, sheet) {
        Ok((source, rows)) => {
            let shown: Vec<_> = rows.iter().take(SHOWN).map(|row| json!([row.number, row.cells])).collect();
            let mut answer = serde_json::to_value(source).unwrap();
            answer["rows"] = json!(shown);
            if rows.len() > SHOWN {
                answer["count"] = json!(rows.len());
            }
            answer
        }
        Err(why) => json!({ "refused": why }),
    }
}

#[test]
fn files_of_all_programs_are_read_or_refused_as_expected() {
    for (name, mut expected) in expected() {
        let bytes = fixture(&name);
        let by_name = expected.as_object_mut().unwrap().remove("by_name");
        assert_eq!(answer(&bytes, None), expected, "{name}");
        for (sheet, expected) in by_name.iter().flat_map(|sheets| sheets.as_object().unwrap()) {
            let answer = answer(&bytes, Some(sheet));
            for (key, value) in expected.as_object().unwrap() {
                assert_eq!(&answer[key], value, "{name} {sheet}");
            }
            assert!(answer["sheet"].is_null() || answer["sheet"] == *sheet, "{name} {sheet}");
        }
    }
}

#[test]
fn something_is_expected_of_every_file() {
    let others = ["expected.json", "make.py", "requirements.txt"];
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| !others.contains(&name.as_str()))
        .collect();
    assert_eq!(files, expected().into_keys().collect());
}

/// The parts of a zip, with their names.
type Parts = Vec<(String, Vec<u8>)>;

fn parts(bytes: &[u8]) -> Option<Parts> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    (0..zip.len())
        .map(|at| {
            let mut part = zip.by_index(at).ok()?;
            let mut content = Vec::new();
            part.read_to_end(&mut content).ok()?;
            Some((part.name().ok()?.into_owned(), content))
        })
        .collect()
}

fn zipped(parts: &Parts) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in parts {
        zip.start_file(name, stored).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The files that are damaged, with their parts if they are workbooks.
fn small() -> Vec<(Vec<u8>, Option<Parts>)> {
    let files = expected().into_keys().filter_map(|name| {
        let bytes = fixture(&name);
        // Not unpacked to be counted: some are bombs.
        let is_small = !name.starts_with("bomb") && !name.contains("columns") && bytes.len() < MOST_DAMAGED;
        is_small.then(|| (parts(&bytes), bytes)).map(|(parts, bytes)| (bytes, parts))
    });
    files.collect()
}

/// What is done to the bytes of a file.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Put(Index, u8),
    Cut(Index),
    Drop(Index, Index),
    Repeat(Index, Index, Index),
    Insert(Index, &'static [u8]),
    /// Of all places that look like the second, one gets the first instead.
    Replace(Index, &'static [u8], &'static [u8]),
}

/// What readers of XML, of numbers and of zips trip over.
const ODD: [&[u8]; 26] = [
    b"<",
    b"&",
    b"\"",
    b"&#0;",
    b"&#x110000;",
    b"&amp",
    b"_xD800_",
    b"<!DOCTYPE a>",
    b"<!-- ",
    b"]]>",
    b"<?a",
    b"<c>",
    b"</c>",
    b"<v>",
    b"</v>",
    b"<row r=\"1048577\">",
    b"</sheetData>",
    b" r=\"XFE1\"",
    b" t=\"e\"",
    b"<is><t>",
    b"\xED\xA0\x80",
    b"\xFF\xFE",
    b"\x00",
    b"'",
    b"\r",
    b"\xEF\xBB\xBF",
];
const PAIRS: [(&[u8], &[u8]); 20] = [
    (b"t=\"s\"", b"t=\"n\""),
    (b"t=\"s\"", b"t=\"e\""),
    (b"t=\"s\"", b"t=\"d\""),
    (b"t=\"s\"", b"t=\"str\""),
    (b"t=\"s\"", b"t=\"inlineStr\""),
    (b"t=\"e\"", b"t=\"s\""),
    (b"<v>", b"<v>1e309"),
    (b"<v>", b"<v>-"),
    (b"<v>", b"<v>99999999999999999999"),
    (b"</v>", b".</v>"),
    (b"r=\"A", b"r=\"ZZZZ"),
    (b"r=\"B", b"r=\"A"),
    (b"r=\"3\"", b"r=\"0\""),
    (b"r=\"2\"", b"r=\"4294967295\""),
    (b"s=\"1\"", b"s=\"-1\""),
    (b"numFmtId=\"", b"numFmtId=\"1"),
    (b"Count=\"", b"Count=\"9"),
    (b"sheet1.xml", b"sheet2.xml"),
    (b"rId1", b"rId2"),
    (b"ref=\"", b"ref=\"B9:"),
];

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    prop_oneof![
        (at(), 0..8u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Put(at, byte)),
        at().prop_map(Damage::Cut),
        (at(), at()).prop_map(|(from, to)| Damage::Drop(from, to)),
        (at(), at(), at()).prop_map(|(from, to, at)| Damage::Repeat(from, to, at)),
        (at(), select(&ODD[..])).prop_map(|(at, odd)| Damage::Insert(at, odd)),
        (at(), select(&PAIRS[..])).prop_map(|(at, (old, new))| Damage::Replace(at, old, new)),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let range = |from: &Index, to: &Index| {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            from.min(to)..from.max(to)
        };
        match self {
            Self::Flip(at, bit) => *at.get_mut(bytes) ^= 1 << bit,
            Self::Put(at, byte) => *at.get_mut(bytes) = *byte,
            Self::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Self::Drop(from, to) => drop(bytes.drain(range(from, to))),
            Self::Repeat(from, to, at) => {
                let piece = bytes[range(from, to)].to_vec();
                let at = at.index(bytes.len());
                bytes.splice(at..at, piece);
            }
            Self::Insert(at, odd) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, odd.iter().copied());
            }
            Self::Replace(at, old, new) => {
                let places = bytes.windows(old.len()).enumerate().filter(|(_, window)| window == old);
                let places: Vec<usize> = places.map(|(at, _)| at).collect();
                if !places.is_empty() {
                    let at = *at.get(&places);
                    bytes.splice(at..at + old.len(), new.iter().copied());
                }
            }
        }
    }
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: rounds(), failure_persistence: None, ..Config::default() })
}

/// Reading them neither panics nor gives more than it may: `rows` looks.
#[test]
fn damaged_files_are_read_or_refused() {
    let files = small();
    assert!(files.len() > 80);
    let damages = proptest::collection::vec(damage(), 1..5);
    runner()
        .run(&(any::<Index>(), damages), |(file, damages)| {
            let mut bytes = file.get(&files).0.clone();
            damages.iter().for_each(|damage| damage.apply(&mut bytes));
            drop(rows(&bytes, None));
            Ok(())
        })
        .unwrap();
}

/// The zip is whole, and what is in it is not.
#[test]
fn workbooks_with_damaged_parts_are_read_or_refused() {
    let files: Vec<_> = small().into_iter().filter_map(|(_, parts)| parts).collect();
    assert!(files.len() > 40);
    let damages = proptest::collection::vec((any::<Index>(), damage()), 1..4);
    runner()
        .run(&(any::<Index>(), damages), |(file, damages)| {
            let mut parts = file.get(&files).clone();
            for (part, damage) in &damages {
                damage.apply(&mut part.get_mut(&mut parts).1);
            }
            drop(rows(&zipped(&parts), None));
            Ok(())
        })
        .unwrap();
}

/// How a table is written.
#[derive(Debug, Clone)]
struct Form {
    encoding: &'static str,
    delimiter: char,
    end: &'static str,
    is_named: bool,
    has_bom: bool,
    has_last_end: bool,
    is_quoted: bool,
}

fn form() -> impl Strategy<Value = Form> {
    let encoding = select(vec!["utf-8", "gb18030", "utf-16le", "utf-16be"]);
    let end = select(vec!["\r\n", "\n", "\r"]);
    (encoding, select(vec![',', ';', '\t']), end, any::<[bool; 4]>()).prop_map(
        |(encoding, delimiter, end, [is_named, has_bom, has_last_end, is_quoted])| Form {
            encoding,
            delimiter,
            end,
            is_named,
            has_bom,
            has_last_end,
            is_quoted,
        },
    )
}

impl Form {
    fn cell(&self, text: &str) -> String {
        let needs = text.contains([self.delimiter, '"', '\r', '\n']);
        match needs || self.is_quoted {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_owned(),
        }
    }

    fn bytes(&self, table: &[Vec<String>]) -> Vec<u8> {
        let line = |row: &Vec<String>| {
            let cells: Vec<_> = row.iter().map(|cell| self.cell(&guarded(cell))).collect();
            cells.join(&self.delimiter.to_string())
        };
        let mut lines: Vec<_> = table.iter().map(line).collect();
        if self.is_named {
            lines.insert(0, format!("sep={}", self.delimiter));
        }
        let last = if self.has_last_end { self.end } else { "" };
        let text = lines.join(self.end) + last;
        let marked = if self.has_bom { format!("\u{feff}{text}") } else { text.clone() };
        let units = marked.encode_utf16();
        match self.encoding {
            "utf-8" => marked.into_bytes(),
            "utf-16le" => units.flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => units.flat_map(u16::to_be_bytes).collect(),
            // It has no BOM that anybody writes.
            _ => GB18030.encode(&text).0.into_owned(),
        }
    }
}

/// As exports guard texts that a spreadsheet would take for a formula.
fn guarded(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

/// Tables with a head. Their texts have everything but letters that are zeros in UTF-16, by which it is known without BOM.
fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let piece = prop_oneof![
        4 => "[\u{4e01}-\u{4eff}\u{5301}-\u{53ff}]{1,4}",
        4 => "[a-zA-Z0-9 .-]{1,12}",
        2 => "[,;\t\"'=+@\r\n]{1,3}",
        1 => "[\u{3402}-\u{34ff}\u{20001}-\u{20fff}\u{1f600}-\u{1f64f}à-ÿ]{1,3}",
    ];
    let text = proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat());
    (2..6usize, 0..8usize).prop_flat_map(move |(columns, rows)| {
        let row = proptest::collection::vec(text.clone(), columns);
        proptest::collection::vec(row, rows).prop_map(move |mut rows| {
            let head = ["姓名", "手机号码", "单位", "级别", "备注"];
            rows.insert(0, head[..columns].iter().map(|title| (*title).to_owned()).collect());
            rows
        })
    })
}

/// All but that blank rows are left out, and empty cells at the end of others. Without its name a delimiter is guessed, and it
/// cannot be if the texts are full of others.
#[test]
fn any_table_is_read_as_it_was_written() {
    runner()
        .run(&(table(), form()), |(mut table, form)| {
            if !form.is_named {
                for cell in table.iter_mut().flatten() {
                    cell.retain(|letter| letter == form.delimiter || !",;\t".contains(letter));
                }
            }
            let (source, rows) = rows(&form.bytes(&table), None).map_err(TestCaseError::fail)?;
            let written: Vec<_> = (1..)
                .zip(&table)
                .filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()))
                .map(|(number, row)| {
                    let length = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
                    RawRow { number, cells: row[..length].to_vec() }
                })
                .collect();
            prop_assert_eq!(rows, written);
            let encoding = form.encoding.trim_end_matches("le").trim_end_matches("be");
            prop_assert_eq!(json!(source.encoding), json!(encoding));
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_keeps_spreadsheets_from_changing_a_text_is_taken_off() {
    let (_, rows) = rows(b"a,b,c,d\n\"=\"\"13900001234\"\"\",'=1+1,'x,=\"1\"&\"2\"\n", None).unwrap();
    assert_eq!(rows[1].cells, ["13900001234", "=1+1", "'x", "=\"1\"&\"2\""]);
}

#[test]
fn what_a_row_is_refused_with_is_handed_on() {
    let mut seen = 0;
    let why = read(&fixture("many-rows.xlsx"), None, &mut |row| {
        seen += 1;
        if row.number < 5 { Ok(()) } else { Err(Unreadable("第5行：不对".to_owned())) }
    });
    assert_eq!((why.unwrap_err().0.as_str(), seen), ("第5行：不对", 5));
}

#[test]
fn too_much_is_refused() {
    let most = MOST_ROWS + HEAD_ROWS;
    let lines = "a\n".repeat(most as usize);
    assert_eq!(rows(lines.as_bytes(), None).unwrap().1.len(), most as usize);
    let why = rows(format!("{lines}a").as_bytes(), None).unwrap_err();
    assert_eq!(why, "第200011行：最多200000行，请拆成几个文件再上传");
    assert_eq!(
        rows(&vec![b'a'; MOST_BYTES + 1], None).unwrap_err(),
        "文件太大：最多50MB，请拆成几个文件再上传"
    );
    let wide = ["a,".repeat(1_000_000), ",".repeat(1_000_000) + "a"];
    assert_eq!(
        rows(wide[0].as_bytes(), None).unwrap_err(),
        "第1行第201列：最多200列，请删去多余的列后再上传"
    );
    assert_eq!(
        rows(wide[1].as_bytes(), None).unwrap_err(),
        "第1行第1000001列：最多200列，请删去多余的列后再上传"
    );
    let why = rows(format!("a\n,{}", "字".repeat(MOST_CHARACTERS + 1)).as_bytes(), None).unwrap_err();
    assert_eq!(why, "第2行第2列：最多32767个字，请缩短后再上传");
}

/// A zip says how large a part is, and may lie.
#[test]
fn what_a_bomb_says_of_its_size_is_not_believed() {
    let parts = parts(&fixture("inline.xlsx")).unwrap();
    let whole = zipped(&parts);
    let size = parts.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").unwrap().1.len();
    let with = |other: usize| {
        let (size, other) = ((size as u32).to_le_bytes(), (other as u32).to_le_bytes());
        let mut bytes = fixture("inline.xlsx");
        let places: Vec<_> =
            bytes.windows(4).enumerate().filter(|(_, at)| *at == size).map(|(at, _)| at).collect();
        // In the head of the part, and in the directory.
        assert_eq!(places.len(), 2);
        places.iter().for_each(|at| bytes[*at..at + 4].copy_from_slice(&other));
        rows(&bytes, None).map(|(_, rows)| rows.len())
    };
    assert!(rows(&whole, None).is_ok());
    assert_eq!(with(size), Ok(3));
    assert_eq!(with(size - 1).unwrap_err(), "文件已损坏，无法读取，请重新保存后再上传");
    assert_eq!(with(4_000_000_000).unwrap_err(), "文件解压后太大，无法读取，请拆成几个文件再上传");
}

/// Parsers keep a text in memory until it ends.
#[test]
fn a_text_without_end_is_refused() {
    let mut parts = parts(&fixture("inline.xlsx")).unwrap();
    let (_, sheet) = parts.iter_mut().find(|(name, _)| name == "xl/worksheets/sheet1.xml").unwrap();
    let at = sheet.windows(3).position(|window| window == b"<t>").unwrap() + 3;
    sheet.splice(at..at, vec![b' '; 5 << 20]);
    assert_eq!(rows(&zipped(&parts), None).unwrap_err(), "文件解压后太大，无法读取，请拆成几个文件再上传");
}

/// One long text that thousands of cells show: a small file, and gigabytes of texts.
#[test]
fn a_text_that_comes_again_and_again_is_refused_in_the_end() {
    let mut parts = parts(&fixture("shared.xlsx")).unwrap();
    for (name, content) in &mut parts {
        let mut xml = String::from_utf8(std::mem::take(content)).unwrap();
        match name.as_str() {
            "xl/sharedStrings.xml" => {
                xml = xml.replacen("姓名", &"字".repeat(MOST_CHARACTERS), 1);
            }
            "xl/worksheets/sheet1.xml" => {
                let row = "<row>".to_owned() + &r#"<c t="s"><v>0</v></c>"#.repeat(200) + "</row>";
                xml = xml.replace("</sheetData>", &(row.repeat(100) + "</sheetData>"));
            }
            _ => {}
        }
        *content = xml.into_bytes();
    }
    let (mut count, mut bytes) = (0, 0);
    let why = read(&zipped(&parts), None, &mut |row| {
        count += 1;
        bytes += row.cells.iter().map(String::len).sum::<usize>();
        Ok(())
    });
    assert_eq!(why.unwrap_err().0, "工作表“客户”第10行：文字太多，请拆成几个文件再上传");
    assert!(bytes <= 100 << 20, "{count} {bytes}");
}
