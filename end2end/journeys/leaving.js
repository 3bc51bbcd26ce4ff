import { expect, expectMistake, test } from "../support/journey.js";

test("an account is deleted, kept by signing in, and deleted again", async ({
  page,
  person,
  watch,
}) => {
  watch.expectRefusals("422 POST /account/delete");
  await person.register();
  await person.visit("/account/profile");
  await page.getByRole("link", { name: "Delete account" }).click();
  await person.arriveAt("/account/delete");
  await person.fill({ Email: "somebody@example.com" });
  await person.press("Delete account");
  await expectMistake(person, {
    label: "Email",
    message: "That isn't the address of your account.",
  });
  await person.fill({ Email: person.email });
  await person.press("Delete account");
  await person.arriveAt("/login");
  await expect(page.getByRole("status")).toContainText("signing in keeps it");

  await person.trySignIn();
  await person.arriveAt("/account");
  await expect(page.getByRole("status")).toContainText("Your account stays");

  await person.visit("/account/delete");
  await person.fill({ Email: person.email });
  await person.press("Delete account");
  await person.arriveAt("/login");
  await person.visit("/account");
  await person.arriveAt("/login");
  const subjects = (await person.mailTo()).map((mail) => mail.text);
  expect(subjects.filter((text) => text.includes("Your Latchkey account will be deleted"))).toHaveLength(2);
  expect(subjects.filter((text) => text.includes("Your Latchkey account stays"))).toHaveLength(1);
});
