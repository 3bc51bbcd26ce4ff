//! How a language's catalogue is written: one line a key.

/// Makes a type of keys and their English sentences from one list, so that neither can lack an entry.
macro_rules! catalogue {
    ($(#[$doc:meta])* $name:ident $({$($group:ident),*})? : $($key:ident => $sentence:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the sentence beside each key says what it is")]
        pub enum $name { $($key,)* $($($group($group),)*)? }

        impl $name {
            /// Every key.
            #[cfg(test)]
            pub(super) fn all() -> Vec<Self> {
                let own = vec![$(Self::$key),*];
                $(let own = own.into_iter()
                    $(.chain($group::all().into_iter().map(Self::$group)))*
                    .collect();)?
                own
            }

            /// The sentence in English.
            pub(super) const fn english(self) -> &'static str {
                match self {
                    $(Self::$key => $sentence,)*
                    $($(Self::$group(key) => key.english(),)*)?
                }
            }
        }
    };
}

/// Makes the sentences of another language. A key without one does not compile.
macro_rules! translation {
    ($language:ident $name:ident $({$($group:ident),*})? : $($key:ident => $sentence:literal),* $(,)?) => {
        impl $name {
            pub(in crate::text) const fn $language(self) -> &'static str {
                match self {
                    $(Self::$key => $sentence,)*
                    $($(Self::$group(key) => key.$language(),)*)?
                }
            }
        }
    };
}
