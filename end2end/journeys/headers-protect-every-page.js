import { expect, test } from "../support/journey.js";

// What a browser does with them shows in every journey: any violation fails it. These compare the
// text, which is the same with and without JavaScript.
const tag = "@plain";

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'nonce-…' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

const NONCE = /'nonce-([A-Za-z0-9+/_=-]{22,})'/;

function expectProtected(response) {
  const headers = response.headers();
  const policy = headers["content-security-policy"].replace(NONCE, "'nonce-…'");
  expect(policy.split(";").map((part) => part.trim()).filter(Boolean)).toEqual(POLICY);
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
  });
  // Only sent over HTTPS (RFC 6797 section 7.2).
  expect(headers["strict-transport-security"]).toBeUndefined();
}

async function expectPlainMarkup(response) {
  const html = await response.text();
  const nonce = response.headers()["content-security-policy"].match(NONCE)[1];
  for (const [script] of html.matchAll(/<script\b[^>]*>/g)) {
    expect(script).toContain(`nonce="${nonce}"`);
  }
  expect(html).not.toMatch(/\{\{|<[^>]+\s(style|on\w+)\s*=/);
}

const PAGES = [
  ["/", 200],
  ["/signup", 200],
  ["/signup/check-email", 200],
  ["/login", 200],
  ["/login?next=//evil.example", 400],
  ["/verify-email?token=unknown", 404],
  ["/dev/outbox", 200],
  ["/no-such-page", 404],
  ["/account", 303],
  ["/account/sessions", 303],
];

for (const [path, status] of PAGES) {
  test(`${path} is protected by its headers`, { tag }, async ({ request }) => {
    const response = await request.get(path, { maxRedirects: 0 });
    expect(response.status()).toBe(status);
    expectProtected(response);
    if (status !== 303) {
      expect(response.headers()["content-type"]).toBe("text/html; charset=utf-8");
      await expectPlainMarkup(response);
    }
  });
}

test("answers to forms are protected too", { tag }, async ({ request }) => {
  for (const [path, form] of [
    ["/signup", { email: "", name: "", password: "" }],
    ["/login", { email: "", password: "" }],
  ]) {
    const response = await request.post(path, { form, headers: { accept: "text/html" } });
    expect(response.status()).toBe(422);
    expectProtected(response);
    await expectPlainMarkup(response);
  }
});

test("no two answers share a nonce", { tag }, async ({ request }) => {
  const nonces = new Set();
  for (let times = 0; times < 3; times += 1) {
    const response = await request.get("/login");
    nonces.add(response.headers()["content-security-policy"].match(NONCE)[1]);
  }
  expect(nonces.size).toBe(3);
});

test("signed-in pages are kept nowhere", { tag }, async ({ page, person }) => {
  await person.register();
  for (const path of ["/account", "/account/sessions"]) {
    const response = await page.goto(path);
    expect(response.headers()["cache-control"]).toContain("no-store");
    expectProtected(response);
    await expectPlainMarkup(response);
  }
});

test("after signing out, going back shows nothing", async ({ page, person }) => {
  await person.register();
  await person.signOut();
  await page.goBack();
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(page.locator("body")).not.toContainText(person.email);
});
