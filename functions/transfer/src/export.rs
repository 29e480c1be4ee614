//! `/api/transfer/export`: a whole list as a file.

use crate::exports::ExportParameters;
use crate::format::{FORMAT_NAMES, FORMATS, Format, MOST_XLSX_ROWS};
use crate::lists::{ForList, KINDS, LABELS, with_list};
use crate::transfers::EXPORT;
use record::{EVENT_NAMES, EVENTS};
use schemars::JsonSchema;
use serde::Serialize;
use shared::http::choices::kind_name;
use shared::http::reference::{
    Operation, Param, choice, flag, id, id_or_all, ids, label_of, name, owner, text, time,
};
use shared::http::{Call, Failure, Filters, HttpResult, List, Reply, WholeList};
use shared::jobs::Job;
use shared::model::{RecordKind, Walked};
use shared::store::Entity;
use shared::{Error, time::Time};

/// The job that does it.
#[derive(Serialize, JsonSchema)]
#[schemars(description = "导出的任务")]
struct Begun {
    /// 任务id，用来查询进度和停止
    #[schemars(range(min = 1))]
    job_id: u32,
}

/// Begins an export.
pub async fn post(call: Call) -> HttpResult {
    let kind = call.body.required("kind", |body, field| body.choice(field, &KINDS))?;
    call.enter(kind)?;
    let format = call.body.choice("format", &FORMATS)?.value().unwrap_or(Format::Csv);
    let names: Vec<_> = filters().iter().map(|param| param.name).collect();
    let filters = call.body.filters(&names);
    let begun = with_list(kind, Begin { call, kind, format, filters }).await;
    begun.ok_or_else(|| Error::internal("a kind of record that has no list"))?
}

pub fn post_doc() -> Operation {
    Operation::done_with::<Begun>("导出一个列表", "操作成功")
        .about("把一个列表的全部数据导出成文件，从旧到新排列，条件与那个列表的相同；不传时间范围就是全部，包括将来的。返回任务的id，用/api/transfer/job查询进度，完成后得到下载地址。没有人查询时导出也会在后台继续。导出期间没有人修改的数据在文件里正好一次。csv是带BOM的UTF-8（RFC 4180），以= + - @ '、制表符或回车开头的文字前面加一个'，只有正负号和数字的除外。")
        .params([
            choice("kind", &KINDS, "哪个列表").means(&LABELS).required(),
            choice("format", &FORMATS, "文件格式").means(&FORMAT_NAMES).default("csv"),
        ])
        .params(filters())
        .additive()
}

/// The filters of all lists. What each of them takes, and what is wrong with it, the list says.
fn filters() -> Vec<Param> {
    vec![
        id("follow_id", "跟进记录id"),
        id("demand_id", "需求变更记录id"),
        id("contract_id", "合同id"),
        id_or_all("customers_id", "客户id；需求变更记录、满意度记录也可以是all"),
        id("organization_id", "单位id：客户、单位、跟进记录、需求变更记录"),
        ids("organization_ids", "单位id：单位、合同"),
        id("user_id", "员工id：跟进记录、需求变更记录、合同"),
        owner("owner_id", "负责人：客户"),
        name("name", "名称的一部分：客户、单位、合同"),
        name("q", "名称的一部分或手机号中连续的4位以上数字：客户"),
        name("phoneNumber", "手机号：客户"),
        text("status", "状态：客户0、1、all，单位0、1、2，合同整数"),
        choice("event", &EVENTS, "跟进记录的事件").means(&EVENT_NAMES),
        choice("time", &[("create", ()), ("sign", ())], "合同排列和时间范围所依据的时间")
            .means(&["录入", "签约"]),
        time("start_time", "开始时间，包括在内：有时间范围的列表"),
        time("end_time", "结束时间，包括在内，只有日期时是当天23:59:59：有时间范围的列表"),
        flag("all", "true表示不限时间，与不传时间范围相同"),
    ]
}

/// Begins the export of a list.
struct Begin {
    call: Call,
    kind: RecordKind,
    format: Format,
    filters: Filters,
}

impl ForList for Begin {
    type Output = HttpResult;

    async fn run<L: List>(self) -> HttpResult {
        let Self { call, kind, format, filters: mut sent } = self;
        let known = L::operation().params;
        let is_of_list = |name: &str| known.iter().any(|param| param.name == name);
        sent.retain(|name, _| is_of_list(name));
        let by = call.me()?.employee.id;
        let whole = WholeList { me: by, now: call.now, filters: sent }.fixed::<L>(&call.store).await?;
        let rows = whole.query::<L>(&call.store).await?.total(&call.store).await?;
        // Filters of other lists say nothing, but have to be well-formed.
        let others = filters().into_iter().filter(|filter| !is_of_list(filter.name));
        others.map(|filter| call.body.check(filter.name)).collect::<HttpResult<Vec<()>>>()?;
        if format == Format::Xlsx && rows > MOST_XLSX_ROWS {
            let message = format!("xlsx最多{MOST_XLSX_ROWS}行，现在有{rows}行，请导出为csv");
            return Err(Failure::invalid("format", message));
        }
        let (label, day) = (kind_name(kind), day(call.now));
        let title = title(label, format, &whole.filters);
        let name = format!("{label} {day}.{}", format.name());
        let parameters = ExportParameters { kind, format, filters: whole.filters, name };
        let (of, _) = kind.named();
        let parameters = serde_json::to_string(&parameters).map_err(Error::internal)?;
        let job = Job { title, parameters, rows, ..Job::new(EXPORT, of, by, call.now) };
        let job_id = call.store.next_id(Job::KIND).await?;
        let mut write = call.write();
        write.create(job_id, &job)?;
        call.commit(write, Reply::done("操作成功").with(Begun { job_id })).await
    }
}

fn day(now: Time) -> String {
    now.to_string().split(' ').next().unwrap_or_default().to_owned()
}

/// What people know an export by: the list, and its filters. Texts that somebody has typed are left out: they may be the name or
/// the number of somebody who is forgotten one day.
fn title(label: &str, format: Format, filters: &Filters) -> String {
    let typed = ["name", "q", "phoneNumber"];
    let filter = |(name, value): (&String, &serde_json::Value)| match typed.contains(&name.as_str()) {
        true => label_of(name).to_owned(),
        false if value == true || value == "true" => label_of(name).to_owned(),
        false => {
            format!("{}={}", label_of(name), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        }
    };
    let filters: Vec<_> = filters.iter().map(filter).collect();
    match filters.is_empty() {
        true => format!("导出{label}（{}）", format.name()),
        false => format!("导出{label}（{}）：{}", format.name(), filters.join("，")),
    }
}
