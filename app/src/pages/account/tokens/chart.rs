//! Calls per day, drawn on the server, with a table behind.

use std::time::Duration;

use domain::clock::Timestamp;
use leptos::prelude::*;

use crate::text::{Text, t, t_with, time::day};

/// Width of a bar and of the gap after it, and height of the tallest, in the drawing's own units.
const BAR: usize = 5;
const GAP: usize = 1;
const HEIGHT: i64 = 32;

/// The calls of each day, oldest first, today last. Nothing where there was none.
pub(super) fn calls_chart(now: Timestamp, calls: &[i64]) -> Option<AnyView> {
    let most = calls.iter().copied().max().filter(|most| *most > 0)?;
    let total: i64 = calls.iter().sum();
    let bars: Vec<_> = calls
        .iter()
        .enumerate()
        .map(|(index, many)| {
            // A day with one call among thousands is still seen.
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
    let width = calls.len() * (BAR + GAP) - GAP;
    let days: Vec<_> = calls
        .iter()
        .rev()
        .enumerate()
        .filter(|(_, many)| **many > 0)
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
    let said = t_with(
        Text::CallsTotal,
        &[("count", &total), ("days", &calls.len())],
    );
    Some(
        view! {
            <svg
                class="calls"
                viewBox=format!("0 0 {width} {HEIGHT}")
                width=width
                height=HEIGHT
                aria-hidden="true"
            >
                {bars}
            </svg>
            <details class="calls-table">
                <summary>{said}</summary>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t(Text::CallsDay)}</th>
                            <th scope="col">{t(Text::Calls)}</th>
                        </tr>
                    </thead>
                    <tbody>{days}</tbody>
                </table>
                <p class="hint">{t(Text::CallsHint)}</p>
            </details>
        }
        .into_any(),
    )
}
