import { FIREFOX_ON_WINDOWS, SAFARI_ON_IPHONE } from "../support/chromium.js";
import { expect, test } from "../support/journey.js";

test("one press signs out every other browser, at its next request", async ({
  page,
  person,
  anotherBrowser,
}) => {
  await person.register();
  const others = [];
  for (const userAgent of [FIREFOX_ON_WINDOWS, SAFARI_ON_IPHONE]) {
    const other = person.at(await anotherBrowser({ userAgent }));
    await other.signIn();
    others.push(other);
  }

  await person.visit("/account/sessions");
  await expect(person.session("Firefox on Windows")).toBeVisible();
  await expect(person.session("Safari on iPhone")).toBeVisible();
  await expect(person.button("End session")).toHaveCount(2);
  await person.press("End all other sessions");

  await expect(page.getByRole("status")).toHaveText("All other sessions are ended.");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("main")).toContainText("You aren't signed in anywhere else.");
  await expect(person.button("End all other sessions")).toHaveCount(0);
  for (const other of others) {
    await other.visit("/account/sessions");
    expect(new URL(other.page.url()).pathname).toBe("/login");
  }
  await person.visit("/account");
  expect(new URL(page.url()).pathname).toBe("/account");
});

test("a session that had already ended is called that", async ({
  page,
  person,
  anotherBrowser,
  watch,
}) => {
  watch.expectRefusals("404 POST /account/sessions");
  await person.register();
  const other = person.at(await anotherBrowser({ userAgent: FIREFOX_ON_WINDOWS }));
  await other.signIn();
  await person.visit("/account/sessions");
  await other.signOut();

  await person.press("End session");
  await expect(page.getByRole("alert")).toContainText("That session had already ended.");
  await expect(page.getByRole("main").getByRole("list").getByRole("listitem")).toHaveCount(1);
});

test("nobody ends the sessions of someone else", async ({
  page,
  person,
  anotherBrowser,
  scripts,
  watch,
}) => {
  watch.expectRefusals("404 POST /account/sessions");
  await person.register();
  const other = person.at(await anotherBrowser({ userAgent: FIREFOX_ON_WINDOWS }));
  await other.signIn();
  await person.visit("/account/sessions");
  const theirs = await page.locator("input[name=end]:not([value=others])").inputValue();

  const stranger = new person.constructor(await anotherBrowser(), { scripts });
  await stranger.register();
  const third = stranger.at(await anotherBrowser({ userAgent: SAFARI_ON_IPHONE }));
  await third.signIn();
  await stranger.visit("/account/sessions");
  const target = stranger.page.locator("input[name=end]:not([value=others])");
  await target.evaluate((input, value) => (input.value = value), theirs);
  await stranger.press("End session");
  await expect(stranger.page.getByRole("alert")).toContainText("That session had already ended.");

  await other.visit("/account");
  expect(new URL(other.page.url()).pathname).toBe("/account");
});
