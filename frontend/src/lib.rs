//! The browser entry: wakes the islands. Which ones are on the page is found by `islands.js`.

use wasm_bindgen::prelude::wasm_bindgen;

// Links the islands' exports.
use app as _;

/// Runs once when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
