//! Asks ours and PostgreSQL in turns, and holds their answers against each other.

use super::figures::Figures;
use super::ours::Ours;
use super::peer::Peer;
use super::question::{COUNT, Question};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Instant;
use testing::encoded::encoded_query;
use tokio_postgres::Statement;

/// The three that are asked.
pub struct Contenders {
    /// Our API.
    pub ours: Ours,
    /// PostgreSQL with plain statements.
    pub plain: Peer,
    /// PostgreSQL with totals by day and an index of names.
    pub tuned: Peer,
}

/// A question as it was prepared.
struct Prepared<'a> {
    question: &'a Question,
    plain: Statement,
    tuned: Statement,
}

impl Contenders {
    /// Asks for the first, the middle and the last page so many times each, and for what has no pages.
    pub async fn ask(&self, question: &Question, rounds: u32) -> Result<Vec<Figures>> {
        let prepared = self.prepare(question).await?;
        let total = self.same(&prepared, 1).await?;
        let last = total.map_or(1, |total| total.div_ceil(COUNT).max(1));
        let mut pages = vec![("first", 1), ("middle", last.div_ceil(2)), ("last", last)];
        pages.dedup_by_key(|(_, page)| *page);
        let mut all = Vec::new();
        for (name, page) in pages {
            // Once to compare, which also warms what is cached.
            self.same(&prepared, page).await?;
            let mut figures =
                Figures { what: question.what.to_owned(), page: name, total, ..Figures::default() };
            for _ in 0..rounds {
                let (took, answer) = self.ours.get(&uri(question, page)).await?;
                figures.ours.push(took);
                figures.depth = figures.depth.max(answer.cost().depth);
                let begun = Instant::now();
                self.plain.ask(&prepared.plain, question, page).await?;
                figures.plain.push(begun.elapsed());
                let begun = Instant::now();
                self.tuned.ask(&prepared.tuned, question, page).await?;
                figures.tuned.push(begun.elapsed());
            }
            all.push(figures);
        }
        Ok(all)
    }

    /// Fails unless all three have one answer to a question.
    pub async fn agree(&self, question: &Question) -> Result<()> {
        let prepared = self.prepare(question).await?;
        self.same(&prepared, 1).await.map(drop)
    }

    async fn prepare<'a>(&self, question: &'a Question) -> Result<Prepared<'a>> {
        let plain = self.plain.client.prepare(&question.plain).await?;
        let tuned = self.tuned.client.prepare(&question.tuned).await?;
        Ok(Prepared { question, plain, tuned })
    }

    /// The total of a list, if data and total are the same of all three, to the last value.
    async fn same(
        &self,
        Prepared { question, plain, tuned }: &Prepared<'_>,
        page: u64,
    ) -> Result<Option<u64>> {
        let (_, ours) = self.ours.get(&uri(question, page)).await?;
        for (peer, statement) in [(&self.plain, plain), (&self.tuned, tuned)] {
            let theirs: Value = serde_json::from_slice(&peer.ask(statement, question, page).await?)?;
            for part in ["data", "page_info"] {
                let (ours, theirs) = (ours.body.get(part), theirs.get(part));
                ensure!(
                    ours == theirs,
                    "{}, page {page}: two answers to one question:\n{ours:?}\n{theirs:?}",
                    question.what
                );
            }
        }
        Ok(ours.body.pointer("/page_info/total").and_then(Value::as_u64))
    }
}

fn uri(Question { path, query, shape, .. }: &Question, page: u64) -> String {
    let query = encoded_query(query);
    match shape.is_paged() {
        true => format!("{path}?count={COUNT}&page={page}&{query}"),
        false => format!("{path}?{query}"),
    }
}
