//! Where a request comes from.

use axum::http::Extensions;
use lambda_http::request::RequestContext;
use std::net::{IpAddr, Ipv6Addr};

/// What stands for the address of a request that came through no gateway.
const NOWHERE: &str = "local";
/// The bits of an IPv6 address that tell one network from another: the others are the caller's to choose.
const NETWORK: u128 = !0 << 64;

/// The address that the gateway has seen; of IPv6 the network. Headers do not count: the caller writes them.
pub fn source(extensions: &Extensions) -> String {
    let address = match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.as_deref(),
        _ => None,
    };
    match address.and_then(|address| address.parse::<IpAddr>().ok()).map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
        None => NOWHERE.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;

    #[test]
    fn an_ipv6_address_counts_by_its_network_and_an_ipv4_address_however_it_is_written() {
        for (seen, counted) in [
            (Some("203.0.113.7"), "203.0.113.7"),
            (Some("::ffff:203.0.113.7"), "203.0.113.7"),
            (Some("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
            (Some("2001:db8:1:2:ffff::"), "2001:db8:1:2::/64"),
            (Some("2001:db8:1:3::1"), "2001:db8:1:3::/64"),
            (Some("somewhere"), NOWHERE),
            (None, NOWHERE),
        ] {
            let mut context = ApiGatewayV2httpRequestContext::default();
            context.http.source_ip = seen.map(str::to_owned);
            let mut extensions = Extensions::new();
            extensions.insert(RequestContext::ApiGatewayV2(context));
            assert_eq!(source(&extensions), counted);
        }
        assert_eq!(source(&Extensions::new()), NOWHERE);
    }
}
