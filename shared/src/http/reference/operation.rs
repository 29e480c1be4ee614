//! One operation of the reference.

use super::param::{id, int, time};
use super::{Act, Param, Rule};
use crate::Error;
use crate::http::limits::COUNT;
use crate::http::{Created, Failure, PageInfo};
use crate::store::Unique;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// An operation, as its handler knows it.
pub struct Operation {
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    /// The parameters in the query, or in the body.
    pub params: Vec<Param>,
    /// Whether the parameters of a POST may stand in the query as well.
    pub in_either: bool,
    pub(super) is_additive: bool,
    /// What it does: mostly one thing.
    pub acts: Vec<Act>,
    pub(super) answer: AnswerShape,
    pub(super) may_lock: bool,
    pub(super) cookie: Option<&'static str>,
    /// What it may be refused with, beside what every operation like it may be.
    pub(super) refusals: Vec<Failure>,
}

/// The shape of an operation's answer.
pub(super) enum AnswerShape {
    /// The envelope, with these properties beside `status`.
    Envelope(Box<dyn Properties>),
    /// A document of this media type, with this description.
    Document(&'static str, &'static str),
}

/// Makes the properties of an envelope.
pub(super) trait Properties: Fn(&mut SchemaGenerator) -> Vec<Property> + Send + Sync {}

impl<F: Fn(&mut SchemaGenerator) -> Vec<Property> + Send + Sync> Properties for F {}

/// A property of an envelope.
pub(super) struct Property {
    pub name: &'static str,
    pub schema: Value,
    pub is_required: bool,
}

impl Property {
    fn new(name: &'static str, schema: Value) -> Self {
        Self { name, schema, is_required: true }
    }

    fn of<T: JsonSchema>(name: &'static str, generator: &mut SchemaGenerator) -> Self {
        Self::new(name, generator.subschema_for::<T>().into())
    }
}

impl Operation {
    fn new(summary: &'static str, answer: impl Properties + 'static) -> Self {
        Self {
            summary,
            description: "",
            params: Vec::new(),
            in_either: false,
            is_additive: false,
            acts: vec![Act::creates("Request", Rule::Present(Vec::new()))],
            answer: AnswerShape::Envelope(Box::new(answer)),
            may_lock: false,
            cookie: None,
            refusals: Vec::new(),
        }
    }

    /// It answers [`Reply::list`](crate::http::Reply::list) of `T`, and reads a page.
    pub fn rows<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, |generator| {
            vec![Property::of::<Vec<T>>("data", generator), Property::of::<PageInfo>("page_info", generator)]
        })
        .params(paging())
    }

    /// It answers [`Reply::data`](crate::http::Reply::data) with a `T`.
    pub fn data<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, |generator| vec![Property::of::<T>("data", generator)])
    }

    /// It answers [`Reply::data`](crate::http::Reply::data) with an array of the `T`s of a page and its
    /// [`PageInfo`], and reads a page.
    pub fn nested<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, |generator| {
            let (rows, info) = (generator.subschema_for::<Vec<T>>(), generator.subschema_for::<PageInfo>());
            // There are no more items; that they would be something keeps the page from calling them `any`.
            let data = json!({
                "type": "array", "prefixItems": [rows, info], "items": info, "minItems": 2, "maxItems": 2,
            });
            vec![Property::new("data", data)]
        })
        .params(paging())
    }

    /// It answers [`Reply::done`](crate::http::Reply::done) with `message`.
    pub fn done(summary: &'static str, message: &'static str) -> Self {
        Self::new(summary, move |_| vec![message_property(message)])
    }

    /// As [`Operation::done`], always with a `T`.
    pub fn done_with<T: JsonSchema>(summary: &'static str, message: &'static str) -> Self {
        Self::new(summary, move |generator| {
            vec![message_property(message), Property::of::<T>("data", generator)]
        })
    }

    /// It creates without the id `edits`, with which it edits: as [`Operation::done`], with [`Created`] of a new
    /// record.
    pub fn writes(summary: &'static str, message: &'static str, edits: Param) -> Self {
        let id = edits.name;
        let operation = Self::new(summary, move |generator| {
            let data = Property { is_required: false, ..Property::of::<Created>("data", generator) };
            vec![message_property(message), data]
        });
        operation
            .params([edits.edit_only(), version()])
            .acts([Act::creates("Create", Rule::Kept), Act::edits("Edit", Rule::Present(vec![id]))])
    }

    /// It edits the record with the id `edits`: as [`Operation::done`].
    pub fn edits(summary: &'static str, message: &'static str, edits: Param) -> Self {
        let act = Act::edits("Edit", Rule::Present(vec![edits.name]));
        Self::done(summary, message).params([edits.required(), version()]).acts([act])
    }

    /// It deletes the record whose id is the parameter `name`, in the body or in the query.
    pub fn deletes(summary: &'static str, name: &'static str, description: &'static str) -> Self {
        let operation = Self::edits(summary, "删除成功", id(name, description));
        let about = "删除后，列表、总数和统计都不再包含它；再次删除会得到404。参数可以放在请求内容里，也可以放在查询串里。";
        let act = Act::edits("Delete", Rule::Present(vec![name]));
        Self { in_either: true, ..operation }.about(about).acts([act])
    }

    /// It answers a document of this type.
    pub fn document(summary: &'static str, media_type: &'static str, description: &'static str) -> Self {
        Self { answer: AnswerShape::Document(media_type, description), ..Self::new(summary, |_| Vec::new()) }
    }

    /// Adds a description.
    pub fn about(self, description: &'static str) -> Self {
        Self { description, ..self }
    }

    /// Parameters that it reads.
    pub fn params(mut self, params: impl IntoIterator<Item = Param>) -> Self {
        self.params.extend(params);
        // The page comes last in the reference.
        self.params.sort_by_key(|param| matches!(param.name, "page" | "count"));
        self
    }

    /// It reads a window of time that begins a week before its end.
    pub fn week(self) -> Self {
        self.window("开始时间，包括在内；默认是end_time的7天前")
    }

    /// It reads a window of time that begins a year before its end.
    pub fn year(self) -> Self {
        self.window("开始时间，包括在内；默认是end_time的一年前")
    }

    fn window(self, start: &'static str) -> Self {
        let end = "结束时间，包括在内，只有日期时是当天23:59:59；默认现在，start_time在将来时是它的7天后";
        self.params([time("start_time", start), time("end_time", end)])
    }

    /// Says what it does, where that is not one thing, or not to create and to edit.
    pub fn acts(self, acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: acts.into_iter().collect(), ..self }
    }

    /// The interface list does not know it.
    pub fn additive(self) -> Self {
        Self { is_additive: true, ..self }
    }

    /// It checks a password: too many wrong ones lock it.
    pub fn locks(self) -> Self {
        Self { may_lock: true, ..self }
    }

    /// Its answer sets or clears the session cookie, as `description` says.
    pub fn sets_cookie(self, description: &'static str) -> Self {
        Self { cookie: Some(description), ..self }
    }

    /// It writes a unique value.
    pub fn unique(self, unique: Unique) -> Self {
        self.may_be(Error::Taken { unique, id: 7 })
    }

    /// It hides a record that others use.
    pub fn in_use(self) -> Self {
        self.may_be(Error::InUse { customers: 12, contracts: 3 })
    }

    /// It refuses some who may call it, with `message`.
    pub fn forbids(self, message: &'static str) -> Self {
        self.may_be(Failure::forbidden(message))
    }

    /// It can open an area to everybody, and wants that confirmed.
    pub fn opens_areas(self) -> Self {
        self.may_be(Error::LastOfArea)
    }

    fn may_be(mut self, failure: impl Into<Failure>) -> Self {
        self.refusals.push(failure.into());
        self
    }

    /// The rule for its parameters together, if it does several things.
    pub(super) fn rule(&self) -> Option<Rule> {
        let rules: Vec<_> = self.acts.iter().map(|act| act.rule.clone()).collect();
        (rules.len() > 1).then_some(Rule::Any(rules))
    }

    /// Whether it looks for a record and knows its version.
    pub(super) fn finds(&self) -> bool {
        self.params.iter().any(|param| param.name == "version")
    }
}

fn message_property(message: &'static str) -> Property {
    Property::new("msg", json!({ "type": "string", "const": message }))
}

fn version() -> Param {
    let description = "读到的version；与现在的不同说明数据已被别人修改，会得到409。不传则不检查";
    int("version", description).edit_only().additive()
}

fn paging() -> [Param; 2] {
    use super::ParamKind::Positive;
    [
        Param::new("page", Positive, "第几页，从1开始；超出最后一页时data是空数组").default(1),
        Param::new("count", Positive, "每页的个数；大于100时按100返回").default(COUNT),
    ]
}
