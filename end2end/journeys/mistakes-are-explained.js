import { expect, expectMistake, test } from "../support/journey.js";

const EMAIL_MISSING = { label: "Email", message: "Type your email address." };
const EMAIL_MALFORMED = { label: "Email", message: "Type an email address like name@example.com." };
const NAME_MISSING = { label: "Name", message: "Type your name." };
const NAME_LONG = { label: "Name", message: "Use at most 100 characters." };
const PASSWORD_MISSING = { label: "Password", message: "Type your password." };
const PASSWORD_SHORT = { label: "Password", message: "Use at least 15 characters." };
const PASSWORD_LONG = { label: "Password", message: "Use at most 256 characters." };

const GOOD = {
  Email: "ada@example.com",
  Name: "Ada Lovelace",
  Password: "seven quiet lanterns by the river",
};

const CASES = [
  {
    title: "an empty sign-up",
    path: "/signup",
    typed: { Email: "", Name: "", Password: "" },
    mistakes: [EMAIL_MISSING, NAME_MISSING, PASSWORD_MISSING],
  },
  {
    title: "a short password",
    path: "/signup",
    typed: { ...GOOD, Password: "fourteen chars" },
    mistakes: [PASSWORD_SHORT],
  },
  {
    title: "a malformed address",
    path: "/signup",
    typed: { ...GOOD, Email: "ada at example" },
    mistakes: [EMAIL_MALFORMED],
  },
  {
    title: "too much of everything",
    path: "/signup",
    typed: { Email: "ada@localhost", Name: "a".repeat(101), Password: "b".repeat(257) },
    mistakes: [EMAIL_MALFORMED, NAME_LONG, PASSWORD_LONG],
  },
  {
    title: "an empty sign-in",
    path: "/login",
    typed: { Email: "", Password: "" },
    mistakes: [EMAIL_MISSING, PASSWORD_MISSING],
  },
  {
    title: "a malformed address at sign-in",
    path: "/login",
    typed: { Email: "<b>ada</b>", Password: GOOD.Password },
    mistakes: [EMAIL_MALFORMED],
  },
];

const BUTTONS = { "/signup": "Create account", "/login": "Sign in" };

for (const { title, path, typed, mistakes } of CASES) {
  test(`${title} is explained beside the field`, async ({ page, person, scripts, watch }) => {
    watch.expectRefusals(`422 POST ${path}`);
    await person.visit(path);
    if (scripts) await page.evaluate(() => (window.stillTheSamePage = true));
    await person.fill(typed);
    const [response] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === "POST"),
      person.press(BUTTONS[path]),
    ]);
    const answer = await response.text();

    const summary = page.getByRole("alert");
    await expect(summary).toBeFocused();
    await expect(summary.getByRole("heading")).toHaveText("There is a problem");
    await expect(summary.getByRole("link")).toHaveCount(mistakes.length);
    await expect(page.locator("[aria-invalid]")).toHaveCount(mistakes.length);
    for (const mistake of mistakes) {
      await expectMistake(person, mistake);
      await summary.getByRole("link", { name: mistake.message }).click();
      await expect(person.field(mistake.label)).toBeFocused();
    }

    for (const [label, value] of Object.entries(typed)) {
      if (label !== "Password") await expect(person.field(label)).toHaveValue(value);
    }
    if (typed.Password) expect(answer).not.toContain(typed.Password);
    expect(new URL(page.url()).pathname).toBe(path);
    if (scripts) {
      expect(response.request().resourceType()).toBe("fetch");
      expect(await page.evaluate(() => window.stillTheSamePage)).toBe(true);
    } else {
      await expect(person.field("Password")).toHaveValue("");
    }
    await expect(page).toHaveTitle(/^Error: [^:]+$/);
  });
}

test("a mistake can be corrected where it stands", async ({ page, person, watch }) => {
  watch.expectRefusals("422 POST /signup");
  await person.askForAccount({ password: "too short" });
  await expectMistake(person, PASSWORD_SHORT);
  await person.fill({ Password: person.password });
  await person.press("Create account");
  await person.arriveAt("/signup/check-email");
  await person.confirm();
  await person.arriveAt("/account");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a wrong password keeps the rest of the form", async ({ page, person, scripts, watch }) => {
  watch.expectRefusals("422 POST /login");
  await person.register();
  await person.signOut();
  await person.visit("/login?next=/account/sessions");
  await person.trySignIn({ password: "not what I chose back then", stay: true });
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(person.field("Email")).toHaveValue(person.email);
  await expect(person.field("Stay signed in")).toBeChecked();
  if (!scripts) await expect(person.field("Password")).toHaveValue("");

  await person.fill({ Password: person.password });
  await person.press("Sign in");
  await person.arriveAt("/account/sessions");
});
