//! Refusals and failures, as callers are told of them.

use super::envelope::{Envelope, FailureData, LastChange, ParamError};
use super::reference::label_of;
use super::reply::{Created, NO_STORE, PageTooLarge};
use super::{App, wording};
use crate::Error;
use crate::model::{MissingReference, PasswordFault, Person};
use crate::time::Time;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// A reason why a request may be refused, or fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// What programs know it by.
    pub code: &'static str,
    /// What people are told, unless there is more to say.
    pub message: &'static str,
}

macro_rules! refusals {
    ($($name:ident $status:ident $code:literal $message:literal;)*) => {
        $(pub(super) const $name: Refusal =
            Refusal { status: StatusCode::$status, code: $code, message: $message };)*
    };
}

refusals! {
    MALFORMED_BODY BAD_REQUEST "malformed_body" "请求内容不是有效的JSON对象";
    INVALID_PARAMETER BAD_REQUEST "invalid_parameter" "参数不正确";
    SESSION_REQUIRED UNAUTHORIZED "session_required" "请先登录";
    LOGIN_FAILED UNAUTHORIZED "login_failed" "手机号或密码错误";
    FORBIDDEN FORBIDDEN "forbidden" "没有权限";
    NOT_INVOLVED FORBIDDEN "not_involved" "与这条记录无关，不能改动";
    CROSS_SITE FORBIDDEN "cross_site" "请求来自其他网站";
    PATH_NOT_FOUND NOT_FOUND "path_not_found" "接口不存在";
    NOT_FOUND NOT_FOUND "not_found" "记录不存在";
    METHOD_NOT_ALLOWED METHOD_NOT_ALLOWED "method_not_allowed" "请求方法不支持";
    DUPLICATE CONFLICT "duplicate" "与已有的数据重复";
    IN_USE CONFLICT "in_use" "还有客户或合同属于这个单位";
    VERSION_OUT_OF_DATE CONFLICT "version_out_of_date" "数据已被其他人修改，请刷新后重试";
    IDEMPOTENCY_KEY_REUSED CONFLICT "idempotency_key_reused" "Idempotency-Key已用于另一个请求";
    LIMIT CONFLICT "limit" "负责人的客户数已达到上限";
    NOT_DELETED CONFLICT "not_deleted" "没有被删除，不需要恢复";
    LAST_OF_AREA CONFLICT "last_of_area" "这是限定这个接口范围的最后一个菜单，之后所有员工都能用这些接口；确定要这样，请再确认一次";
    BODY_TOO_LARGE PAYLOAD_TOO_LARGE "body_too_large" "请求内容超过256KB";
    UNSUPPORTED_MEDIA_TYPE UNSUPPORTED_MEDIA_TYPE "unsupported_media_type"
        "请求内容的类型必须是application/json或application/x-www-form-urlencoded";
    LOGIN_LOCKED TOO_MANY_REQUESTS "login_locked" "登录失败次数过多，请稍后再试";
    INTERNAL INTERNAL_SERVER_ERROR "internal" "系统错误";
    BUSY SERVICE_UNAVAILABLE "busy" "系统繁忙，请稍后重试";
}

/// Those that pass by themselves: the answer has `Retry-After`.
pub(super) const RETRIED: [Refusal; 2] = [LOGIN_LOCKED, BUSY];

/// A refused or failed request: what the caller is told, and for the log what caused it.
#[derive(Debug, Clone)]
pub struct Failure {
    refusal: &'static Refusal,
    message: String,
    field: Option<Cow<'static, str>>,
    /// Few failures have any: it is apart, because every result of a handler has room for a failure.
    details: Box<Details>,
    retry_after: Option<u32>,
    allow: Option<&'static str>,
    /// Whether a record that was read has changed before the write.
    is_stale: bool,
    cause: String,
}

/// Seconds after which a caller may try again when the table is busy.
const BUSY_RETRY_AFTER: u32 = 1;

/// What only some failures have.
#[derive(Debug, Clone, Default)]
struct Details {
    /// What is wrong with parameters; the first is what the message and the field of the failure say.
    errors: Vec<ParamError>,
    data: Option<FailureData>,
    last_change: Option<LastChange>,
}

impl Details {
    fn data(data: FailureData) -> Box<Self> {
        Self { data: Some(data), ..Self::default() }.into()
    }
}

impl Failure {
    /// A failure for this reason, of which no more is known.
    pub(super) fn new(refusal: &'static Refusal) -> Self {
        Self {
            refusal,
            message: refusal.message.to_owned(),
            field: None,
            details: Box::default(),
            retry_after: None,
            allow: None,
            is_stale: false,
            cause: refusal.code.to_owned(),
        }
    }

    fn saying(refusal: &'static Refusal, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::new(refusal) }
    }

    /// A parameter is missing or malformed, or refers to a record that does not exist: `field` names it, `message` says in
    /// Chinese what is wrong with it.
    pub fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let (field, message) = (field.into(), message.into());
        let cause = format!("invalid {field}: {message}");
        let error = ParamError { label: label_of(&field), field: field.clone(), msg: message.clone() };
        let details = Details { errors: vec![error], ..Details::default() }.into();
        Self { field: Some(field), details, cause, ..Self::saying(&INVALID_PARAMETER, message) }
    }

    /// What is wrong with parameters: the parameter, and what people are told.
    pub fn faults(&self) -> impl Iterator<Item = (String, String)> {
        self.details.errors.iter().map(|error| (error.field.to_string(), error.msg.clone()))
    }

    /// What people are told.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether parameters are at fault.
    pub(super) fn is_invalid(&self) -> bool {
        !self.details.errors.is_empty()
    }

    /// The same with what else is wrong with parameters: of each parameter what was found first.
    pub(super) fn and(mut self, others: impl IntoIterator<Item = Self>) -> Self {
        for error in others.into_iter().flat_map(|other| other.details.errors) {
            if self.details.errors.iter().all(|known| known.field != error.field) {
                self.details.errors.push(error);
            }
        }
        self
    }

    /// The same with parameters as the caller knows them: `label` is the word for one, `sent_as` the other name under which it
    /// was sent.
    pub(super) fn in_words_of(
        mut self,
        label: impl Fn(&str) -> &'static str,
        sent_as: impl Fn(&str) -> Option<&'static str>,
    ) -> Self {
        for error in &mut self.details.errors {
            error.label = label(&error.field);
            error.field = sent_as(&error.field).map_or_else(|| error.field.clone(), Cow::Borrowed);
        }
        let sent = self.field.as_deref().and_then(sent_as);
        Self { field: sent.map(Cow::Borrowed).or(self.field), ..self }
    }

    /// The password that `field` sets is not good enough.
    pub fn weak_password(field: &'static str, fault: PasswordFault) -> Self {
        Self::invalid(field, wording::weak_password(fault))
    }

    /// Somebody else has changed the record since the caller read it: `row` is it now, `by` and `time` who did and when, where
    /// that is known.
    pub(super) fn out_of_date(row: impl Serialize, by: Option<Person>, time: Option<Time>) -> Self {
        let row = match json!(row) {
            Value::Object(row) => row,
            _ => Map::new(),
        };
        Self {
            field: Some("version".into()),
            details: Details {
                data: Some(FailureData::Row(row)),
                last_change: Some(LastChange { by, time }),
                ..Details::default()
            }
            .into(),
            ..Self::new(&VERSION_OUT_OF_DATE)
        }
    }

    /// The employee may not do this; `message` says so in Chinese.
    pub fn forbidden(message: &'static str) -> Self {
        Self { cause: format!("forbidden: {message}"), ..Self::saying(&FORBIDDEN, message) }
    }

    /// Unknown phone number, wrong password or disabled employee: the caller must not learn which.
    pub fn login_failed() -> Self {
        Self { cause: "sign-in failed".to_owned(), ..Self::new(&LOGIN_FAILED) }
    }

    /// No session, or one that has ended.
    pub(super) fn session_required() -> Self {
        Self { cause: "no live session".to_owned(), ..Self::new(&SESSION_REQUIRED) }
    }

    /// A page of another site wants something written in the name of whoever looks at it.
    pub(super) fn cross_site() -> Self {
        Self::new(&CROSS_SITE)
    }

    /// The same idempotency key came with another request.
    pub(super) fn idempotency_key_reused() -> Self {
        Self { cause: "idempotency key reused".to_owned(), ..Self::new(&IDEMPOTENCY_KEY_REUSED) }
    }

    /// There is no such file, or it was never uploaded.
    pub fn no_such_file() -> Self {
        Self::saying(&NOT_FOUND, "文件不存在")
    }

    /// The path is nobody's.
    pub fn no_such_path() -> Self {
        Self::new(&PATH_NOT_FOUND)
    }

    /// The path has no such method; `allow` are those it has, as in the header.
    pub fn no_such_method(allow: Option<&'static str>) -> Self {
        Self { allow, ..Self::new(&METHOD_NOT_ALLOWED) }
    }

    /// The body is above the limit.
    pub(super) fn body_too_large() -> Self {
        Self::new(&BODY_TOO_LARGE)
    }

    /// The body is neither JSON nor a form.
    pub(super) fn unsupported_media_type() -> Self {
        Self::new(&UNSUPPORTED_MEDIA_TYPE)
    }

    /// The body is no JSON object. The cause says where and not what: serde quotes the body, which may have a password in
    /// it.
    pub(super) fn malformed_body(error: &serde_json::Error) -> Self {
        let (kind, line, column) = (error.classify(), error.line(), error.column());
        let cause = format!("malformed body: {kind:?} at line {line} column {column}");
        Self { cause, ..Self::new(&MALFORMED_BODY) }
    }

    /// Whether the table stays busy, or somebody else is in the way: it may be tried again.
    pub fn is_busy(&self) -> bool {
        self.refusal == &BUSY
    }

    /// The record that has a unique value already, by id.
    pub fn holder(&self) -> Option<u32> {
        match &self.details.data {
            Some(FailureData::Holder(Created { id })) => Some(*id),
            _ => None,
        }
    }

    /// Whether a record that was read has changed before the write: the request may be tried again.
    pub fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// The parameter at fault, if one is.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What caused it, for the log.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// Whether operators should look at it.
    pub fn is_ours(&self) -> bool {
        self.refusal.status.is_server_error()
    }

    /// The reason.
    pub(super) fn refusal(&self) -> &'static Refusal {
        self.refusal
    }

    /// What the caller is told.
    pub(super) fn envelope(&self, request_id: &str) -> Value {
        json!(Envelope {
            status: 1,
            msg: &self.message,
            code: self.refusal.code,
            field: self.field.as_deref(),
            errors: &self.details.errors,
            data: self.details.data.as_ref(),
            last_change: self.details.last_change.as_ref(),
            request_id,
        })
    }

    /// The answer, in the envelope.
    pub fn into_response(self, app: &App, request_id: &str) -> Response {
        let body = self.envelope(request_id);
        let status = if app.failures_are_ok { StatusCode::OK } else { self.refusal.status };
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in NO_STORE {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        let is_unknown = self.refusal.status == StatusCode::UNAUTHORIZED;
        headers.extend(is_unknown.then(|| (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))));
        headers.extend(self.retry_after.map(|seconds| (RETRY_AFTER, HeaderValue::from(seconds))));
        headers.extend(self.allow.map(|allow| (ALLOW, HeaderValue::from_static(allow))));
        response
    }
}

impl From<PageTooLarge> for Failure {
    fn from(_: PageTooLarge) -> Self {
        Self::invalid("count", "这一页超过6MB，请减小每页个数")
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let cause = error.to_string();
        let failure = match error {
            Error::SignInLocked { seconds } => {
                Self { retry_after: Some(seconds), ..Self::new(&LOGIN_LOCKED) }
            }
            Error::NotFound(kind) => Self::saying(&NOT_FOUND, wording::not_found(kind)),
            Error::NotInvolved(involved) => Self::saying(&NOT_INVOLVED, wording::not_involved(&involved)),
            Error::NotDeleted(_) => Self::new(&NOT_DELETED),
            Error::MissingReferences(first, others) => {
                let invalid = |reference: MissingReference| {
                    let (field, message) = wording::missing(&reference);
                    Self::invalid(field, message)
                };
                invalid(first).and(others.into_iter().map(invalid))
            }
            Error::Taken { unique, id } => {
                let (field, message) = wording::taken(unique);
                let details = Details::data(FailureData::Holder(Created { id }));
                Self { field: Some(field.into()), details, ..Self::saying(&DUPLICATE, message) }
            }
            Error::InUse { customers, contracts } => {
                let message = format!("还有{customers}个客户和{contracts}个合同属于这个单位");
                let details = Details::data(FailureData::InUse { customers, contracts });
                Self { field: Some("status".into()), details, ..Self::saying(&IN_USE, message) }
            }
            Error::SharedByTooMany { unique, id } => {
                let (field, message) = wording::shared_by_too_many(unique);
                let details = Details::data(FailureData::Holder(Created { id }));
                Self { field: Some(field.into()), details, ..Self::saying(&DUPLICATE, message) }
            }
            Error::TooManyOwned { limit } => {
                let message = format!("负责人已有{limit}个客户，达到上限");
                Self { field: Some("owner_id".into()), ..Self::saying(&LIMIT, message) }
            }
            Error::OwnRights { is_disabled } => {
                let (field, message) = wording::own_rights(is_disabled);
                Self::invalid(field, message)
            }
            Error::LastOfArea => Self::new(&LAST_OF_AREA),
            Error::Stale => Self { is_stale: true, retry_after: Some(BUSY_RETRY_AFTER), ..Self::new(&BUSY) },
            Error::Busy(_) => Self { retry_after: Some(BUSY_RETRY_AFTER), ..Self::new(&BUSY) },
            Error::Internal(_) => Self::new(&INTERNAL),
        };
        Self { cause, ..failure }
    }
}
