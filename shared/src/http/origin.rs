//! Under which address the API was called.

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// Scheme and host, with a port if it has one of its own: `https://crm.example`. The gateway says that it was HTTPS; without one,
/// as in local runs, it was not.
pub fn origin(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = text("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
    format!("{scheme}://{}", text(HOST.as_str()).unwrap_or("localhost").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn the_scheme_is_what_the_gateway_says() {
        for (headers, expected) in [
            (vec![("host", "CRM.example"), ("x-forwarded-proto", "https")], "https://crm.example"),
            (vec![("host", "192.168.1.5:9000")], "http://192.168.1.5:9000"),
            (vec![("host", "192.168.1.5:9000"), ("x-forwarded-proto", "http")], "http://192.168.1.5:9000"),
            (vec![("host", "crm.example"), ("x-forwarded-proto", "javascript")], "http://crm.example"),
            (vec![], "http://localhost"),
        ] {
            let name = |name: &str| name.parse::<HeaderName>().unwrap();
            let headers =
                headers.into_iter().map(|(key, value)| (name(key), HeaderValue::from_static(value)));
            assert_eq!(origin(&headers.collect()), expected);
        }
    }
}
