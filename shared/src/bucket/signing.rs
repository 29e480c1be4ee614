//! Signatures: URLs of calls, and what is needed for those of forms.

use crate::time::Clock;
use crate::{Error, Result};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What stands for itself wherever it is in a URL (RFC 3986, 2.3).
pub const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same in the path of a key.
const IN_PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// A bucket's place, and whoever signs calls of it.
pub struct Signer {
    pub name: String,
    /// Its URL, to which keys are added.
    pub base: String,
    pub region: String,
    pub credentials: Credentials,
    pub clock: Clock,
}

impl Signer {
    /// The moment at which something is signed.
    pub fn now(&self) -> SystemTime {
        let since = u64::try_from(self.clock.epoch()).unwrap_or_default();
        UNIX_EPOCH + Duration::from_secs(since)
    }

    /// A URL for one kind of call of an object, which counts for so many seconds.
    ///
    /// # Errors
    /// [`Error::Internal`] if what the bucket is called makes no URL.
    pub fn url(&self, method: &str, key: &str, query: &[(&str, &str)], seconds: u32) -> Result<String> {
        let address = self.address(key, query);
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(seconds.into()));
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(self.now())
            .settings(settings)
            .build()
            .map_err(Error::internal)?
            .into();
        let signable =
            SignableRequest::new(method, address.as_str(), std::iter::empty(), SignableBody::UnsignedPayload);
        let signed = sign(signable.map_err(Error::internal)?, &params).map_err(Error::internal)?;
        let (instructions, _) = signed.into_parts();
        let mut url = address;
        for (name, value) in instructions.params() {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={}", utf8_percent_encode(value, UNRESERVED)));
        }
        Ok(url)
    }

    fn address(&self, key: &str, query: &[(&str, &str)]) -> String {
        let mut address = format!("{}{}", self.base, utf8_percent_encode(key, IN_PATH));
        for (name, value) in query {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(&format!("{name}={}", utf8_percent_encode(value, UNRESERVED)));
        }
        address
    }
}
