//! Whose words: the language of whoever reads what is being made.

use domain::language::Language;
use leptos::{prelude::*, reactive::computed::ScopedFuture};

/// The reader's language: that of the nearest [`with_language`], [`reading`] or page. English where
/// nobody said.
pub fn language() -> Language {
    use_context().unwrap_or_default()
}

/// Makes what a reader of `language` is to read.
pub fn with_language<T>(language: Language, make: impl FnOnce() -> T) -> T {
    Owner::new().with(|| {
        provide_context(language);
        make()
    })
}

/// Does something whose words, if there are any, are for a reader of `language`.
pub fn reading<F: Future>(language: Language, work: F) -> impl Future<Output = F::Output> {
    Owner::new().with(|| {
        provide_context(language);
        ScopedFuture::new_untracked(work)
    })
}
