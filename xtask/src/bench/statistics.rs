//! Whether two series of times differ, and by how much.

/// Resamples behind an interval.
const RESAMPLES: usize = 2_000;
/// The share of slowest times that are left out: what the machine did meanwhile.
const TRIMMED: f64 = 0.05;
/// Of two series of one distribution, the largest distance of their distribution functions is
/// beyond this, times sqrt((n + m) / (n m)), once in 1,000 times (Kolmogorov and Smirnov).
const KOLMOGOROV: f64 = 1.949;

/// Two series, compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Comparison {
    /// The difference of the medians, in percent of the second one's.
    pub(super) percent: f64,
    /// Where it lies in 999 of 1,000 cases, by bootstrap.
    pub(super) interval: (f64, f64),
    /// Both the interval and the test of Kolmogorov and Smirnov say, each at p < 0.001, that there is
    /// a difference.
    pub(super) significant: bool,
}

/// Compares `one` with `other`, the slowest twentieth of each left out. Neither is empty.
pub(super) fn compare(one: &[f64], other: &[f64]) -> Comparison {
    let (one, other) = (trimmed(one), trimmed(other));
    let base = middle(&mut other.clone());
    let percent = |difference: f64| difference / base * 100.0;
    let mut differences = resampled_differences(&one, &other);
    differences.sort_by(f64::total_cmp);
    let interval = (
        percent(quantile(&differences, 0.0005)),
        percent(quantile(&differences, 0.9995)),
    );
    let (n, m) = (count(one.len()), count(other.len()));
    let distinct = distance(&one, &other) > KOLMOGOROV * ((n + m) / (n * m)).sqrt();
    Comparison {
        percent: percent(middle(&mut one.clone()) - base),
        interval,
        significant: distinct && (interval.0 > 0.0 || interval.1 < 0.0),
    }
}

/// The value below which that share of sorted values lies.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a length is one"
    )]
    let at = (count(sorted.len()) * share) as usize;
    sorted[at.min(sorted.len() - 1)]
}

/// The middle one; the order of the values is lost.
pub(super) fn middle(values: &mut [f64]) -> f64 {
    let at = values.len() / 2;
    *values.select_nth_unstable_by(at, f64::total_cmp).1
}

fn trimmed(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let limit = quantile(&sorted, 1.0 - TRIMMED);
    sorted.retain(|value| *value <= limit);
    sorted
}

fn resampled_differences(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut chance = Chance::new();
    let mut resampled = |values: &[f64]| {
        let mut drawn: Vec<f64> = (0..values.len())
            .map(|_| values[chance.below(values.len())])
            .collect();
        middle(&mut drawn)
    };
    (0..RESAMPLES)
        .map(|_| resampled(one) - resampled(other))
        .collect()
}

/// The largest distance between two distribution functions; both series are sorted.
fn distance(one: &[f64], other: &[f64]) -> f64 {
    let (mut i, mut j, mut largest) = (0, 0, 0.0_f64);
    while i < one.len() && j < other.len() {
        let value = one[i].min(other[j]);
        while i < one.len() && one[i] <= value {
            i += 1;
        }
        while j < other.len() && other[j] <= value {
            j += 1;
        }
        let apart = count(i) / count(one.len()) - count(j) / count(other.len());
        largest = largest.max(apart.abs());
    }
    largest
}

#[expect(clippy::cast_precision_loss, reason = "no series here has 2^52 values")]
pub(super) fn count(values: usize) -> f64 {
    values as f64
}

/// Chance that is the same on every run (xorshift64*).
#[derive(Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `end`, which isn't 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        usize::try_from(bits).unwrap_or_default() % end
    }

    /// Brings values into an order of chance.
    pub(super) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// About 10 ms with a spread of about 0.3 ms, and now and then a disturbance.
    fn times(chance: &mut Chance, base: f64) -> Vec<f64> {
        let mut unit = || count(chance.below(1_000_000)) / 1_000_000.0;
        (0..2_000)
            .map(|_| {
                let noise: f64 = (0..12).map(|_| unit()).sum::<f64>() - 6.0;
                let disturbance = if unit() < 0.01 { 20.0 * unit() } else { 0.0 };
                base + 0.3 * noise + disturbance
            })
            .collect()
    }

    #[test]
    fn two_series_of_one_kind_do_not_differ() {
        let mut chance = Chance::new();
        let compared = compare(&times(&mut chance, 10.0), &times(&mut chance, 10.0));
        assert!(!compared.significant, "{compared:?}");
        assert!(compared.percent.abs() < 0.5, "{compared:?}");
    }

    #[test]
    fn a_difference_of_two_percent_is_seen_and_measured() {
        let mut chance = Chance::new();
        let compared = compare(&times(&mut chance, 10.2), &times(&mut chance, 10.0));
        assert!(compared.significant, "{compared:?}");
        assert!((1.5..2.5).contains(&compared.percent), "{compared:?}");
        assert!(compared.interval.0 < 2.0 && compared.interval.1 > 2.0);
    }

    #[test]
    fn distributions_are_as_far_apart_as_their_functions() {
        let same = [1.0, 2.0, 3.0, 4.0];
        assert!(distance(&same, &same).abs() < f64::EPSILON);
        assert!((distance(&[1.0, 2.0], &[3.0, 4.0]) - 1.0).abs() < f64::EPSILON);
        assert!((distance(&same, &[3.0, 4.0, 5.0, 6.0]) - 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_shuffle_keeps_every_value() {
        let mut values: Vec<usize> = (0..100).collect();
        Chance::new().shuffle(&mut values);
        assert!(values.iter().enumerate().any(|(at, value)| at != *value));
        values.sort_unstable();
        assert!(values.into_iter().eq(0..100));
    }
}
