//! Where a request carries its session token.

use crate::model::Token;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};

/// A token, and whether it came in a cookie: a browser sends those by itself, whichever page makes the request.
pub(super) struct Credentials {
    pub token: Token,
    pub in_cookie: bool,
}

/// The first token in `Authorization: Bearer`, the headers `session` and `sid`, or the cookies of those names.
pub(super) fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies: Vec<_> =
        cookies.flat_map(|line| line.split(';')).filter_map(|c| c.trim().split_once('=')).collect();
    let cookie = |wanted: &str| cookies.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let first = |places: &[Option<&str>]| {
        places.iter().flatten().find_map(|text| Token::parse(text.trim_matches('"')))
    };
    match first(&[bearer, header("session"), header("sid")]) {
        Some(token) => Some(Credentials { token, in_cookie: false }),
        None => Some(Credentials { token: first(&[cookie("session"), cookie("sid")])?, in_cookie: true }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    const TOKEN: &str = "0000000a0123456789abcdef0123456789abcdef0123456789abcdef01234567";

    fn found(name: &str, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        let found = credentials(&headers);
        assert!(found.as_ref().is_none_or(|found| found.in_cookie == (name == "cookie")));
        found.is_some_and(|found| found.token.secret() == TOKEN)
    }

    #[test]
    fn a_token_is_found_in_every_place_it_may_stand_and_in_no_other() {
        assert!(found("authorization", &format!("Bearer {TOKEN}")));
        assert!(found("authorization", &format!("bearer {TOKEN}")));
        assert!(found("session", TOKEN) && found("sid", TOKEN));
        assert!(found("cookie", &format!("a=b; session={TOKEN}")));
        assert!(found("cookie", &format!("sid=\"{TOKEN}\"; x=\"y\"")));
        assert!(!found("authorization", &format!("Basic {TOKEN}")));
        assert!(!found("cookie", &format!("xsid={TOKEN}")));
        assert!(!found("token", TOKEN));
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_reader(value in "[ -~]*") {
            for name in ["authorization", "session", "cookie"] {
                found(name, &value);
            }
        }
    }
}
