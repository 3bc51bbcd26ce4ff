import { expect, test } from "../support/journey.js";

test("after signing in a person is where they wanted to go", async ({ page, person }) => {
  await person.register();
  await person.signOut();
  await person.visit("/account/sessions");
  expect(new URL(page.url()).pathname).toBe("/login");
  await person.trySignIn();
  await person.arriveAt("/account/sessions");
});

const HOSTILE = [
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/.//evil.example",
  "javascript:alert(1)",
  "https://evil.example",
];

for (const next of HOSTILE) {
  test(`next=${JSON.stringify(next)} leads nowhere`, async ({ page, person, watch }) => {
    watch.expectRefusals("400 GET /login");
    await person.visit(`/login?next=${encodeURIComponent(next)}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("That link points elsewhere");
    expect(await page.content()).not.toContain("evil.example");
    await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await person.arriveAt("/login");
    expect(new URL(page.url()).search).toBe("");
  });
}

test("a form whose next was tampered with leads nowhere", async ({
  page,
  person,
  scripts,
  watch,
}) => {
  // The script leaves it to the browser to show an answer that is another page.
  watch.expectRefusals(...Array(scripts ? 2 : 1).fill("400 POST /login"));
  await person.register();
  await person.signOut();
  await person.visit("/login");
  await page.locator("input[name=next]").evaluate((input) => (input.value = "//evil.example"));
  await person.trySignIn();
  await expect(page.locator("main")).toContainText("We don't do that.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("That link points elsewhere");
  expect(new URL(page.url()).pathname).toBe("/login");
  await expect(person.button("Sign out")).toHaveCount(0);
});
