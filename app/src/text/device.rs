//! A browser, as a person would name it.

use domain::sessions::{Device, FormFactor};

use super::{Text, t, t_with};

/// "Firefox on Linux", or as much of it as is known.
pub fn device_name(device: Device) -> String {
    let unknown = if device.form == FormFactor::Program {
        Text::UnknownProgram
    } else {
        Text::UnknownBrowser
    };
    let browser = device.browser.unwrap_or(t(unknown));
    device.system.map_or_else(
        || browser.to_owned(),
        |system| {
            t_with(
                Text::DeviceOn,
                &[("browser", &browser), ("system", &system)],
            )
        },
    )
}
