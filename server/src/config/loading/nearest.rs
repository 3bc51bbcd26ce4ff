//! What was probably meant.

/// Below this, a suggestion would only puzzle.
const NEAR: f64 = 0.5;
/// How near two keys are that differ only in their section.
const SAME_LAST: f64 = 0.8;

/// The candidate nearest to `wrong`, if one is near. All are dotted paths.
pub(super) fn nearest<T: AsRef<str>>(
    wrong: &str,
    candidates: impl Iterator<Item = T>,
) -> Option<T> {
    candidates
        .map(|candidate| (similarity(wrong, candidate.as_ref()), candidate))
        .filter(|(score, _)| *score >= NEAR)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

fn similarity(wrong: &str, candidate: &str) -> f64 {
    let score = strsim::normalized_damerau_levenshtein(wrong, candidate);
    if last(wrong) == last(candidate) {
        score.max(SAME_LAST)
    } else {
        score
    }
}

fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, last)| last)
}
