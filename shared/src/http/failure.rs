//! How an [`Error`] is told to the caller.

use super::App;
use crate::Error;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refused or failed request: what the caller is told, and for the log what caused it.
#[derive(Debug, Clone)]
pub struct Failure {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<&'static str>,
    /// The record that has what the caller wanted to have.
    holder: Option<u32>,
    retry_after: Option<u32>,
    allow: Option<&'static str>,
    cause: String,
}

/// Seconds after which a caller may try again when the table is busy.
const BUSY_RETRY_AFTER: u32 = 1;

impl Failure {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
            holder: None,
            retry_after: None,
            allow: None,
            cause: code.to_owned(),
        }
    }

    /// The path is nobody's.
    pub fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "path_not_found", "接口不存在")
    }

    /// The path has no such method; `allow` are those it has, as in the header.
    pub fn no_such_method(allow: Option<&'static str>) -> Self {
        let failure = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "请求方法不支持");
        Self { allow, ..failure }
    }

    /// The body is above the limit.
    pub(super) fn body_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "请求内容超过256KB")
    }

    /// The body is neither JSON nor a form.
    pub(super) fn unsupported_media_type() -> Self {
        let message = "请求内容的类型必须是application/json或application/x-www-form-urlencoded";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
    }

    /// The body is not what its type says.
    pub(super) fn malformed_body(cause: impl std::fmt::Display) -> Self {
        let message = "请求内容不是有效的JSON对象";
        Self { cause: cause.to_string(), ..Self::new(StatusCode::BAD_REQUEST, "malformed_body", message) }
    }

    /// What caused it, for the log.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// Whether operators should look at it.
    pub fn is_ours(&self) -> bool {
        self.status.is_server_error()
    }

    /// The answer, in the envelope.
    pub fn into_response(self, app: &App, request_id: &str) -> Response {
        let mut body =
            json!({ "status": 1, "msg": self.message, "code": self.code, "request_id": request_id });
        if let Some(envelope) = body.as_object_mut() {
            envelope.extend(self.field.map(|field| ("field".to_owned(), field.into())));
            envelope.extend(self.holder.map(|id| ("data".to_owned(), json!({ "id": id }))));
        }
        let status = if app.failures_are_ok { StatusCode::OK } else { self.status };
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(self.retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds))));
        headers.extend(self.allow.map(|allow| (ALLOW, HeaderValue::from_static(allow))));
        response
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let cause = error.to_string();
        let failure = match error {
            Error::Invalid { field, message } => Self {
                field: Some(field),
                ..Self::new(StatusCode::BAD_REQUEST, "invalid_parameter", message)
            },
            Error::SignInRequired => Self::new(StatusCode::UNAUTHORIZED, "session_required", "请先登录"),
            Error::SignInFailed => Self::new(StatusCode::UNAUTHORIZED, "login_failed", "手机号或密码错误"),
            Error::SignInLocked { seconds } => Self {
                retry_after: Some(seconds),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "login_locked", "登录失败次数过多，请稍后再试")
            },
            Error::Forbidden(message) => Self::new(StatusCode::FORBIDDEN, "forbidden", message),
            Error::NotFound(message) => Self::new(StatusCode::NOT_FOUND, "not_found", message),
            Error::Duplicate { field, message, id } => Self {
                field: Some(field),
                holder: Some(id),
                ..Self::new(StatusCode::CONFLICT, "duplicate", message)
            },
            Error::VersionOutOfDate => Self {
                field: Some("version"),
                ..Self::new(StatusCode::CONFLICT, "version_out_of_date", "数据已被其他人修改，请刷新后重试")
            },
            Error::IdempotencyKeyReused => {
                let message = "Idempotency-Key已用于另一个请求";
                Self::new(StatusCode::CONFLICT, "idempotency_key_reused", message)
            }
            Error::Stale | Error::Busy(_) => Self {
                retry_after: Some(BUSY_RETRY_AFTER),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "系统繁忙，请稍后重试")
            },
            Error::Internal(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "系统错误"),
        };
        Self { cause, ..failure }
    }
}
