//! Something counted per day, drawn on the server, with a table behind.

use std::time::Duration;

use domain::clock::Timestamp;
use leptos::prelude::*;

use crate::text::{Text, t, time::day};

/// Width of a bar and of the gap after it, and height of the tallest, in the drawing's own units.
const BAR: usize = 5;
const GAP: usize = 1;
const HEIGHT: i64 = 32;

/// What a chart shows, and how it is said.
pub struct DayChart<'a> {
    /// How many on each day, oldest first, today last.
    pub counts: &'a [i64],
    /// All of it in one sentence.
    pub said: String,
    /// What stands above the numbers.
    pub counted: Text,
    /// What they don't tell.
    pub hint: String,
    /// Whether it has the room of a page, and each day a row, rather than those alone that have a number.
    pub full: bool,
}

/// The chart and its table. Nothing where there is nothing to be counted.
pub fn day_chart(now: Timestamp, chart: DayChart<'_>) -> Option<AnyView> {
    let counts = chart.counts;
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let bars: Vec<_> = counts
        .iter()
        .enumerate()
        .map(|(index, many)| {
            // A day with one among thousands is still seen.
            let height = if *many == 0 {
                1
            } else {
                (many * HEIGHT / most).max(3)
            };
            view! {
                <rect
                    class:quiet=*many == 0
                    x=index * (BAR + GAP)
                    y=HEIGHT - height
                    width=BAR
                    height=height
                    rx="1"
                ></rect>
            }
        })
        .collect();
    let width = counts.len() * (BAR + GAP) - GAP;
    let days: Vec<_> = counts
        .iter()
        .rev()
        .enumerate()
        .filter(|(_, many)| chart.full || **many > 0)
        .map(|(back, many)| {
            let back = u64::try_from(back).unwrap_or_default();
            let date = day(now.minus(Duration::from_hours(24 * back)));
            view! {
                <tr>
                    <th scope="row">{date}</th>
                    <td>{*many}</td>
                </tr>
            }
        })
        .collect();
    Some(
        view! {
            <svg
                class="chart"
                class:chart--full=chart.full
                viewBox=format!("0 0 {width} {HEIGHT}")
                width=width
                height=HEIGHT
                aria-hidden="true"
            >
                {bars}
            </svg>
            <details class="chart-table">
                <summary>{chart.said}</summary>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t(Text::ChartDay)}</th>
                            <th scope="col">{t(chart.counted)}</th>
                        </tr>
                    </thead>
                    <tbody>{days}</tbody>
                </table>
                <p class="hint">{chart.hint}</p>
            </details>
        }
        .into_any(),
    )
}
