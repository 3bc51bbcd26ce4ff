import { expect, expectMistake, test } from "../support/journey.js";

test("a forgotten password is set anew, and every session ends", async ({
  anotherBrowser,
  page,
  person,
  scripts,
  watch,
}) => {
  watch.expectRefusals("422 POST /reset-password", "422 POST /login", "410 GET /reset-password");
  await person.register();
  const stranger = person.at(await anotherBrowser());
  await stranger.visit("/login");
  await stranger.page.getByRole("link", { name: "Forgot your password?" }).click();
  await stranger.arriveAt("/forgot-password");
  await stranger.fill({ Email: person.email });
  await stranger.press("Send reset link");
  await stranger.arriveAt("/forgot-password/check-email");

  const link = await stranger.newestLink();
  await stranger.visit(link);
  if (scripts) await stranger.page.evaluate(() => (window.stillTheSamePage = true));
  await stranger.fill({ "New password": "too short" });
  await stranger.press("Set password");
  await expectMistake(stranger, {
    label: "New password",
    message: "Use at least 15 characters.",
  });
  if (scripts) expect(await stranger.page.evaluate(() => window.stillTheSamePage)).toBe(true);
  const password = "a quite different set of lanterns";
  await stranger.fill({ "New password": password });
  await stranger.press("Set password");
  await stranger.arriveAt("/login");
  await expect(stranger.page.getByRole("status")).toContainText("Your new password is set.");

  await person.visit("/account");
  await person.arriveAt("/login");
  await person.trySignIn();
  await expect(page.getByRole("alert")).toContainText("The email or the password isn't right.");
  await person.trySignIn({ password });
  await person.arriveAt("/account");

  await stranger.visit(link);
  await expect(stranger.page.getByRole("heading", { level: 1 })).toHaveText("This link has been used");
});

test("a password is changed where it is known", async ({
  anotherBrowser,
  page,
  person,
  watch,
}) => {
  watch.expectRefusals("422 POST /account/security");
  await person.register();
  const phone = person.at(await anotherBrowser());
  await phone.signIn();
  await page.getByRole("link", { name: "Security" }).click();
  await person.arriveAt("/account/security");
  const password = "a quite different set of lanterns";
  await person.fill({ "Current password": "not what I chose back then", "New password": password });
  await person.press("Change password");
  await expectMistake(person, {
    label: "Current password",
    message: "That isn't your current password.",
  });
  await person.fill({ "Current password": person.password, "New password": password });
  await person.press("Change password");
  await expect(page.getByText("Your password is changed.")).toBeVisible();

  await phone.visit("/account");
  await phone.arriveAt("/login");
  await phone.signIn({ password });
  const [mail] = await person.mailTo();
  expect(mail.text).toContain("Your Latchkey password was changed");
});
