//! The limits of parameters.

/// The most characters a name may have.
pub const NAME: usize = 64;
/// The most characters a URL may have.
pub const URL: usize = 2048;
/// The most characters any other text may have.
pub const TEXT: usize = 4000;
/// The most different values an array may have.
pub const ARRAY: usize = 100;
/// The rows of a page where the caller sends no `count`.
pub const COUNT: u32 = 20;
/// The most rows on a page.
pub const PAGE: u32 = 100;
