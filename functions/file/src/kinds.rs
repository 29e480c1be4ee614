//! Which files may be uploaded, and which of them a browser shows in place.

/// The types that may be uploaded. None of them is a page or a script; but nothing hinders anybody from calling one something
/// else, so that whatever [`shown_as`] does not know is only ever saved.
const ALLOWED: [&str; 23] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/heic",
    "image/heif",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "text/plain",
    "text/csv",
    "application/zip",
    "application/x-zip-compressed",
    "audio/mpeg",
    "audio/mp4",
    "audio/x-m4a",
    "audio/amr",
    "video/mp4",
    "video/quicktime",
];

/// How many bytes [`shown_as`] looks at.
pub const START: usize = 16;

/// A type that may be uploaded, in lower case and without parameters such as an encoding; says in Chinese what may be.
pub fn allowed(content_type: &str) -> Result<&'static str, String> {
    let plain = content_type.split(';').next().unwrap_or_default().trim();
    let found = ALLOWED.into_iter().find(|allowed| plain.eq_ignore_ascii_case(allowed));
    found.ok_or_else(|| "不能上传这种文件；可以上传图片、PDF、Office文档、文本、zip、音频和视频".to_owned())
}

/// As what a browser may show a file in place that begins with these bytes, whatever it was said to be: none of these types can run
/// anything.
pub fn shown_as(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some("application/pdf"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_allowed_however_it_is_written() {
        assert_eq!(allowed("image/png").as_deref(), Ok("image/png"));
        assert_eq!(allowed(" Text/CSV; charset=gbk").as_deref(), Ok("text/csv"));
        for other in ["image/svg+xml", "text/html", "application/javascript", "application/xml", "", "png"] {
            assert!(allowed(other).is_err(), "{other}");
        }
    }

    #[test]
    fn only_five_types_are_shown_and_by_their_bytes_alone() {
        for (start, kind) in [
            (b"\x89PNG\r\n\x1a\n0000".as_slice(), Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"GIF89a", Some("image/gif")),
            (b"GIF87a", Some("image/gif")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
            (b"%PDF-1.7", Some("application/pdf")),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (b"<svg xmlns=", None),
            (b"<!doctype html>", None),
            (b" %PDF-1.7", None),
            (b"\x89PN", None),
            (b"", None),
        ] {
            assert_eq!(shown_as(start), kind, "{start:?}");
        }
    }
}
