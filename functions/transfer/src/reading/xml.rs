//! XML of a part that may be a bomb: it is read in pieces, and no more of it than allowed.

use super::unreadable::Unreadable;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufRead, Error, Read, Result as IoResult};

/// The most bytes of what a parser keeps at once: a tag, a text, or a whole cell.
const MOST_AT_ONCE: u64 = 4 << 20;
/// The most elements within each other. Workbooks have about ten.
const DEEPEST: u32 = 64;

/// What may still be read of all parts together.
pub struct Left {
    /// Bytes, unpacked.
    pub bytes: u64,
    /// Beginnings and ends of elements, and what is between them: few bytes can be many, and each takes time.
    pub events: u64,
}

/// What comes after an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A parser forgets what it has read.
    Forget,
    /// A parser keeps what it has read so far.
    Keep,
    /// Nothing more is read of the part.
    Stop,
}

/// Reads all of a part, at most `most` bytes of it, and counts it off `left`. `look` gets the events that calamine gets.
///
/// # Errors
/// [`Unreadable`] if it is too large, is no XML or its checksum is wrong, and what `look` refuses.
pub fn read(
    part: impl BufRead,
    most: u64,
    left: &mut Left,
    look: &mut dyn FnMut(&Event) -> Result<Next, Unreadable>,
) -> Result<(), Unreadable> {
    let allowed = most.min(left.bytes);
    let mut xml =
        Reader::from_reader(Metered { inner: part, left: allowed, at_once: MOST_AT_ONCE, is_over: false });
    let config = xml.config_mut();
    // As calamine has it.
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    let (mut buffer, mut depth) = (Vec::new(), 0_u32);
    loop {
        buffer.clear();
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(_) if xml.get_ref().is_over => return Err(too_large()),
            Err(_) => return Err(Unreadable::damaged()),
        };
        left.events = left.events.checked_sub(1).ok_or_else(too_large)?;
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            // There is none in workbooks.
            Event::DocType(_) => return Err(Unreadable::damaged()),
            Event::Eof => break,
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Unreadable::damaged());
        }
        match look(&event)? {
            Next::Forget => xml.get_mut().at_once = MOST_AT_ONCE,
            Next::Keep => {}
            Next::Stop => break,
        }
    }
    let mut rest = xml.into_inner();
    // The checksum comes at the end.
    rest.at_once = u64::MAX;
    std::io::copy(&mut rest, &mut std::io::sink())
        .map_err(|_| if rest.is_over { too_large() } else { Unreadable::damaged() })?;
    left.bytes -= allowed - rest.left;
    Ok(())
}

/// The refusal of what is too large when it is unpacked.
pub fn too_large() -> Unreadable {
    Unreadable::new("文件解压后太大，无法读取，请拆成几个文件再上传")
}

/// An attribute as it is written, without entities being resolved: so does calamine read those that matter.
///
/// # Errors
/// [`Unreadable`] if the attributes are malformed or one comes twice: calamine takes now the first, now the last.
pub fn attribute<'a>(element: &'a BytesStart, name: &str) -> Result<Option<&'a str>, Unreadable> {
    attributes(element, [name]).map(|[found]| found)
}

/// Several attributes, in the order of their names.
///
/// # Errors
/// As with [`attribute`].
pub fn attributes<'a, const N: usize>(
    element: &'a BytesStart,
    names: [&str; N],
) -> Result<[Option<&'a str>; N], Unreadable> {
    let mut all = [None; N];
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| Unreadable::damaged())?;
        for (found, _) in all.iter_mut().zip(names).filter(|(_, name)| attribute.key.as_ref() == *name) {
            match attribute.value {
                std::borrow::Cow::Borrowed(value) => *found = Some(value),
                std::borrow::Cow::Owned(_) => return Err(Unreadable::damaged()),
            }
        }
    }
    Ok(all)
}

/// Ends with an error where a part has more than allowed.
struct Metered<R> {
    inner: R,
    left: u64,
    at_once: u64,
    is_over: bool,
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> IoResult<&[u8]> {
        self.is_over = self.left == 0 || self.at_once == 0;
        if self.is_over {
            return Err(Error::other("too large"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let bytes = u64::try_from(amount).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(bytes);
        self.at_once = self.at_once.saturating_sub(bytes);
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> IoResult<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}
