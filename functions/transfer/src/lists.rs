//! The lists that can be exported. Whoever adds one adds a line here, and its filters to the export's.

use contract::ContractList;
use customers::{CustomerList, OrganizationList};
use feedback::FeedbackList;
use record::{DemandList, FollowList};
use shared::http::List;
use shared::http::choices::kind_name;
use shared::model::RecordKind;

/// What is done with whichever list it is.
pub trait ForList {
    /// What comes of it.
    type Output;

    /// Does it with this list.
    fn run<L: List>(self) -> impl Future<Output = Self::Output> + Send;
}

macro_rules! lists {
    ($($list:ident)*) => {
        /// The kinds of record that have such lists, by name.
        pub const KINDS: [(&str, RecordKind); [$(<$list>::KIND),*].len()] =
            [$(<$list>::KIND.named()),*];

        /// What they are called.
        pub const LABELS: [&str; KINDS.len()] = [$(kind_name(<$list>::KIND)),*];

        /// Does `it` with the list of a kind; `None` if it has none.
        pub async fn with_list<F: ForList>(kind: RecordKind, it: F) -> Option<F::Output> {
            $(
                if kind == <$list>::KIND {
                    // Boxed: what lists do is so deep that six of them would be too much for the compiler.
                    return Some(Box::pin(it.run::<$list>()).await);
                }
            )*
            None
        }
    };
}

lists! { CustomerList OrganizationList FollowList DemandList FeedbackList ContractList }
