//! Addresses of files, as records name them.

use super::FileToken;
use crate::bucket::UNRESERVED;
use percent_encoding::utf8_percent_encode;

/// Where files are served, on whichever host.
const PATH: &str = "api/file/";
/// The most bytes of a name in an address, percent-encoded: with it the address fits into every field for one.
const LONGEST: usize = 1024;

/// An address that may be that of a file of ours: another site may have such paths too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLink {
    /// Its host, with a port if it has one.
    pub host: String,
    /// The token in it.
    pub token: FileToken,
}

impl FileLink {
    /// Reads `https://<host>/api/file/<token>/<name>`.
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        let (host, path) = rest.split_once('/').filter(|_| is_http)?;
        let (token, _) = path.strip_prefix(PATH)?.split_once('/')?;
        Some(Self { host: host.to_ascii_lowercase(), token: FileToken::parse(token)? })
    }

    /// The address of a file on `origin`, such as `https://crm.example`. The name in it is for people alone, and may be shorter
    /// than the file's: of what is too long the end is kept, where the kind of file stands.
    pub fn address(origin: &str, token: &FileToken, name: &str) -> String {
        // What delimits parts of an address stays away from it, however often it is decoded on its way.
        let plain = |it: char| if matches!(it, '%' | '#' | '?' | ';' | '/' | '\\') { '_' } else { it };
        let mut letters: Vec<String> = Vec::new();
        let mut length = 0;
        for letter in name.chars().rev().map(plain) {
            let encoded = utf8_percent_encode(letter.encode_utf8(&mut [0; 4]), UNRESERVED).to_string();
            length += encoded.len();
            if length > LONGEST {
                break;
            }
            letters.push(encoded);
        }
        letters.reverse();
        format!("{origin}/{PATH}{token}/{}", letters.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn an_address_of_a_file_is_read_and_nothing_else() {
        let token = FileToken::parse(TOKEN).unwrap();
        for host in ["crm.example", "127.0.0.1:9000"] {
            let address = FileLink::address(&format!("http://{host}"), &token, "合同 1.png");
            assert!(address.ends_with("/%E5%90%88%E5%90%8C%201.png"), "{address}");
            let link = FileLink::parse(&address).unwrap();
            assert_eq!((link.host.as_str(), &link.token), (host, &token));
        }
        assert_eq!(
            FileLink::parse(&format!("HTTPS://CRM.example/api/file/{TOKEN}/")).unwrap().host,
            "crm.example"
        );
        for other in [
            format!("https://crm.example/api/file/{TOKEN}"),
            format!("https://crm.example/api/file/{}/a", TOKEN.to_uppercase()),
            format!("https://crm.example/api/file/{TOKEN}0/a"),
            format!("https://crm.example/x/api/file/{TOKEN}/a"),
            format!("ftp://crm.example/api/file/{TOKEN}/a"),
            format!("/api/file/{TOKEN}/a"),
            "https://crm.example/a.png".to_owned(),
        ] {
            assert_eq!(FileLink::parse(&other), None, "{other}");
        }
    }

    #[test]
    fn an_address_fits_into_every_field_and_keeps_the_end_of_the_name() {
        let token = FileToken::parse(TOKEN).unwrap();
        let address = FileLink::address("https://crm.example", &token, &format!("{}.pdf", "合".repeat(255)));
        assert!(address.len() < 1200 && address.ends_with("%88.pdf"), "{address}");
        let odd = FileLink::address("https://crm.example", &token, "50%#?;.png");
        assert!(odd.ends_with("/50____.png"), "{odd}");
    }
}
