import { randomUUID } from "node:crypto";

import { call, expect, test } from "../support/apis.js";
import { FIREFOX_ON_WINDOWS, SAFARI_ON_IPHONE } from "../support/chromium.js";
import { ADMINISTRATOR, Person } from "../support/person.js";

const rows = (page) => page.getByRole("main").getByRole("rowgroup").last().getByRole("row");

test("an administrator finds a person, ends a session, and disables them", async ({
  page,
  person,
  anotherBrowser,
  apis,
  scripts,
  watch,
}) => {
  const mark = randomUUID().slice(0, 8);
  const found = new Person(page, { scripts, name: `Grace ${mark} Hopper` });
  await found.register();
  await found.visit("/account/tokens");
  await found.fill({ "Token name": "Backup" });
  await page.locator('input[value="data:read"]').check();
  await found.press("Create token");
  const token = (await page.locator("#token-text").textContent()).trim();
  const desk = found.at(await anotherBrowser({ userAgent: FIREFOX_ON_WINDOWS }));
  await desk.signIn();
  const phone = found.at(await anotherBrowser({ userAgent: SAFARI_ON_IPHONE }));
  await phone.signIn();

  const admin = new Person(await anotherBrowser(), { scripts, ...ADMINISTRATOR });
  await admin.signIn();
  await admin.page.getByRole("link", { name: "Administration" }).click();
  await admin.page.getByRole("link", { name: "People" }).click();
  await admin.field("Name or email").fill(mark.slice(0, 6));
  await admin.press("Search");
  await expect(rows(admin.page)).toHaveCount(1);
  await admin.page.getByRole("link", { name: found.name }).click();
  await expect(admin.page.getByRole("heading", { level: 1 })).toHaveText(found.name);
  await admin.page.getByRole("link", { name: "See sessions" }).click();
  await expect(rows(admin.page)).toHaveCount(3);

  const onPhone = rows(admin.page).filter({ hasText: "Safari on iPhone" });
  await onPhone.getByRole("button", { name: "End session" }).click();
  await expect(admin.page.getByRole("status")).toHaveText("The session has ended.");
  await expect(rows(admin.page)).toHaveCount(2);
  await phone.visit("/account");
  await phone.arriveAt("/login");
  await desk.visit("/account");
  await desk.arriveAt("/account");

  for (const api of apis) {
    expect((await call(api, token)).status).toBe(200);
  }
  await admin.page.getByRole("link", { name: found.name }).first().click();
  await admin.page.getByRole("link", { name: "Disable account" }).click();
  await expect(admin.page.getByRole("main")).toContainText("Nothing is deleted");
  await admin.press("Disable account");
  await expect(admin.page.getByRole("status")).toHaveText("The account is disabled.");
  const disabled = Date.now();
  for (const api of apis) {
    let answer = await call(api, token);
    while (answer.status !== 401 && Date.now() - disabled < 2000) {
      answer = await call(api, token);
    }
    expect(answer.status, api).toBe(401);
  }
  await desk.visit("/account");
  await desk.arriveAt("/login");
  watch.expectRefusals("422 POST /login");
  await desk.trySignIn();
  await expect(desk.page.getByRole("alert")).toBeVisible();
});

test("sessions come and go on the list by themselves", { tag: "@js" }, async ({ person, anotherBrowser, scripts }) => {
  await person.register();
  const admin = new Person(await anotherBrowser(), { scripts, ...ADMINISTRATOR });
  await admin.signIn();
  const { page } = admin;
  const news = page.getByRole("button", { name: "Sessions have begun or ended" });
  await admin.visit(`/admin/sessions?q=${encodeURIComponent(person.email)}`);
  await expect(rows(page)).toHaveCount(1);
  await expect(page.locator(".live")).toBeAttached();

  const phone = person.at(await anotherBrowser({ userAgent: SAFARI_ON_IPHONE }));
  await phone.signIn();
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).filter({ hasText: "Safari on iPhone" })).toHaveCount(1);

  // Who is choosing is asked first.
  await rows(page).first().getByRole("checkbox").check();
  await phone.signOut();
  await expect(news).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
  await news.click();
  await expect(rows(page)).toHaveCount(1);
  await expect(news).toHaveCount(0);
});

test("who has no role finds no administration", async ({ page, person, watch }) => {
  watch.expectRefusals("404 GET /admin", "404 GET /admin/users");
  await person.register();
  await expect(page.getByRole("link", { name: "Administration" })).toHaveCount(0);
  for (const path of ["/admin", "/admin/users"]) {
    await person.visit(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  }
});
