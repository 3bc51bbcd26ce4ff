import { FIREFOX_ON_WINDOWS } from "../support/chromium.js";
import { expect, test } from "../support/journey.js";

test("from signing up to being signed out everywhere", async ({ page, person, anotherBrowser }) => {
  await person.signUp();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your email");
  await expect(person.button("Sign out")).toHaveCount(0);

  const [mail, ...more] = await person.mailTo();
  expect(more).toEqual([]);
  expect(mail.text).toContain("Confirm your email for Latchkey");
  expect(mail.text).toContain(mail.link);
  // Whoever typed the address chose the name too: no text of theirs goes to it.
  expect(mail.text).not.toContain(person.name);

  await page.getByRole("article").filter({ hasText: person.email }).getByRole("link").click();
  await person.arriveAt("/verify-email");
  await expect(page.getByRole("main")).toContainText(person.email);
  await expect(person.field("Password")).toHaveCount(0);
  await person.press("Confirm email");
  await person.arriveAt("/account");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${person.name}`);
  await expect(page.getByRole("main")).toContainText(person.email);

  await person.signOut();
  await expect(person.button("Sign out")).toHaveCount(0);
  await person.signIn();

  const elsewhere = person.at(await anotherBrowser({ userAgent: FIREFOX_ON_WINDOWS }));
  await elsewhere.signIn();

  await person.visit("/account");
  await page.getByRole("link", { name: "Sessions" }).click();
  await person.arriveAt("/account/sessions");
  const sessions = page.getByRole("main").getByRole("listitem");
  await expect(sessions).toHaveCount(2);
  await expect(sessions.filter({ hasText: "This browser" })).toContainText("Chrome on Linux");
  const firefox = person.session("Firefox on Windows");
  await firefox.getByRole("button", { name: "End session" }).click();
  await expect(page.getByRole("status")).toHaveText("The session is ended.");
  await expect(sessions).toHaveCount(1);

  await elsewhere.visit("/account");
  expect(new URL(elsewhere.page.url()).pathname).toBe("/login");

  await person.signOut();
  await person.visit("/account");
  const { pathname, searchParams } = new URL(page.url());
  expect([pathname, searchParams.get("next")]).toEqual(["/login", "/account"]);
});

test("signing up signs nobody in", async ({ page, person }) => {
  await person.signUp();
  await person.visit("/account");
  expect(new URL(page.url()).pathname).toBe("/login");
});

test("the start page leads to both doors, and signed-in people to their account", async ({
  page,
  person,
}) => {
  await person.visit("/");
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "Create an account" }).click();
  await person.arriveAt("/signup");
  await main.getByRole("link", { name: "Sign in" }).click();
  await person.arriveAt("/login");
  await main.getByRole("link", { name: "Create account" }).click();
  await person.arriveAt("/signup");

  await person.register();
  await person.visit("/");
  expect(new URL(page.url()).pathname).toBe("/account");
});
