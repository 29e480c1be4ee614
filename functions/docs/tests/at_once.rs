//! How many calls a function has under way at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use testing::Company;
use testing::faults::{Fault, Hold, client};

#[tokio::test]
async fn a_union_of_a_hundred_organizations_opens_no_more_than_thirty_two_connections() {
    let company = Company::start(contract::FUNCTION).await;
    let (most, all) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (most_seen, all_seen) = (Arc::clone(&most), Arc::clone(&all));
    let counting = client(&company.stack.endpoint, Hold::default(), move |seen| {
        most_seen.fetch_max(seen.under_way, Ordering::SeqCst);
        all_seen.fetch_add(1, Ordering::SeqCst);
        Fault::Pass
    });
    let client = company.over(company.stack.over(counting));
    let ids: Vec<_> = (1..=100).map(|id: u32| id.to_string()).collect();
    let answer = client.get(&format!("/api/contract/contract?organization_ids={}", ids.join(","))).await;
    assert_eq!(answer.page().0, 0);
    let all = all.load(Ordering::SeqCst);
    assert!(all > 200, "{all} calls");
    assert_eq!(most.load(Ordering::SeqCst), 32, "of {all} calls");
}
