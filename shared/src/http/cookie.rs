//! The cookie in which browsers keep a session, for pages of the API's own origin and for no others.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};

/// What an answer does to the cookie.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SessionCookie {
    /// Sets it.
    Set {
        /// The token of the session.
        token: String,
        /// In how many seconds the browser forgets it.
        seconds: i64,
    },
    /// Lets the browser forget it.
    Cleared,
}

impl SessionCookie {
    /// The header `Set-Cookie` of the answer to a request with these headers, unless a page of another site made it: nobody
    /// is signed in or out by a page that they only look at.
    pub fn header(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let (token, seconds) = match self {
            Self::Set { token, seconds } => (token.as_str(), *seconds),
            Self::Cleared => ("", 0),
        };
        let secure = if is_local(request) { "" } else { "; Secure" };
        let cookie =
            format!("session={token}; HttpOnly; SameSite=Strict; Path=/api; Max-Age={seconds}{secure}");
        // It has a token in it, which belongs in no log.
        let mut header = HeaderValue::try_from(cookie).ok().filter(|_| !is_cross_site(request))?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// Whether a page of another site made the request. Browsers say so in `Sec-Fetch-Site`, older ones only name the page's
/// origin; what is no browser sends neither.
pub(super) fn is_cross_site(request: &HeaderMap) -> bool {
    let mut sites = request.get_all("sec-fetch-site").iter().peekable();
    if sites.peek().is_some() {
        return !sites.all(|site| site == "same-origin" || site == "none");
    }
    request.get(ORIGIN).is_some_and(|origin| !is_own(origin, request))
}

/// Whether an origin is the host that the request was sent to.
fn is_own(origin: &HeaderValue, request: &HeaderMap) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let (Some((scheme, page)), Some(host)) = (origin, host(request)) else { return false };
    // Browsers leave out the port that the scheme has anyway.
    let port = if scheme == "http" { ":80" } else { ":443" };
    let [page, host] = [page, host].map(|host| host.strip_suffix(port).unwrap_or(host));
    page.eq_ignore_ascii_case(host)
}

/// Whether the request came over plain HTTP to this machine, as in local runs, where browsers may refuse secure cookies. The
/// gateway has only HTTPS, and says so.
fn is_local(request: &HeaderMap) -> bool {
    let host = host(request).unwrap_or_default();
    let port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, after)| port(after)).map_or(host, |(name, _)| name);
    let is_plain = request.get("x-forwarded-proto").is_none_or(|scheme| scheme == "http");
    is_plain && ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| name.eq_ignore_ascii_case(local))
}

fn host(request: &HeaderMap) -> Option<&str> {
    request.get(HOST).and_then(|host| host.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn headers(headers: &[(&str, &str)]) -> HeaderMap {
        let name = |name: &str| name.parse::<HeaderName>().unwrap();
        headers.iter().map(|(key, value)| (name(key), HeaderValue::from_str(value).unwrap())).collect()
    }

    #[test]
    fn an_origin_is_ones_own_if_its_host_is_that_of_the_request() {
        for (origin, host, is_own) in [
            ("https://crm.example", "crm.example", true),
            ("https://CRM.example", "crm.example:443", true),
            ("http://crm.example:80", "crm.example", true),
            ("http://localhost:9000", "localhost:9000", true),
            ("http://[::1]:9000", "[::1]:9000", true),
            ("http://localhost:9001", "localhost:9000", false),
            ("https://crm.example:80", "crm.example", false),
            ("https://crm.example.org", "crm.example", false),
            ("https://x.crm.example", "crm.example", false),
            ("https://crm.example/", "crm.example", false),
            ("crm.example", "crm.example", false),
            ("null", "null", false),
            ("", "", false),
        ] {
            let request = headers(&[("origin", origin), ("host", host)]);
            assert_eq!(is_cross_site(&request), !is_own, "{origin} {host}");
        }
        assert!(is_cross_site(&headers(&[("origin", "https://crm.example")])));
    }

    #[test]
    fn what_the_browser_says_counts_before_the_origin() {
        let is = |site| is_cross_site(&headers(&[("sec-fetch-site", site), ("origin", "https://else")]));
        assert!(!is("same-origin") && !is("none"));
        assert!(is("same-site") && is("cross-site") && is("") && is("same-origin, cross-site") && is("?"));
        let mut two = headers(&[("sec-fetch-site", "same-origin")]);
        two.append("sec-fetch-site", HeaderValue::from_static("cross-site"));
        assert!(is_cross_site(&two) && !is_cross_site(&HeaderMap::new()));
    }

    #[test]
    fn the_cookie_is_secure_but_for_http_on_this_machine() {
        let is_secure = |of: &[(&str, &str)]| {
            let cookie = SessionCookie::Cleared.header(&headers(of)).unwrap();
            cookie.to_str().unwrap().ends_with("; Secure")
        };
        for host in ["localhost", "localhost:9000", "LOCALHOST:9000", "127.0.0.1:9000", "[::1]:9000", "[::1]"]
        {
            assert!(!is_secure(&[("host", host)]), "{host}");
            assert!(!is_secure(&[("host", host), ("x-forwarded-proto", "http")]), "{host}");
            assert!(is_secure(&[("host", host), ("x-forwarded-proto", "https")]), "{host}");
        }
        for host in ["crm.example", "localhost.crm.example", "127.0.0.1.example", "192.168.1.5:9000", ""] {
            assert!(is_secure(&[("host", host)]), "{host}");
        }
        assert!(is_secure(&[]));
    }
}
