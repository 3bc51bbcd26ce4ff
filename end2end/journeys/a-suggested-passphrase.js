import { expect, expectMistake, test } from "../support/journey.js";

const FIVE_WORDS = /^[a-z]{3,}(-[a-z]{3,}){4,}$/;

/** Asks for a passphrase where it is, and gives it back as it stands in the field. */
async function suggested(person, label, button) {
  const { page, scripts } = person;
  if (scripts) await page.evaluate(() => (window.stillTheSamePage = true));
  const field = person.field(label);
  const before = await field.inputValue();
  await person.press("Suggest a passphrase");
  await expect(field).not.toHaveValue(before);
  await expect(field).toHaveValue(FIVE_WORDS);
  await expect(field).toHaveAttribute("type", "text");
  const words = await field.inputValue();
  const note = page.getByRole("status").filter({ hasText: words });
  await expect(note).toContainText("Write it down, or let your password manager keep it.");
  await expect(note).toContainText(`until you press “${button}”.`);
  await expect(field).toHaveAccessibleDescription(new RegExp(words));
  if (scripts) {
    expect(await page.evaluate(() => window.stillTheSamePage)).toBe(true);
    await expect(person.button("Suggest a passphrase")).toBeFocused();
    await expect(person.button("Hide password")).toBeVisible();
  } else {
    await expect(field).toBeFocused();
  }
  return words;
}

test("signing up with a suggestion, and signing in with it", async ({ page, person }) => {
  await person.visit("/signup");
  await person.fill({ Email: person.email, Name: person.name, Password: "typed before" });
  person.password = await suggested(person, "Password", "Create account");
  await expect(person.field("Email")).toHaveValue(person.email);
  await expect(person.field("Name")).toHaveValue(person.name);
  // Enter presses the button that sends the form, not the one that suggests.
  await person.field("Password").press("Enter");
  await person.arriveAt("/signup/check-email");
  await person.confirm();
  await person.arriveAt("/account");
  await person.signOut();
  await person.signIn();

  await page.goto("/account/security");
  await person.fill({ "Current password": person.password });
  const changed = await suggested(person, "New password", "Change password");
  expect(changed).not.toBe(person.password);
  await person.fill({ "Current password": person.password });
  await person.press("Change password");
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await person.signOut();
  await person.signIn({ password: changed });
});

test("a reset with a suggestion", async ({ person }) => {
  await person.register();
  await person.signOut();
  await person.visit("/forgot-password");
  await person.fill({ Email: person.email });
  await person.press("Send reset link");
  await person.arriveAt("/forgot-password/check-email");
  await person.visit(await person.newestLink());
  const password = await suggested(person, "New password", "Set password");
  await person.press("Set password");
  await person.arriveAt("/login");
  await person.signIn({ password });
});

test("a suggestion takes the complaints away, and gives way to what is typed", { tag: "@js" }, async ({
  page,
  person,
  watch,
}) => {
  watch.expectRefusals("422 POST /signup");
  await person.visit("/signup");
  const title = await page.title();
  await person.press("Create account");
  await expectMistake(person, { label: "Password", message: "Type your password." });
  await expect(page).toHaveTitle(`Error: ${title}`);
  const first = await suggested(person, "Password", "Create account");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(person.field("Password")).not.toHaveAttribute("aria-invalid");
  await expect(page).toHaveTitle(title);
  const second = await suggested(person, "Password", "Create account");
  expect(second).not.toBe(first);
  await expect(page.getByText("Good").or(page.getByText("Strong"))).toBeVisible();

  await person.button("Hide password").click();
  await expect(person.field("Password")).toHaveAttribute("type", "password");
  await expect(page.getByText(second)).toBeVisible();
  await person.fill({ Password: "something of my own" });
  await expect(page.getByText(second)).toHaveCount(0);
  await expect(page.getByText("Write it down")).toBeHidden();
});

test("the meter judges what is typed and asks nobody", { tag: "@js" }, async ({ page, person }) => {
  await person.visit("/signup");
  await person.fill({ Email: person.email, Name: "Ada Lovelace" });
  const meter = page.getByRole("meter", { name: "Estimated strength" });
  await expect(meter).toHaveCount(0);
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  const field = person.field("Password");
  const heard = page.locator(".strength [role=status]");
  const announced = await heard.evaluateHandle((place) => {
    const texts = [];
    new MutationObserver(() => texts.push(place.textContent)).observe(place, {
      characterData: true,
      childList: true,
      subtree: true,
    });
    return texts;
  });

  await field.pressSequentially("seven quiet");
  await expect(meter).toBeVisible();
  await expect(page.getByText("4 more characters")).toBeVisible();
  await field.pressSequentially(" la");
  await expect(page.getByText("1 more character", { exact: true })).toBeVisible();
  expect(await announced.jsonValue(), "counting is not read out").toEqual([]);
  await field.pressSequentially("nterns by the river");
  await expect(heard).toHaveText("Strong");
  const words = await announced.jsonValue();
  expect(new Set(words).size, "each word is read out once").toBe(words.length);

  for (const [typed, word] of [
    ["aaaaaaaaaaaaaaaaaaaa", "Easy to guess"],
    ["Ada Lovelace 1815", "Easy to guess"],
    ["donaudampfschifffahrt", "Fair"],
    ["seventeen quiet lighthouses", "Good"],
  ]) {
    await field.fill(typed);
    await expect(heard).toHaveText(word);
  }
  await field.fill("");
  await expect(meter).toHaveCount(0);
  expect(requests).toEqual([]);
});
