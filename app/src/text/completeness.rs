//! What every catalogue has to keep. That no key is missing, the compiler sees to.

use std::collections::HashSet;

use super::{Language, Text, fill::places};

#[test]
fn every_sentence_says_something_in_every_language() {
    for (key, language) in all() {
        let sentence = key.in_language(language);
        assert!(!sentence.trim().is_empty(), "{key:?} in {language:?}");
        assert!(
            sentence.chars().all(|c| !c.is_control()) && !sentence.contains("  "),
            "{key:?} in {language:?}: {sentence:?}"
        );
    }
}

#[test]
fn every_language_has_the_places_of_the_english_sentence() {
    for (key, language) in all() {
        let (english, other) = (
            key.in_language(Language::English),
            key.in_language(language),
        );
        assert_eq!(places(other), places(english), "{key:?} in {language:?}");
    }
}

#[test]
fn what_is_put_together_from_parts_keeps_its_shape() {
    let mut names = HashSet::new();
    for language in Language::ALL {
        assert_eq!(Text::Months.in_language(language).split(' ').count(), 12);
        assert!(Text::ErrorTitle.in_language(language).ends_with(' '));
        assert!(names.insert(Text::LanguageName.in_language(language)));
    }
}

fn all() -> impl Iterator<Item = (Text, Language)> {
    let keys = Text::all().into_iter();
    keys.flat_map(|key| Language::ALL.map(|language| (key, language)))
}
