import { expect, expectMistake, test } from "../support/journey.js";

test("an address is changed, and put back from the old one", async ({
  anotherBrowser,
  page,
  person,
  watch,
}) => {
  watch.expectRefusals("422 POST /account/email", "422 POST /login");
  await person.register();
  const old = person.email;
  const wanted = old.replace("ada.", "countess.");
  await page.getByRole("link", { name: "Profile" }).click();
  await person.arriveAt("/account/profile");
  await page.getByRole("link", { name: "Change email" }).click();
  await person.arriveAt("/account/email");
  await person.fill({ "New email": "nonsense" });
  await person.press("Change email");
  await expectMistake(person, {
    label: "New email",
    message: "Type an email address like name@example.com.",
  });
  await person.fill({ "New email": wanted });
  await person.press("Change email");
  await person.arriveAt("/account/profile");
  await expect(page.getByRole("status")).toContainText("Check the mail of the new address");
  await expect(page.getByRole("main")).toContainText(wanted);

  const [confirmation] = await person.mailTo(wanted);
  await person.visit(confirmation.link);
  await person.press("Confirm email");
  await person.arriveAt("/account/profile");
  await expect(page.getByRole("status")).toContainText("Your new address counts.");

  // Whoever reads the old mailbox wants it back.
  const owner = person.at(await anotherBrowser());
  const [told] = await owner.mailTo(old);
  expect(told.text).toContain("Your Latchkey account has another email");
  await owner.visit(told.link);
  await owner.press("Undo the change");
  await owner.arriveAt("/reset-password");
  const password = "a quite different set of lanterns";
  await owner.fill({ "New password": password });
  await owner.press("Set password");
  await owner.arriveAt("/login");
  await person.visit("/account");
  await person.arriveAt("/login");
  await owner.trySignIn({ email: wanted, password });
  await expect(owner.page.getByRole("alert")).toContainText("The email or the password isn't right.");
  await owner.trySignIn({ password });
  await owner.arriveAt("/account");
  await expect(owner.page.getByRole("main")).toContainText(old);
});

test("a new address that waits can be dropped", async ({ page, person }) => {
  await person.register();
  await person.visit("/account/email");
  await person.fill({ "New email": "another@example.com" });
  await person.press("Change email");
  await person.arriveAt("/account/profile");
  await person.press("Keep the current one");
  await expect(page.getByRole("main")).not.toContainText("another@example.com");
  await expect(page.getByRole("main")).toContainText(person.email);
});
