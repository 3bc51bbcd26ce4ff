//! The inline drawings. All of them are decoration: the words beside them say the same.

use leptos::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what is drawn")]
pub enum Shape {
    Key,
    Alert,
    Check,
    Info,
    Desktop,
    Phone,
    Tablet,
    Mail,
    Shield,
    Clock,
    Code,
    Package,
    Eye,
}

impl Shape {
    const fn paths(self) -> &'static str {
        match self {
            Self::Key => {
                r#"<circle cx="10.5" cy="7" r="4.25"/><path d="M10.5 11.25V21h6M10.5 16.5h4"/>"#
            }
            Self::Alert => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.25M12 16.4v.1"/>"#,
            Self::Check => r#"<circle cx="12" cy="12" r="9"/><path d="m8 12.4 2.8 2.8L16 9.6"/>"#,
            Self::Info => r#"<circle cx="12" cy="12" r="9"/><path d="M12 11.25v5.25M12 7.6v-.1"/>"#,
            Self::Desktop => {
                r#"<rect x="3" y="4" width="18" height="12.5" rx="2"/><path d="M12 16.5V20M8.5 20h7"/>"#
            }
            Self::Phone => {
                r#"<rect x="7" y="2.75" width="10" height="18.5" rx="2.25"/><path d="M11 18h2"/>"#
            }
            Self::Tablet => {
                r#"<rect x="4.5" y="2.75" width="15" height="18.5" rx="2.25"/><path d="M10.5 18h3"/>"#
            }
            Self::Mail => {
                r#"<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3.75 7 8.25 6 8.25-6"/>"#
            }
            Self::Shield => {
                r#"<path d="M12 3 5 5.5v5.75c0 4.4 2.9 7.9 7 9.75 4.1-1.85 7-5.35 7-9.75V5.5L12 3Z"/><path d="m9 11.9 2.2 2.2 3.9-4.1"/>"#
            }
            Self::Clock => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5.25l3.25 2"/>"#,
            Self::Code => {
                r#"<path d="M9 4.5H8a2 2 0 0 0-2 2V9c0 1.7-.9 3-2.5 3C5.1 12 6 13.3 6 15v2.5a2 2 0 0 0 2 2h1M15 4.5h1a2 2 0 0 1 2 2V9c0 1.7.9 3 2.5 3-1.6 0-2.5 1.3-2.5 3v2.5a2 2 0 0 1-2 2h-1"/>"#
            }
            Self::Package => {
                r#"<path d="m12 2.75 8 4.5v9.50l-8 4.50-8-4.50v-9.50l8-4.50Z"/><path d="m4 7.25 8 4.50 8-4.50M12 11.75v9.50"/>"#
            }
            Self::Eye => {
                r#"<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="3"/>"#
            }
        }
    }
}

/// An inline drawing in the colour of the text around it.
#[component]
pub fn Icon(
    /// What is drawn.
    shape: Shape,
    /// A class, when the place wants one.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let stroke = if shape == Shape::Key { "2.25" } else { "1.75" };
    view! {
        <svg
            class=(!class.is_empty()).then_some(class)
            viewBox="0 0 24 24"
            width="24"
            height="24"
            fill="none"
            stroke="currentColor"
            stroke-width=stroke
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            inner_html=shape.paths()
        ></svg>
    }
    .into_any()
}
