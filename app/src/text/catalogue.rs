//! How a language's catalogue is written: one line a key.

/// Makes the key type and its English sentences from one list, so that neither can lack an entry.
macro_rules! catalogue {
    ($($key:ident => $sentence:literal),* $(,)?) => {
        /// The key of a sentence. A word in braces is a place that [`t_with`](super::t_with) fills.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the sentence beside each key says what it is")]
        pub enum Text { $($key),* }

        impl Text {
            /// Every key.
            #[cfg(test)]
            pub(super) const ALL: &'static [Self] = &[$(Self::$key),*];

            /// The sentence in English.
            const fn english(self) -> &'static str {
                match self { $(Self::$key => $sentence),* }
            }

            /// The sentence in a language.
            pub const fn in_language(self, language: Language) -> &'static str {
                match language {
                    Language::English => self.english(),
                    Language::German => self.german(),
                }
            }
        }
    };
}

/// Makes the sentences of another language. A key without one does not compile.
macro_rules! translation {
    ($language:ident: $($key:ident => $sentence:literal),* $(,)?) => {
        impl Text {
            pub(super) const fn $language(self) -> &'static str {
                match self { $(Self::$key => $sentence),* }
            }
        }
    };
}
