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

/// What such a text stands for.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).expect("a text")
}

fn escaped(byte: u8) -> String {
    format!("%{byte:02X}")
}
