//! The kinds of record that can be imported. Whoever adds one adds a line here.

use contract::ContractImport;
use customers::{CustomerImport, OrganizationImport};
use shared::http::Import;
use shared::http::choices::kind_name;
use shared::model::RecordKind;

/// What is done with whichever kind it is.
pub trait ForImport {
    /// What comes of it.
    type Output;

    /// Does it with this kind.
    fn run<I: Import>(self) -> impl Future<Output = Self::Output> + Send;
}

macro_rules! kinds {
    ($($import:ident)*) => {
        /// The kinds by name.
        pub const KINDS: [(&str, RecordKind); [$(<$import>::KIND),*].len()] = [$(<$import>::KIND.named()),*];

        /// What they are called.
        pub const LABELS: [&str; KINDS.len()] = [$(kind_name(<$import>::KIND)),*];

        /// Does `it` with a kind; `None` if it cannot be imported.
        pub async fn with_import<F: ForImport>(kind: RecordKind, it: F) -> Option<F::Output> {
            $(
                if kind == <$import>::KIND {
                    return Some(Box::pin(it.run::<$import>()).await);
                }
            )*
            None
        }
    };
}

kinds! { CustomerImport OrganizationImport ContractImport }
