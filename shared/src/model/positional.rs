//! JSON without the names of fields: a struct is an array of its values.
//!
//! `serde` reads a struct from either. So what is written like this may get more fields at its end, each with
//! `#[serde(default)]`, but none elsewhere.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};
use std::io::{Result, Write};

/// The value as JSON without the names of fields; `None` if it cannot be JSON.
pub fn to_text(value: &impl Serialize) -> Option<String> {
    let mut text = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut text, Positional::default());
    value.serialize(&mut serializer).ok()?;
    String::from_utf8(text).ok()
}

/// Writes objects as arrays.
#[derive(Default)]
struct Positional {
    /// Whether the string that is written is the name of a field.
    in_name: bool,
}

impl Formatter for Positional {
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        writer.write_all(b"[")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        writer.write_all(b"]")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> Result<()> {
        self.in_name = true;
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.in_name = false;
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        Ok(())
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        if self.in_name { Ok(()) } else { writer.write_all(b"\"") }
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> Result<()> {
        if self.in_name { Ok(()) } else { writer.write_all(b"\"") }
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> Result<()> {
        if self.in_name { Ok(()) } else { writer.write_all(fragment.as_bytes()) }
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, writer: &mut W, escape: CharEscape) -> Result<()> {
        if self.in_name { Ok(()) } else { CompactFormatter.write_char_escape(writer, escape) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        #[serde(rename = "a\"name")]
        text: String,
        none: Option<u32>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Outer {
        inner: Inner,
        list: Vec<i64>,
        #[serde(default)]
        added: u8,
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(text: String, none: Option<u32>, list: Vec<i64>, added: u8) {
            let value = Outer { inner: Inner { text, none }, list, added };
            let text = to_text(&value).unwrap();
            prop_assert_eq!(serde_json::from_str::<Outer>(&text).unwrap(), value);
        }
    }

    #[test]
    fn names_are_left_out_and_a_field_that_was_added_at_the_end_has_its_default() {
        let inner = || Inner { text: "\"甲\n".to_owned(), none: None };
        let value = Outer { inner: inner(), list: vec![1, -2], added: 3 };
        assert_eq!(to_text(&value).unwrap(), r#"[["\"甲\n",null],[1,-2],3]"#);
        let read: Outer = serde_json::from_str(r#"[["\"甲\n",null],[1,-2]]"#).unwrap();
        assert_eq!(read, Outer { added: 0, ..value });
    }
}
