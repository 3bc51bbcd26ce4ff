// Draws every page and state: node screenshots.mjs BASE_URL OUT_DIR
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { chromium } from "@playwright/test";

import { FIREFOX_ON_WINDOWS, SAFARI_ON_IPHONE, launchOptions } from "./support/chromium.js";
import { Person } from "./support/person.js";

const [baseURL, folder] = process.argv.slice(2);
if (!baseURL || !folder) {
  console.error("usage: node screenshots.mjs BASE_URL OUT_DIR");
  process.exit(2);
}

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const SCHEMES = ["light", "dark"];

await mkdir(folder, { recursive: true });
const browser = await chromium.launch(launchOptions);

async function open(options) {
  const context = await browser.newContext({ baseURL, deviceScaleFactor: 2, ...options });
  return context.newPage();
}

async function draw(page, name, { fullPage = true } = {}) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const path = join(folder, `${name}.${size}.${colorScheme}.png`);
      await page.screenshot({ path, fullPage });
    }
  }
  console.log(name);
}

const page = await open();
const ada = new Person(page, { scripts: true, email: `ada.${Date.now()}@example.com` });

async function drawPage(path, name) {
  await ada.visit(path);
  await draw(page, name);
}

async function drawMistakes(path, button, name, values = {}) {
  await ada.visit(path);
  await ada.fill(values);
  await ada.press(button);
  await page.getByRole("alert").waitFor();
  await draw(page, name);
}

await drawPage("/", "landing");
await drawPage("/signup", "signup");
await drawMistakes("/signup", "Create account", "signup-empty");
await drawMistakes("/signup", "Create account", "signup-short-password", {
  Email: ada.email,
  Name: ada.name,
  Password: "too short",
});
await drawPage("/login", "login");
await drawMistakes("/login", "Sign in", "login-refused", {
  Email: ada.email,
  Password: "not the right password",
});
await drawPage("/login?confirmed", "login-confirmed");
await drawPage("/forgot-password", "forgot-password");
await drawPage("/forgot-password/check-email", "forgot-password-sent");
await drawPage("/reset-password?token=unknown", "reset-password-unknown");
await drawPage("/login?next=//evil.example", "login-elsewhere");
await drawPage("/no-such-page", "not-found");
await drawPage("/verify-email?token=unknown", "verify-email-unknown");

await ada.signUp();
await draw(page, "check-email");
const link = await ada.newestLink();
await draw(page, "outbox", { fullPage: false });

const elsewhere = ada.at(await open({ userAgent: FIREFOX_ON_WINDOWS }));
await elsewhere.visit(link);
await draw(elsewhere.page, "verify-email-other-browser");
await elsewhere.fill({ Password: "not the right password" });
await elsewhere.press("Confirm email");
await elsewhere.page.getByRole("alert").waitFor();
await draw(elsewhere.page, "verify-email-wrong-password");

await drawPage(link, "verify-email");
await ada.press("Confirm email");
await ada.arriveAt("/account");
await draw(page, "account");
await drawMistakes("/account/security", "Change password", "security-refused", {
  "Current password": "not the right password",
  "New password": "a quite different set of lanterns",
});
await drawPage("/account/security?changed", "security-changed");
await drawPage("/account/sessions", "sessions-one");
await drawPage(link, "verify-email-used");

await elsewhere.signIn();
await ada.at(await open({ userAgent: SAFARI_ON_IPHONE })).signIn({ stay: true });
await drawPage("/account/sessions", "sessions");
await ada.session("Firefox on Windows").getByRole("button", { name: "End session" }).click();
await page.getByRole("status").waitFor();
await draw(page, "sessions-one-ended");

const forgetful = ada.at(await open());
await forgetful.visit("/forgot-password");
await forgetful.fill({ Email: ada.email });
await forgetful.press("Send reset link");
await forgetful.arriveAt("/forgot-password/check-email");
await forgetful.visit(await forgetful.newestLink());
await draw(forgetful.page, "reset-password");

await browser.close();
