import { expect, test } from "../support/journey.js";

test("after too many wrong passwords a person waits and then gets in", async ({
  anotherBrowser,
  page,
  person,
  watch,
}) => {
  await person.register();
  await person.signOut();

  // Somebody else at another browser: the owner's own would have a count of its own.
  const guesser = person.at(await anotherBrowser());
  watch.expectRefusals(...Array(6).fill("422 POST /login"), "429 POST /login");
  await guesser.visit("/login");
  for (let guess = 0; guess < 6; guess += 1) {
    const refused = guesser.page.waitForResponse((response) => response.status() === 422);
    await guesser.trySignIn({ password: `wrong guess number ${guess}` });
    await refused;
    await expect(guesser.page.getByRole("alert")).toContainText("The email or the password isn't right.");
  }
  const held = guesser.page.waitForResponse((response) => response.status() === 429);
  await guesser.trySignIn();
  const seconds = Number((await held).headers()["retry-after"]);
  const until = Date.now() + seconds * 1000;
  await expect(guesser.page.getByRole("alert")).toContainText("Try again in");

  await person.signIn();
  await expect(page).toHaveURL(/\/account$/);

  await expect.poll(() => Date.now()).toBeGreaterThan(until);
  await guesser.trySignIn();
  await guesser.arriveAt("/account");
});
