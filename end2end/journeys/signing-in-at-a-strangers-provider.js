import { expect, test } from "../support/stranger.js";

const heading = (page) => page.getByRole("heading", { level: 1 });
const notice = (page) => page.getByRole("status");

/** Signs up by the provider that is believed about addresses. */
async function signUpByFriend(person, stranger) {
  await person.visit("/signup");
  await person.press("Sign up with Friend");
  await stranger.signIn(person);
  await stranger.agree(person);
  await expect(heading(person.page)).toHaveText("Finish signing up");
  await person.press("Create account");
  await person.arriveAt("/account");
}

test("who isn't believed about an address confirms it, and comes again", async ({
  page,
  person,
  stranger,
}) => {
  await person.visit("/signup");
  await person.press("Sign up with Stranger");
  await stranger.signIn(person);
  await stranger.agree(person);
  await expect(heading(page)).toHaveText("Finish signing up");
  await expect(person.field("Email")).toHaveValue(person.email);
  await expect(person.field("Email")).toHaveAccessibleDescription("We send a link there, so that it counts.");
  await expect(person.field("Name")).toHaveValue(stranger.nameOf(person));
  await person.press("Create account");
  await person.arriveAt("/signup/check-email");
  await person.confirm();
  await person.arriveAt("/account");
  await expect(heading(page)).toHaveText(`Hello, ${stranger.nameOf(person)}`);
  await person.signOut();

  // The provider knows them still, and asks for nothing.
  await person.visit("/login?next=/account/connections");
  await person.press("Sign in with Stranger");
  await person.arriveAt("/account/connections");
  await expect(person.button("Disconnect Stranger")).toBeVisible();
});

test("who is believed about an address is in at once, and comes again from anywhere", async ({
  page,
  person,
  stranger,
  anotherBrowser,
}) => {
  await signUpByFriend(person, stranger);
  await expect(heading(page)).toHaveText(`Hello, ${stranger.nameOf(person)}`);
  const elsewhere = person.at(await anotherBrowser());
  await elsewhere.visit("/login");
  await elsewhere.press("Sign in with Friend");
  await stranger.signIn(elsewhere);
  await stranger.agree(elsewhere);
  await elsewhere.arriveAt("/account");
  await expect(heading(elsewhere.page)).toHaveText(`Hello, ${stranger.nameOf(person)}`);
  const mails = await person.mailTo();
  expect(mails).toHaveLength(2);
  expect(mails[0].text).toContain("A new browser signed in");
  expect(mails[1].text).toContain("Your new Latchkey account");
});

test("two tabs that were begun at once are both finished", async ({
  person,
  stranger,
  anotherBrowser,
}) => {
  await signUpByFriend(person, stranger);
  const first = person.at(await anotherBrowser());
  const second = person.at(await first.page.context().newPage());
  for (const tab of [first, second]) {
    await tab.visit("/login?next=/account/profile");
    await tab.press("Sign in with Friend");
    await stranger.asksFor(tab.page, "Sign-in");
  }
  await stranger.signIn(first);
  await stranger.agree(first);
  await first.arriveAt("/account/profile");
  // They have agreed by now.
  await stranger.signIn(second);
  await second.arriveAt("/account/profile");
  for (const tab of [first, second]) {
    await tab.visit("/account");
    await expect(heading(tab.page)).toHaveText(`Hello, ${stranger.nameOf(person)}`);
  }
});

test("whoever has an account signs in to connect it", async ({ page, person, stranger }) => {
  await person.register();
  await person.signOut();
  await person.visit("/login");
  await person.press("Sign in with Friend");
  await stranger.signIn(person);
  await stranger.agree(person);
  await person.arriveAt("/login");
  await expect(notice(page)).toHaveText(
    `You already have an account: sign in to connect it. Friend says that ${person.email} is yours.`,
  );
  await person.trySignIn();
  await person.arriveAt("/account/connections");
  await expect(notice(page)).toHaveText("Friend is connected.");
  await person.signOut();
  await person.visit("/login");
  await person.press("Sign in with Friend");
  await person.arriveAt("/account");
  await expect(heading(page)).toHaveText(`Hello, ${person.name}`);
});

test("who only claims somebody's address gets nowhere near the account", async ({
  page,
  person,
  stranger,
  anotherBrowser,
}) => {
  await person.register();
  const intruder = person.at(await anotherBrowser());
  await intruder.visit("/login");
  await intruder.press("Sign in with Stranger");
  await stranger.signIn(intruder);
  await stranger.agree(intruder);
  await expect(heading(intruder.page)).toHaveText("Finish signing up");
  await intruder.press("Create account");
  await intruder.arriveAt("/signup/check-email");

  const [mail] = await person.mailTo();
  expect(mail.text).toContain("You already have a Latchkey account");
  await person.visit("/account/connections");
  await expect(page.getByRole("main")).toContainText("Nothing is connected yet.");
  await intruder.visit("/login");
  await intruder.press("Sign in with Stranger");
  await expect(heading(intruder.page)).toHaveText("Finish signing up");
});

test("connect it to an account, and disconnect it", async ({ page, person, stranger }) => {
  await person.register();
  await person.visit("/account/connections");
  await person.press("Connect Stranger");
  await stranger.signIn(person);
  await stranger.agree(person);
  await person.arriveAt("/account/connections");
  await expect(notice(page)).toHaveText("Stranger is connected.");
  await expect(person.button("Connect Stranger")).toHaveCount(0);

  await person.press("Disconnect Stranger");
  await expect(heading(page)).toHaveText("Disconnect Stranger?");
  await person.press("Disconnect Stranger");
  await person.arriveAt("/account/connections");
  await expect(notice(page)).toHaveText("Stranger is disconnected.");
  await expect(person.button("Connect Stranger")).toBeVisible();
  const mails = (await person.mailTo()).map((mail) => mail.text).join("\n");
  expect(mails).toContain("Stranger was connected");
  expect(mails).toContain("Stranger was disconnected");
});

test("the last way in stays", async ({ page, person, stranger }) => {
  await signUpByFriend(person, stranger);
  await person.visit("/account/connections");
  await expect(person.button("Disconnect Friend")).toHaveAccessibleDescription(
    /^This is the only way into your account/,
  );
  await person.press("Disconnect Friend");
  await expect(page.getByRole("alert")).toContainText("This is the only way into your account");
  await person.signOut();
  await person.visit("/login");
  await person.press("Sign in with Friend");
  await person.arriveAt("/account");
});

test("who turns back before saying who they are comes back calmly", async ({
  page,
  person,
  stranger,
}) => {
  await person.visit("/login?next=/account/profile");
  await person.press("Sign in with Stranger");
  await stranger.asksFor(page, "Sign-in");
  await stranger.cancel(person);
  await person.arriveAt("/login");
  await expect(notice(page)).toHaveText("You said no at Stranger. Nothing was changed.");
  // Where they were to go isn't forgotten.
  await person.press("Sign in with Friend");
  await stranger.signIn(person);
  await stranger.agree(person);
  await person.press("Create account");
  await person.arriveAt("/account/profile");
});

test("who doesn't let the provider tell comes back calmly", async ({ page, person, stranger }) => {
  await person.register();
  await person.visit("/account/connections");
  await person.press("Connect Stranger");
  await stranger.signIn(person);
  await stranger.asksFor(page, "Authorize");
  await stranger.cancel(person);
  await person.arriveAt("/account/connections");
  await expect(notice(page)).toHaveText("You said no at Stranger. Nothing was changed.");
  await expect(person.button("Connect Stranger")).toBeVisible();
});

/** Brings up the page that asks for fresh authentication, without the quarter of an hour before it. */
async function askToConfirm({ page }, next) {
  // The page asks again after an empty password, however fresh the session is.
  await page.evaluate((next) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/account/confirm" });
    for (const [name, value] of Object.entries({ password: "", next })) {
      const field = document.createElement("input");
      form.append(Object.assign(field, { type: "hidden", name, value }));
    }
    document.body.append(form);
    form.submit();
  }, next);
  await expect(heading(page)).toHaveText("Confirm it's you");
}

test("without a password, the provider confirms who one is", async ({
  page,
  person,
  stranger,
  watch,
}) => {
  watch.expectRefusals("422 POST /account/confirm");
  await signUpByFriend(person, stranger);
  await askToConfirm(person, "/account/security");
  await expect(person.field("Password")).toHaveCount(0);
  const asked = page.waitForRequest((request) => new URL(request.url()).pathname === "/auth");
  await person.press("Continue with Friend");
  const { searchParams } = new URL((await asked).url());
  expect([searchParams.get("prompt"), searchParams.get("max_age")]).toEqual(["login", "0"]);
  // It knows them still, and asks all the same.
  await stranger.signIn(person);
  await person.arriveAt("/account/security");
  await person.fill({ "New password": person.password });
  await person.press("Set a password");
  await expect(page.getByText("Your password is set.")).toBeVisible();
  await person.signOut();
  await person.signIn();
});

test("somebody else at the provider confirms nothing", async ({ page, person, stranger, watch }) => {
  watch.expectRefusals("422 POST /account/confirm", "403 GET /auth/friend/callback");
  await signUpByFriend(person, stranger);
  await askToConfirm(person, "/account/security");
  // Whoever was signed in at the provider isn't any more.
  await page.context().clearCookies({ domain: "127.0.0.1" });
  await person.press("Continue with Friend");
  const somebody = person.at(page);
  somebody.email = `else.${person.email}`;
  await stranger.signIn(somebody);
  await stranger.agree(somebody);
  await expect(heading(page)).toHaveText("That account isn't connected to yours");
});
