//! Text as it stands in a URL.

/// A value of a query, whatever is in it.
pub fn encoded(text: &str) -> String {
    text.bytes().map(escaped).collect()
}

/// A query that is readable but for its Chinese characters: what separates its parts stays as it is.
pub fn encoded_query(query: &str) -> String {
    let byte =
        |byte: u8| if matches!(byte, b'!'..=b'~') { char::from(byte).to_string() } else { escaped(byte) };
    query.bytes().map(byte).collect()
}

fn escaped(byte: u8) -> String {
    format!("%{byte:02X}")
}
