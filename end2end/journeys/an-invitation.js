import { expect, expectMistake, test } from "../support/journey.js";
import { Person } from "../support/person.js";

test("from an invitation by mail to an account", async ({ page, scripts, anotherBrowser, watch }) => {
  watch.expectRefusals("422 POST /signup", "410 GET /signup");
  // The test run invites both before the journeys begin.
  const email = `invited.${scripts ? "js" : "plain"}@example.com`;
  const grace = new Person(page, { scripts, email, name: "Grace" });
  const [mail, ...more] = await grace.mailTo();
  expect(more).toEqual([]);
  expect(mail.text).toContain("You are invited to localhost");

  await grace.visit(mail.link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are invited");
  await expect(grace.field("Email")).toHaveValue(email);
  await expect(grace.field("Email")).not.toBeEditable();
  await expect(grace.field("Name")).toHaveValue("Grace Hopper");

  await grace.fill({ Name: grace.name, Password: "too short" });
  await grace.press("Create account");
  await expectMistake(grace, { label: "Password", message: "Use at least 15 characters" });
  await expect(grace.field("Email")).toHaveValue(email);
  await expect(grace.field("Name")).toHaveValue(grace.name);

  await grace.fill({ Password: grace.password });
  await grace.press("Create account");
  await grace.arriveAt("/account");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${grace.name}`);

  const elsewhere = grace.at(await anotherBrowser());
  await elsewhere.visit(mail.link);
  await expect(elsewhere.page.getByRole("main")).toContainText("This link has been used");
  await elsewhere.page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await elsewhere.arriveAt("/login");
  await elsewhere.trySignIn();
  await elsewhere.arriveAt("/account");
});
