//! Looks through the parts of a workbook besides its sheets before calamine opens it: what calamine would choke on is refused.

use super::package::Package;
use super::unreadable::Unreadable;
use super::xml::{Next, attribute, too_large};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// The most bytes of the shared strings.
const MOST_STRING_BYTES: u64 = 96 << 20;
/// The most shared strings. Each takes memory, even if it is empty.
const MOST_STRINGS: u32 = 3_000_000;
/// The most bytes of other parts.
const MOST_PART_BYTES: u64 = 8 << 20;
/// The most sheets.
const MOST_SHEETS: usize = 1_000;
/// The most cell formats; Excel has 65,490 of each of two kinds.
const MOST_FORMATS: usize = 140_000;
/// The most bytes that names of fonts and number formats may take: calamine copies them for each cell format.
const MOST_FORMAT_BYTES: usize = 128 << 20;
/// The longest name of a part.
const LONGEST_NAME: usize = 1_024;

/// What one needs to know to look through a sheet.
pub struct Parts {
    /// The names of the parts that hold the sheets, in the order of the workbook.
    pub sheets: Vec<String>,
    /// How many shared strings there are.
    pub strings: u32,
}

/// Looks through all parts but the sheets.
///
/// # Errors
/// [`Unreadable`] if one is damaged or too large.
pub fn look(package: &mut Package) -> Result<Parts, Unreadable> {
    let document = document(package)?;
    // As calamine does it.
    let (folder, name) =
        document.split_at_checked(document.rfind('/').map_or(0, |at| at + 1)).unwrap_or_default();
    let folder = folder.strip_prefix('/').unwrap_or(folder);
    let name = if name.is_empty() { "workbook.xml" } else { name };
    let strings = strings(package, folder)?;
    package.part(&format!("{folder}theme/theme1.xml"), MOST_PART_BYTES, &mut |_| Ok(Next::Forget))?;
    styles(package, folder)?;
    let targets = relationships(package, &format!("{folder}_rels/{name}.rels"))?;
    let sheets = sheets(package, folder, name, &targets)?;
    Ok(Parts { sheets, strings })
}

/// The name of the workbook itself.
fn document(package: &mut Package) -> Result<String, Unreadable> {
    let mut document = None;
    package.part("_rels/.rels", MOST_PART_BYTES, &mut |event| {
        let Some(relationship) = start(event, "Relationship") else { return Ok(Next::Forget) };
        let kind = attribute(relationship, "Type")?.unwrap_or_default();
        if let Some(target) = attribute(relationship, "Target")?
            && kind.ends_with("/relationships/officeDocument")
        {
            let target = quick_xml::escape::unescape(target).map_err(|_| Unreadable::damaged())?;
            // Of two, calamine might take the other one.
            if document.replace(target.into_owned()).is_some() {
                return Err(Unreadable::damaged());
            }
        }
        Ok(Next::Forget)
    })?;
    document.filter(|name| name.len() <= LONGEST_NAME).ok_or_else(Unreadable::damaged)
}

fn strings(package: &mut Package, folder: &str) -> Result<u32, Unreadable> {
    let (mut count, mut within) = (0_u32, false);
    package.part(&format!("{folder}sharedStrings.xml"), MOST_STRING_BYTES, &mut |event| {
        if let Some(table) = start(event, "sst") {
            // calamine takes memory for as many as are announced.
            match attribute(table, "uniqueCount")?.map(str::parse::<u32>) {
                None | Some(Ok(..=MOST_STRINGS)) => {}
                Some(Ok(_)) => return Err(too_large()),
                Some(Err(_)) => return Err(Unreadable::damaged()),
            }
        }
        if start(event, "si").is_some() {
            if within {
                return Err(Unreadable::damaged());
            }
            (count, within) = (count + 1, true);
            if count > MOST_STRINGS {
                return Err(too_large());
            }
        }
        within &= !ends(event, "si");
        Ok(if within { Next::Keep } else { Next::Forget })
    })?;
    Ok(count)
}

fn styles(package: &mut Package, folder: &str) -> Result<(), Unreadable> {
    let (mut formats, mut longest) = (0_usize, 0_usize);
    package.part(&format!("{folder}styles.xml"), MOST_PART_BYTES, &mut |event| {
        if let Event::Start(element) = event {
            match element.local_name().as_ref() {
                "xf" => formats += 1,
                "numFmt" | "name" => longest = longest.max(element.len()),
                _ => {}
            }
        }
        if formats > MOST_FORMATS || formats * longest > MOST_FORMAT_BYTES {
            return Err(too_large());
        }
        Ok(Next::Forget)
    })?;
    Ok(())
}

/// Parts by the ids that the workbook calls them by.
fn relationships(package: &mut Package, name: &str) -> Result<HashMap<String, String>, Unreadable> {
    let mut targets = HashMap::new();
    package.part(name, MOST_PART_BYTES, &mut |event| {
        let Some(relationship) = start(event, "Relationship") else { return Ok(Next::Forget) };
        let target = attribute(relationship, "Target")?.unwrap_or_default();
        if let Some(id) = attribute(relationship, "Id")?
            && target.len() <= LONGEST_NAME
        {
            let other = targets.insert(id.to_owned(), target.to_owned());
            if other.is_some() {
                return Err(Unreadable::damaged());
            }
        }
        Ok(Next::Forget)
    })?;
    Ok(targets)
}

fn sheets(
    package: &mut Package,
    folder: &str,
    name: &str,
    targets: &HashMap<String, String>,
) -> Result<Vec<String>, Unreadable> {
    let mut sheets = Vec::new();
    package.part(&format!("{folder}{name}"), MOST_PART_BYTES, &mut |event| {
        let Some(sheet) = start(event, "sheet") else { return Ok(Next::Forget) };
        let mut id = String::new();
        for attribute in sheet.attributes() {
            let attribute = attribute.map_err(|_| Unreadable::damaged())?;
            if attribute.key.local_name().as_ref() == "id" {
                id = attribute.value.into_owned();
            }
        }
        let target = targets.get(&id).ok_or_else(Unreadable::damaged)?;
        sheets.push(target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned));
        if sheets.len() > MOST_SHEETS {
            return Err(too_large());
        }
        Ok(Next::Forget)
    })?;
    Ok(sheets)
}

fn start<'a, 'e>(event: &'a Event<'e>, name: &str) -> Option<&'a BytesStart<'e>> {
    match event {
        Event::Start(element) if element.local_name().as_ref() == name => Some(element),
        _ => None,
    }
}

fn ends(event: &Event, name: &str) -> bool {
    matches!(event, Event::End(element) if element.local_name().as_ref() == name)
}
