import { expect, test } from "../support/journey.js";

/** One real form around the password, and nothing hidden in shadow trees. */
async function expectOneRealForm(page, action) {
  const form = page.locator("form").filter({ has: page.locator("input[name=password]") });
  await expect(form).toHaveCount(1);
  await expect(form).toHaveAttribute("method", /post/i);
  await expect(form).toHaveAttribute("action", action);
  // One button sends it, and comes first; the others suggest a passphrase or lead elsewhere.
  await expect(form.locator("[type=submit]:not([name=suggest], [formaction])")).toHaveCount(1);
  await expect(form.locator("[type=submit]").first()).not.toHaveAttribute("name");
  const shadows = await page.evaluate(
    () => [...document.querySelectorAll("*")].filter((element) => element.shadowRoot).length,
  );
  expect(shadows).toBe(0);
}

test("signing in", async ({ page, person }) => {
  await person.visit("/login");
  await expectOneRealForm(page, "/login");
  await expect(person.field("Email")).toHaveAttribute("autocomplete", "username");
  await expect(person.field("Email")).toHaveAttribute("type", "email");
  await expect(person.field("Password")).toHaveAttribute("autocomplete", "current-password");
  await expect(person.field("Password")).toHaveAttribute("type", "password");
});

test("signing up", async ({ page, person }) => {
  await person.visit("/signup");
  await expectOneRealForm(page, "/signup");
  await expect(person.field("Email")).toHaveAttribute("autocomplete", "username");
  await expect(person.field("Name")).toHaveAttribute("autocomplete", "name");
  await expect(person.field("Password")).toHaveAttribute("autocomplete", "new-password");
  await expect(person.field("Password")).toHaveAttribute("type", "password");
});

test("confirming in another browser", async ({ person, anotherBrowser }) => {
  await person.signUp();
  const elsewhere = person.at(await anotherBrowser());
  await elsewhere.visit(await elsewhere.newestLink());
  await expectOneRealForm(elsewhere.page, "/verify-email");
  await expect(elsewhere.field("Password")).toHaveAttribute("autocomplete", "current-password");
  // Tells the manager whose password it is.
  const username = elsewhere.page.locator("input[autocomplete=username]");
  await expect(username).toHaveValue(person.email);
});

test("a password may be pasted and hold any character", async ({ page, person }) => {
  person.password = "schlüssel 🗝 «ключ» \"a&b\" = 15+";
  await person.visit("/signup");
  await person.fill({ Email: person.email, Name: "Zoë & <b>Co</b>" });
  await person.field("Password").focus();
  await page.keyboard.insertText(person.password);
  await person.press("Create account");
  await person.arriveAt("/signup/check-email");
  await person.confirm();
  await person.arriveAt("/account");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hello, Zoë & <b>Co</b>");
  await person.signOut();
  await person.signIn();
});
