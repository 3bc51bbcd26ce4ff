import { expect, test } from "../support/journey.js";

const heading = (page) => page.getByRole("heading", { level: 1 });

/** Says at the practice provider who is there: a person of their own for every address. */
async function continueAs(page, address) {
  await page.getByLabel("Email", { exact: true }).fill(address);
  await page.getByRole("button", { name: "Continue with this address", exact: true }).click();
}

test("sign up, connect, disconnect and set a password, without ever having had one", async ({
  page,
  person,
}) => {
  await person.visit("/signup");
  await person.press("Sign up with GitHub");
  await continueAs(page, person.email);
  await expect(heading(page)).toHaveText("Finish signing up");
  await expect(person.field("Email")).toHaveValue(person.email);
  await person.fill({ Name: person.name });
  await person.press("Create account");
  await person.arriveAt("/account");
  await expect(heading(page)).toHaveText(`Hello, ${person.name}`);
  await person.signOut();

  await person.visit("/login?next=/account/connections");
  await person.press("Sign in with GitHub");
  await continueAs(page, person.email);
  await person.arriveAt("/account/connections");
  await person.press("Connect Google");
  await continueAs(page, person.email);
  await person.arriveAt("/account/connections");
  await expect(page.getByRole("status")).toHaveText("Google is connected.");

  await person.press("Disconnect GitHub");
  await expect(heading(page)).toHaveText("Disconnect GitHub?");
  await person.press("Disconnect GitHub");
  await person.arriveAt("/account/connections");
  await expect(page.getByRole("status")).toHaveText("GitHub is disconnected.");
  await person.press("Disconnect Google");
  await expect(page.getByRole("main")).toContainText("This is the only way into your account");

  await person.visit("/account/security");
  await person.fill({ "New password": person.password });
  await person.press("Set a password");
  await expect(page.getByText("Your password is set.")).toBeVisible();
  await person.visit("/account/connections");
  await person.press("Disconnect Google");
  await person.press("Disconnect Google");
  await expect(page.getByRole("status")).toHaveText("Google is disconnected.");
  await person.signOut();
  await person.signIn();

  const mails = (await person.mailTo()).map((mail) => mail.text).join("\n");
  for (const subject of ["Google was connected", "GitHub was disconnected", "Google was disconnected"]) {
    expect(mails).toContain(`${subject}`);
  }
});

test("whoever has an account signs in to connect it", async ({ page, person }) => {
  await person.register();
  await person.signOut();
  await person.visit("/login");
  await person.press("Sign in with Google");
  await continueAs(page, person.email);
  await person.arriveAt("/login");
  await expect(page.getByRole("status")).toContainText("You already have an account: sign in to connect it.");
  await person.trySignIn();
  await person.arriveAt("/account/connections");
  await expect(page.getByRole("status")).toHaveText("Google is connected.");
  await person.signOut();
  await person.visit("/login");
  await person.press("Sign in with Google");
  await continueAs(page, person.email);
  await person.arriveAt("/account");
});

test("two tabs at once both get through", async ({ page, person, context }) => {
  await person.register();
  await person.signOut();
  const other = await context.newPage();
  const second = person.at(other);
  for (const tab of [person, second]) {
    await tab.visit("/login");
    await tab.press("Sign in with GitHub");
  }
  for (const tab of [person, second]) {
    await continueAs(tab.page, `two-tabs.${person.email}`);
  }
  for (const tab of [person, second]) {
    await expect(heading(tab.page)).toHaveText("Finish signing up");
  }
});

test("who says no comes back calmly", async ({ page, person }) => {
  await person.visit("/login?next=/account/profile");
  await person.press("Sign in with GitHub");
  await person.press("Deny access");
  await person.arriveAt("/login");
  await expect(page.getByRole("status")).toHaveText("You said no at GitHub. Nothing was changed.");
  await expect(person.button("Sign in")).toBeVisible();
});

for (const [press, title, status] of [
  ["Answer too slowly", "Google doesn't answer", 503],
  ["Answer with an error", "Google answered with something strange", 502],
  ["Send a wrong state", "This sign-in can't be continued", 410],
  ["Send a wrong nonce", "Google's answer can't be trusted", 403],
  ["Send a wrong audience", "Google's answer can't be trusted", 403],
  ["Send an expired ID token", "Google's answer can't be trusted", 403],
]) {
  test(`“${press}” ends on a page that explains it`, async ({ page, person, watch }) => {
    watch.expectRefusals(`${status} GET /auth/google/callback`);
    await person.visit("/login");
    await person.press("Sign in with Google");
    await person.press(press);
    await expect(heading(page)).toHaveText(title);
    await page.getByRole("main").getByRole("link", { name: "Start again" }).click();
    await person.arriveAt("/login");
  });
}

test("a key that was rotated is fetched", async ({ page, person }) => {
  await person.visit("/login");
  await person.press("Sign in with Google");
  await person.press("Rotate the key");
  await expect(heading(page)).not.toHaveText(/trusted|strange/);
});
