//! One operation of the reference.

use super::param::{flag, id, int, text, time};
use super::{Act, Param, ParamKind, Rule};
use crate::Error;
use crate::http::limits::COUNT;
use crate::http::{Created, Edited, Failure, HttpResult, PageInfo, Params};
use crate::model::Involvement;
use crate::store::{Kind, Unique};
use crate::time::Time;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

/// An operation, as its handler knows it.
pub struct Operation {
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    /// The parameters in the query, or in the body.
    pub params: Vec<Param>,
    /// Whether the parameters of a POST may stand in the query as well.
    pub in_either: bool,
    /// The parameters in the query of which at least one has to be there: OpenAPI cannot say that, so the description does.
    pub one_of: &'static [&'static str],
    pub(super) is_additive: bool,
    /// What it does: mostly one thing.
    pub acts: Vec<Act>,
    pub(super) answer: AnswerShape,
    pub(super) may_lock: bool,
    pub(super) cookie: Option<&'static str>,
    /// Names and descriptions of the parameters in its path.
    pub(super) in_path: &'static [(&'static str, &'static str)],
    /// Where it may send the caller instead of an answer.
    pub(super) elsewhere: Option<&'static str>,
    /// The id without which it makes a new record.
    creates_without: Option<&'static str>,
    /// Rules for several parameters together.
    checks: Vec<Check>,
    row: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// What it may be refused with, beside what every operation like it may be.
    pub(super) refusals: Vec<Failure>,
}

/// The end of most windows.
const END: &str = "结束时间，包括在内，只有日期时是当天23:59:59；默认现在，start_time在将来时是它的7天后";

/// Says what is wrong with several parameters together; the second argument is whether a new record is made.
pub type Check = fn(&Params, bool) -> HttpResult<()>;

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
            one_of: &[],
            is_additive: false,
            acts: vec![Act::creates("Request", Rule::Present(Vec::new()))],
            answer: AnswerShape::Envelope(Box::new(answer)),
            may_lock: false,
            cookie: None,
            in_path: &[],
            elsewhere: None,
            creates_without: None,
            checks: Vec::new(),
            row: None,
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

    /// It answers [`Reply::feed`](crate::http::Reply::feed) of `T`, and reads `after` and how many.
    pub fn feed<T: JsonSchema>(summary: &'static str) -> Self {
        let next = json!({ "type": "string", "description": "下次查询时作为after传回；没有新的数据时和这次的after相同" });
        Self::new(summary, move |generator| {
            vec![Property::of::<Vec<T>>("data", generator), Property::new("next", next.clone())]
        })
        .params([text("after", "上次返回的next；不传则从头开始"), count()])
    }

    /// It answers [`Reply::data`](crate::http::Reply::data) with a `T`.
    pub fn data<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, |generator| vec![Property::of::<T>("data", generator)])
    }

    /// It answers [`Reply::data`](crate::http::Reply::data) with an array of the `T`s of a page and its
    /// [`PageInfo`], which stands beside it as well, and reads a page.
    pub fn nested<T: JsonSchema>(summary: &'static str) -> Self {
        Self::new(summary, |generator| {
            let (rows, info) = (generator.subschema_for::<Vec<T>>(), generator.subschema_for::<PageInfo>());
            // There are no more items; that they would be something keeps the page from calling them `any`.
            let data = json!({
                "type": "array", "prefixItems": [rows, info], "items": info, "minItems": 2, "maxItems": 2,
            });
            vec![Property::new("data", data), Property::of::<PageInfo>("page_info", generator)]
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
    /// record and [`Edited`] of an old one.
    pub fn writes(summary: &'static str, message: &'static str, edits: Param) -> Self {
        Self::creates_or_edits(summary, message, edits, true)
    }

    /// As [`Operation::writes`]; it deletes too, and then answers no data.
    pub fn writes_or_deletes(summary: &'static str, message: &'static str, edits: Param) -> Self {
        Self::creates_or_edits(summary, message, edits, false)
    }

    fn creates_or_edits(
        summary: &'static str,
        message: &'static str,
        edits: Param,
        is_required: bool,
    ) -> Self {
        let id = edits.name;
        let operation = Self::new(summary, move |generator| {
            let (new, old) = (generator.subschema_for::<Created>(), generator.subschema_for::<Edited>());
            let data = Property::new("data", json!({ "anyOf": [new, old] }));
            vec![message_property(message), Property { is_required, ..data }]
        });
        Self { creates_without: Some(id), ..operation }
            .params([edits.edit_only(), version()])
            .acts([Act::creates("Create", Rule::Kept), Act::edits("Edit", Rule::Present(vec![id]))])
    }

    /// It edits the record with the id `edits`: as [`Operation::done`], with [`Edited`].
    pub fn edits(summary: &'static str, message: &'static str, edits: Param) -> Self {
        let act = Act::edits("Edit", Rule::Present(vec![edits.name]));
        Self::done_with::<Edited>(summary, message).params([edits.required(), version()]).acts([act])
    }

    /// It deletes the record whose id is the parameter `name`, in the body or in the query. Its description is the word for the
    /// record, and `id`.
    pub fn deletes(summary: &'static str, name: &'static str, description: &'static str) -> Self {
        let record = description.strip_suffix("id").unwrap_or(description);
        let operation = Self::done(summary, "删除成功")
            .params([id(name, description).called(record).required(), version()]);
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
        self.window("开始时间，包括在内；默认是end_time的7天前", END)
    }

    /// It reads a window of time that begins a week before its end, or before now, and has no end by default.
    pub fn endless_week(self) -> Self {
        let start = "开始时间，包括在内；默认是end_time的7天前，没有end_time时是现在的7天前";
        self.window(start, "结束时间，包括在内，只有日期时是当天23:59:59；默认没有")
    }

    /// It reads a window of time that is all of it by default.
    pub fn any_time(self) -> Self {
        self.window("开始时间，包括在内；默认不限", "结束时间，包括在内，只有日期时是当天23:59:59；默认不限")
    }

    /// It reads a window of time that begins a year before its end.
    pub fn year(self) -> Self {
        self.window("开始时间，包括在内；默认是end_time的一年前", END)
    }

    fn window(self, start: &'static str, end: &'static str) -> Self {
        let all = "true表示不限时间，将来的也包括在内；不能与start_time、end_time一起用";
        // Without an end there is nothing more to be said against it.
        let window = |params: &Params, _| params.window(Time(0), |end| end).map(drop);
        self.params([time("start_time", start), time("end_time", end), flag("all", all).additive()])
            .check(window)
    }

    /// Adds a rule for several parameters together. Handlers go by the same.
    pub fn check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }

    /// Everything that is wrong with its parameters, told by the same readers as handlers have.
    pub(in crate::http) fn faults(&self, params: &Params) -> Vec<Failure> {
        let is_new = self.creates_without.is_some_and(|id| {
            let id = params.id(id);
            id.is_ok_and(|id| id.value().is_none())
        });
        let together = self.checks.iter().filter_map(|check| check(params, is_new).err());
        params.faults(is_new).into_iter().chain(together).collect()
    }

    /// It writes what lists show as `T`, whose keys it knows.
    pub fn row<T: JsonSchema>(self) -> Self {
        Self { row: Some(T::json_schema), ..self }
    }

    /// The keys of the row that it writes.
    pub(in crate::http) fn row_keys(&self) -> Vec<String> {
        let schema = self.row.map(|row| row(&mut SchemaGenerator::default()));
        let properties = schema.as_ref().and_then(|schema| schema.get("properties")?.as_object());
        properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
    }

    /// At least one of these parameters has to be there.
    pub fn one_of(self, names: &'static [&'static str]) -> Self {
        Self { one_of: names, ..self }
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

    /// It reads these parameters in its path: names and descriptions.
    pub fn in_path(self, in_path: &'static [(&'static str, &'static str)]) -> Self {
        Self { in_path, ..self }
    }

    /// It answers 302 to whoever does not ask for JSON; the description says what is there.
    pub fn sends_elsewhere(self, description: &'static str) -> Self {
        Self { elsewhere: Some(description), ..self }
    }

    /// It answers about a file, which may not exist.
    pub fn finds_file(self) -> Self {
        self.may_be(Failure::no_such_file())
    }

    /// It writes a unique value.
    pub fn unique(self, unique: Unique) -> Self {
        self.may_be(Error::Taken { unique, id: 7 })
    }

    /// It hides a record that others use.
    pub fn in_use(self) -> Self {
        self.may_be(Error::InUse { customers: 12, contracts: 3 })
    }

    /// It gives somebody a customer, who may have too many.
    pub fn limited(self) -> Self {
        self.may_be(Error::TooManyOwned { limit: 200 })
    }

    /// It answers about one record, which may not exist.
    pub fn finds_one(self, kind: Kind) -> Self {
        self.may_be(Error::NotFound(kind))
    }

    /// It changes records that are not everybody's, such as one in which these employees are involved.
    pub fn for_involved(self, involved: impl Into<Vec<Involvement>>) -> Self {
        self.may_be(Error::NotInvolved(involved.into()))
    }

    /// It restores what was deleted.
    pub fn restores(self, kind: Kind) -> Self {
        self.may_be(Error::NotDeleted(kind))
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
    [
        Param::new("page", ParamKind::Positive, "第几页，从1开始；超出最后一页时data是空数组").default(1),
        count(),
    ]
}

fn count() -> Param {
    Param::new("count", ParamKind::Positive, "每页的个数；大于100时按100返回").default(COUNT)
}
