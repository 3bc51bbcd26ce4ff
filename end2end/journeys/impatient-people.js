import { expect, test } from "../support/journey.js";

// A browser drops what it asked for before the second press.
const DROPPED = /^request failed: net::ERR_ABORTED/;

test("pressing “Sign in” twice makes one session", { tag: "@js" }, async ({
  page,
  person,
  watch,
}) => {
  watch.excuse(DROPPED);
  await person.register();
  await person.signOut();
  await person.visit("/login");
  await person.fill({ Email: person.email, Password: person.password });
  await person.button("Sign in").dblclick();
  await expect(page).toHaveURL(/\/account$/);
  await person.visit("/account/sessions");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
});

test("pressing “Create account” twice makes one account", async ({ page, person, watch }) => {
  watch.excuse(DROPPED);
  await person.visit("/signup");
  await person.fill({ Email: person.email, Name: person.name, Password: person.password });
  await person.button("Create account").dblclick();
  await expect(page).toHaveURL(/\/signup\/check-email$/);
  await person.confirm();
  await person.arriveAt("/account");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${person.name}`);
});

test("signing in from two tabs, or out of both, does no harm", async ({ page, person }) => {
  await person.register();
  await person.signOut();
  await person.visit("/login");
  const tab = person.at(await page.context().newPage());
  await tab.signIn();

  await person.trySignIn();
  await person.arriveAt("/account");
  await person.visit("/account/sessions");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
  await tab.visit("/account");
  await person.signOut();
  await tab.signOut();
});

test("without a connection the form says so and keeps what was typed", { tag: "@js" }, async ({
  page,
  person,
  watch,
}) => {
  watch.excuse(/net::ERR_INTERNET_DISCONNECTED/);
  await person.register();
  await person.signOut();
  await person.visit("/login");
  await page.context().setOffline(true);
  await person.trySignIn();
  const summary = page.getByRole("alert");
  await expect(summary).toContainText("The server can't be reached.");
  await expect(summary).toBeFocused();

  await page.context().setOffline(false);
  await person.press("Sign in");
  await person.arriveAt("/account");
});
