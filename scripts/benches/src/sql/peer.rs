//! A connection to PostgreSQL that answers questions as our API does.

use super::question::{COUNT, Parameter, Question, Shape};
use super::rows::{CustomerRow, FollowRow, time};
use super::server::Server;
use anyhow::{Context, Result, ensure};
use futures_util::future::try_join;
use serde::Serialize;
use serde_json::{Value, json};
use shared::http::PageInfo;
use shared::time::{Time, as_text};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

/// A session at one of the databases.
pub struct Peer {
    /// The connection.
    pub client: Client,
    signed_in: Statement,
    token: String,
    now: i64,
}

/// A list as our API answers it.
#[derive(Serialize)]
struct Envelope<D> {
    data: D,
    page_info: PageInfo,
    status: u8,
}

/// How many follow-ups an organization has.
#[derive(Serialize)]
struct MemberRow<'a> {
    organization_id: i32,
    organization: &'a str,
    follow_count: i64,
    #[serde(serialize_with = "as_text")]
    min_sign_time: Time,
}

impl Peer {
    /// Connects, in the session that this token is of.
    pub async fn connect(server: &Server, database: &str, token: &str, now: Time) -> Result<Self> {
        let client = server.connect(database).await?;
        let signed_in = client
            .prepare(
                "SELECT e.status FROM session s JOIN employee e ON e.id = s.employee_id
                WHERE s.token = $1 AND s.until > $2",
            )
            .await?;
        Ok(Self { client, signed_in, token: token.to_owned(), now: now.0.into() })
    }

    /// The body of the answer to a question that this statement asks. The session is looked up in the same round trip, as ours does.
    pub async fn ask(&self, statement: &Statement, question: &Question, page: u64) -> Result<Vec<u8>> {
        let offset = Parameter::Time((page - 1).saturating_mul(COUNT).cast_signed());
        let offset = question.shape.is_paged().then_some(&offset);
        let parameters: Vec<_> =
            offset.into_iter().chain(&question.parameters).map(Parameter::as_sql).collect();
        let rows = self.query(statement, &parameters).await?;
        answer(question.shape, &rows, page)
    }

    /// The rows that a statement answers to whoever is signed in.
    pub async fn query(
        &self,
        statement: &Statement,
        parameters: &[Box<dyn ToSql + Sync + Send + '_>],
    ) -> Result<Vec<Row>> {
        let parameters: Vec<_> = parameters.iter().map(|it| &**it as &(dyn ToSql + Sync)).collect();
        let session: [&(dyn ToSql + Sync); 2] = [&self.token, &self.now];
        let (session, rows) =
            try_join(self.client.query(&self.signed_in, &session), self.client.query(statement, &parameters))
                .await?;
        let status: i16 = session.first().context("nobody is signed in")?.try_get("status")?;
        ensure!(status == 1, "who is signed in may not be");
        Ok(rows)
    }
}

fn answer(shape: Shape, rows: &[Row], page: u64) -> Result<Vec<u8>> {
    let total = match rows.first() {
        Some(row) if shape.is_paged() => row.try_get::<_, i64>("total")?.cast_unsigned(),
        _ => 0,
    };
    let page_info = PageInfo { total, page, count: u32::try_from(COUNT)? };
    let body = match shape {
        Shape::Customers => {
            let data = rows.iter().map(CustomerRow::of).collect::<Result<Vec<_>>>()?;
            serde_json::to_vec(&Envelope { data, page_info, status: 0 })
        }
        Shape::Follows => {
            let data = rows.iter().map(FollowRow::of).collect::<Result<Vec<_>>>()?;
            serde_json::to_vec(&Envelope { data, page_info, status: 0 })
        }
        Shape::ByOrganization => {
            let rows = rows.iter().map(member).collect::<Result<Vec<_>>>()?;
            serde_json::to_vec(&Envelope { data: (rows, page_info), page_info, status: 0 })
        }
        Shape::Trend => {
            let rows = rows.iter().map(month).collect::<Result<Vec<_>>>()?;
            serde_json::to_vec(&json!({ "data": rows, "status": 0 }))
        }
    };
    Ok(body?)
}

fn member(row: &Row) -> Result<MemberRow<'_>> {
    Ok(MemberRow {
        organization_id: row.try_get("organization_id")?,
        organization: row.try_get("name")?,
        follow_count: row.try_get("n")?,
        min_sign_time: time(row, "first")?,
    })
}

/// There are neither changes of demand nor contracts here, nor in our table: ours looks for them, this does not.
fn month(row: &Row) -> Result<Value> {
    let (time, count) = (time(row, "time")?.to_string(), row.try_get::<_, i64>("n")?);
    Ok(
        json!({ "time": time, "follow_count": count, "demand_count": 0, "sign_count": 0, "sign_amount": "0.00" }),
    )
}
