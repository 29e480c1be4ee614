//! Helpers of large writes whose writers died, where they get in each other's way.

use super::faults::{create, dying, large, replace, sleeping};
use testing::Stack;
use tokio::task::block_in_place;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_helper_that_falls_asleep_does_not_wake_to_take_a_later_write_for_the_one_it_helps() {
    let stack = Stack::start().await;
    let store = &stack.app.store;
    create(store, 1, &large("a", 1000, 0)).await.unwrap();
    replace(&dying(&stack, 1), 1, Some(&large("b", 70_000, 100))).await.unwrap();

    // It has read what is left of that write, and sleeps before it does the first of it.
    let (sleeper, wake) = sleeping(&stack);
    let helper = stack.leases_ended(sleeper);
    let helper = tokio::spawn(async move { helper.finish_all().await });
    block_in_place(|| wake.wait());

    stack.later().finish_all().await.unwrap();
    replace(&dying(&stack, 1), 1, Some(&large("c", 140_000, 200))).await.unwrap();
    block_in_place(|| wake.wait());
    helper.await.unwrap().unwrap();

    stack.verify_clean().await;
    stack.later().finish_all().await.unwrap();
    stack.verify_clean().await;
}
