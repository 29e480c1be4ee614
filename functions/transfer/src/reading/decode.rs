//! Bytes of a text file as text, without a single letter guessed.

use super::kind::NO_TABLE;
use super::place::Place;
use super::source::Encoding;
use super::unreadable::Unreadable;
use encoding_rs::{DecoderResult, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// By this many bytes one sees the encoding.
const SAMPLE: usize = 64 << 10;
/// So many letters of three bytes in a row are not UTF-8 by chance.
const NO_CHANCE: usize = 3;

const ODD_TEXT: &str = "有无法识别的文字，请另存为UTF-8编码的csv";

/// The text, without BOM, and how it was written.
///
/// # Errors
/// [`Unreadable`] if it is no text, or not all of it is.
pub fn decode(bytes: &[u8]) -> Result<(Encoding, Cow<'_, str>), Unreadable> {
    let (encoding, text) = decoded(bytes)?;
    if text.contains('\0') {
        return Err(Unreadable::new(NO_TABLE));
    }
    // Other control characters are no text either.
    let odd = |letter: char| letter.is_ascii_control() && !"\t\n\r\u{b}\u{c}\u{7f}".contains(letter);
    if let Some(at) = text.find(odd) {
        let mut lines = Lines::default();
        lines.pass(text.get(..at).unwrap_or_default());
        return Err(lines.refuse());
    }
    Ok((encoding, text))
}

fn decoded(bytes: &[u8]) -> Result<(Encoding, Cow<'_, str>), Unreadable> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return Ok((Encoding::Utf8, with(UTF_8, rest)?));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return Ok((Encoding::Utf16, with(UTF_16LE, rest)?));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return Ok((Encoding::Utf16, with(UTF_16BE, rest)?));
    }
    if let Some(order) = utf16(bytes) {
        // Pictures and programs have zeros too.
        let text = with(order, bytes).map_err(|_| Unreadable::new(NO_TABLE))?;
        return Ok((Encoding::Utf16, text));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((Encoding::Utf8, Cow::Borrowed(text))),
        // GB18030 would take most of it for rare letters.
        Err(error) if is_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default()) => {
            with(UTF_8, bytes).map(|text| (Encoding::Utf8, text))
        }
        Err(_) => Ok((Encoding::Gb18030, with(GB18030, bytes)?)),
    }
}

/// Text in ASCII letters and UTF-16 has zeros in every other byte; no other text has any.
fn utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match odd > even {
        _ if odd == even => None,
        true => Some(UTF_16LE),
        false => Some(UTF_16BE),
    }
}

/// Whether this, which is valid UTF-8, is so on purpose.
fn is_utf8(valid: &[u8]) -> bool {
    valid.iter().filter(|byte| (0xE0..0xF0).contains(*byte)).take(NO_CHANCE).count() == NO_CHANCE
}

fn with<'a>(encoding: &'static encoding_rs::Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, Unreadable> {
    let mut lines = Lines::default();
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            lines.pass(std::str::from_utf8(valid).unwrap_or_default());
            lines.refuse()
        });
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len());
    // Piece by piece: at once it would take memory for the longest text that so many bytes can be.
    let mut piece = String::with_capacity(SAMPLE);
    let mut rest = bytes;
    loop {
        piece.clear();
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut piece, true);
        text.push_str(&piece);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::OutputFull => {}
            DecoderResult::InputEmpty => return Ok(Cow::Owned(text)),
            DecoderResult::Malformed(..) => {
                lines.pass(&text);
                return Err(lines.refuse());
            }
        }
    }
}

/// Counts rows as a spreadsheet does: line breaks in quotes are not counted.
#[derive(Default)]
struct Lines {
    breaks: u32,
    quoted: bool,
    after_return: bool,
}

impl Lines {
    fn pass(&mut self, text: &str) {
        for byte in text.bytes() {
            self.quoted ^= byte == b'"';
            let is_break = byte == b'\r' || byte == b'\n' && !self.after_return;
            self.breaks += u32::from(is_break && !self.quoted);
            self.after_return = byte == b'\r';
        }
    }

    fn refuse(&self) -> Unreadable {
        Place { sheet: None, row: self.breaks + 1, column: None }.refuse(ODD_TEXT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        decode(bytes).unwrap_err().0
    }

    #[test]
    fn the_row_with_the_first_odd_bytes_is_named() {
        let row = |row: u32| format!("第{row}行：{ODD_TEXT}");
        assert_eq!(refused(b"a\r\n\"b\r\nc\"\n\xFF\n"), row(3));
        assert_eq!(refused("姓名,单位\n张三,\u{1}\n".as_bytes()), row(2));
        // Damaged UTF-8 is not taken for GB18030.
        assert_eq!(refused(b"\xE5\xA7\x93\xE5\x90\x8D\xE5\xA7\x93\n\xE5\xA7\n"), row(2));
        let long = [b"a\n".repeat(SAMPLE).as_slice(), b"\x81"].concat();
        assert_eq!(refused(&long), row(65_537));
        assert_eq!(refused(b"\xFF\xFEa\0\n\0\x00\xD8"), row(2));
    }

    #[test]
    fn what_has_zeros_is_no_table() {
        assert_eq!(refused(b"a,b\0\0,c"), NO_TABLE);
        assert_eq!(refused(b"a,b\n1,2\0\0\0"), NO_TABLE);
    }
}
