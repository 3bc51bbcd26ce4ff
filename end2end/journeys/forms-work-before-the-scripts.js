import { expect, expectMistake, test } from "../support/journey.js";

test("without the WASM every form still works", { tag: "@js" }, async ({ page, person, watch }) => {
  watch.expectRefusals("422 POST /signup");
  watch.excuse(/\.wasm/, /fetch/i);
  await page.route("**/*.wasm", (route) => route.abort());
  person.scripts = false;

  await person.askForAccount({ password: "too short" });
  await expectMistake(person, { label: "Password", message: "Use at least 15 characters." });
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(person.field("Email")).toHaveValue(person.email);
  await expect(person.button("Show password")).toHaveCount(0);
  await person.register();
  await person.signOut();
  await person.signIn();
  await expect(page.locator("html")).not.toHaveAttribute("data-awake");
});

test("a form sent before the WASM came goes on as if it had been there", { tag: "@js" }, async ({
  page,
  person,
  watch,
}) => {
  watch.expectRefusals("422 POST /signup", "422 POST /signup");
  let arrive;
  const arrived = new Promise((resolve) => (arrive = resolve));
  await page.route("**/*.wasm", async (route) => {
    await arrived;
    // The page that asked first is gone by now.
    await route.continue().catch(() => {});
  });

  await page.goto("/signup", { waitUntil: "domcontentloaded" });
  await person.field("Email").fill(person.email);
  await person.field("Name").fill(person.name);
  await person.field("Password").fill("too short");
  const [early] = await Promise.all([
    page.waitForResponse((response) => response.status() === 422),
    person.button("Create account").click(),
  ]);
  expect(early.request().resourceType()).toBe("document");
  await expectMistake(person, { label: "Password", message: "Use at least 15 characters." });

  arrive();
  await person.ready();
  await expectMistake(person, { label: "Password", message: "Use at least 15 characters." });
  await expect(person.field("Email")).toHaveValue(person.email);
  await expect(person.field("Name")).toHaveValue(person.name);
  const [late] = await Promise.all([
    page.waitForResponse((response) => response.status() === 422),
    person.press("Create account"),
  ]);
  expect(late.request().resourceType()).toBe("fetch");
  await expectMistake(person, { label: "Password", message: "Type your password." });
  await person.fill({ Password: person.password });
  await person.press("Create account");
  await person.arriveAt("/signup/check-email");
});

test("what is typed while the page wakes up is kept", { tag: "@js" }, async ({ page, person }) => {
  let arrive;
  const arrived = new Promise((resolve) => (arrive = resolve));
  await page.route("**/*.wasm", async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto("/login", { waitUntil: "domcontentloaded" });
  await person.field("Email").fill(person.email);
  await person.field("Password").fill(person.password);
  await person.field("Stay signed in").check();
  arrive();
  await person.ready();
  await expect(person.field("Email")).toHaveValue(person.email);
  await expect(person.field("Password")).toHaveValue(person.password);
  await expect(person.field("Stay signed in")).toBeChecked();
});
