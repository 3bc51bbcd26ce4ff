//! How a language's catalogue is written: one line a key.

/// Makes the key type and its sentences from one list, so that neither can lack an entry.
macro_rules! catalogue {
    ($($key:ident => $sentence:literal),* $(,)?) => {
        /// The key of a sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the sentence beside each key says what it is")]
        pub enum Text { $($key),* }

        impl Text {
            /// The sentence in English.
            pub const fn english(self) -> &'static str {
                match self { $(Self::$key => $sentence),* }
            }
        }
    };
}
