//! Finding records by any part of their names or phone numbers.
//!
//! **Names.** A text is compared [folded](fold): compatibility forms as what they stand for (full-width letters,
//! ligatures, squared words), composed, without case. Each distinct *gram* of it, one or two characters, is a listing
//! in which the record stands. So a query of one or two characters is that listing, with its total, order and pages. A
//! longer one is looked for in the listing of the rarest of its grams, whose entries carry the texts
//! ([`SearchProjection`]); that costs what the gram's records are. n-gram indexes:
//! <https://nlp.stanford.edu/IR-book/html/htmledition/k-gram-indexes-for-wildcard-queries-1.html>
//!
//! **Phone numbers.** A number is its digits ([`phone::canonical`]), found by each of its suffixes, as in a suffix array: the
//! first four digits of a suffix name a listing and the ones after that are the score ([`phone`]), so that all numbers with some four or
//! more digits in them stand side by side.

mod by_name;
mod fold;
mod name;
pub mod phone;
mod projection;

pub use by_name::{IdPage, MOST_GRAMS, Searchable, by_name, fewest_by_name, gram_listing, wanted_grams};
pub use fold::{bigrams, first_chars, fold, grams, is_gram};
pub use name::{is_blank, unique_name};
pub use projection::{MoreProjection, SearchProjection};
