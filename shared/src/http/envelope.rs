//! The envelope of a failure.

use super::reply::Created;
use crate::model::Person;
use crate::time::{Time, as_text};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What is wrong with a parameter.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ParameterError", description = "一个参数的问题")]
pub(super) struct ParamError {
    /// 参数的名字，和请求里的一样
    pub field: Cow<'static, str>,
    /// 它在界面上的名字
    pub label: &'static str,
    /// 给人看的原因
    pub msg: String,
}

/// The envelope of a failure.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Failure", description = "失败时的返回")]
pub(super) struct Envelope<'a> {
    /// 失败总是1
    #[schemars(extend("const" = 1))]
    pub status: u8,
    /// 给人看的原因
    pub msg: &'a str,
    /// 给程序用的原因，不会改变
    pub code: &'a str,
    /// 有问题的参数
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&str")]
    pub field: Option<&'a str>,
    /// 参数不正确时，能一次发现的所有问题；field和msg是第一个
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schemars(with = "Vec<ParamError>", extend("x-additive" = true))]
    pub errors: &'a [ParamError],
    /// 重复时是已有的那条数据，使用中时是使用它的数据的个数，版本不同时是它现在的样子
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FailureData")]
    pub data: Option<&'a FailureData>,
    #[serde(flatten)]
    pub last_change: Option<&'a LastChange>,
    /// 这次请求的编号，反馈问题时请附上
    pub request_id: &'a str,
}

/// What stands in the way of a request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum FailureData {
    /// The record that has what the caller wanted to have.
    #[schemars(description = "已有的那条数据")]
    Holder(Created),
    /// The record that the caller wanted to change, as it is now.
    #[schemars(description = "现在的那条数据，和查询返回的一样")]
    Row(Map<String, Value>),
    /// How many records use what the caller wanted to hide.
    #[schemars(description = "使用它的数据的个数")]
    InUse {
        /// 客户
        customers: u64,
        /// 合同
        contracts: u64,
    },
}

/// Who changed a record before the caller did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct LastChange {
    /// 版本不同时，最后修改它的员工；不知道时是null
    #[schemars(extend("x-additive" = true))]
    pub by: Option<Person>,
    /// 版本不同时，最后修改的时间；不知道时是null
    #[serde(serialize_with = "as_text")]
    #[schemars(extend("x-additive" = true))]
    pub time: Option<Time>,
}
