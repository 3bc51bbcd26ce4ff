//! What a person would call the thing behind a user agent: "Firefox on Linux".
//!
//! A handful of names is all a session list needs. The databases that know every browser cost
//! megabytes of memory for their patterns.

/// What a session runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    /// The browser's or program's name, when it is a known one.
    pub browser: Option<&'static str>,
    /// The operating system's name, when it is a known one.
    pub system: Option<&'static str>,
    /// What it looks like.
    pub form: FormFactor,
}

/// What a device looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFactor {
    /// A computer with a screen.
    Desktop,
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// Not a browser.
    Program,
}

/// Marks in the order in which they decide: many browsers also claim to be their ancestors.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Lynx/", "Lynx"),
    ("w3m/", "w3m"),
    ("Links ", "Links"),
];

const PROGRAMS: &[(&str, &str)] = &[
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("python-requests/", "Python"),
    ("Python-urllib/", "Python"),
    ("Go-http-client/", "Go"),
    ("okhttp/", "OkHttp"),
    ("node", "Node.js"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
];

impl Device {
    /// Reads a user agent.
    pub fn of(user_agent: &str) -> Self {
        let find = |marks: &[(&str, &'static str)]| {
            marks
                .iter()
                .find(|(mark, _)| user_agent.contains(mark))
                .map(|(_, name)| *name)
        };
        let browser = find(BROWSERS);
        let program = if browser.is_none() {
            find(PROGRAMS)
        } else {
            None
        };
        let system = find(SYSTEMS);
        let form = match system {
            _ if program.is_some() => FormFactor::Program,
            Some("iPhone") => FormFactor::Phone,
            // Chrome's reduced user agent says "Mobile" on phones only.
            Some("Android") if user_agent.contains("Mobile") => FormFactor::Phone,
            Some("iPad" | "Android") => FormFactor::Tablet,
            _ => FormFactor::Desktop,
        };
        Self {
            browser: browser.or(program),
            system,
            form,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_a_person_would() {
        let cases = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Some("Firefox"),
                Some("Linux"),
                FormFactor::Desktop,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                Some("Edge"),
                Some("Windows"),
                FormFactor::Desktop,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                Some("Chrome"),
                Some("Android"),
                FormFactor::Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                Some("Chrome"),
                Some("Android"),
                FormFactor::Tablet,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                Some("Safari"),
                Some("iPhone"),
                FormFactor::Phone,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                Some("Safari"),
                Some("macOS"),
                FormFactor::Desktop,
            ),
            ("curl/8.5.0", Some("curl"), None, FormFactor::Program),
            ("", None, None, FormFactor::Desktop),
            ("<script>alert(1)</script>", None, None, FormFactor::Desktop),
        ];
        for (agent, browser, system, form) in cases {
            assert_eq!(
                Device::of(agent),
                Device {
                    browser,
                    system,
                    form
                },
                "{agent}"
            );
        }
    }
}
