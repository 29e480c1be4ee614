//! The few things that S3 says in XML.

use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};

/// The text of the first element of that name, wherever it is.
pub fn first(body: &[u8], name: &str) -> Option<String> {
    let text = str::from_utf8(body).ok()?;
    let mut document = Document::new(text);
    let mut root = document.root_element().ok()?;
    while let Some(mut tag) = root.next_tag() {
        if tag.start_el().matches(name) {
            return try_data(&mut tag).ok().map(Into::into);
        }
    }
    None
}

/// The texts of some elements in each element `of` in the root, in order.
pub fn each<const N: usize>(body: &[u8], of: &str, names: [&str; N]) -> Option<Vec<[String; N]>> {
    let text = str::from_utf8(body).ok()?;
    let mut document = Document::new(text);
    let mut root = document.root_element().ok()?;
    let mut all = Vec::new();
    while let Some(mut tag) = root.next_tag() {
        if tag.start_el().matches(of) {
            all.push(texts(&mut tag, names)?);
        }
    }
    Some(all)
}

fn texts<const N: usize>(element: &mut ScopedDecoder<'_, '_>, names: [&str; N]) -> Option<[String; N]> {
    let mut texts = names.map(|_| String::new());
    while let Some(mut tag) = element.next_tag() {
        let mut places = names.iter().zip(&mut texts);
        if let Some((_, text)) = places.find(|(name, _)| tag.start_el().matches(name)) {
            *text = try_data(&mut tag).ok()?.into();
        }
    }
    Some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &[u8] = b"<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
        <IsTruncated>true</IsTruncated><Contents><Key>a&amp;b</Key><Size>1</Size></Contents>\
        <Contents><Owner><ID>x</ID></Owner><Key>c</Key><Size>22</Size></Contents><NextContinuationToken>t</NextContinuationToken>\
        </ListBucketResult>";

    #[test]
    fn a_list_is_read() {
        let found = each(LIST, "Contents", ["Key", "Size"]).unwrap();
        assert_eq!(found, [["a&b", "1"], ["c", "22"]].map(|row| row.map(str::to_owned)));
        assert_eq!(first(LIST, "NextContinuationToken").as_deref(), Some("t"));
        assert_eq!(first(LIST, "Nothing"), None);
        assert_eq!(first(b"no xml", "Code"), None);
    }
}
