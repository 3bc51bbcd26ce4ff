import { expect, test } from "../support/journey.js";

/** What has the focus: its accessible name, and whether one sees that it has it. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const written = (element.labels?.[0] ?? element).textContent.trim();
    return {
      name: element.getAttribute("aria-label") ?? written,
      visible: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    };
  });
}

test("Tab reaches everything on the sign-in page, in reading order", async ({
  page,
  person,
  scripts,
}) => {
  await person.visit("/login");
  // Further providers are a matter of the configuration.
  const providers = await page.getByRole("button", { name: /^Sign in with / }).allInnerTexts();
  expect(providers.slice(0, 2)).toEqual(["Sign in with GitHub", "Sign in with Google"]);
  const order = [
    "Skip to content",
    "open the outbox",
    "Latchkey",
    "Email",
    "Password",
    ...(scripts ? ["Show password"] : []),
    "Stay signed in",
    "Sign in",
    ...providers,
    "Forgot your password?",
    "Create account",
  ];
  for (const name of order) {
    await page.keyboard.press("Tab");
    expect(await focused(page)).toEqual({ name, visible: true });
  }
  for (const name of order.slice(0, -1).reverse()) {
    await page.keyboard.press("Shift+Tab");
    expect((await focused(page)).name).toBe(name);
  }
});

test("the skip link leads past the header", async ({ page, person }) => {
  await person.visit("/login");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(person.field("Email")).toBeFocused();
});

test("a person signs in, ends a session and signs out without a mouse", async ({
  page,
  person,
  anotherBrowser,
}) => {
  const { keyboard } = page;
  const tabTo = async (locator) => {
    for (let presses = 0; presses < 30; presses += 1) {
      await keyboard.press("Tab");
      if (await locator.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`Tab never reaches ${locator}`);
  };
  await person.register();
  await person.signOut();
  await person.at(await anotherBrowser()).signIn();

  await person.visit("/login?next=/account/sessions");
  await tabTo(person.field("Email"));
  await keyboard.type(person.email);
  await tabTo(person.field("Password"));
  await keyboard.type(person.password);
  await tabTo(person.field("Stay signed in"));
  await keyboard.press("Space");
  await expect(person.field("Stay signed in")).toBeChecked();
  await keyboard.press("Enter");
  await person.arriveAt("/account/sessions");

  await tabTo(person.button("End session"));
  await keyboard.press("Enter");
  await expect(page.getByRole("status")).toHaveText("The session is ended.");
  await tabTo(person.button("Sign out"));
  await keyboard.press("Space");
  await person.arriveAt("/");
});

test("a password can be shown and hidden", { tag: "@js" }, async ({ person }) => {
  await person.visit("/login");
  await person.fill({ Password: person.password });
  const field = person.field("Password");
  await expect(field).toHaveAttribute("type", "password");
  await person.button("Show password").press("Enter");
  await expect(field).toHaveAttribute("type", "text");
  await expect(field).toHaveValue(person.password);
  await person.button("Hide password").press("Space");
  await expect(field).toHaveAttribute("type", "password");
});

test("what is typed ends before the button begins", { tag: "@js" }, async ({ person }) => {
  await person.visit("/login");
  const end = await person.field("Password").evaluate(
    (input) => input.getBoundingClientRect().right - parseFloat(getComputedStyle(input).paddingRight),
  );
  const button = await person.button("Show password").boundingBox();
  expect(end).toBeLessThanOrEqual(button.x);
});
