import { expect, test } from "../support/journey.js";

test("people read what happened to their account, in words", async ({ page, person }) => {
  await person.register();
  await person.visit("/account");
  await page.getByRole("link", { name: "Activity" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What happened to your account");
  await expect(page.getByRole("main")).toContainText("You signed in with your password.");
  await expect(page.getByRole("main")).toContainText("Your account was created.");
});
