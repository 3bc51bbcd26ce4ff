import { expect, test } from "../support/journey.js";

test("signing up with a known address looks the same, and its owner is told", async ({
  page,
  person,
}) => {
  const seen = async () => {
    await person.arriveAt("/signup/check-email");
    return { url: page.url(), text: await page.locator("body").innerText() };
  };
  await person.askForAccount();
  const unknown = await seen();
  await person.confirm();
  await person.arriveAt("/account");
  await person.signOut();

  for (const email of [person.email, person.email.toUpperCase()]) {
    await person.askForAccount({ email, name: "Somebody Else", password: "planted by somebody else" });
    expect(await seen()).toEqual(unknown);
  }
  const [newest, older, first] = await person.mailTo();
  for (const mail of [newest, older]) {
    expect(mail.text).toContain("You already have a Latchkey account");
    expect(mail.text).toContain(`Hello ${person.name},`);
    expect(new URL(mail.link).pathname).toBe("/login");
  }
  expect(first.text).toContain("Confirm your email for Latchkey");

  await person.signIn();
});

test("a wrong password and an unknown address get the same answer", async ({
  page,
  person,
  watch,
}) => {
  watch.expectRefusals("422 POST /login", "422 POST /login");
  const answer = async (form) => {
    await person.visit("/login");
    await person.trySignIn(form);
    const summary = page.getByRole("alert");
    await expect(summary).toContainText("The email or the password isn't right.");
    await expect(summary).toBeFocused();
    await expect(person.field("Email")).toHaveValue(form.email);
    await expect(page.locator("[aria-invalid]")).toHaveCount(0);
    return page.locator("body").innerText();
  };
  await person.register();
  await person.signOut();
  const password = "certainly not the right one";
  const wrong = await answer({ email: person.email, password });
  const unknown = await answer({ email: `nobody-${person.email}`, password });
  expect(unknown).toBe(wrong);
});
