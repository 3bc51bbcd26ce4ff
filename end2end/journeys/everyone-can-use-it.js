import axe from "axe-core";

import { FIREFOX_ON_WINDOWS, SAFARI_ON_IPHONE } from "../support/chromium.js";
import { expect, test } from "../support/journey.js";
import { ADMINISTRATOR, Person } from "../support/person.js";

const RULES = [
  "wcag2a",
  "wcag2aa",
  "wcag21a",
  "wcag21aa",
  "wcag22a",
  "wcag22aa",
  "best-practice",
];
const WIDTHS = [1280, 320];
const SCHEMES = ["light", "dark"];

/** Looks at the page as it stands: in light and dark, on a desk and on a small phone. */
async function expectUsable(page) {
  await page.evaluate(axe.source);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 720 });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(await overflow(), `${page.url()} scrolls sideways at ${width} px`).toBe(0);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations, passes } = await page.evaluate(
        (values) => window.axe.run({ runOnly: { type: "tag", values } }),
        RULES,
      );
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.failureSummary} ${node.html}`),
      );
      expect.soft(found, `${page.url()} in ${colorScheme} at ${width} px`).toEqual([]);
      expect(passes.length).toBeGreaterThan(10);
    }
  }
}

const PLAIN_PAGES = [
  "/",
  "/signup",
  "/signup/check-email",
  "/login",
  "/login?confirmed",
  "/forgot-password",
  "/forgot-password/check-email",
  "/dev/outbox",
];

for (const path of PLAIN_PAGES) {
  test(`${path} is accessible`, { tag: "@js" }, async ({ page, person }) => {
    await person.visit(path);
    await expectUsable(page);
  });
}

const REFUSED_PAGES = [
  ["/no-such-page", 404],
  ["/verify-email?token=unknown", 404],
  ["/login?next=//evil.example", 400],
];

for (const [path, status] of REFUSED_PAGES) {
  test(`${path} is accessible`, { tag: "@js" }, async ({ page, person, watch }) => {
    watch.expectRefusals(`${status} GET ${path.split("?")[0]}`);
    await person.visit(path);
    await expectUsable(page);
  });
}

for (const [path, button] of [
  ["/signup", "Create account"],
  ["/login", "Sign in"],
]) {
  test(`${path} with mistakes is accessible`, { tag: "@js" }, async ({ page, person, watch }) => {
    watch.expectRefusals(`422 POST ${path}`);
    await person.visit(path);
    await person.press(button);
    await expect(page.getByRole("alert")).toBeFocused();
    await expectUsable(page);
  });
}

test("a suggested passphrase and the meter are accessible", { tag: "@js" }, async ({ page, person }) => {
  await person.visit("/signup");
  await person.fill({ Password: "too short" });
  await expectUsable(page);
  await person.press("Suggest a passphrase");
  await expect(page.getByText("Write it down")).toBeVisible();
  await expectUsable(page);
});

test("a refused sign-in is accessible", { tag: "@js" }, async ({ page, person, watch }) => {
  watch.expectRefusals("422 POST /login");
  await person.visit("/login");
  await person.trySignIn();
  await expect(page.getByRole("alert")).toBeFocused();
  await expectUsable(page);
});

test("confirming is accessible in every variant", { tag: "@js" }, async ({
  page,
  person,
  anotherBrowser,
  watch,
}) => {
  watch.expectRefusals("422 POST /verify-email", "410 GET /verify-email");
  await person.signUp();
  const link = await person.newestLink();
  await person.visit(link);
  await expectUsable(page);

  const elsewhere = person.at(await anotherBrowser());
  await elsewhere.visit(link);
  await expectUsable(elsewhere.page);
  await elsewhere.press("Confirm email");
  await expect(elsewhere.page.getByRole("alert")).toBeFocused();
  await expectUsable(elsewhere.page);

  await person.press("Confirm email");
  await person.arriveAt("/account");
  await person.visit(link);
  await expectUsable(page);
});

test("the account's pages are accessible", { tag: "@js" }, async ({
  page,
  person,
  anotherBrowser,
}) => {
  // As long as addresses may be (RFC 5321 section 4.5.3.1).
  const [local] = person.email.split("@");
  person.email = `${local.padEnd(64, "m")}@${`${"w".repeat(61)}.`.repeat(3)}com`;
  person.name = "Wolfeschlegelsteinhausenbergerdorff".repeat(2);
  await person.signUp();
  await person.visit(await person.newestLink());
  await expectUsable(page);
  await person.press("Confirm email");
  await person.arriveAt("/account");
  await expectUsable(page);
  for (const path of ["/account/profile", "/account/email", "/account/delete", "/account/security", "/account/security?changed", "/account/sessions"]) {
    await person.visit(path);
    await expectUsable(page);
  }

  for (const userAgent of [FIREFOX_ON_WINDOWS, SAFARI_ON_IPHONE]) {
    await person.at(await anotherBrowser({ userAgent })).signIn();
  }
  await person.visit("/account/sessions");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(3);
  await expectUsable(page);
  await person.session("Safari on iPhone").getByRole("button", { name: "End session" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  await expectUsable(page);
});

test("the administrators' pages are accessible", { tag: "@js" }, async ({ page, person, scripts }) => {
  await person.register();
  await person.signOut();
  const admin = new Person(page, { scripts, ...ADMINISTRATOR });
  await admin.signIn();
  for (const path of [
    "/admin",
    "/admin/users",
    "/admin/users?q=nobody-of-this-name",
    "/admin/users/invite",
    `/admin/sessions?q=${person.email}`,
    "/admin/sessions?active=now",
    "/admin/sessions/end",
    "/admin/tokens",
    "/admin/keys",
    "/admin/keys/rotate",
  ]) {
    await admin.visit(path);
    await expectUsable(page);
  }
  await admin.visit(`/admin/users?q=${person.email}`);
  await page.getByRole("rowheader").getByRole("link").click();
  await expectUsable(page);
  for (const act of ["Change role", "Disable account"]) {
    await page.getByRole("link", { name: act }).click();
    await expectUsable(page);
    await page.goBack();
  }
});
