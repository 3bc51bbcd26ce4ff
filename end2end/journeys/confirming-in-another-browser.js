import { expect, expectMistake, test } from "../support/journey.js";

test("confirming in another browser asks for the password and then leads to the door", async ({
  person,
  anotherBrowser,
  watch,
}) => {
  watch.expectRefusals("422 POST /verify-email", "422 POST /verify-email");
  await person.signUp();
  const elsewhere = person.at(await anotherBrowser());
  const { page } = elsewhere;
  await elsewhere.visit(await elsewhere.newestLink());
  await expect(page.getByRole("main")).toContainText("You signed up in another browser.");

  await elsewhere.press("Confirm email");
  await expectMistake(elsewhere, { label: "Password", message: "Type your password." });
  await elsewhere.fill({ Password: "not the one I chose there" });
  await elsewhere.press("Confirm email");
  await expectMistake(elsewhere, {
    label: "Password",
    message: "That isn't the password you signed up with. Try again, or sign up again.",
  });

  await elsewhere.fill({ Password: person.password });
  await elsewhere.press("Confirm email");
  await elsewhere.arriveAt("/login");
  await expect(page.getByRole("status")).toHaveText(
    "Your email is confirmed. Sign in with the password you chose.",
  );
  await expect(elsewhere.button("Sign out")).toHaveCount(0);
  await elsewhere.trySignIn();
  await elsewhere.arriveAt("/account");
});
