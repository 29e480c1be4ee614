//! The two databases: one as a good hand makes it, and a copy of it with what makes lists cost the same at any page.

use super::filling::{self, Counts};
use super::server::Server;
use anyhow::Result;
use shared::store::Store;
use tokio_postgres::Client;
use xtask::progress::Step;

/// The plain one.
pub const PLAIN: &str = "plain";
/// The copy.
pub const TUNED: &str = "tuned";
/// When the session ends that asks: never.
const UNTIL: i64 = i64::MAX;

/// Makes both, with what is in our table and a session of the admin.
pub async fn make(server: &Server, store: &Store, counts: Counts, token: &str) -> Result<()> {
    let system = server.connect("postgres").await?;
    system.batch_execute(&format!("CREATE DATABASE {PLAIN}")).await?;
    // In a block: nobody may be connected to what is copied.
    {
        let client = server.connect(PLAIN).await?;
        client.batch_execute(include_str!("tables.sql")).await?;
        client.execute("INSERT INTO session VALUES ($1, 1, $2)", &[&token, &UNTIL]).await?;
        let step = Step::counted("copying them to PostgreSQL");
        filling::copy(store, &client, counts, step.bar()).await?;
        step.done();
        let step = Step::begin("making PostgreSQL's indexes");
        client.batch_execute(include_str!("indexes.sql")).await?;
        vacuum(&client).await?;
        step.done();
    }
    let step = Step::begin("making the tuned copy");
    system.batch_execute(&format!("CREATE DATABASE {TUNED} TEMPLATE {PLAIN} STRATEGY file_copy")).await?;
    let client = server.connect(TUNED).await?;
    client.batch_execute(include_str!("tuned.sql")).await?;
    vacuum(&client).await?;
    // What was written is not written again while questions are asked.
    system.batch_execute("CHECKPOINT").await?;
    step.done();
    for database in [PLAIN, TUNED] {
        let size = system.query_one("SELECT pg_database_size($1::text::name)", &[&database]).await?;
        println!("{database}: {} MB", size.try_get::<_, i64>(0)? / 1_000_000);
    }
    Ok(())
}

/// Lets indexes answer alone, and the planner know what there is.
async fn vacuum(client: &Client) -> Result<()> {
    Ok(client.batch_execute("VACUUM (FREEZE, ANALYZE)").await?)
}
