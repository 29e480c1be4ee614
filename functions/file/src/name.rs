//! Names of files, as people see them.

/// The most characters of a name.
const MOST: usize = 255;

/// The name of a file without its path, and without characters that nobody sees or that turn a text around: a name must not seem to
/// end otherwise than it does. Says in Chinese what is wrong if nothing is left, or more than [`MOST`] characters are.
pub fn plain(name: &str) -> Result<String, String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last.chars().filter(|it| !it.is_control() && !is_direction(*it)).collect();
    let seen = seen.trim();
    let is_folder = seen.chars().all(|it| it == '.');
    let fits = !is_folder && seen.chars().count() <= MOST;
    if fits { Ok(seen.to_owned()) } else { Err(format!("文件名必须是1到{MOST}个字符")) }
}

/// Marks of the direction of a text, and characters without width.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_path_and_nothing_unseen() {
        for (sent, name) in [
            ("合同.pdf", Some("合同.pdf")),
            ("C:\\Users\\我\\a b.png", Some("a b.png")),
            ("../../etc/passwd", Some("passwd")),
            (" a\r\n.png\u{0} ", Some("a.png")),
            ("a\u{202e}gnp.exe", Some("agnp.exe")),
            (".gitignore", Some(".gitignore")),
            ("a/", None),
            ("..", None),
            (".", None),
            ("\u{200b}", None),
            ("", None),
        ] {
            assert_eq!(plain(sent).ok().as_deref(), name, "{sent:?}");
        }
        assert!(plain(&"合".repeat(255)).is_ok());
        assert!(plain(&"合".repeat(256)).is_err());
    }
}
